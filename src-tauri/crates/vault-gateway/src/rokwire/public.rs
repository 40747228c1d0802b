//! What anybody may read: who this is, its keys, and registrations. Whom the person deals with is nobody's business, so without a token
//! only our own registrations are listed, and another is told only to a program that knows its id.

use axum::{http::StatusCode, response::Response};
use serde_json::{Value, json};
use vault_core::services::{CoreHolder, IssuerKey, ServiceRegistration};

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
/// Our own registrations.
const OURS: [&str; 3] = ["auth", "core", "vault"];

pub(super) fn version() -> Response {
    for_everybody(reply(StatusCode::OK, "text/plain; charset=utf-8", VERSION))
}

pub(super) fn discovery(shared: &Shared) -> Response {
    let issuer = issuer(shared);
    let document = json!({ "issuer": issuer, "jwks_uri": format!("{issuer}/tps/auth-keys") });
    for_everybody(json_reply(StatusCode::OK, &document))
}

pub(super) async fn keys(passed: &Passed) -> Response {
    let Ok(keys) = passed.vault.issuer_keys().await else {
        return locked();
    };
    let keys: Vec<Value> = keys
        .iter()
        .map(|key| json!({ "kty": "RSA", "use": "sig", "alg": key.alg, "kid": key.kid, "n": key.n, "e": key.e }))
        .collect();
    for_everybody(json_reply(StatusCode::OK, &json!({ "keys": keys })))
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
        found.extend(others.iter().map(public_form));
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
            found.push(full_form(&info.service));
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
fn ours(shared: &Shared, key: &IssuerKey, ids: &[String]) -> Vec<Value> {
    let wanted = |id: &&str| ids.iter().any(|asked| asked == id || asked == "all");
    OURS.iter()
        .filter(|id| wanted(id))
        .map(|id| {
            let host = if *id == "vault" {
                shared.base()
            } else {
                issuer(shared)
            };
            let mut one = json!({
                "service_id": id, "host": host, "pub_key": { "key_pem": key.pem, "alg": key.alg },
            });
            if *id == "core"
                && let Some(members) = one.as_object_mut()
            {
                members.insert("service_account_id".into(), "core".into());
            }
            one
        })
        .collect()
}

/// The four public members; what is not there is left out.
fn public_form(service: &ServiceRegistration) -> Value {
    let mut one = json!({ "service_id": service.id, "host": service.host });
    if let Some(members) = one.as_object_mut() {
        if !service.service_account.is_empty() {
            members.insert(
                "service_account_id".into(),
                service.service_account.clone().into(),
            );
        }
        if let Some((pem, alg)) = &service.key {
            members.insert("pub_key".into(), json!({ "key_pem": pem, "alg": alg }));
        }
    }
    one
}

/// The full record.
pub(super) fn full_form(service: &ServiceRegistration) -> Value {
    let mut one = public_form(service);
    if let Some(members) = one.as_object_mut() {
        for (name, text) in [
            ("name", &service.name),
            ("description", &service.description),
            ("info_url", &service.info_url),
            ("logo_url", &service.logo_url),
        ] {
            members.insert(name.into(), text.clone().into());
        }
        members.insert("first_party".into(), false.into());
        let scopes: Vec<Value> = service
            .scopes
            .iter()
            .map(
                |one| json!({ "scope": one.scope, "required": one.required, "explanation": one.explanation }),
            )
            .collect();
        members.insert("scopes".into(), scopes.into());
    }
    one
}
