//! Sessions without a profile: login, refresh, logout (specification 6.0, 6.3).

use axum::response::Response;
use rokwire::message::{AnonymousLogin, RefreshRequest};
use serde::Deserialize;
use serde_json::{Value, json};
use vault_core::{
    core_apps::{KeyHolder, Login, LoginFault, SignedIn},
    services::CoreHolder,
};

use super::{
    access,
    body::{NOT_READ, object},
    issuer, malformed, not_allowed, ok, unknown,
};
use crate::{
    Shared,
    guard::Passed,
    reply::{forbidden_origin, locked},
};

#[derive(Deserialize)]
struct Ending {
    #[serde(default, rename = "all_sessions")]
    _all_sessions: bool,
}

pub(super) async fn login(shared: &Shared, passed: &Passed) -> Response {
    // Every other way of logging in is the person's own, in Satchel's window.
    let Ok(asked) = AnonymousLogin::parse(&passed.body) else {
        return malformed(passed, NOT_READ);
    };
    let holder = match holder(shared, passed, asked.api_key.expose(), &asked.app_type_identifier).await {
        Ok(holder) => holder,
        Err(refusal) => return refusal,
    };
    let space = holder.space.clone();
    let login = Login {
        holder,
        org_id: asked.org_id,
    };
    match space.core_login(login, issuer(shared)).await {
        Ok(Ok(signed_in)) => ok(passed, &shown(&signed_in)),
        Ok(Err(LoginFault::Unknown)) => unknown(shared, passed),
        Ok(Err(LoginFault::NotAllowed)) => not_allowed(passed),
        Err(_) => locked(),
    }
}

pub(super) async fn refresh(shared: &Shared, passed: &Passed) -> Response {
    let Ok(asked) = RefreshRequest::parse(&passed.body) else {
        return malformed(passed, NOT_READ);
    };
    let holder = match holder(shared, passed, asked.api_key.expose(), "").await {
        Ok(holder) => holder,
        Err(refusal) => return refusal,
    };
    match passed
        .vault
        .core_refresh(holder, asked.refresh_token.expose().to_owned(), issuer(shared))
        .await
    {
        Ok(Ok(signed_in)) => ok(passed, &shown(&signed_in)),
        Ok(Err(_)) => unknown(shared, passed),
        Err(_) => locked(),
    }
}

/// Ends the session. An anonymous user has one, so all of them are the same.
pub(super) async fn logout(shared: &Shared, passed: &Passed) -> Response {
    let access = match access::access(shared, passed).await {
        Ok(access) => access,
        Err(refusal) => return refusal,
    };
    if !passed.body.is_empty() && object::<Ending>(passed).is_none() {
        return malformed(passed, NOT_READ);
    }
    match access.holder {
        CoreHolder::Anonymous { id } => match access.space.core_logout(id).await {
            Ok(()) => ok(passed, &json!("Success")),
            Err(_) => locked(),
        },
        CoreHolder::Service { .. } | CoreHolder::Account { .. } => not_allowed(passed),
    }
}

async fn holder(shared: &Shared, passed: &Passed, key: &str, build: &str) -> Result<KeyHolder, Response> {
    match passed.vault.key_holder(key, build).await {
        Ok(Some(holder)) if passed.is_of_none_of(&holder.origins()) => Err(forbidden_origin()),
        Ok(Some(holder)) => Ok(holder),
        Ok(None) => Err(unknown(shared, passed)),
        Err(_) => Err(locked()),
    }
}

fn shown(signed_in: &SignedIn) -> Value {
    json!({
        "token": {
            "access_token": signed_in.token.token.expose_str(),
            "refresh_token": signed_in.refresh.expose_str(),
            "token_type": "Bearer",
        },
        "params": { "anonymous_id": signed_in.anonymous.to_string() },
    })
}
