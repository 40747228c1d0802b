//! `/verify/`: the metadata of an opened app, which the app's server fetches with the token of the frame.

use axum::{http::StatusCode, response::Response};
use openplatform::{errors::HostError, token::PresentedToken};
use url::form_urlencoded;

use crate::{Shared, guard::Passed, reply::json_reply};

pub(crate) async fn answer(shared: &Shared, passed: &Passed) -> Response {
    let query = passed.uri.query().unwrap_or_default();
    let token = form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "accesstoken")
        .and_then(|(_, value)| PresentedToken::new(&value));
    let Some(token) = token else { return refused() };
    match passed.vault.verify_answer(&token, &shared.base()).await {
        Ok(Some(metadata)) => json_reply(StatusCode::OK, &metadata),
        Ok(None) => refused(),
        Err(_) => crate::reply::locked(),
    }
}

/// The protocol's own form of a refusal.
fn refused() -> Response {
    json_reply(StatusCode::UNAUTHORIZED, &HostError::InvalidToken.body())
}
