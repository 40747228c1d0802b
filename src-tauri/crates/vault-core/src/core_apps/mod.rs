//! Applications of Rokwire Core: admitting them, their keys, the settings that they are served, using them without a profile, and what
//! they keep. What one may see is decided in [`crate::disclosure`].
//!
//! An application lies in the database of each space that it is attached to, so that a space that is removed takes with it who was used
//! there. What must be one in the whole vault, such as the identifier of a build, is looked up in every open space before it is written.

mod admission;
mod builds;
mod configs;
mod keys;
mod preferences;
mod providers;
mod sessions;

pub use admission::{CoreAppInfo, NewAppType, NewCoreApp};
pub use builds::BuildInfo;
pub use configs::{MOST_SETTINGS, Reach};
pub use keys::KeyHolder;
pub use preferences::MOST_PREFERENCES;
pub use providers::{KnownAt, ProviderInfo, system_of};
pub use sessions::{Login, LoginFault, RefreshFault, SignedIn};
pub use vault_store::{
    YearlyMoment,
    core_api_keys::ApiKey,
    core_app_types::AppType,
    core_apps::CoreApp,
    core_configs::AppConfig,
    core_installations::{Installation, SessionPolicy},
    core_logins::Logins,
};

pub(crate) use admission::{account, get, origins, over_spaces, tombstone};
pub(crate) use builds::ways;
pub(crate) use providers::known_at;
pub(crate) use sessions::is_over;

use rand::RngCore as _;
use rokwire::credential::{StaticToken, TOKEN_BYTES};
use vault_store::{CoreAppId, Party, PartyKind, SecretValue};

use crate::{VaultError, VaultEvent, vault::Turn};

/// The party that an application is in the log and among the names that nobody else may bear.
pub(crate) fn party(id: CoreAppId, name: &str) -> Party {
    Party {
        kind: PartyKind::App,
        id: id.to_string(),
        name: name.to_owned(),
    }
}

/// A key or token: 32 bytes of the system's generator as base64url.
pub(crate) fn fresh_secret() -> SecretValue {
    let mut bytes = zeroize::Zeroizing::new([0_u8; TOKEN_BYTES]);
    rand::rngs::OsRng.fill_bytes(bytes.as_mut_slice());
    SecretValue::from(StaticToken::from_random(&bytes).expose())
}

fn invalid(field: &'static str, why: &'static str) -> VaultError {
    VaultError::Invalid { field, why }
}

pub(crate) fn changed(turn: &Turn<'_>) {
    turn.tell(VaultEvent::AppsChanged {
        space: turn.space.info.id,
    });
}
