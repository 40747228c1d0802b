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
    Account, Fault,
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
            question(&platform, &id, &request, &request.scopes, None)
        }
        Err(BadRequest::Untrusted(words)) => pages::dead_end(StatusCode::BAD_REQUEST, words),
        Err(BadRequest::Refused(refusal)) => see_other(refusal.address()),
    }
}

/// `POST /oauth/authorize`: takes the answer. A program that never loaded the page may send its answer to the page's own address, with the
/// question in the query; the form itself names the question that it belongs to.
pub(crate) async fn answer(
    State(platform): State<Shared>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if own_origin(&headers).is_err() {
        return pages::dead_end(
            StatusCode::FORBIDDEN,
            "The answer came from a page that is not this platform\u{2019}s.",
        );
    }
    let fields = Fields::parse(&body);
    let id = match fields.one("request") {
        Some(id) => id.to_owned(),
        None => asked_in_query(&platform, &headers, query).unwrap_or_default(),
    };
    let id = id.as_str();
    let Some(request) = platform.ledger().page(id).cloned() else {
        return pages::dead_end(StatusCode::BAD_REQUEST, STALE);
    };
    let ticked = ticked(&request, &headers, &fields);
    let account = fields
        .one("account")
        .and_then(|id| ACCOUNTS.iter().find(|account| account.id == id));
    let lacking = match (fields.one("decision"), account) {
        (Some("deny"), _) => return closed(&platform, id, || denied(&platform, &request)),
        (Some("allow"), Some(account)) if !ticked.is_empty() => {
            return closed(&platform, id, || allowed(&platform, &request, account, ticked));
        }
        (Some("allow"), Some(_)) => "Nothing was ticked. Tick what may be read, or refuse.",
        (Some("allow"), None) => "Choose whose account it is.",
        _ => "Allow it or refuse it.",
    };
    question(&platform, id, &request, &ticked, Some(lacking))
}

/// Opens the page that a query asks for. Not for browsers: a person answers only what was shown.
fn asked_in_query(platform: &Platform, headers: &HeaderMap, query: Option<String>) -> Option<String> {
    if from_a_page(headers) {
        return None;
    }
    let fields = Fields::parse(query?.as_bytes());
    let request = AuthorizeRequest::parse(&fields, &platform.clients).ok()?;
    Some(platform.ledger().open_page(request))
}

/// What was asked for and left ticked. A program that sends no ticks at all means all that was asked; a browser that sends none says that the
/// person ticked nothing.
fn ticked(request: &AuthorizeRequest, headers: &HeaderMap, fields: &Fields) -> Scopes {
    let ticked: Vec<&str> = fields.all("scope").collect();
    if ticked.is_empty() && !from_a_page(headers) {
        return request.scopes.clone();
    }
    request
        .scopes
        .iter()
        .filter(|scope| ticked.contains(&scope.as_str()))
        .copied()
        .collect()
}

/// Closes the page and sends the person back to the client.
fn closed(platform: &Platform, id: &str, address: impl FnOnce() -> Url) -> Response {
    let open = platform.ledger().close_page(id);
    if open {
        see_other(address())
    } else {
        pages::dead_end(StatusCode::BAD_REQUEST, STALE)
    }
}

fn allowed(
    platform: &Platform,
    request: &AuthorizeRequest,
    account: &'static Account,
    scopes: Scopes,
) -> Url {
    let code = platform.ledger().issue_code(request.clone(), account, scopes);
    request
        .redirect
        .with(&[("code", &code), ("state", &state(platform, request))])
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

fn question(
    platform: &Platform,
    id: &str,
    request: &AuthorizeRequest,
    ticked: &Scopes,
    note: Option<&str>,
) -> Response {
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
            ticked,
            note,
        },
    )
}

/// 303, so that the browser asks for the address with GET and without the form (RFC 9700 section 4.12).
fn see_other(address: Url) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, String::from(address))]).into_response()
}
