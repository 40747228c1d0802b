//! `satchel-cli service` and `service-account`.

use serde_json::{Value, json};
use time::{Date, OffsetDateTime, format_description::BorrowedFormatItem, macros::format_description};
use vault_core::{
    SpaceHandle, VaultError,
    disclosure::{Decision, Duration, Narrowing},
    services::{
        AccountChange, CredentialProof, Credentials, NewCredential, NewService, NewServiceAccount,
        ServiceAccountInfo, ServiceAdded, ServiceInfo,
    },
};
use vault_crypto::Passphrase;
use vault_store::{RequestId, Scope, ServiceAccountId};

use super::{
    arguments::rokwire::{CredentialKey, NewServiceAccount as Asked, Service, ServiceAccount},
    core_apps::find,
    failure::Failure,
    grants, output,
    session::Session,
    terminal,
};

const DAY: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");

pub(super) async fn run(session: &Session, command: Service) -> Result<(), Failure> {
    let json = session.json();
    session
        .in_space(|space| async move {
            match command {
                Service::Add {
                    file,
                    legacy_signatures,
                } => {
                    let new = NewService {
                        legacy: legacy_signatures,
                        ..NewService::from_json(terminal::small_file(&file)?.as_str())?
                    };
                    let id = new.service_id.clone();
                    let became = match space.add_service(new).await? {
                        ServiceAdded::Added => "added",
                        ServiceAdded::Same => return Err(VaultError::Exists("service").into()),
                        ServiceAdded::Updated => "updated",
                        ServiceAdded::Waiting => "waiting",
                    };
                    let mut shown = service(&space.service(id).await?);
                    if let Some(members) = shown.as_object_mut() {
                        members.insert("result".into(), became.into());
                    }
                    output::object(json, &shown)
                }
                Service::List => {
                    let all: Vec<Value> = space.services().await?.iter().map(service).collect();
                    output::list(json, &all, |one| {
                        let text = |name: &str| one.get(name).and_then(Value::as_str).unwrap_or_default();
                        format!("{}  {}  {}", text("id"), text("name"), text("fingerprint"))
                    })
                }
                Service::Accept { id, fingerprint } => {
                    space.accept_service(id.clone(), fingerprint).await?;
                    output::object(json, &service(&space.service(id).await?))
                }
                Service::Keep { id } => {
                    space.keep_service(id.clone()).await?;
                    output::object(json, &service(&space.service(id).await?))
                }
                Service::Remove { id } => {
                    space.remove_service(id.clone()).await?;
                    output::object(json, &json!({ "removed": id }))
                }
            }
        })
        .await
}

pub(super) async fn accounts(session: &Session, command: ServiceAccount) -> Result<(), Failure> {
    let json = session.json();
    let renewed = session.renewed_passphrase()?;
    session
        .in_space(|space| async move {
            match command {
                ServiceAccount::Add(asked) => {
                    let mut apps = Vec::new();
                    for app in &asked.apps {
                        apps.push(find(&space, app).await?);
                    }
                    let (new, until) = new(&asked, &apps)?;
                    session.code(space.vault()).await?;
                    let (info, made, questions) = space.add_service_account(new).await?;
                    let id = info.account.id;
                    if let Err(failure) = agree(&space, questions, until, renewed).await {
                        space.remove_service_account(id).await?;
                        return Err(failure);
                    }
                    let all = space.service_accounts().await?;
                    let info = all.into_iter().find(|one| one.account.id == id).unwrap_or(info);
                    output::object(json, &with_credential(account(&info), &made))
                }
                ServiceAccount::List => {
                    let all: Vec<Value> = space.service_accounts().await?.iter().map(account).collect();
                    output::list(json, &all, |one| {
                        let text = |name: &str| one.get(name).and_then(Value::as_str).unwrap_or_default();
                        format!("{}  {}  {}", text("id"), text("name"), text("expires"))
                    })
                }
                ServiceAccount::Agree { id, until } => {
                    let which = parse(&id)?;
                    let questions = space.ask_for_service_account(which).await?;
                    agree(&space, questions, day(&until)?, renewed).await?;
                    let all = space.service_accounts().await?;
                    let found = all.into_iter().find(|one| one.account.id == which);
                    output::object(
                        json,
                        &account(&found.ok_or(VaultError::NoSuch("service account"))?),
                    )
                }
                ServiceAccount::Change {
                    id,
                    until,
                    app,
                    scopes,
                } => {
                    let which = parse(&id)?;
                    let scopes = read_scopes(&scopes)?;
                    let mut change = AccountChange::default();
                    if let Some(app) = &app {
                        change.instances.push((find(&space, app).await?, scopes));
                    }
                    let last = until.as_deref().map(day).transpose()?;
                    change.expires_at = last.map(end_of).transpose()?;
                    let changed = match space.change_service_account(which, change.clone()).await {
                        // Less needs no code; more does.
                        Err(VaultError::NeedsSecondFactor) => {
                            session.code(space.vault()).await?;
                            space.change_service_account(which, change).await
                        }
                        other => other,
                    };
                    let (info, questions) = changed?;
                    let until = match last {
                        Some(day) => day,
                        // Until the day that it was made for, which ends at its midnight.
                        None => (info.account.expires_at - time::Duration::SECOND).date(),
                    };
                    agree(&space, questions, until, renewed).await?;
                    let all = space.service_accounts().await?;
                    let found = all.into_iter().find(|one| one.account.id == which);
                    output::object(
                        json,
                        &account(&found.ok_or(VaultError::NoSuch("service account"))?),
                    )
                }
                ServiceAccount::Credential(asked) => {
                    let new = credential(asked.name.clone(), &asked.key)?;
                    let made = space.add_service_credential(parse(&asked.id)?, new).await?;
                    output::object(json, &with_credential(json!({ "id": asked.id }), &made))
                }
                ServiceAccount::Forget { id, credential } => {
                    let which = credential
                        .parse()
                        .map_err(|_| Failure::usage("the id of a credential"))?;
                    space.remove_service_credential(parse(&id)?, which).await?;
                    output::object(json, &json!({ "removed": credential }))
                }
                ServiceAccount::Remove { id } => {
                    space.remove_service_account(parse(&id)?).await?;
                    output::object(json, &json!({ "removed": id }))
                }
            }
        })
        .await
}

/// The person's word for what a backend may see: the command itself.
async fn agree(
    space: &SpaceHandle,
    questions: Vec<RequestId>,
    until: Date,
    renewed: Option<Passphrase>,
) -> Result<(), Failure> {
    for id in questions {
        let asked = space.question(id).await?;
        let decision = Decision {
            scopes: asked.scopes.into_iter().map(|line| line.scope).collect(),
            narrowing: Narrowing::default(),
            duration: Duration::Until(until),
            preview_sha256: None,
            passphrase: renewed.clone(),
            policy: None,
        };
        space.allow(id, decision).await?;
    }
    Ok(())
}

fn new(asked: &Asked, apps: &[vault_store::CoreAppId]) -> Result<(NewServiceAccount, Date), Failure> {
    let scopes = read_scopes(&asked.scopes)?;
    let last = day(&asked.until)?;
    let new = NewServiceAccount {
        name: asked.name.clone(),
        service: asked.service.clone(),
        instances: apps.iter().map(|app| (*app, scopes.clone())).collect(),
        expires_at: end_of(last)?,
        credential: credential(String::new(), &asked.key)?,
    };
    Ok((new, last))
}

fn read_scopes(texts: &[String]) -> Result<Vec<Scope>, Failure> {
    texts
        .iter()
        .map(|text| Scope::new(text).map_err(|_| Failure::usage("a scope, such as vault:work.summary:get")))
        .collect()
}

/// The first moment after a day.
fn end_of(day: Date) -> Result<OffsetDateTime, Failure> {
    let after = day
        .next_day()
        .ok_or_else(|| Failure::usage("a day, such as 2027-01-31"))?;
    Ok(after.midnight().assume_utc())
}

fn day(text: &str) -> Result<Date, Failure> {
    Date::parse(text, DAY).map_err(|_| Failure::usage("a day, such as 2027-01-31"))
}

fn credential(name: String, key: &CredentialKey) -> Result<NewCredential, Failure> {
    Ok(match (&key.key, &key.alg) {
        (Some(file), Some(alg)) => NewCredential::Key {
            name,
            pem: terminal::small_file(file)?.to_string(),
            alg: alg.clone(),
        },
        (None, _) | (_, None) => NewCredential::Token { name },
    })
}

fn parse(id: &str) -> Result<ServiceAccountId, Failure> {
    id.parse()
        .map_err(|_| Failure::usage("the id of a service account"))
}

fn service(info: &ServiceInfo) -> Value {
    let one = &info.service;
    let scopes: Vec<Value> = one
        .scopes
        .iter()
        .map(|scope| json!({ "scope": scope.scope, "required": scope.required, "explanation": scope.explanation }))
        .collect();
    let sees = grants::seen(&info.sees);
    json!({
        "id": one.id, "name": one.name, "description": one.description, "host": one.host,
        "service_account_id": one.service_account, "fingerprint": info.fingerprint,
        "waiting_fingerprint": one.waiting.as_ref().map(|_| &info.waiting_fingerprint),
        "pinned_by": one.pinned_by, "pinned": output::moment(one.pinned_at),
        "legacy_signatures": one.legacy, "asks": scopes, "sees": sees,
    })
}

fn account(info: &ServiceAccountInfo) -> Value {
    let instances: Vec<Value> = info
        .instances
        .iter()
        .map(|one| json!({ "app": one.app, "scopes": one.scopes }))
        .collect();
    let credentials: Vec<Value> = info
        .credentials
        .iter()
        .map(|one| {
            let kind = match one.proof {
                CredentialProof::Token(_) => "static_token",
                CredentialProof::Key { .. } => "signature",
            };
            json!({ "id": one.id, "name": one.name, "type": kind })
        })
        .collect();
    let sees = grants::seen(&info.sees);
    json!({
        "id": info.account.id, "name": info.account.name, "service": info.account.service,
        "expires": output::moment(info.account.expires_at), "instances": instances,
        "credentials": credentials, "sees": sees,
    })
}

fn with_credential(mut shown: Value, made: &Credentials) -> Value {
    if let Some(members) = shown.as_object_mut() {
        members.insert("credential".into(), json!(made.id));
        if let Some(token) = &made.token {
            members.insert("token".into(), json!(token.expose_str()));
        }
    }
    shown
}
