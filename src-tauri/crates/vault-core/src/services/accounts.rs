//! Service accounts: backends with standing access, each for the applications of its instances. What one may see the person is asked like
//! for anybody else; the account itself ends at a date that it was made with, whatever was agreed.

use std::sync::Arc;

use time::{Duration, OffsetDateTime};
use vault_store::{
    CoreAppId, RequestId, Scope, ServiceAccountId,
    disclosures::DisclosureKind,
    service_accounts::{self, ServiceAccount, ServiceInstance},
    service_credentials::{self, ServiceCredential},
    service_registrations::{self, ServiceRegistration},
};

use super::{
    FACE, account_owner, account_party,
    authorize::destination,
    credentials::{Credentials, NewCredential, credential},
    invalid, owner, registration,
};
use crate::{
    SpaceHandle, VaultError,
    core_apps::changed,
    disclosure::{
        self, Asked, Destination, DisclosureRequest, GrantView, Identity, Narrowing, Recipient,
        RequestedScope,
    },
    vault::Turn,
};

/// So many instances, and so many credentials, one account may have.
pub(super) const MOST: usize = 32;
/// An account ends within this time.
const LONGEST_LIFE: Duration = Duration::days(400);

/// What a service account is made with.
#[derive(Debug, Clone)]
pub struct NewServiceAccount {
    /// Its name.
    pub name: String,
    /// The known service that it belongs to; empty for none.
    pub service: String,
    /// The applications of this space that it is for, and what the person is asked to let it see in each.
    pub instances: Vec<(CoreAppId, Vec<Scope>)>,
    /// When it ends.
    pub expires_at: OffsetDateTime,
    /// How it proves itself.
    pub credential: NewCredential,
}

/// What is to be another way with a service account; what is not named stays.
#[derive(Debug, Clone, Default)]
pub struct AccountChange {
    /// When it ends.
    pub expires_at: Option<OffsetDateTime>,
    /// What it may see in applications that it is for; no scope takes it out of one.
    pub instances: Vec<(CoreAppId, Vec<Scope>)>,
}

/// A service account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceAccountInfo {
    /// The account.
    pub account: ServiceAccount,
    /// The applications that it is for.
    pub instances: Vec<ServiceInstance>,
    /// Its credentials, oldest first; of tokens the digest only.
    pub credentials: Vec<ServiceCredential>,
    /// What it sees: the grants that stand, newest first.
    pub sees: Vec<GrantView>,
}

impl SpaceHandle {
    /// Makes a service account and asks the person what it may see. Until they agree it gets no token.
    ///
    /// # Errors
    /// [`VaultError::Invalid`]; [`VaultError::Imitates`]; [`VaultError::NoSuch`] for an unknown service or application;
    /// [`VaultError::NeedsSecondFactor`].
    pub async fn add_service_account(
        &self,
        new: NewServiceAccount,
    ) -> Result<(ServiceAccountInfo, Credentials, Vec<RequestId>), VaultError> {
        let new = Arc::new(new);
        let draft = Arc::clone(&new);
        // A code opens one act, and must not be spent on one that is refused.
        self.write(move |turn| draft_of(turn, &draft).map(drop)).await?;
        self.vault().pass_guard().await?;
        self.write(move |turn| add(turn, &new)).await
    }

    /// Asks the person once more what a service account may see; the questions that wait then.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], or the database could not be written.
    pub async fn ask_for_service_account(&self, id: ServiceAccountId) -> Result<Vec<RequestId>, VaultError> {
        self.write(move |turn| {
            let account = get(turn, id)?;
            ask(turn, &account, |_| true)
        })
        .await
    }

    /// The service accounts of this space, in the order in which they were made.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read or written.
    pub async fn service_accounts(&self) -> Result<Vec<ServiceAccountInfo>, VaultError> {
        self.write(|turn| {
            disclosure::sweep(turn)?;
            let all = turn.space.db.read(service_accounts::list)?;
            all.into_iter().map(|account| info(turn, account)).collect()
        })
        .await
    }

    /// Changes until when a service account is, and what it may see. What is less ends at once and asks nothing new; for more the person is
    /// asked, and more, or more time, needs the second factor as a new account does. Gives the account and the questions that wait.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`]; [`VaultError::Invalid`], [`VaultError::NeedsSecondFactor`].
    pub async fn change_service_account(
        &self,
        id: ServiceAccountId,
        change: AccountChange,
    ) -> Result<(ServiceAccountInfo, Vec<RequestId>), VaultError> {
        let change = Arc::new(change);
        let draft = Arc::clone(&change);
        // A code opens one act, and must not be spent on one that is refused.
        let is_more = self
            .write(move |turn| Changed::of(turn, id, &draft).map(|new| new.is_more))
            .await?;
        if is_more {
            self.vault().pass_guard().await?;
        }
        self.write(move |turn| apply(turn, id, &change)).await
    }

    /// Removes a service account: what it sees is stopped, its tokens and credentials open nothing.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], or the database could not be written.
    pub async fn remove_service_account(&self, id: ServiceAccountId) -> Result<(), VaultError> {
        self.write(move |turn| remove(turn, id)).await
    }
}

pub(super) fn get(turn: &Turn<'_>, id: ServiceAccountId) -> Result<ServiceAccount, VaultError> {
    let found = turn.space.db.read(|view| service_accounts::get(view, id))?;
    found.ok_or(VaultError::NoSuch("service account"))
}

/// Whether an account is the one that its service names as its own (`service_account_id`); one without a service is nobody else's.
pub(super) fn is_the_services_own(turn: &Turn<'_>, account: &ServiceAccount) -> Result<bool, VaultError> {
    if account.service.is_empty() {
        return Ok(true);
    }
    let service = turn
        .space
        .db
        .read(|view| service_registrations::get(view, &account.service))?;
    Ok(service.is_some_and(|service| service.service_account == account.id.to_string()))
}

/// A service account in an application as disclosure knows it.
pub(super) fn recipient(
    turn: &Turn<'_>,
    app: CoreAppId,
    account: &ServiceAccount,
) -> Result<Recipient, VaultError> {
    let service = match registration::get(turn, &account.service) {
        Ok(service) => Some(service),
        Err(VaultError::NoSuch(_)) => None,
        Err(error) => return Err(error),
    };
    let host = service.map(|service| service.host).unwrap_or_default();
    Ok(Recipient {
        party: account_party(account.id, &account.name, app),
        maker: String::new(),
        origin: host.clone(),
        contact: String::new(),
        account: account.id.to_string(),
        identity: Identity::Key {
            since: account.created_at,
        },
        destination: if host.is_empty() {
            Destination::Program {
                address: "127.0.0.1".to_owned(),
            }
        } else {
            destination(&host)
        },
    })
}

/// What an account is made of, once nothing speaks against it.
struct NewAccount {
    account: ServiceAccount,
    service: Option<ServiceRegistration>,
    party: vault_store::Party,
    credential: ServiceCredential,
    made: Credentials,
}

fn draft_of(turn: &mut Turn<'_>, new: &NewServiceAccount) -> Result<NewAccount, VaultError> {
    let now = turn.now();
    if new.instances.is_empty() || new.instances.len() > MOST {
        return Err(invalid("instances", "1 to 32 applications"));
    }
    check_end(new.expires_at, now)?;
    for (app, scopes) in &new.instances {
        crate::core_apps::get(turn, *app)?;
        if scopes.is_empty() {
            return Err(invalid("scopes", "scopes of this vault"));
        }
        check_scopes(scopes)?;
    }
    let service = if new.service.is_empty() {
        None
    } else {
        Some(registration::get(turn, &new.service)?)
    };
    let named = service
        .as_ref()
        .map(|service| service.service_account.as_str())
        .filter(|id| !id.is_empty());
    let id = match named {
        None => ServiceAccountId::new(),
        Some(text) => text
            .parse()
            .map_err(|_| invalid("service_account_id", "an id of this vault, or none"))?,
    };
    let account = ServiceAccount {
        id,
        name: new.name.trim().to_owned(),
        service: new.service.clone(),
        created_at: now,
        expires_at: new.expires_at,
    };
    let party = vault_store::Party {
        id: account_owner(id),
        ..account_party(id, &account.name, CoreAppId::new())
    };
    disclosure::check_name(turn, &party)?;
    let (credential, made) = credential(id, &new.credential, now)?;
    if turn
        .space
        .db
        .read(|view| service_accounts::get(view, id))?
        .is_some()
    {
        return Err(VaultError::Exists("service account"));
    }
    Ok(NewAccount {
        account,
        service,
        party,
        credential,
        made,
    })
}

fn add(
    turn: &mut Turn<'_>,
    new: &NewServiceAccount,
) -> Result<(ServiceAccountInfo, Credentials, Vec<RequestId>), VaultError> {
    let NewAccount {
        account,
        mut service,
        party,
        credential,
        made,
    } = draft_of(turn, new)?;
    let id = account.id;
    let mut entry = disclosure::log_entry(account.created_at, DisclosureKind::Installed, &party, FACE);
    entry.text = "Registered; sees nothing".to_owned();
    turn.space.db.write(|tx| {
        service_accounts::insert(tx, &account)?;
        for (app, scopes) in &new.instances {
            let instance = ServiceInstance {
                account: id,
                app: *app,
                scopes: scopes.clone(),
            };
            service_accounts::put_instance(tx, &instance)?;
        }
        service_credentials::insert(tx, &credential)?;
        if let Some(service) = service.as_mut() {
            service.service_account = id.to_string();
            service_registrations::put(tx, service)?;
        }
        disclosure::append_log(tx, entry)
    })?;
    changed(turn);
    disclosure::tell_logged(turn);
    let questions = ask(turn, &account, |_| true)?;
    Ok((info(turn, account)?, made, questions))
}

/// Asks what an account may see in those of its applications that `about` names.
fn ask(
    turn: &mut Turn<'_>,
    account: &ServiceAccount,
    about: impl Fn(CoreAppId) -> bool,
) -> Result<Vec<RequestId>, VaultError> {
    let instances = turn
        .space
        .db
        .read(|view| service_accounts::instances(view, account.id))?;
    let mut questions = Vec::new();
    for instance in instances.into_iter().filter(|one| about(one.app)) {
        let app = crate::core_apps::get(turn, instance.app)?;
        let scopes = instance.scopes.iter().map(|scope| RequestedScope {
            scope: scope.clone(),
            required: false,
            explanation: None,
            declared: true,
        });
        let request = DisclosureRequest {
            recipient: recipient(turn, instance.app, account)?,
            face: FACE,
            purpose: format!("Standing access of a backend of {}", app.name),
            privacy: None,
            scopes: scopes.collect(),
            narrowing: Narrowing::default(),
        };
        if let Asked::Question(id) = disclosure::ask_anew(turn, &request)? {
            questions.push(id);
        }
    }
    Ok(questions)
}

/// The account after a change, and whether it can see more, or longer, than before.
struct Changed {
    account: ServiceAccount,
    instances: Vec<ServiceInstance>,
    is_more: bool,
}

impl Changed {
    fn of(turn: &Turn<'_>, id: ServiceAccountId, change: &AccountChange) -> Result<Self, VaultError> {
        let before = get(turn, id)?;
        let mut account = before.clone();
        if let Some(end) = change.expires_at {
            check_end(end, turn.now())?;
            account.expires_at = end;
        }
        let held = turn.space.db.read(|view| service_accounts::instances(view, id))?;
        let mut instances = held.clone();
        for (app, scopes) in &change.instances {
            crate::core_apps::get(turn, *app)?;
            check_scopes(scopes)?;
            instances.retain(|one| one.app != *app);
            if !scopes.is_empty() {
                instances.push(ServiceInstance {
                    account: id,
                    app: *app,
                    scopes: scopes.clone(),
                });
            }
        }
        if instances.is_empty() || instances.len() > MOST {
            return Err(invalid("instances", "1 to 32 applications"));
        }
        let had = |one: &ServiceInstance, scope: &Scope| {
            let mut known = held.iter().filter(|known| known.app == one.app);
            known.any(|known| known.scopes.iter().any(|known| known.covers(scope)))
        };
        let wider = instances
            .iter()
            .any(|one| !one.scopes.iter().all(|scope| had(one, scope)));
        Ok(Self {
            is_more: wider || account.expires_at > before.expires_at,
            account,
            instances,
        })
    }
}

fn apply(
    turn: &mut Turn<'_>,
    id: ServiceAccountId,
    change: &AccountChange,
) -> Result<(ServiceAccountInfo, Vec<RequestId>), VaultError> {
    let Changed {
        account,
        instances,
        is_more,
    } = Changed::of(turn, id, change)?;
    let before = turn.space.db.read(|view| service_accounts::instances(view, id))?;
    let mut waited = Vec::new();
    for old in &before {
        let party = account_party(id, &account.name, old.app);
        let left = instances.iter().find(|one| one.app == old.app);
        let keep = left.map_or(&[][..], |one| one.scopes.as_slice());
        // What waits was asked by what it was for, and is asked anew below.
        if disclosure::withdraw_questions(turn, &party)? {
            waited.push(old.app);
        }
        disclosure::keep_scopes(turn, &party, keep, "changed")?;
    }
    let party = vault_store::Party {
        id: account_owner(id),
        ..account_party(id, &account.name, CoreAppId::new())
    };
    let mut entry = disclosure::log_entry(turn.now(), DisclosureKind::Installed, &party, FACE);
    entry.text = "Changed: what it is for, or until when".to_owned();
    turn.space.db.write(|tx| {
        service_accounts::set_end(tx, id, account.expires_at)?;
        for old in &before {
            service_accounts::delete_instance(tx, id, old.app)?;
        }
        for one in &instances {
            service_accounts::put_instance(tx, one)?;
        }
        disclosure::append_log(tx, entry)
    })?;
    changed(turn);
    disclosure::tell_logged(turn);
    let questions = ask(turn, &account, |app| is_more || waited.contains(&app))?;
    Ok((info(turn, account)?, questions))
}

fn check_end(end: OffsetDateTime, now: OffsetDateTime) -> Result<(), VaultError> {
    if end <= now || end > now + LONGEST_LIFE {
        return Err(invalid("expires", "a moment within the next 400 days"));
    }
    Ok(())
}

fn check_scopes(scopes: &[Scope]) -> Result<(), VaultError> {
    if scopes.iter().any(|scope| disclosure::expand(scope).is_empty()) {
        return Err(invalid("scopes", "scopes of this vault"));
    }
    Ok(())
}

fn remove(turn: &mut Turn<'_>, id: ServiceAccountId) -> Result<(), VaultError> {
    let account = get(turn, id)?;
    let theirs = account_owner(id);
    disclosure::revoke_where(
        turn,
        |grant| {
            grant.recipient.kind == vault_store::PartyKind::Service && owner(&grant.recipient.id) == theirs
        },
        "removed",
    )?;
    let instances = turn.space.db.read(|view| service_accounts::instances(view, id))?;
    for instance in &instances {
        let party = account_party(id, &account.name, instance.app);
        disclosure::withdraw_questions(turn, &party)?;
    }
    let party = vault_store::Party {
        id: theirs,
        ..account_party(id, &account.name, CoreAppId::new())
    };
    let mut entry = disclosure::log_entry(turn.now(), DisclosureKind::Removed, &party, FACE);
    entry.text = "Removed".to_owned();
    turn.space.db.write(|tx| {
        for instance in &instances {
            let party = account_party(id, &account.name, instance.app);
            disclosure::forget_rules(tx, &party)?;
        }
        service_accounts::delete(tx, id)?;
        disclosure::append_log(tx, entry)
    })?;
    changed(turn);
    disclosure::tell_logged(turn);
    Ok(())
}

fn info(turn: &Turn<'_>, account: ServiceAccount) -> Result<ServiceAccountInfo, VaultError> {
    let (now, theirs) = (turn.now(), account_owner(account.id));
    turn.space.db.read(|view| {
        let standing = vault_store::grants::live(view, now)?;
        let sees = standing
            .into_iter()
            .filter(|grant| {
                grant.recipient.kind == vault_store::PartyKind::Service
                    && owner(&grant.recipient.id) == theirs
            })
            .collect();
        Ok(ServiceAccountInfo {
            instances: service_accounts::instances(view, account.id)?,
            credentials: service_credentials::of_account(view, account.id)?,
            sees: GrantView::all(view, sees)?,
            account,
        })
    })
}
