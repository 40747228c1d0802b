//! `/gigdata/token`: the code that the browser brought becomes a token of the app's own (RFC 6749, 4.1.3).

use axum::{
    http::{StatusCode, header},
    response::Response,
};
use serde_json::{Map, Value, json};
use url::form_urlencoded;
use vault_core::VaultError;
use vault_store::ConsumerId;

use super::uuid;
use crate::{
    Shared,
    access::readable,
    guard::Passed,
    reply::{forbidden_origin, json_reply, locked},
};

/// The longest value that is looked at, in bytes.
const LONGEST: usize = 512;

pub(super) async fn answer(shared: &Shared, passed: &Passed) -> Response {
    let Some(asked) = Asked::read(passed) else {
        return readable(passed, shared.failed(error("invalid_request")));
    };
    match redeem(passed, &asked).await {
        Ok(Redeemed::Token(body)) => readable(passed, json_reply(StatusCode::OK, &body)),
        Ok(Redeemed::OtherPage) => forbidden_origin(),
        Ok(Redeemed::Nothing) => readable(passed, shared.failed(error("invalid_grant"))),
        Err(_) => locked(),
    }
}

enum Redeemed {
    Token(Value),
    Nothing,
    OtherPage,
}

async fn redeem(passed: &Passed, asked: &Asked) -> Result<Redeemed, VaultError> {
    if let Some(app) = asked.app {
        let Some((space, consumer)) = passed.vault.find_consumer(app).await? else {
            return Ok(Redeemed::Nothing);
        };
        if passed.is_of_none_of(&consumer.origins()) {
            return Ok(Redeemed::OtherPage);
        }
        if let Some(secret) = &asked.secret
            && !space.is_consumer_secret(app, secret.clone()).await?
        {
            return Ok(Redeemed::Nothing);
        }
    } else if asked.secret.is_some() || passed.origin.is_some() {
        // A secret, or a page, is one of some app: which one has to be said.
        return Ok(Redeemed::Nothing);
    }
    let signed_in = passed
        .vault
        .redeem_consumer_code(&asked.code, asked.verifier.as_deref(), asked.app)
        .await?;
    Ok(match signed_in {
        None => Redeemed::Nothing,
        Some(signed_in) => Redeemed::Token(json!({
            "access_token": signed_in.token.expose_str(),
            "token_type": "Bearer",
            "expires_in": signed_in.expires_in,
            "openplatformsuserid": signed_in.account.hyphenated().to_string(),
        })),
    })
}

/// What an app sends: a form, or the same members as JSON. Nothing of it is printed.
struct Asked {
    code: String,
    verifier: Option<String>,
    app: Option<ConsumerId>,
    secret: Option<String>,
}

impl Asked {
    fn read(passed: &Passed) -> Option<Self> {
        let json = passed
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|kind| kind.starts_with("application/json"));
        Self::of(&members(&passed.body, json)?)
    }

    fn of(members: &[(String, String)]) -> Option<Self> {
        let get = |names: &[&str]| {
            let mut found = members.iter().filter(|(name, _)| names.contains(&name.as_str()));
            let first = found.next().map(|(_, value)| value.clone());
            // One that comes twice cannot be told.
            (found.next().is_none()).then_some(first)
        };
        let grant_type = get(&["grant_type"])?;
        if grant_type.is_some_and(|kind| kind != "authorization_code") {
            return None;
        }
        let app = match get(&["client_id", "applicationid"])? {
            None => None,
            Some(text) => Some(ConsumerId::from_uuid(uuid(&gigdata::api::Guid::parse(&text)?))),
        };
        Some(Self {
            code: get(&["code"])??,
            verifier: get(&["code_verifier"])?,
            app,
            secret: get(&["client_secret", "appsecret"])?,
        })
    }
}

fn members(body: &[u8], json: bool) -> Option<Vec<(String, String)>> {
    let all: Vec<(String, String)> = if json {
        let object: Map<String, Value> = serde_json::from_slice(body).ok()?;
        let text = |(name, value): (String, Value)| match value {
            Value::String(text) => Some((name, text)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
        };
        object.into_iter().filter_map(text).collect()
    } else {
        form_urlencoded::parse(body).into_owned().collect()
    };
    let fits = all.len() <= 16 && all.iter().all(|(_, value)| value.len() <= LONGEST);
    fits.then(|| {
        all.into_iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value))
            .collect()
    })
}

fn error(code: &str) -> Response {
    json_reply(StatusCode::BAD_REQUEST, &json!({ "error": code }))
}
