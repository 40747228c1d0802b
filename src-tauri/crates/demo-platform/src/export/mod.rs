//! The Open Platforms endpoint: everything about the person behind an address, for whoever has that person's token
//! (`spec/gigdata.md` 3 and 11).
//!
//! Upstream's platforms have one token that opens everybody. Here each person has one of their own, and it opens nobody else.

mod answer;
mod misbehaving;
mod token;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Extension, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
};
use gigdata::ExportRequest;
use serde_json::json;

use crate::{
    Fault,
    platform::{ActiveFault, Platform, Shared},
    problem::Problem,
};
use answer::Answer;

pub(crate) use token::of as token_of;

const NO_REQUEST: Problem = Problem::bad(
    "invalid_request",
    "Send PlatformToken, UserEmail and RequestId as a JSON object.",
);
const WRONG_TOKEN: Problem = Problem::new(
    StatusCode::UNAUTHORIZED,
    "wrong_token",
    "This token does not open this address.",
);

/// The route, by which both methods ask the same.
pub(crate) fn router() -> Router<Shared> {
    Router::new().route("/", get(by_headers).post(by_body))
}

/// `POST /api/ExportData` with the body of `spec/gigdata.md` 3.1, in any of its dialects.
async fn by_body(
    State(platform): State<Shared>,
    Extension(active): Extension<ActiveFault>,
    body: Bytes,
) -> Response {
    match ExportRequest::read(&body) {
        Ok(request) => answered(&platform, active, &request),
        Err(_) => NO_REQUEST.into_response(),
    }
}

/// `GET /api/ExportData` with the same three as headers.
async fn by_headers(
    State(platform): State<Shared>,
    Extension(active): Extension<ActiveFault>,
    headers: HeaderMap,
) -> Response {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let (Some(token), Some(email)) = (text("platformToken"), text("userEmail")) else {
        return NO_REQUEST.into_response();
    };
    let id = text("requestId").unwrap_or_default();
    answered(&platform, active, &ExportRequest::from_headers(token, email, id))
}

fn answered(platform: &Platform, active: ActiveFault, request: &ExportRequest) -> Response {
    if let Some(misbehaviour) = misbehaving::at(request.email()) {
        return misbehaviour.into_response();
    }
    // The token first: who has none does not learn which addresses are known.
    let Some(owner) = token::owner(platform.config.seed, request.token()) else {
        return WRONG_TOKEN.into_response();
    };
    let Some(account) = answer::account(request.email()) else {
        return unknown(request.email());
    };
    if account.id != owner.id || active.fault == Some(Fault::Revoked) {
        return WRONG_TOKEN.into_response();
    }
    match platform.history(account) {
        Some(history) => Json(Answer::new(account, history, request)).into_response(),
        None => unknown(request.email()),
    }
}

/// In the words of upstream's mock platform.
fn unknown(email: &str) -> Response {
    let words = format!("Unable to find that user. Request UserEmail: '{email}'");
    (StatusCode::NOT_FOUND, Json(json!({ "message": words }))).into_response()
}
