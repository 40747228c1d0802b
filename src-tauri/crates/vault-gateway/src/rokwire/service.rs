//! What services get: by the person's consent in an application, or as a backend with standing access (specification 4.1, 8.4).

use axum::{http::StatusCode, response::Response};
use rokwire::key::{JwkSet, PubKey};
use rokwire::message::{BodyError, ConsentRequest, Presented, ServiceTokenRequest, ServiceTokensRequest};
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use vault_core::services::{Authorized, CoreHolder, Minted, ServiceProof, ServiceTokens};

use super::{
    access,
    body::{NOT_READ, parameter},
    denied, issuer, malformed, not_allowed, ok,
    public::full_form,
    refused, signature, unknown,
};
use crate::{Shared, guard::Passed, reply::locked};

pub(super) async fn authorize(shared: &Shared, passed: &Passed) -> Response {
    let access = match access::in_app(shared, passed).await {
        Ok(access) => access,
        Err(refusal) => return refusal,
    };
    let Ok(asked) = ConsentRequest::parse(&passed.body) else {
        return malformed(passed, NOT_READ);
    };
    let scopes = asked.wanted.iter().map(ToString::to_string).collect();
    let answered = access
        .space
        .authorize_service(
            access.app,
            access.build,
            asked.service_id.to_string(),
            scopes,
            issuer(shared),
        )
        .await;
    match answered {
        Ok(Authorized::Granted(minted)) => match passed.vault.issuer_keys().await {
            Ok(keys) => ok(passed, &scoped(&minted, &keys)),
            Err(_) => locked(),
        },
        Ok(Authorized::Pending { service, consent }) => ok(
            passed,
            &json!({
                "service_reg": full_form(&service).unwrap_or_default(),
                "consent": {
                    "id": consent.id.to_string(), "status": "pending", "expires_at": moment(consent.expires_at),
                },
            }),
        ),
        Ok(Authorized::Denied) => denied(passed),
        Ok(Authorized::NoUnlock) => refused(
            passed,
            StatusCode::FORBIDDEN,
            "login_not_allowed",
            "This build is used without a profile here. Its owner can allow more in Satchel.",
        ),
        Ok(Authorized::NotAllowed) => not_allowed(passed),
        Ok(Authorized::NotRegistered(scope)) => {
            refused(passed, StatusCode::BAD_REQUEST, "scope_not_registered", &scope)
        }
        Ok(Authorized::Malformed) => malformed(passed, "Ask for 1 to 64 scopes."),
        Err(_) => locked(),
    }
}

pub(super) async fn token(shared: &Shared, passed: &Passed) -> Response {
    let asked = match ServiceTokenRequest::parse(&passed.body) {
        Ok(asked) => asked,
        Err(BodyError::Wildcard) => return for_all(passed),
        Err(BodyError::TooLarge | BodyError::Malformed) => return malformed(passed, NOT_READ),
    };
    let Some(proof) = proof(shared, passed, &asked.account_id, asked.presented).await else {
        return unknown(shared, passed);
    };
    let only = Some((asked.place.org_id, asked.place.app_id));
    match passed
        .vault
        .service_tokens(asked.account_id, proof, only, issuer(shared))
        .await
    {
        Ok(ServiceTokens::Tokens(tokens)) => match tokens.first() {
            Some((_, _, minted)) => ok(passed, &bearer(minted)),
            None => unknown(shared, passed),
        },
        Ok(ServiceTokens::Nothing) => unknown(shared, passed),
        Err(_) => locked(),
    }
}

pub(super) async fn tokens(shared: &Shared, passed: &Passed) -> Response {
    let asked = ServiceTokensRequest::parse(&passed.body).ok();
    let asked = asked.and_then(|asked| Some((asked.account_id?, asked.presented)));
    let Some((account, presented)) = asked else {
        return malformed(passed, NOT_READ);
    };
    let Some(proof) = proof(shared, passed, &account, presented).await else {
        return unknown(shared, passed);
    };
    match passed
        .vault
        .service_tokens(account, proof, None, issuer(shared))
        .await
    {
        Ok(ServiceTokens::Tokens(tokens)) => {
            let all: Vec<Value> = tokens
                .iter()
                .map(|(space, app, minted)| {
                    json!({ "app_id": app.to_string(), "org_id": space.to_string(), "token": bearer(minted) })
                })
                .collect();
            ok(passed, &all.into())
        }
        Ok(ServiceTokens::Nothing) => unknown(shared, passed),
        Err(_) => locked(),
    }
}

/// The instances of a service account.
pub(super) async fn instances(shared: &Shared, passed: &Passed, account: &str) -> Response {
    let Ok(asked) = ServiceTokensRequest::parse(&passed.body) else {
        return malformed(passed, NOT_READ);
    };
    let Some(proof) = proof(shared, passed, account, asked.presented).await else {
        return unknown(shared, passed);
    };
    match passed.vault.service_instances(account.to_owned(), proof).await {
        Ok(Some(pairs)) => {
            let all: Vec<Value> = pairs
                .iter()
                .map(|(space, app)| json!({ "app_id": app.to_string(), "org_id": space.to_string() }))
                .collect();
            ok(passed, &all.into())
        }
        Ok(None) => unknown(shared, passed),
        Err(_) => locked(),
    }
}

/// The accounts that were deleted, for a backend of the application that they were of.
pub(super) async fn departed(shared: &Shared, passed: &Passed) -> Response {
    let access = match access::access(shared, passed).await {
        Ok(access) => access,
        Err(refusal) => return refusal,
    };
    match access.holder {
        CoreHolder::Account { .. } => {}
        CoreHolder::Anonymous { .. } | CoreHolder::Service { .. } => return not_allowed(passed),
    }
    let from = parameter(passed, "start_time").and_then(|text| OffsetDateTime::parse(&text, &Rfc3339).ok());
    let Some(from) = from else {
        return malformed(
            passed,
            "The parameter start_time is a time with its zone (RFC 3339).",
        );
    };
    let Ok(gone) = access.space.departed(access.app, from).await else {
        return locked();
    };
    let memberships: Vec<Value> = gone
        .iter()
        .map(|one| {
            json!({
                "account_id": one.account.to_string(), "date_created": moment(one.at),
                "context": serde_json::from_str::<Value>(&one.context).unwrap_or_default(),
            })
        })
        .collect();
    let all = if memberships.is_empty() {
        json!([])
    } else {
        json!([{
            "app_id": access.app.to_string(), "org_id": access.space.id().to_string(), "memberships": memberships,
        }])
    };
    ok(passed, &all)
}

/// How a backend proves who it is; `None` where a signature does not.
async fn proof(
    shared: &Shared,
    passed: &Passed,
    account: &str,
    presented: Presented,
) -> Option<ServiceProof> {
    match presented {
        Presented::StaticToken(token) => Some(ServiceProof::Token(token.expose().to_owned())),
        Presented::Signature => signature::signer(shared, passed, account)
            .await
            .map(ServiceProof::Key),
    }
}

/// One of ours stands for one application in one space. A token for all of them would let whoever has it tell that they are one person's.
fn for_all(passed: &Passed) -> Response {
    refused(
        passed,
        StatusCode::FORBIDDEN,
        "no_wildcard",
        "A token is for one application in one space, so that nobody can join them.",
    )
}

fn bearer(minted: &Minted) -> Value {
    json!({ "access_token": minted.token.expose_str(), "token_type": "Bearer" })
}

/// A token with the keys that check it: the service itself may be where this computer cannot be reached.
fn scoped(minted: &Minted, keys: &[PubKey]) -> Value {
    let scopes: Vec<&str> = minted.scopes.iter().map(|scope| scope.as_str()).collect();
    json!({
        "access_token": minted.token.expose_str(), "token_type": "Bearer", "approved_scopes": scopes,
        "expires_at": moment(minted.expires_at), "issuer_keys": JwkSet::of(keys),
    })
}

fn moment(at: OffsetDateTime) -> String {
    at.replace_nanosecond(0)
        .unwrap_or(at)
        .format(&Rfc3339)
        .unwrap_or_default()
}
