//! The accounts of backends with standing access.

use serde::{Deserialize, Serialize};
use specta::Type;
use time::{Date, Duration, OffsetDateTime, UtcOffset};
use vault_core::{
    VaultError,
    disclosure::{Leaf, expand, label, words},
    persona::PersonaField,
    services::{
        AccountChange, CredentialProof, NewCredential, NewServiceAccount, ServiceAccountInfo,
        ServiceCredential, key_fingerprint,
    },
};
use vault_store::{CoreAppId, RecordKind, Scope};

use super::{
    activity::GrantRow,
    records::day,
    time::{iso, stamp},
};
use crate::error::{Answer, AppError};

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
            .map(|scope| Self::from(&scope))
            .collect()
    }
}

impl From<&Scope> for ScopeChoice {
    fn from(scope: &Scope) -> Self {
        Self {
            words: label(scope),
            scope: scope.to_string(),
        }
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
    /// Its last day, as `2026-12-31`.
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
    /// The same, one by one.
    scopes: Vec<ScopeChoice>,
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
            until: iso(last_day(account.expires_at)),
            over: account.expires_at <= now,
            apps: info
                .instances
                .iter()
                .map(|instance| {
                    let scopes: Vec<Scope> = instance.scopes.iter().flat_map(expand).collect();
                    AccountApp {
                        id: instance.app.to_string(),
                        name: named(apps, &instance.app.to_string()),
                        words: words(&scopes),
                        scopes: scopes.iter().map(ScopeChoice::from).collect(),
                    }
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
        let scopes = read_scopes(&draft.scopes)?;
        let apps: Answer<Vec<CoreAppId>> = draft.apps.iter().map(|text| app_id(text)).collect();
        Ok(Self {
            name: draft.name,
            service: draft.service,
            instances: apps?.into_iter().map(|app| (app, scopes.clone())).collect(),
            expires_at: end_of(&draft.until)?,
            credential: draft.credential.into(),
        })
    }
}

/// What is to be another way with a service account; what is not named stays.
#[derive(Clone, Deserialize, Type)]
pub(crate) struct ServiceAccountChange {
    /// Its last day, as `2026-12-31`.
    until: Option<String>,
    apps: Vec<AccountAppChange>,
}

/// What it is to be for in one application.
#[derive(Clone, Deserialize, Type)]
pub(crate) struct AccountAppChange {
    id: String,
    /// None takes it out of the application.
    scopes: Vec<String>,
}

impl TryFrom<ServiceAccountChange> for AccountChange {
    type Error = AppError;

    fn try_from(change: ServiceAccountChange) -> Answer<Self> {
        let instances = change.apps.iter();
        let instances: Answer<Vec<_>> = instances
            .map(|one| Ok((app_id(&one.id)?, read_scopes(&one.scopes)?)))
            .collect();
        Ok(Self {
            expires_at: change.until.as_deref().map(end_of).transpose()?,
            instances: instances?,
        })
    }
}

fn read_scopes(texts: &[String]) -> Answer<Vec<Scope>> {
    let scopes: Result<Vec<Scope>, _> = texts.iter().map(|text| Scope::new(text)).collect();
    let wrong = |_| VaultError::Invalid {
        field: "scopes",
        why: "scopes of this vault",
    };
    Ok(scopes.map_err(wrong)?)
}

fn app_id(text: &str) -> Answer<CoreAppId> {
    text.parse().map_err(|_| AppError::new("APP-305"))
}

/// The first moment after a day. Days are those of UTC, as everywhere where others are told until when something holds.
fn end_of(last: &str) -> Answer<OffsetDateTime> {
    let after = day(last)?.next_day().ok_or(VaultError::Invalid {
        field: "expires",
        why: "a moment within the next 400 days",
    })?;
    Ok(after.midnight().assume_utc())
}

/// The last day of what ends at a moment.
fn last_day(end: OffsetDateTime) -> Date {
    (end.to_offset(UtcOffset::UTC) - Duration::NANOSECOND).date()
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
        assert_eq!(iso(last_day(made.expires_at)), "2026-12-31");
    }

    #[test]
    fn what_is_not_named_stays_as_it_is() {
        let app = CoreAppId::new();
        let change = |until: Option<&str>, scopes: &[&str]| ServiceAccountChange {
            until: until.map(str::to_owned),
            apps: vec![AccountAppChange {
                id: app.to_string(),
                scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            }],
        };
        let read = AccountChange::try_from(change(None, &["vault:reviews:get"])).unwrap();
        assert_eq!(read.expires_at, None);
        assert_eq!(
            read.instances,
            [(app, vec![Scope::new("vault:reviews:get").unwrap()])]
        );
        let left = AccountChange::try_from(change(Some("2026-12-31"), &[])).unwrap();
        assert_eq!(
            left.expires_at,
            Some(time::macros::datetime!(2027-01-01 00:00 UTC))
        );
        assert_eq!(left.instances, [(app, Vec::new())]);
        assert!(AccountChange::try_from(change(Some("31 December"), &[])).is_err());
        assert!(AccountChange::try_from(change(None, &["reviews"])).is_err());
    }
}
