//! The HTML that people see. It works without scripts and has none.

mod html;

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{data::ACCOUNTS, export::token_of, platform::Shared, scope::Scopes};
use html::{Html, html};

/// Forms go to this server, whose answer leads to another port of this computer: a browser checks both against `form-action`.
const POLICY: &str = "default-src 'none'; style-src 'self'; form-action 'self' http://127.0.0.1:* http://localhost:*; \
                      base-uri 'none'; frame-ancestors 'none'";

const STYLE: &str = include_str!("demo.css");

/// What the authorisation page shows.
pub(crate) struct Question<'q> {
    /// The page's id, which its answer has to carry.
    pub(crate) id: &'q str,
    /// Who asks.
    pub(crate) client: &'q str,
    /// Where the answer goes.
    pub(crate) place: &'q str,
    /// What is asked for.
    pub(crate) scopes: &'q Scopes,
    /// What of it is ticked when the page opens.
    pub(crate) ticked: &'q Scopes,
    /// Why the page is shown again.
    pub(crate) note: Option<&'q str>,
}

/// `GET /demo.css`
pub(crate) async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}

/// `GET /`
pub(crate) async fn welcome(State(platform): State<Shared>) -> Response {
    let people: String = ACCOUNTS.iter().map(|account| {
        let token = token_of(platform.config.seed, account);
        html!(include_str!("person.html"), "first" => account.first_name, "last" => account.last_name, "work" => account.works_as, "email" => account.email, "token" => token.as_str())
    }).map(|html| html.0).collect();
    page(
        StatusCode::OK,
        "Demo platform",
        html!(include_str!("welcome.html"), "people" => Html(people)),
    )
}

/// The authorisation page.
pub(crate) fn question(status: StatusCode, question: &Question<'_>) -> Response {
    let accounts: String = ACCOUNTS.iter().map(|account| {
        html!(include_str!("account.html"), "id" => account.id, "first" => account.first_name, "last" => account.last_name, "work" => account.works_as)
    }).map(|html| html.0).collect();
    let scopes: String = question
        .scopes
        .iter()
        .map(|scope| {
            let (name, words) = scope.words();
            let checked = if question.ticked.contains(scope) { " checked" } else { "" };
            html!(include_str!("scope.html"), "scope" => scope.as_str(), "checked" => checked, "name" => name, "words" => words)
        })
        .map(|html| html.0)
        .collect();
    let note = question
        .note
        .map(|note| html!(include_str!("note.html"), "note" => note));
    let body = html!(
        include_str!("question.html"),
        "client" => question.client,
        "place" => question.place,
        "request" => question.id,
        "note" => note.unwrap_or_default(),
        "accounts" => Html(accounts),
        "scopes" => Html(scopes)
    );
    page(status, "Allow access?", body)
}

/// `GET /endpoint`: what a platform has to answer, for those who build one.
pub(crate) async fn endpoint() -> Response {
    page(
        StatusCode::OK,
        "The endpoint for integrators",
        Html(include_str!("endpoint.html").to_owned()),
    )
}

/// `GET /schemas/user-platform-data.json`
pub(crate) async fn schema() -> Response {
    (
        [(header::CONTENT_TYPE, "application/schema+json")],
        gigdata::SCHEMA,
    )
        .into_response()
}

/// A page for requests that lead nowhere.
pub(crate) fn dead_end(status: StatusCode, words: &str) -> Response {
    page(
        status,
        "This does not go on",
        html!(include_str!("dead-end.html"), "words" => words),
    )
}

fn page(status: StatusCode, title: &str, body: Html) -> Response {
    let page = html!(include_str!("page.html"), "title" => title, "body" => body);
    let mut response = (status, axum::response::Html(page.0)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}
