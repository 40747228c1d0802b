//! `/v1`: the vault's own data API. The answer is the one of the bridge; here it only gets a token and headers.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::Response,
};

use crate::{
    guard::Passed,
    reply::{allow_origin, error, reply},
};

pub(crate) async fn answer(passed: &Passed) -> Response {
    let Some(token) = bearer(&passed.headers) else { return invalid_token() };
    let origin = passed.origin.as_ref().and_then(|value| value.to_str().ok()).map(str::to_owned);
    let path = passed.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let accept = passed.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let answered = match passed.vault.answer_v1(token, origin.as_deref(), &path, &accept).await {
        Ok(Some(answered)) => answered,
        Ok(None) => return invalid_token(),
        Err(_) => return crate::reply::locked(),
    };
    let status = StatusCode::from_u16(answered.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = reply(status, answered.content_type, answered.body);
    if let Some(origin) = &passed.origin {
        allow_origin(&mut response, origin);
    }
    response
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ").map(str::trim)
}

fn invalid_token() -> Response {
    error(StatusCode::UNAUTHORIZED, "invalid_token", "Sign in again.")
}
