//! Tokens for trying out a consumer: signed like any other, for a service that does not exist. The vault keeps no digest of one, and its
//! `purpose` is `test`, so it opens nothing here; nobody real is its audience.

use time::Duration;
use uuid::Uuid;
use vault_store::{CoreAppId, core_apps, service_registrations};

use super::{
    invalid, is_reserved, is_service_id,
    tokens::{Claims, Issuer, Minted, signed},
};
use crate::{VaultError, VaultHandle, core_apps::over_spaces};

/// So long a token for trying out says that it works.
pub const TRIAL_LIFE: Duration = Duration::minutes(10);
/// What it says that it is for, where the others say `access`.
pub(super) const TRIAL: &str = "test";

impl VaultHandle {
    /// Makes a token for trying out, for the made-up service `audience`. Its `sub` and every other id in it are made for it alone.
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
            let end = (now + TRIAL_LIFE).replace_nanosecond(0);
            let expires_at = end.unwrap_or(now + TRIAL_LIFE);
            let id = || Uuid::new_v4().hyphenated().to_string();
            let claims = Claims {
                iss: issuer,
                sub: id(),
                aud: audience,
                exp: expires_at.unix_timestamp(),
                iat: now.unix_timestamp(),
                jti: id(),
                org_id: id(),
                app_id: CoreAppId::new().to_string(),
                session_id: id(),
                purpose: TRIAL.to_owned(),
                auth_type: TRIAL.to_owned(),
                permissions: String::new(),
                scope: String::new(),
                anonymous: false,
                authenticated: false,
                service: false,
                first_party: false,
                admin: false,
                system: false,
            };
            Ok(Minted {
                token: signed(turn.signer()?, &claims)?,
                scopes: Vec::new(),
                expires_at,
            })
        })
        .await
    }
}
