//! What anybody may read: who this is, its keys, and registrations. Whom the person deals with is nobody's business, so without a token
//! only our own registrations are listed, and another is told only to a program that knows its id.

use axum::{http::StatusCode, response::Response};
use rokwire::{
    key::{JwkSet, PubKey},
    registration::{Discovery, PublicRegistration},
};
use serde_json::{Value, json};
use vault_core::services::{CoreHolder, ServiceRegistration, wire_form};

use super::{access, body::parameter, issuer, malformed, ok};
use crate::{
    Shared,
    guard::Passed,
    reply::{for_everybody, json_reply, locked, reply},
};

/// The version of the Core whose calls these are.
const VERSION: &str = "1.64.0";
/// So many ids are looked up in one call.
const MOST_IDS: usize = 64;

pub(super) fn version() -> Response {
    for_everybody(reply(StatusCode::OK, "text/plain; charset=utf-8", VERSION))
}

pub(super) fn discovery(shared: &Shared) -> Response {
    for_everybody(json_reply(StatusCode::OK, &json!(Discovery::of(&issuer(shared)))))
}

pub(super) async fn keys(passed: &Passed) -> Response {
    let Ok(keys) = passed.vault.issuer_keys().await else {
        return locked();
    };
    for_everybody(json_reply(StatusCode::OK, &json!(JwkSet::of(&keys))))
}

pub(super) async fn registrations(shared: &Shared, passed: &Passed) -> Response {
    let Some(ids) = ids(passed) else {
        return for_everybody(malformed(passed, "The parameter ids is missing."));
    };
    let Ok(keys) = passed.vault.issuer_keys().await else {
        return locked();
    };
    let Some(key) = keys.first() else { return locked() };
    let mut found = ours(shared, key, &ids);
    // A page is answered like one that knows nobody, so that no page can find out by trying.
    if passed.origin.is_none() {
        let Ok(others) = passed.vault.registrations(ids).await else {
            return locked();
        };
        found.extend(others.iter().filter_map(public_form));
        return json_reply(StatusCode::OK, &Value::Array(found));
    }
    for_everybody(json_reply(StatusCode::OK, &Value::Array(found)))
}

/// The full form, for an application: our own, and of the others those that it may use.
pub(super) async fn full_registrations(shared: &Shared, passed: &Passed) -> Response {
    let access = match access::access(shared, passed).await {
        Ok(access) => access,
        Err(refusal) => return refusal,
    };
    let Some(ids) = ids(passed) else {
        return malformed(passed, "The parameter ids is missing.");
    };
    let (Ok(keys), Ok(app)) = (
        passed.vault.issuer_keys().await,
        access.space.core_app(access.app).await,
    ) else {
        return locked();
    };
    let Some(key) = keys.first() else { return locked() };
    let mut allowed = match &access.holder {
        CoreHolder::Anonymous { .. } | CoreHolder::Service { .. } => app.installation.services,
        CoreHolder::Account { .. } => Vec::new(),
    };
    allowed.retain(|id| ids.iter().any(|asked| asked == id || asked == "all"));
    let mut found = ours(shared, key, &ids);
    for id in allowed {
        if let Ok(info) = access.space.service(id).await {
            found.extend(full_form(&info.service));
        }
    }
    ok(passed, &Value::Array(found))
}

fn ids(passed: &Passed) -> Option<Vec<String>> {
    let text = parameter(passed, "ids")?;
    let ids: Vec<String> = text
        .split(',')
        .map(str::trim)
        .filter(|id| !id.is_empty())
        .take(MOST_IDS)
        .map(str::to_owned)
        .collect();
    (!ids.is_empty()).then_some(ids)
}

/// Our own registrations among these ids; all three for `all`.
fn ours(shared: &Shared, key: &PubKey, ids: &[String]) -> Vec<Value> {
    let issuer = issuer(shared);
    let all = [
        PublicRegistration::auth(&issuer, key),
        PublicRegistration::core(&issuer, key),
        PublicRegistration::vault(&shared.base(), key),
    ];
    let wanted = |one: &&PublicRegistration| ids.iter().any(|id| id == one.service_id() || id == "all");
    all.iter().filter(wanted).map(|one| json!(one)).collect()
}

/// The public form; nothing for a service that cannot be read any more.
fn public_form(service: &ServiceRegistration) -> Option<Value> {
    Some(json!(wire_form(service).ok()?.to_public()))
}

/// The full record.
pub(super) fn full_form(service: &ServiceRegistration) -> Option<Value> {
    Some(json!(wire_form(service).ok()?.to_full()))
}
