//! `satchel-cli service` and `service-account`.

use serde_json::{Value, json};
use time::{Date, format_description::BorrowedFormatItem, macros::format_description};
use vault_core::{
    VaultError,
    services::{
        CredentialProof, Credentials, NewCredential, NewService, NewServiceAccount, ServiceAccountInfo,
        ServiceAdded, ServiceInfo,
    },
};
use vault_store::{Scope, ServiceAccountId};

use super::{
    arguments::{CredentialKey, NewServiceAccount as Asked, Service, ServiceAccount},
    core_apps::find,
    failure::Failure,
    output,
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
    session
        .in_space(|space| async move {
            match command {
                ServiceAccount::Add(asked) => {
                    let mut apps = Vec::new();
                    for app in &asked.apps {
                        apps.push(find(&space, app).await?);
                    }
                    let (info, made, questions) = space.add_service_account(new(&asked, &apps)?).await?;
                    let mut shown = with_credential(account(&info), &made);
                    if let Some(members) = shown.as_object_mut() {
                        members.insert("requests".into(), json!(questions));
                    }
                    output::object(json, &shown)
                }
                ServiceAccount::List => {
                    let all: Vec<Value> = space.service_accounts().await?.iter().map(account).collect();
                    output::list(json, &all, |one| {
                        let text = |name: &str| one.get(name).and_then(Value::as_str).unwrap_or_default();
                        format!("{}  {}  {}", text("id"), text("name"), text("expires"))
                    })
                }
                ServiceAccount::Ask { id } => {
                    let questions = space.ask_for_service_account(parse(&id)?).await?;
                    output::object(json, &json!({ "id": id, "requests": questions }))
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

fn new(asked: &Asked, apps: &[vault_store::CoreAppId]) -> Result<NewServiceAccount, Failure> {
    let scopes: Result<Vec<Scope>, Failure> = asked
        .scopes
        .iter()
        .map(|text| Scope::new(text).map_err(|_| Failure::usage("a scope, such as vault:work.summary:get")))
        .collect();
    let scopes = scopes?;
    let last = Date::parse(&asked.until, DAY).map_err(|_| Failure::usage("a day, such as 2027-01-31"))?;
    let after = last
        .next_day()
        .ok_or_else(|| Failure::usage("a day, such as 2027-01-31"))?;
    Ok(NewServiceAccount {
        name: asked.name.clone(),
        service: asked.service.clone(),
        instances: apps.iter().map(|app| (*app, scopes.clone())).collect(),
        expires_at: after.midnight().assume_utc(),
        credential: credential(String::new(), &asked.key)?,
    })
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
    let sees: Vec<Value> = info
        .sees
        .iter()
        .map(|view| json!({ "grant": view.grant.id, "words": view.words }))
        .collect();
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
    let sees: Vec<Value> = info
        .sees
        .iter()
        .map(|view| json!({ "grant": view.grant.id, "words": view.words }))
        .collect();
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
