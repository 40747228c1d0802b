//! The data API under `/api/v1`: who the person is, and six lists that are read page by page.

mod bearer;
mod page;

use axum::{
    Json, Router,
    extract::{Extension, RawQuery, State},
    http::HeaderMap,
    routing::{MethodRouter, get},
};

use crate::{
    Scope,
    data::{History, Listed},
    platform::{ActiveFault, Shared},
    problem::Problem,
};
use bearer::person;
use page::{Page, page};

/// The routes of the data API.
pub(crate) fn router() -> Router<Shared> {
    Router::new()
        .route("/me", get(me))
        .route("/gigs", list(Scope::Gigs, |history| &history.gigs))
        .route("/payments", list(Scope::Payments, |history| &history.payments))
        .route("/ratings", list(Scope::Ratings, |history| &history.ratings))
        .route("/reviews", list(Scope::Reviews, |history| &history.reviews))
        .route(
            "/achievements",
            list(Scope::Achievements, |history| &history.achievements),
        )
        .route(
            "/restrictions",
            list(Scope::Profile, |history| &history.restrictions),
        )
}

async fn me(
    State(platform): State<Shared>,
    Extension(active): Extension<ActiveFault>,
    headers: HeaderMap,
) -> Result<Json<serde_json::Value>, Problem> {
    let history = person(&platform, active, &headers, Scope::Profile)?;
    serde_json::to_value(&history.me)
        .map(Json)
        .map_err(|_| page::UNWRITABLE)
}

fn list<T: Listed + 'static>(scope: Scope, items: fn(&History) -> &[T]) -> MethodRouter<Shared> {
    get(
        async move |State(platform): State<Shared>,
                    Extension(active): Extension<ActiveFault>,
                    RawQuery(query): RawQuery,
                    headers: HeaderMap|
                    -> Result<Json<Page>, Problem> {
            let history = person(&platform, active, &headers, scope)?;
            page(scope, items(history), query.as_deref().unwrap_or_default())
        },
    )
}
