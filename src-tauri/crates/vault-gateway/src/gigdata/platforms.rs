//! Platforms as apps know them: those of the catalogue, and those that something is shared of.

use gigdata::api::{AuthMechanism, Platform, Status};
use uuid::Uuid;
use vault_connect::catalogue;
use vault_core::{consumers::platform_guid, disclosure::SharedPlatform};
use vault_store::connections::ConnectionState;

use super::guid;

/// The platforms that everybody may know of: they say nothing of the person.
pub(super) fn known() -> Vec<Platform> {
    catalogue()
        .iter()
        .map(|connector| Platform {
            platform_id: guid(&platform_guid(&connector.id)),
            name: connector.name.clone(),
            auth_mechanism: AuthMechanism::Oauth2,
            description: Some(connector.words.clone()),
            logo_url: None,
            website_url: None,
        })
        .collect()
}

/// One of them.
pub(super) fn known_as(wanted: &Uuid) -> Option<Platform> {
    let wanted = guid(wanted);
    known()
        .into_iter()
        .find(|platform| platform.platform_id == wanted)
}

/// The vault's own word for one of them, and its name.
pub(super) fn named(wanted: &Uuid) -> Option<(String, String)> {
    let found = catalogue()
        .iter()
        .find(|connector| platform_guid(&connector.id) == *wanted);
    found.map(|connector| (connector.id.clone(), connector.name.clone()))
}

/// A platform of which an app sees something.
pub(super) fn of_shared(shared: &SharedPlatform) -> Platform {
    known_as(&shared.guid).unwrap_or_else(|| Platform {
        platform_id: guid(&shared.guid),
        name: shared.name.clone(),
        auth_mechanism: if shared.by_email {
            AuthMechanism::Email
        } else {
            AuthMechanism::Oauth2
        },
        description: None,
        logo_url: None,
        website_url: None,
    })
}

/// How a platform stands for an app that sees something of it.
pub(super) fn status(shared: &SharedPlatform) -> Status {
    let disconnected_reason = match shared.state {
        ConnectionState::Gone => Some("UserDidNotExist"),
        ConnectionState::AuthLost => Some("NotAuthorized"),
        ConnectionState::Stopped => Some("Undefined"),
        ConnectionState::Working
        | ConnectionState::File
        | ConnectionState::Fetching
        | ConnectionState::LessGranted
        | ConnectionState::EmailSent
        | ConnectionState::NotFinished
        | ConnectionState::PlatformBusy
        | ConnectionState::PlatformDown
        | ConnectionState::UnknownFormat
        | ConnectionState::Typed => None,
    };
    Status {
        platform: of_shared(shared),
        is_connected: disconnected_reason.is_none(),
        disconnected_reason,
        last_data_fetch_time_stamp: shared.last_fetch_at.map(|at| at.unix_timestamp()),
    }
}

/// How a platform stands for an app that sees nothing of it.
pub(super) fn apart(platform: Platform) -> Status {
    Status {
        platform,
        is_connected: false,
        disconnected_reason: None,
        last_data_fetch_time_stamp: None,
    }
}
