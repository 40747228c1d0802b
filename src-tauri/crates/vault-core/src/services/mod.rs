//! Services of Rokwire Core: their registrations with pinned keys, the consent that an application asks for them, the tokens that come of
//! it, and the accounts of backends with standing access. What one may see is decided in [`crate::disclosure`].
//!
//! A grant belongs to a service *and* the application that it was asked in, because the person has another account in each: a service that
//! is used by two applications cannot tell by its tokens that they are used by the same person.

mod account_tokens;
mod accounts;
mod authorize;
mod caller;
mod credentials;
mod departure;
mod inspection;
mod issuer;
mod registration;
mod tokens;
mod trial;

pub use account_tokens::{ServiceProof, ServiceTokens};
pub use accounts::{AccountChange, NewServiceAccount, ServiceAccountInfo};
pub use authorize::{Authorized, Consent};
pub use caller::{CoreAccess, CoreCaller, CoreHolder};
pub use credentials::{Credentials, NewCredential};
pub use departure::{Departed, TOMBSTONE_LIFE};
pub use inspection::{TokenCheck, TokenLook, Verdict};
pub use issuer::IssuerNames;
pub use registration::{
    NewKey, NewService, ServiceAdded, ServiceInfo, is_reserved, is_service_id, key_fingerprint, wire_form,
};
pub use tokens::{Issuer, LONGEST_LIFE, Minted};
pub use trial::TRIAL_LIFE;
pub use vault_store::{
    service_accounts::{ServiceAccount, ServiceInstance},
    service_credentials::{CredentialProof, ServiceCredential},
    service_registrations::{PinnedBy, ServiceRegistration, ServiceScope},
};

pub(crate) use tokens::mint_anonymous;

use vault_store::{
    CoreAppId, Face, Party, PartyKind, ServiceAccountId, View, core_apps, grants::Grant, service_accounts,
    service_registrations,
};

use crate::{VaultError, vault::Turn};

/// The face of this protocol.
pub(crate) const FACE: Face = Face::Core;

/// What stands before the id of a service account in the id of its party. No service id holds a slash.
const ACCOUNT: &str = "account";

/// A service in an application, as disclosure knows it.
pub(crate) fn service_party(service: &str, name: &str, app: CoreAppId) -> Party {
    Party {
        kind: PartyKind::Service,
        id: format!("{service}/{app}"),
        name: name.to_owned(),
    }
}

/// A service account in an application, as disclosure knows it.
pub(crate) fn account_party(account: ServiceAccountId, name: &str, app: CoreAppId) -> Party {
    Party {
        kind: PartyKind::Service,
        id: format!("{ACCOUNT}/{account}/{app}"),
        name: name.to_owned(),
    }
}

/// Whether the service, or the account, and the application that the id of a party names are there. An id that names no application is of
/// another face, which knows its own parties.
pub(crate) fn is_known(view: &View<'_>, party: &str) -> Result<bool, VaultError> {
    let Some((owner, app)) = party.rsplit_once('/') else {
        return Ok(true);
    };
    let Ok(app) = app.parse::<CoreAppId>() else {
        return Ok(false);
    };
    let there = match owner
        .strip_prefix(ACCOUNT)
        .and_then(|rest| rest.strip_prefix('/'))
    {
        None => service_registrations::get(view, owner)?.is_some(),
        Some(account) => match account.parse::<ServiceAccountId>() {
            Ok(id) => service_accounts::get(view, id)?.is_some(),
            Err(_) => false,
        },
    };
    Ok(there && core_apps::get(view, app)?.is_some())
}

/// What a service account is called where no application is meant.
pub(crate) fn account_owner(account: ServiceAccountId) -> String {
    format!("{ACCOUNT}/{account}")
}

/// Whom the id of a party stands for, whatever application it was asked in: a service id, or `account/` and a service account's id.
pub(crate) fn owner(party: &str) -> &str {
    match party.rsplit_once('/') {
        None | Some((ACCOUNT, _)) => party,
        Some((owner, _)) => owner,
    }
}

/// The application that the id of a party names; `None` for a party of another face.
pub(crate) fn app_of(party: &str) -> Option<CoreAppId> {
    party.rsplit_once('/').and_then(|(_, app)| app.parse().ok())
}

/// Whether a grant was asked for in an application.
pub(crate) fn is_of_app(grant: &Grant, app: CoreAppId) -> bool {
    grant.recipient.kind == PartyKind::Service && app_of(&grant.recipient.id) == Some(app)
}

/// The service that a grant is for; `None` for a service account.
pub(crate) fn service_of(grant: &Grant) -> Option<&str> {
    let owner = owner(&grant.recipient.id);
    (grant.recipient.kind == PartyKind::Service && !owner.contains('/')).then_some(owner)
}

/// Every service and service account that may have asked in an application.
pub(crate) fn parties_of_app(turn: &Turn<'_>, app: CoreAppId) -> Result<Vec<Party>, VaultError> {
    turn.space.db.read(|view| {
        let services = service_registrations::list(view)?;
        let accounts = service_accounts::list(view)?;
        let services = services.iter().map(|one| service_party(&one.id, &one.name, app));
        let accounts = accounts.iter().map(|one| account_party(one.id, &one.name, app));
        Ok(services.chain(accounts).collect())
    })
}

fn invalid(field: &'static str, why: &'static str) -> VaultError {
    VaultError::Invalid { field, why }
}
