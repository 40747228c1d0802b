//! What services get: by the person's consent in an application, or as a backend with standing access (specification 4.1, 8.4).

use axum::{http::StatusCode, response::Response};
use serde::Deserialize;
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use vault_core::services::{Authorized, CoreHolder, Minted, ServiceProof, ServiceTokens};

use super::{
    access,
    body::{NOT_READ, object, parameter},
    denied, issuer, malformed, not_allowed, ok,
    public::full_form,
    refused, signature, unknown,
};
use crate::{Shared, guard::Passed, reply::locked};

/// What an application asks for. What it says of the person's approval is a wish like any other.
#[derive(Deserialize)]
struct Asked {
    service_id: String,
    #[serde(default)]
    requested_scopes: Vec<String>,
    #[serde(default)]
    approved_scopes: Vec<String>,
}

#[derive(Deserialize)]
struct One {
    account_id: String,
    app_id: String,
    org_id: String,
    auth_type: String,
    #[serde(default)]
    creds: Option<Creds>,
}

#[derive(Deserialize)]
struct Every {
    account_id: String,
    auth_type: String,
    #[serde(default)]
    creds: Option<Creds>,
}

#[derive(Deserialize)]
struct Proving {
    auth_type: String,
    #[serde(default)]
    creds: Option<Creds>,
}

#[derive(Deserialize)]
struct Creds {
    token: String,
}

pub(super) async fn authorize(shared: &Shared, passed: &Passed) -> Response {
    let access = match access::in_app(shared, passed).await {
        Ok(access) => access,
        Err(refusal) => return refusal,
    };
    let Some(asked) = object::<Asked>(passed) else {
        return malformed(passed, NOT_READ);
    };
    let mut scopes = asked.requested_scopes;
    for scope in asked.approved_scopes {
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    let answered = access
        .space
        .authorize_service(access.app, asked.service_id, scopes, issuer(shared))
        .await;
    match answered {
        Ok(Authorized::Granted(minted)) => ok(passed, &scoped(&minted)),
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
        Ok(Authorized::NotAllowed) => not_allowed(passed),
        Ok(Authorized::NotRegistered(scope)) => {
            refused(passed, StatusCode::BAD_REQUEST, "scope_not_registered", &scope)
        }
        Ok(Authorized::Malformed) => malformed(passed, "Ask for 1 to 64 scopes."),
        Err(_) => locked(),
    }
}

pub(super) async fn token(shared: &Shared, passed: &Passed) -> Response {
    let Some(asked) = object::<One>(passed) else {
        return malformed(passed, NOT_READ);
    };
    let proof = match proof(shared, passed, &asked.account_id, &asked.auth_type, asked.creds).await {
        Ok(proof) => proof,
        Err(fault) => return fault.answer(shared, passed),
    };
    if [&asked.app_id, &asked.org_id]
        .iter()
        .any(|id| id.as_str() == "all")
    {
        return for_all(passed);
    }
    let only = Some((asked.org_id, asked.app_id));
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
    let Some(asked) = object::<Every>(passed) else {
        return malformed(passed, NOT_READ);
    };
    let proof = match proof(shared, passed, &asked.account_id, &asked.auth_type, asked.creds).await {
        Ok(proof) => proof,
        Err(fault) => return fault.answer(shared, passed),
    };
    match passed
        .vault
        .service_tokens(asked.account_id, proof, None, issuer(shared))
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
    let Some(asked) = object::<Proving>(passed) else {
        return malformed(passed, NOT_READ);
    };
    let proof = match proof(shared, passed, account, &asked.auth_type, asked.creds).await {
        Ok(proof) => proof,
        Err(fault) => return fault.answer(shared, passed),
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

/// Why a backend did not prove who it is.
enum Unproven {
    /// It did not say how, or with what.
    Malformed,
    /// What it brought is nobody's.
    Unknown,
}

impl Unproven {
    fn answer(&self, shared: &Shared, passed: &Passed) -> Response {
        match self {
            Self::Malformed => malformed(passed, "The auth_type and the credential do not fit."),
            Self::Unknown => unknown(shared, passed),
        }
    }
}

/// How a backend proves who it is.
async fn proof(
    shared: &Shared,
    passed: &Passed,
    account: &str,
    auth_type: &str,
    creds: Option<Creds>,
) -> Result<ServiceProof, Unproven> {
    match (auth_type, creds) {
        ("static_token", Some(creds)) => Ok(ServiceProof::Token(creds.token)),
        ("signature", _) => {
            let kid = signature::signer(shared, passed, account).await;
            kid.map(ServiceProof::Key).ok_or(Unproven::Unknown)
        }
        _ => Err(Unproven::Malformed),
    }
}

/// One of ours stands for one application in one space. A token for all of them would let whoever has it tell that they are one person's.
fn for_all(passed: &Passed) -> Response {
    refused(
        passed,
        StatusCode::FORBIDDEN,
        "all_refused",
        "A token is for one application in one space, so that nobody can join them.",
    )
}

fn bearer(minted: &Minted) -> Value {
    json!({ "access_token": minted.token.expose_str(), "token_type": "Bearer" })
}

fn scoped(minted: &Minted) -> Value {
    let scopes: Vec<&str> = minted.scopes.iter().map(|scope| scope.as_str()).collect();
    json!({
        "access_token": minted.token.expose_str(), "token_type": "Bearer", "approved_scopes": scopes,
        "expires_at": moment(minted.expires_at),
    })
}

fn moment(at: OffsetDateTime) -> String {
    at.replace_nanosecond(0)
        .unwrap_or(at)
        .format(&Rfc3339)
        .unwrap_or_default()
}
