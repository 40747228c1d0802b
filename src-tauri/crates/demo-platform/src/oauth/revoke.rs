//! The revocation endpoint (RFC 7009).

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
};

use crate::{fields::Fields, platform::Shared, problem::Problem};

const NO_TOKEN: Problem = Problem::bad("invalid_request", "A token is required.");

/// `POST /oauth/revoke`: 200 for any token, known or not, so that the answer tells nothing about it.
pub(crate) async fn revoke(
    State(platform): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let fields = Fields::parse(&body);
    let client = platform.clients.authenticate(&headers, &fields)?;
    let token = fields.one("token").ok_or(NO_TOKEN)?;
    platform.ledger().revoke(token, &client);
    Ok(StatusCode::OK)
}
