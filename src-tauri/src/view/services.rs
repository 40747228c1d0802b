//! Services of Rokwire Core that the person knows.

use serde::{Deserialize, Serialize};
use specta::Type;
use time::OffsetDateTime;
use vault_core::{
    VaultError,
    disclosure::{expand, label, words},
    services::{NewKey, NewService, PinnedBy, ServiceAdded as Added, ServiceInfo, ServiceScope},
};
use vault_store::Scope;

use super::{activity::GrantRow, time::stamp};

/// A known service.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KnownService {
    id: String,
    name: String,
    description: String,
    host: String,
    info_url: String,
    /// Of its key; empty if it has none.
    fingerprint: String,
    alg: String,
    pinned_by: KeyPinned,
    pinned_at: String,
    /// Its requests may be signed in the form of the old libraries.
    legacy: bool,
    /// The only account that it has here; empty for none.
    account: String,
    scopes: Vec<AskedScope>,
    grants: Vec<GrantRow>,
    waiting: Option<WaitingService>,
}

/// Who said that a key is the service's.
#[derive(Clone, Copy, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum KeyPinned {
    /// The person, by adding it by hand.
    File,
    /// The person, by comparing a changed key.
    Comparison,
}

impl From<PinnedBy> for KeyPinned {
    fn from(by: PinnedBy) -> Self {
        match by {
            PinnedBy::File => Self::File,
            PinnedBy::Comparison => Self::Comparison,
        }
    }
}

/// Something that a service may ask for.
#[derive(Clone, Serialize, Type)]
pub(crate) struct AskedScope {
    scope: String,
    /// What it opens here, in words; empty for what this vault does not have.
    words: String,
    required: bool,
    explanation: String,
}

impl From<&ServiceScope> for AskedScope {
    fn from(asked: &ServiceScope) -> Self {
        let leaves = Scope::new(&asked.scope)
            .map(|scope| expand(&scope))
            .unwrap_or_default();
        Self {
            scope: asked.scope.clone(),
            words: match leaves.as_slice() {
                [] => String::new(),
                [one] => label(one),
                _ => words(&leaves),
            },
            required: asked.required,
            explanation: asked.explanation.clone(),
        }
    }
}

/// Another key or host, which waits for the person.
#[derive(Clone, Serialize, Type)]
pub(crate) struct WaitingService {
    fingerprint: String,
    host: String,
    at: String,
}

impl KnownService {
    pub(crate) fn new(info: &ServiceInfo, now: OffsetDateTime) -> Self {
        let service = &info.service;
        let waiting = service.waiting.as_ref().map(|(text, at)| WaitingService {
            fingerprint: info.waiting_fingerprint.clone(),
            host: NewService::from_json(text)
                .map(|new| new.host)
                .unwrap_or_default(),
            at: stamp(*at),
        });
        Self {
            id: service.id.clone(),
            name: service.name.clone(),
            description: service.description.clone(),
            host: service.host.clone(),
            info_url: service.info_url.clone(),
            fingerprint: info.fingerprint.clone(),
            alg: service
                .key
                .as_ref()
                .map(|(_, alg)| alg.clone())
                .unwrap_or_default(),
            pinned_by: service.pinned_by.into(),
            pinned_at: stamp(service.pinned_at),
            legacy: service.legacy,
            account: service.service_account.clone(),
            scopes: service.scopes.iter().map(AskedScope::from).collect(),
            grants: info.sees.iter().map(|view| GrantRow::new(view, now)).collect(),
            waiting,
        }
    }
}

/// Where a service comes from.
#[derive(Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub(crate) enum ServiceSource {
    /// What it says of itself, as JSON.
    Text { text: String, legacy: bool },
    /// What was typed.
    Fields { service: ServiceDraft },
}

/// A service as it is typed.
#[derive(Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ServiceDraft {
    id: String,
    name: String,
    host: String,
    /// Empty for a service without a backend.
    key_pem: String,
    alg: String,
    legacy: bool,
    scopes: Vec<ScopeDraft>,
}

/// Something that it may ask for, as it is typed.
#[derive(Clone, Deserialize, Type)]
pub(crate) struct ScopeDraft {
    scope: String,
    required: bool,
    explanation: String,
}

impl TryFrom<ServiceSource> for NewService {
    type Error = VaultError;

    fn try_from(source: ServiceSource) -> Result<Self, VaultError> {
        match source {
            ServiceSource::Text { text, legacy } => Ok(Self {
                legacy,
                ..Self::from_json(&text)?
            }),
            ServiceSource::Fields { service } => {
                // What was typed has to hold as what a service writes of itself.
                let typed = Self::from(service);
                let text = serde_json::to_string(&typed)
                    .map_err(|_| VaultError::Internal("a registration could not be written"))?;
                Ok(Self {
                    legacy: typed.legacy,
                    ..Self::from_json(&text)?
                })
            }
        }
    }
}

impl From<ServiceDraft> for NewService {
    fn from(draft: ServiceDraft) -> Self {
        let keyed = !draft.key_pem.trim().is_empty();
        Self {
            service_id: draft.id,
            name: draft.name,
            description: String::new(),
            host: draft.host,
            info_url: String::new(),
            logo_url: String::new(),
            service_account_id: String::new(),
            pub_key: keyed.then_some(NewKey {
                key_pem: draft.key_pem,
                alg: draft.alg,
            }),
            scopes: draft
                .scopes
                .into_iter()
                .map(|asked| ServiceScope {
                    scope: asked.scope,
                    required: asked.required,
                    explanation: asked.explanation,
                })
                .collect(),
            legacy: draft.legacy,
        }
    }
}

/// What became of adding a service.
#[derive(Clone, Copy, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum ServiceAdded {
    Added,
    Same,
    Updated,
    Waiting,
}

impl From<Added> for ServiceAdded {
    fn from(added: Added) -> Self {
        match added {
            Added::Added => Self::Added,
            Added::Same => Self::Same,
            Added::Updated => Self::Updated,
            Added::Waiting => Self::Waiting,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_of_somebody_else_has_no_words() {
        let asked = |scope: &str| {
            AskedScope::from(&ServiceScope {
                scope: scope.into(),
                required: true,
                explanation: String::new(),
            })
        };
        assert_eq!(asked("groups:members:get").words, "");
        assert_eq!(
            asked("vault:work.summary:get").words,
            "Earnings and hours, in sums"
        );
    }

    #[test]
    fn what_is_typed_is_read_as_a_registration() {
        let draft = |name: &str, scopes: &[&str]| ServiceSource::Fields {
            service: ServiceDraft {
                id: "talk".into(),
                name: name.into(),
                host: "https://talk.example/".into(),
                key_pem: " ".into(),
                alg: "RS256".into(),
                legacy: true,
                scopes: scopes
                    .iter()
                    .map(|scope| ScopeDraft {
                        scope: (*scope).into(),
                        required: false,
                        explanation: String::new(),
                    })
                    .collect(),
            },
        };
        let read = NewService::try_from(draft("Talk", &["vault:reviews:get"])).unwrap();
        assert!(read.legacy && read.pub_key.is_none() && read.scopes.len() == 1);
        assert_eq!(read.host, "https://talk.example");
        for (name, scopes) in [
            ("", &["vault:reviews:get"][..]),
            ("Talk", &["reviews"]),
            ("Talk", &["vault:reviews:get"; 2]),
        ] {
            assert!(NewService::try_from(draft(name, scopes)).is_err());
        }
    }
}
