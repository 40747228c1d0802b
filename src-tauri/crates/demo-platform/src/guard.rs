//! What every request passes: the right host, a count, and headers on the answer.

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{platform::Shared, problem::Problem};

const WRONG_HOST: Problem = Problem::new(
    StatusCode::MISDIRECTED_REQUEST,
    "wrong_host",
    "This platform answers on 127.0.0.1 only.",
);
const WRONG_ORIGIN: Problem = Problem::new(
    StatusCode::FORBIDDEN,
    "wrong_origin",
    "Another page may not send this.",
);

/// Refuses names other than the loopback ones, so that a page elsewhere cannot reach this server under its own name (DNS rebinding).
pub(crate) async fn right_host(State(platform): State<Shared>, request: Request, next: Next) -> Response {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let ours = [
        format!("127.0.0.1:{}", platform.port),
        format!("localhost:{}", platform.port),
    ];
    if host.is_some_and(|host| ours.iter().any(|name| name == host)) {
        next.run(request).await
    } else {
        WRONG_HOST.into_response()
    }
}

/// Counts the request under its route.
pub(crate) async fn counted(State(platform): State<Shared>, request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>();
    let route = path.map_or_else(
        || "unmatched".to_owned(),
        |path| format!("{} {}", request.method(), path.as_str()),
    );
    tracing::debug!(route, "request");
    platform.count(route);
    next.run(request).await
}

/// Adds what holds for every answer. Pages bring a policy of their own.
pub(crate) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    let policy = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    headers
        .entry(header::REFERRER_POLICY)
        .or_insert(HeaderValue::from_static("no-referrer"));
    response
}

/// Whether the request was sent by a page in a browser: browsers say where a form comes from, other programs do not.
pub(crate) fn from_a_page(headers: &HeaderMap) -> bool {
    headers.contains_key(header::ORIGIN)
}

/// Refuses forms and calls that a page of another origin sent.
pub(crate) fn own_origin(headers: &HeaderMap) -> Result<(), Problem> {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return Ok(());
    };
    let host = headers
        .get(header::HOST)
        .map(HeaderValue::as_bytes)
        .unwrap_or_default();
    if origin.as_bytes().strip_prefix(b"http://") == Some(host) {
        Ok(())
    } else {
        Err(WRONG_ORIGIN)
    }
}
