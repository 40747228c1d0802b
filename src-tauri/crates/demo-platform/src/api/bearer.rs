//! Who a request speaks for: the bearer token of RFC 6750, in the header and nowhere else.

use axum::http::{HeaderMap, StatusCode, header};

use crate::{
    Scope,
    data::History,
    oauth::AccessRefused,
    platform::{ActiveFault, Platform},
    problem::Problem,
};

const MISSING: Problem = Problem::new(
    StatusCode::UNAUTHORIZED,
    "missing_token",
    "Send an access token as a bearer token.",
);
const INVALID: Problem = Problem::new(
    StatusCode::UNAUTHORIZED,
    "invalid_token",
    "The access token is unknown, expired or revoked.",
);
const TOO_NARROW: Problem = Problem::new(
    StatusCode::FORBIDDEN,
    "insufficient_scope",
    "The access token does not open this.",
);

/// The history that the request's token opens.
pub(crate) fn person<'p>(
    platform: &'p Platform,
    active: ActiveFault,
    headers: &HeaderMap,
    scope: Scope,
) -> Result<&'p History, Problem> {
    let token = token(headers).ok_or(MISSING)?;
    let account = platform
        .ledger()
        .open(token, scope, active)
        .map_err(|refused| match refused {
            AccessRefused::Invalid => INVALID,
            AccessRefused::TooNarrow => TOO_NARROW,
        })?;
    platform.history(account).ok_or(INVALID)
}

fn token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
        .filter(|token| !token.is_empty())
}
