//! Registrations of services: what is known of them, what is published, and what the vault says of itself (specification 1.2, 5, 8.3).

mod discovery;
mod read;
mod scopes;

pub use discovery::Discovery;
pub use read::{MAX_REGISTRATION_BYTES, RegistrationError};
pub use scopes::RequestedScope;

use serde::Serialize;

use crate::key::{KeyOnWire, PubKey};
use crate::service_id::{AUTH, CORE, ServiceId};

/// A service outside the vault, as it was entered and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// Its id.
    pub service_id: ServiceId,
    /// Its base address, `http` or `https`, without a final slash.
    pub host: String,
    /// The service account that speaks for it. Tokens of another one do not (8.3).
    pub service_account_id: Option<String>,
    /// Its key, if it signs or is to be encrypted to.
    pub key: Option<PubKey>,
    /// Its name, for people.
    pub name: String,
    /// What it is, for people.
    pub description: String,
    /// Where more is said of it; empty if nowhere.
    pub info_url: String,
    /// Its sign; empty if none.
    pub logo_url: String,
    /// What it may ask for at all.
    pub scopes: Vec<RequestedScope>,
}

/// The four public fields, in upstream's order. What is absent is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublicRegistration {
    service_id: String,
    host: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_account_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub_key: Option<KeyOnWire>,
}

/// The full record: `service_reg` of an answer that asks for consent (8.4), and what holders of a token get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FullRegistration {
    #[serde(flatten)]
    public: PublicRegistration,
    name: String,
    description: String,
    info_url: String,
    logo_url: String,
    /// Always false: nobody outside is a part of the vault.
    first_party: bool,
    scopes: Vec<RequestedScope>,
}

impl Registration {
    /// The public form.
    pub fn to_public(&self) -> PublicRegistration {
        PublicRegistration {
            service_id: self.service_id.to_string(),
            host: self.host.clone(),
            service_account_id: self.service_account_id.clone(),
            pub_key: self.key.as_ref().map(PubKey::to_wire),
        }
    }

    /// Whether a service account is the one that speaks for this service: tokens whose `sub` is another are refused, which no library of
    /// upstream does (8.3). A service that named none has none.
    pub fn is_account(&self, subject: &str) -> bool {
        self.service_account_id.as_deref() == Some(subject)
    }

    /// The full form.
    pub fn to_full(&self) -> FullRegistration {
        FullRegistration {
            public: self.to_public(),
            name: self.name.clone(),
            description: self.description.clone(),
            info_url: self.info_url.clone(),
            logo_url: self.logo_url.clone(),
            first_party: false,
            scopes: self.scopes.clone(),
        }
    }
}

impl PublicRegistration {
    /// The registration `auth`: its host is the issuer of tokens, its key the one they are signed with.
    pub fn auth(issuer: &str, key: &PubKey) -> Self {
        Self::own(AUTH, issuer, None, key)
    }

    /// The registration `core`, which upstream writes beside it.
    pub fn core(issuer: &str, key: &PubKey) -> Self {
        Self::own(CORE, issuer, Some(CORE), key)
    }

    /// The registration of the data API: the service `vault` at its own address.
    pub fn vault(host: &str, key: &PubKey) -> Self {
        Self::own(crate::service_id::VAULT, host, None, key)
    }

    /// Its id.
    pub fn service_id(&self) -> &str {
        &self.service_id
    }

    fn own(id: &str, host: &str, account: Option<&str>, key: &PubKey) -> Self {
        Self {
            service_id: id.to_owned(),
            host: host.to_owned(),
            service_account_id: account.map(str::to_owned),
            pub_key: Some(key.to_wire()),
        }
    }
}

#[cfg(test)]
mod tests;
