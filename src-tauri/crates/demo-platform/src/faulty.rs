//! Faults that show in the answers of the data API and of the token endpoint.

use std::time::Duration;

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::io::{AsyncReadExt, repeat};
use tokio_util::io::ReaderStream;

use crate::{
    Fault,
    fields::Fields,
    platform::{ActiveFault, Platform, Shared},
    problem::Problem,
};

const BUSY: Problem = Problem::new(
    StatusCode::TOO_MANY_REQUESTS,
    "rate_limited",
    "Too many requests. Wait a little.",
);
const BROKEN: Problem = Problem::new(
    StatusCode::INTERNAL_SERVER_ERROR,
    "server_error",
    "Something went wrong here.",
);
const CLOSED: Problem = Problem::new(StatusCode::GONE, "account_closed", "This account is closed.");

const STOPPING: Problem = Problem::new(
    StatusCode::SERVICE_UNAVAILABLE,
    "stopping",
    "The demo platform is stopping.",
);

/// How much an endless answer gives before it ends after all.
const HUGE: u64 = 256 * 1024 * 1024;
/// Longest answer that is cut in two.
const LONGEST: usize = 16 * 1024 * 1024;

/// The fault of one request: the one its query names, else the one that is on.
pub(crate) fn of_request(platform: &Platform, query: Option<&str>) -> ActiveFault {
    let named = Fields::parse(query.unwrap_or_default().as_bytes())
        .one("fault")
        .and_then(|name| name.parse().ok());
    let active = platform.fault();
    match named {
        Some(fault) => ActiveFault {
            fault: Some(fault),
            since: u64::MAX,
        },
        None => active,
    }
}

/// Faults of the data API.
pub(crate) async fn data(State(platform): State<Shared>, mut request: Request, next: Next) -> Response {
    let active = of_request(&platform, request.uri().query());
    request.extensions_mut().insert(active);
    match active.fault {
        Some(Fault::RateLimit) => rate_limited(&platform),
        Some(Fault::ServerError) => BROKEN.into_response(),
        Some(Fault::RedirectAway) => redirected(&platform),
        Some(Fault::AccountClosed) => CLOSED.into_response(),
        Some(Fault::Huge) => huge(),
        Some(Fault::Slow) if waited_in_vain(&platform).await => STOPPING.into_response(),
        Some(Fault::TruncatedJson) => truncated(next.run(request).await).await,
        Some(
            Fault::ExpiredToken
            | Fault::Revoked
            | Fault::LessScope
            | Fault::BadState
            | Fault::RefreshFails
            | Fault::TokenError
            | Fault::Slow,
        )
        | None => next.run(request).await,
    }
}

/// Faults of the token endpoint.
pub(crate) async fn token(State(platform): State<Shared>, mut request: Request, next: Next) -> Response {
    let active = of_request(&platform, request.uri().query());
    match active.fault {
        Some(Fault::RedirectAway) => redirected(&platform),
        Some(Fault::TokenError) => BROKEN.into_response(),
        _ => {
            request.extensions_mut().insert(active);
            next.run(request).await
        }
    }
}

/// Waits as long as [`Fault::Slow`] does; true if the platform stopped meanwhile.
async fn waited_in_vain(platform: &Platform) -> bool {
    let wait = tokio::time::sleep(Duration::from_secs(platform.config.slow_seconds));
    tokio::select! {
        () = wait => false,
        () = platform.stopping.cancelled() => true,
    }
}

fn rate_limited(platform: &Platform) -> Response {
    let wait = HeaderValue::from(platform.config.retry_after_seconds);
    ([(header::RETRY_AFTER, wait)], BUSY).into_response()
}

/// `localhost` and `127.0.0.1` are two origins. 307 keeps method and body, so a client that follows gives away all it has.
fn redirected(platform: &Platform) -> Response {
    let target = format!("http://localhost:{}/elsewhere", platform.port);
    (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, target)]).into_response()
}

/// A JSON text whose one string does not end, sent without a length.
fn huge() -> Response {
    let text = br#"{"items":[{"id":"gig_0","title":""#
        .as_slice()
        .chain(repeat(b'x').take(HUGE));
    let body = Body::from_stream(ReaderStream::with_capacity(text, 64 * 1024));
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

async fn truncated(response: Response) -> Response {
    if !response.status().is_success() {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, LONGEST).await else {
        return BROKEN.into_response();
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(bytes.slice(..bytes.len() / 2)))
}
