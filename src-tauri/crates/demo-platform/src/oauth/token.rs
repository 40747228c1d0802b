//! The token endpoint.

use std::time::Duration;

use axum::{
    Json,
    body::Bytes,
    extract::{Extension, State},
    http::HeaderMap,
};
use serde::Serialize;

use super::ledger::{Access, InvalidGrant, Redemption, withheld};
use crate::{
    Fault,
    fields::Fields,
    platform::{ActiveFault, Platform, Shared},
    problem::Problem,
    scope::{Scopes, join_scopes, parse_scopes},
};

const INCOMPLETE: Problem = Problem::bad("invalid_request", "A parameter is missing, empty or repeated.");
const UNSUPPORTED: Problem = Problem::bad(
    "unsupported_grant_type",
    "Use authorization_code or refresh_token.",
);
const INVALID_GRANT: Problem = Problem::bad(
    "invalid_grant",
    "The code or token is unknown, used, expired or revoked.",
);
const INVALID_SCOPE: Problem = Problem::bad("invalid_scope", "The scope is wider than what was allowed.");

/// Life of access tokens under [`Fault::RefreshFails`], so that the failure shows soon.
const SHORT_LIFE: u64 = 5;

/// The answer of RFC 6749 section 5.1.
#[derive(Serialize)]
pub(crate) struct TokenAnswer {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
    refresh_token: String,
    scope: String,
}

/// `POST /oauth/token`
pub(crate) async fn token(
    State(platform): State<Shared>,
    Extension(active): Extension<ActiveFault>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<TokenAnswer>, Problem> {
    let fields = Fields::parse(&body);
    let client = platform.clients.authenticate(&headers, &fields)?;
    match fields.one("grant_type").ok_or(INCOMPLETE)? {
        "authorization_code" => by_code(&platform, active, &client, &fields),
        "refresh_token" => by_refresh(&platform, active, &client, &fields),
        _ => Err(UNSUPPORTED),
    }
    .map(Json)
}

fn by_code(
    platform: &Platform,
    active: ActiveFault,
    client: &str,
    fields: &Fields,
) -> Result<TokenAnswer, Problem> {
    let redemption = Redemption {
        code: fields.one("code").ok_or(INCOMPLETE)?,
        client,
        redirect: fields.one("redirect_uri").ok_or(INCOMPLETE)?,
        verifier: fields.one("code_verifier").ok_or(INCOMPLETE)?,
    };
    let (family, access) = platform
        .ledger()
        .redeem(&redemption)
        .map_err(|InvalidGrant| INVALID_GRANT)?;
    Ok(issue(platform, active, family, access.scopes, true))
}

fn by_refresh(
    platform: &Platform,
    active: ActiveFault,
    client: &str,
    fields: &Fields,
) -> Result<TokenAnswer, Problem> {
    let token = fields.one("refresh_token").ok_or(INCOMPLETE)?;
    let wanted = fields
        .one("scope")
        .map(parse_scopes)
        .transpose()
        .map_err(|_| INVALID_SCOPE)?;
    if active.fault == Some(Fault::RefreshFails) {
        return Err(INVALID_GRANT);
    }
    let mut ledger = platform.ledger();
    let scopes = narrowed(ledger.access_of(token).ok_or(INVALID_GRANT)?, wanted)?;
    let family = ledger
        .rotate(token, client)
        .map_err(|InvalidGrant| INVALID_GRANT)?;
    if active.fault == Some(Fault::Revoked) {
        ledger.end(Some(family));
        return Err(INVALID_GRANT);
    }
    drop(ledger);
    Ok(issue(platform, active, family, scopes, false))
}

/// A refresh may ask for less than was allowed, never for more (RFC 6749 section 6).
fn narrowed(access: &Access, wanted: Option<Scopes>) -> Result<Scopes, Problem> {
    match wanted {
        Some(wanted) if wanted.is_subset(&access.scopes) => Ok(wanted),
        Some(_) => Err(INVALID_SCOPE),
        None => Ok(access.scopes.clone()),
    }
}

fn issue(
    platform: &Platform,
    active: ActiveFault,
    family: u64,
    mut scopes: Scopes,
    first: bool,
) -> TokenAnswer {
    scopes.retain(|scope| !withheld(*scope, active));
    let usual = platform.config.access_token_seconds;
    let life = if active.fault == Some(Fault::RefreshFails) {
        usual.min(SHORT_LIFE)
    } else {
        usual
    };
    let scope = join_scopes(&scopes);
    let issued = platform
        .ledger()
        .issue(family, scopes, first, Duration::from_secs(life));
    TokenAnswer {
        access_token: issued.access_token,
        token_type: "Bearer",
        expires_in: life,
        refresh_token: issued.refresh_token,
        scope,
    }
}
