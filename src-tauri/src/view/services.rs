//! Services of Rokwire Core that the person knows, and the accounts of backends with standing access.

use serde::{Deserialize, Serialize};
use specta::Type;
use time::OffsetDateTime;
use vault_core::{
    VaultError,
    disclosure::{Leaf, expand, label, words},
    persona::PersonaField,
    services::{
        CredentialProof, NewCredential, NewKey, NewService, NewServiceAccount, PinnedBy, ServiceAccountInfo,
        ServiceAdded as Added, ServiceCredential, ServiceInfo, ServiceScope, key_fingerprint,
    },
};
use vault_store::{CoreAppId, RecordKind, Scope};

use super::{activity::GrantRow, records::day, time::stamp};
use crate::error::{Answer, AppError};

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

/// Something that a service account can be made for.
#[derive(Clone, Serialize, Type)]
pub(crate) struct ScopeChoice {
    scope: String,
    words: String,
}

impl ScopeChoice {
    /// What can be read in this vault, in the order in which people read it. External ids are named by hand.
    pub(crate) fn all() -> Vec<Self> {
        let kinds = [
            RecordKind::Work,
            RecordKind::Payment,
            RecordKind::Rating,
            RecordKind::Review,
            RecordKind::Achievement,
            RecordKind::Restriction,
        ];
        let fields = PersonaField::ALL.iter().map(|field| Leaf::Profile(*field));
        [Leaf::Summary]
            .into_iter()
            .chain(kinds.map(Leaf::Records))
            .chain(fields)
            .filter_map(|leaf| leaf.scope().ok())
            .map(|scope| Self {
                words: label(&scope),
                scope: scope.to_string(),
            })
            .collect()
    }
}

/// A service account.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ServiceAccountRow {
    id: String,
    name: String,
    /// The known service that it belongs to; empty for none.
    service: String,
    service_name: String,
    since: String,
    until: String,
    /// Its end has come.
    over: bool,
    apps: Vec<AccountApp>,
    /// Oldest first.
    credentials: Vec<AccountCredential>,
    grants: Vec<GrantRow>,
}

/// An application that a service account is for.
#[derive(Clone, Serialize, Type)]
pub(crate) struct AccountApp {
    id: String,
    name: String,
    /// What the person is asked to let it see there.
    words: String,
}

/// How a service account proves itself.
#[derive(Clone, Serialize, Type)]
pub(crate) struct AccountCredential {
    id: String,
    name: String,
    since: String,
    /// The algorithm and the fingerprint of its key; both empty for a token.
    alg: String,
    fingerprint: String,
}

impl From<&ServiceCredential> for AccountCredential {
    fn from(credential: &ServiceCredential) -> Self {
        let (alg, fingerprint) = match &credential.proof {
            CredentialProof::Token(_) => (String::new(), String::new()),
            CredentialProof::Key { pem, alg } => (alg.clone(), key_fingerprint(pem, alg).unwrap_or_default()),
        };
        Self {
            id: credential.id.to_string(),
            name: credential.name.clone(),
            since: stamp(credential.created_at),
            alg,
            fingerprint,
        }
    }
}

impl ServiceAccountRow {
    /// `apps` and `services` are the ids and names of this space.
    pub(crate) fn new(
        info: &ServiceAccountInfo,
        apps: &[(String, String)],
        services: &[(String, String)],
        now: OffsetDateTime,
    ) -> Self {
        let named = |all: &[(String, String)], id: &str| {
            let found = all.iter().find(|(known, _)| known == id);
            found.map(|(_, name)| name.clone()).unwrap_or_default()
        };
        let account = &info.account;
        Self {
            id: account.id.to_string(),
            name: account.name.clone(),
            service: account.service.clone(),
            service_name: named(services, &account.service),
            since: stamp(account.created_at),
            until: stamp(account.expires_at - time::Duration::SECOND),
            over: account.expires_at <= now,
            apps: info
                .instances
                .iter()
                .map(|instance| AccountApp {
                    id: instance.app.to_string(),
                    name: named(apps, &instance.app.to_string()),
                    words: words(&instance.scopes.iter().flat_map(expand).collect::<Vec<_>>()),
                })
                .collect(),
            credentials: info.credentials.iter().map(AccountCredential::from).collect(),
            grants: info.sees.iter().map(|view| GrantRow::new(view, now)).collect(),
        }
    }
}

/// A service account as it is typed.
#[derive(Clone, Deserialize, Type)]
pub(crate) struct ServiceAccountDraft {
    name: String,
    /// A known service; empty for none.
    service: String,
    apps: Vec<String>,
    scopes: Vec<String>,
    /// The last day, as `2026-12-31`.
    until: String,
    credential: CredentialDraft,
}

/// How it is to prove itself.
#[derive(Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub(crate) enum CredentialDraft {
    Token { name: String },
    Key { name: String, pem: String, alg: String },
}

impl From<CredentialDraft> for NewCredential {
    fn from(draft: CredentialDraft) -> Self {
        match draft {
            CredentialDraft::Token { name } => Self::Token { name },
            CredentialDraft::Key { name, pem, alg } => Self::Key { name, pem, alg },
        }
    }
}

impl TryFrom<ServiceAccountDraft> for NewServiceAccount {
    type Error = AppError;

    fn try_from(draft: ServiceAccountDraft) -> Answer<Self> {
        let wrong = |field, why| VaultError::Invalid { field, why };
        let scopes: Result<Vec<Scope>, _> = draft.scopes.iter().map(|text| Scope::new(text)).collect();
        let scopes = scopes.map_err(|_| wrong("scopes", "scopes of this vault"))?;
        let apps: Result<Vec<CoreAppId>, _> = draft.apps.iter().map(|text| text.parse()).collect();
        let apps = apps.map_err(|_| AppError::new("APP-305"))?;
        let after = day(&draft.until)?.next_day();
        let after = after.ok_or(wrong("expires", "a moment within the next 400 days"))?;
        Ok(Self {
            name: draft.name,
            service: draft.service,
            instances: apps.into_iter().map(|app| (app, scopes.clone())).collect(),
            expires_at: after.midnight().assume_utc(),
            credential: draft.credential.into(),
        })
    }
}

/// A credential that was made.
#[derive(Clone, Serialize, Type)]
pub(crate) struct CredentialMade {
    /// The account that it is of.
    pub(crate) account: String,
    /// Shown this once; none for a key.
    pub(crate) token: Option<String>,
    /// So many questions wait for the person now.
    pub(crate) questions: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_asked_for_is_a_scope_of_this_vault_with_words() {
        for choice in ScopeChoice::all() {
            assert!(!expand(&Scope::new(&choice.scope).unwrap()).is_empty());
            assert!(!choice.words.contains("vault:"), "{}", choice.words);
        }
    }

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

    #[test]
    fn an_account_ends_after_its_last_day() {
        let draft = |until: &str| ServiceAccountDraft {
            name: "Nightly".into(),
            service: String::new(),
            apps: Vec::new(),
            scopes: vec!["vault:reviews:get".into()],
            until: until.into(),
            credential: CredentialDraft::Token { name: String::new() },
        };
        let made = NewServiceAccount::try_from(draft("2026-12-31")).unwrap();
        assert_eq!(made.expires_at, time::macros::datetime!(2027-01-01 00:00 UTC));
        assert!(NewServiceAccount::try_from(draft("soon")).is_err());
    }
}
