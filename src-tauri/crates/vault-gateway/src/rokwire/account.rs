//! `/services/account`: what an application keeps, its account, and leaving it (specification 6.2, 6.4).

use axum::{http::StatusCode, response::Response};
use serde::Deserialize;
use serde_json::{Value, json, value::Map};
use uuid::Uuid;
use vault_core::{
    VaultError,
    core_apps::{KnownAt, MOST_PREFERENCES},
    services::{CoreAccess, CoreHolder},
};
use vault_store::AppTypeId;

use super::{
    access,
    body::{NOT_READ, object, parameter},
    failed, malformed, not_allowed, ok, refused,
};
use crate::{
    Shared,
    access::readable,
    guard::Passed,
    reply::{locked, reply},
};

pub(super) async fn kept(shared: &Shared, passed: &Passed) -> Response {
    let access = match access::in_app(shared, passed).await {
        Ok(access) => access,
        Err(refusal) => return refusal,
    };
    let Some(subject) = subject(&access) else {
        return not_allowed(passed);
    };
    match access.space.core_preferences(access.app, subject).await {
        Ok(value) => {
            let value = value.unwrap_or_else(|| "null".to_owned());
            readable(passed, reply(StatusCode::OK, "application/json", value))
        }
        Err(_) => locked(),
    }
}

pub(super) async fn keep(shared: &Shared, passed: &Passed) -> Response {
    let access = match access::in_app(shared, passed).await {
        Ok(access) => access,
        Err(refusal) => return refusal,
    };
    let Some(subject) = subject(&access) else {
        return not_allowed(passed);
    };
    if passed.body.len() > MOST_PREFERENCES {
        return refused(
            passed,
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            "At most 256 KiB are kept.",
        );
    }
    let Ok(value) = String::from_utf8(passed.body.to_vec()) else {
        return malformed(passed, "The body is not JSON.");
    };
    match access
        .space
        .set_core_preferences(access.app, subject, value)
        .await
    {
        Ok(()) => readable(
            passed,
            reply(StatusCode::OK, "text/plain; charset=utf-8", "Success"),
        ),
        Err(VaultError::Invalid { .. }) => malformed(passed, "The body is not JSON."),
        Err(error) => failed(passed, &error),
    }
}

/// The account as the application knows it. Of the person only what the token opens.
pub(super) async fn show(shared: &Shared, passed: &Passed) -> Response {
    let access = match access::in_app(shared, passed).await {
        Ok(access) => access,
        Err(refusal) => return refusal,
    };
    let Some(subject) = subject(&access) else {
        return not_allowed(passed);
    };
    let (Ok(app), Ok(kept)) = (
        access.space.core_app(access.app).await,
        access.space.core_preferences(access.app, subject).await,
    ) else {
        return locked();
    };
    let (anonymous, code) = match &access.holder {
        CoreHolder::Anonymous { .. } => (true, "anonymous"),
        CoreHolder::Service { .. } | CoreHolder::Account { .. } => (false, "vault_unlock"),
    };
    let own_way = json!({
        "id": code, "code": code, "identifier": subject.hyphenated().to_string(), "params": {},
        "active": true, "unverified": false,
    });
    let mut shown = json!({
        "id": subject.hyphenated().to_string(),
        "anonymous": anonymous,
        "verified": !anonymous,
        "system": false,
        "apps": [{ "id": app.app.id.to_string(), "name": app.app.name, "code": app.app.code }],
        "auth_types": [own_way.clone()],
        "permissions": [], "roles": [], "groups": [],
        // The whole of it, with every number as it was written, is at its own address.
        "preferences": kept.as_deref().and_then(|text| serde_json::from_str::<Value>(text).ok()),
    });
    let mut disclosure = None;
    if let CoreHolder::Service {
        recipient, scopes, ..
    } = &access.holder
    {
        let person = access
            .space
            .core_person(recipient.clone(), scopes.clone(), access.build)
            .await;
        let Ok(person) = person else { return locked() };
        let (profile, external_ids, known_at) = match person {
            Some(person) => {
                disclosure = Some(person.disclosure);
                let known_at = person.known_at.iter().map(|one| known(one, access.build));
                (
                    super::profile::wire(person.profile),
                    person.external_ids,
                    known_at.collect(),
                )
            }
            None => (Map::new(), Map::new(), Vec::new()),
        };
        if let Some(members) = shown.as_object_mut() {
            let scopes: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
            members.insert("scopes".into(), json!(scopes));
            members.insert("profile".into(), profile.into());
            members.insert("external_ids".into(), external_ids.into());
            let ways: Vec<Value> = [own_way].into_iter().chain(known_at).collect();
            members.insert("auth_types".into(), ways.into());
        }
    }
    shared.outcomes.arrived(&access.space, disclosure);
    ok(passed, &shown)
}

/// An account by which the build knows the person. Nothing here is the same at two applications but what the person agreed to.
fn known(one: &KnownAt, build: Option<AppTypeId>) -> Value {
    json!({
        "id": one.system, "code": one.system, "identifier": one.account,
        "params": { "app_type_id": build.map(|build| build.to_string()) },
        "active": one.works, "unverified": false,
    })
}

#[derive(Deserialize)]
struct Leaving {
    app_id: String,
    #[serde(default)]
    context: Map<String, Value>,
}

/// Ends the account with the application of the token: no other can be named by it.
pub(super) async fn delete(shared: &Shared, passed: &Passed) -> Response {
    let access = match access::in_app(shared, passed).await {
        Ok(access) => access,
        Err(refusal) => return refusal,
    };
    let own = access.app.to_string();
    if let Some(apps) = parameter(passed, "apps")
        && apps.split(',').any(|app| app != own)
    {
        return not_allowed(passed);
    }
    let leaving: Vec<Leaving> = if passed.body.is_empty() {
        Vec::new()
    } else {
        match object(passed) {
            Some(leaving) => leaving,
            None => return malformed(passed, NOT_READ),
        }
    };
    if leaving.len() > 1 || leaving.iter().any(|one| one.app_id != own) {
        return not_allowed(passed);
    }
    let context = leaving
        .into_iter()
        .next()
        .map(|one| Value::Object(one.context).to_string())
        .unwrap_or_else(|| "{}".to_owned());
    let ended = match access.holder {
        CoreHolder::Anonymous { id } => access.space.core_logout(id).await,
        CoreHolder::Service { .. } => access.space.delete_core_account(access.app, context).await,
        CoreHolder::Account { .. } => return not_allowed(passed),
    };
    match ended {
        Ok(()) => readable(
            passed,
            reply(StatusCode::OK, "text/plain; charset=utf-8", "Success"),
        ),
        Err(error) => failed(passed, &error),
    }
}

/// Whom an application keeps something for.
fn subject(access: &CoreAccess) -> Option<Uuid> {
    match &access.holder {
        CoreHolder::Anonymous { id } => Some(*id.as_uuid()),
        CoreHolder::Service { account, .. } => Some(*account.as_uuid()),
        CoreHolder::Account { .. } => None,
    }
}
