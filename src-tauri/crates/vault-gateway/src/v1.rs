//! `/v1`: the vault's own data API. The answer is the one of the bridge; here it only gets a token and headers.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use openplatform::token::PresentedToken;
use vault_core::{
    callers::Caller,
    disclosure::v1::{Caller as Reader, V1Answer},
};

use crate::{
    Shared,
    guard::Passed,
    reply::{allow_origin, forbidden_origin, locked, reply},
};

pub(crate) async fn answer(shared: &Shared, passed: &Passed) -> Response {
    let Some(token) = bearer(&passed.headers) else {
        return shared.failed(given(&V1Answer::invalid_token()));
    };
    let (space, app, origin) = match passed.vault.caller(&token).await {
        Ok(Caller::App { space, app, origin }) => (space, app, origin),
        Ok(Caller::Over) => return given(&V1Answer::consent_denied()),
        Ok(Caller::Nobody) => return shared.failed(given(&V1Answer::invalid_token())),
        Err(_) => return locked(),
    };
    // A page may ask with the token of its own app only.
    if passed
        .origin
        .as_ref()
        .is_some_and(|value| value.as_bytes() != origin.as_bytes())
    {
        return forbidden_origin();
    }
    let path = passed.uri.path_and_query().map_or("/", |path| path.as_str());
    let accept = passed
        .headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    let Ok(answered) = space.answer_v1(Reader::App(app), path, accept).await else {
        return locked();
    };
    let mut response = given(&answered);
    if let Some(origin) = &passed.origin {
        allow_origin(&mut response, origin);
    }
    if let Some(disclosure) = answered.disclosure
        && let Err(error) = space.delivered(disclosure).await
    {
        tracing::warn!(%error, "the outcome of a release was not logged");
    }
    response
}

fn given(answer: &V1Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    reply(status, answer.content_type, answer.body.clone())
}

fn bearer(headers: &HeaderMap) -> Option<PresentedToken> {
    PresentedToken::new(
        headers
            .get(header::AUTHORIZATION)?
            .to_str()
            .ok()?
            .strip_prefix("Bearer ")?
            .trim(),
    )
}
