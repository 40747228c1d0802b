//! Tokens for trying out a consumer: written and signed like any other, so that its usual library reads them, for a service that does not
//! exist. Space, app and session are called `test`. The vault keeps no digest of one, so it opens nothing here, and it names no scope;
//! nobody real is its audience.

use rokwire::token::{Claims, Holder, Kind};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;
use vault_store::{core_apps, service_registrations};

use super::{
    invalid, is_reserved, is_service_id,
    tokens::{Issuer, Minted, signed},
};
use crate::{VaultError, VaultHandle, core_apps::over_spaces};

/// So long a token for trying out says that it works.
pub const TRIAL_LIFE: Duration = Duration::minutes(10);
/// What its space, its app and its session are called, where the others have ids.
pub(super) const TRIAL: &str = "test";

impl VaultHandle {
    /// Makes a token for trying out, for the made-up service `audience`. Its `sub` and `jti` are made for it alone.
    ///
    /// # Errors
    /// [`VaultError::Invalid`] for what is no service id; [`VaultError::Exists`] for a service or an application that is known in whatever
    /// space: somebody real could take the token for theirs.
    pub async fn mint_trial_token(&self, audience: String, issuer: Issuer) -> Result<Minted, VaultError> {
        self.run(move |vault| {
            if !is_service_id(&audience) || is_reserved(&audience) {
                return Err(invalid(
                    "service",
                    "2 to 63 small letters, digits and hyphens, none of ours",
                ));
            }
            let services: Vec<String> = over_spaces(vault, |view| {
                let all = service_registrations::list(view)?;
                Ok(all.into_iter().map(|service| service.id).collect())
            })?;
            let codes: Vec<String> = over_spaces(vault, |view| {
                Ok(core_apps::list(view)?.into_iter().map(|app| app.code).collect())
            })?;
            if services.iter().chain(&codes).any(|known| *known == audience) {
                return Err(VaultError::Exists("service"));
            }
            let first = vault.spaces.first().map(|space| space.info.id);
            let mut turn = vault.turn(first.ok_or(VaultError::NoSuchSpace)?)?;
            let now = turn.now();
            let id = Uuid::new_v4().hyphenated();
            let holder = Holder {
                subject: format!("{TRIAL}-{id}"),
                space: TRIAL.to_owned(),
                app: TRIAL.to_owned(),
                session: TRIAL.to_owned(),
            };
            let kind = Kind::Anonymous { audience };
            let claims = Claims::new(
                &issuer,
                &id.to_string(),
                holder,
                kind,
                now,
                Some(now + TRIAL_LIFE),
            )
            .map_err(|_| VaultError::Internal("a token for trying out could not be made"))?;
            Ok(Minted {
                token: signed(turn.signer()?, &claims)?,
                scopes: Vec::new(),
                expires_at: OffsetDateTime::from_unix_timestamp(claims.expires()).unwrap_or(now),
            })
        })
        .await
    }
}
