//! Which path is answered by what.

use axum::{
    Router,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode, header},
    middleware::{from_fn, from_fn_with_state},
    routing::{get, post},
};

use crate::{admin, api, export, faulty, guard, oauth, pages, platform::Shared, problem::Problem};

/// Longest body in bytes; the longest honest one is a token request of a few hundred.
const BODY: usize = 16 * 1024;

/// All routes.
pub(crate) fn router(platform: Shared) -> Router {
    let with = |platform: &Shared| platform.clone();
    Router::new()
        .route("/", get(pages::welcome))
        .route("/demo.css", get(pages::style))
        .route("/endpoint", get(pages::endpoint))
        .route("/schemas/user-platform-data.json", get(pages::schema))
        .route("/.well-known/oauth-authorization-server", get(oauth::metadata))
        .route("/oauth/authorize", get(oauth::ask).post(oauth::answer))
        .route(
            "/oauth/token",
            post(oauth::token).layer(from_fn_with_state(with(&platform), faulty::token)),
        )
        .route("/oauth/revoke", post(oauth::revoke))
        .nest(
            "/api/v1",
            api::router().layer(from_fn_with_state(with(&platform), faulty::data)),
        )
        .nest(
            "/api/ExportData",
            export::router().layer(from_fn_with_state(with(&platform), faulty::data)),
        )
        .route("/elsewhere", get(elsewhere).post(elsewhere))
        .route("/admin/fault", get(admin::fault).post(admin::set_fault))
        .route("/admin/requests", get(admin::requests))
        .fallback(async || {
            Problem::new(
                StatusCode::NOT_FOUND,
                "not_found",
                "There is nothing at this address.",
            )
        })
        .layer(DefaultBodyLimit::max(BODY))
        .layer(from_fn_with_state(with(&platform), guard::counted))
        .layer(from_fn_with_state(with(&platform), guard::right_host))
        .layer(from_fn(guard::headers))
        .with_state(platform)
}

/// Where [`Fault::RedirectAway`](crate::Fault::RedirectAway) leads.
async fn elsewhere(State(platform): State<Shared>, headers: HeaderMap) -> Problem {
    if headers.contains_key(header::AUTHORIZATION) {
        platform.count("elsewhere with a token".to_owned());
    }
    Problem::new(
        StatusCode::NOT_FOUND,
        "elsewhere",
        "Nobody was meant to come here.",
    )
}
