//! The authorisation page: the question, and the person's answer.

use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use url::Url;

use super::{
    AuthorizeRequest,
    request::{BadRequest, Refusal},
    tokens::fresh,
};
use crate::{
    Fault,
    data::ACCOUNTS,
    fields::Fields,
    guard::{from_a_page, own_origin},
    pages,
    platform::{Platform, Shared},
    scope::Scopes,
};

const STALE: &str = "This page was answered before, or it waited for more than ten minutes.";

/// `GET /oauth/authorize`: puts the question.
pub(crate) async fn ask(State(platform): State<Shared>, RawQuery(query): RawQuery) -> Response {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    match AuthorizeRequest::parse(&fields, &platform.clients) {
        Ok(request) => {
            let id = platform.ledger().open_page(request.clone());
            question(&platform, &id, &request, None)
        }
        Err(BadRequest::Untrusted(words)) => pages::dead_end(StatusCode::BAD_REQUEST, words),
        Err(BadRequest::Refused(refusal)) => see_other(refusal.address()),
    }
}

/// `POST /oauth/authorize`: takes the answer.
pub(crate) async fn answer(State(platform): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    if own_origin(&headers).is_err() {
        return pages::dead_end(
            StatusCode::FORBIDDEN,
            "The answer came from a page that is not this platform\u{2019}s.",
        );
    }
    let fields = Fields::parse(&body);
    let id = fields.one("request").unwrap_or_default();
    let Some(request) = platform.ledger().page(id).cloned() else {
        return pages::dead_end(StatusCode::BAD_REQUEST, STALE);
    };
    match fields.one("decision") {
        Some("allow") => allowed(&platform, &headers, id, request, &fields),
        Some("deny") => {
            platform.ledger().close_page(id);
            see_other(denied(&platform, &request))
        }
        _ => question(&platform, id, &request, Some("Allow it or refuse it.")),
    }
}

fn allowed(
    platform: &Platform,
    headers: &HeaderMap,
    id: &str,
    request: AuthorizeRequest,
    fields: &Fields,
) -> Response {
    let Some(account) = fields
        .one("account")
        .and_then(|id| ACCOUNTS.iter().find(|account| account.id == id))
    else {
        return question(platform, id, &request, Some("Choose whose account it is."));
    };
    let Some(scopes) = granted(&request, headers, fields) else {
        return question(
            platform,
            id,
            &request,
            Some("Nothing was ticked. Tick what may be read, or refuse."),
        );
    };
    let mut ledger = platform.ledger();
    ledger.close_page(id);
    let code = ledger.issue_code(request.clone(), account, scopes);
    drop(ledger);
    let state = state(platform, &request);
    see_other(request.redirect.with(&[("code", &code), ("state", &state)]))
}

/// What was asked for and left ticked. A program that sends no ticks at all grants what was asked; a browser that sends none says that the
/// person ticked nothing.
fn granted(request: &AuthorizeRequest, headers: &HeaderMap, fields: &Fields) -> Option<Scopes> {
    let ticked: Vec<&str> = fields.all("scope").collect();
    if ticked.is_empty() && !from_a_page(headers) {
        return Some(request.scopes.clone());
    }
    let scopes: Scopes = request
        .scopes
        .iter()
        .filter(|scope| ticked.contains(&scope.as_str()))
        .copied()
        .collect();
    (!scopes.is_empty()).then_some(scopes)
}

fn denied(platform: &Platform, request: &AuthorizeRequest) -> Url {
    let refusal = Refusal {
        redirect: request.redirect.clone(),
        state: Some(state(platform, request)),
        error: "access_denied",
        words: "The person refused.",
    };
    refusal.address()
}

/// The state to send back: the one that came, or another under [`Fault::BadState`].
fn state(platform: &Platform, request: &AuthorizeRequest) -> String {
    let fault = request.fault.or_else(|| platform.fault().fault);
    if fault == Some(Fault::BadState) {
        fresh().0
    } else {
        request.state.clone()
    }
}

impl Refusal {
    fn address(&self) -> Url {
        let mut answer = vec![("error", self.error), ("error_description", self.words)];
        answer.extend(self.state.as_deref().map(|state| ("state", state)));
        self.redirect.with(&answer)
    }
}

fn question(platform: &Platform, id: &str, request: &AuthorizeRequest, note: Option<&str>) -> Response {
    let client = platform.clients.name(&request.client).unwrap_or_default();
    let status = if note.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    pages::question(
        status,
        &pages::Question {
            id,
            client,
            place: &request.redirect.place(),
            scopes: &request.scopes,
            note,
        },
    )
}

/// 303, so that the browser asks for the address with GET and without the form (RFC 9700 section 4.12).
fn see_other(address: Url) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, String::from(address))]).into_response()
}
