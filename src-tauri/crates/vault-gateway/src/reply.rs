//! Answers: the headers that every one of them carries, and the few bodies that are the same everywhere.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};
use serde_json::{Value, json};

/// The policy of everything that is not a page of an app: nothing runs, nothing loads, nothing frames it.
const CSP: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// What a browser shows while the vault is locked.
const LOCKED_PAGE: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Satchel is locked</title></head>\
    <body><main><h1>Satchel is locked</h1><p>Unlock it on this computer, then open this address again. Nothing was changed.</p></main></body></html>";

/// An answer with the headers that every answer carries.
pub(crate) fn reply(status: StatusCode, content_type: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    set(&mut response, header::CONTENT_TYPE, content_type);
    set(&mut response, header::CACHE_CONTROL, "no-store");
    set(&mut response, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(&mut response, header::REFERRER_POLICY, "no-referrer");
    set(&mut response, header::CONTENT_SECURITY_POLICY, CSP);
    response
}

/// A JSON answer.
pub(crate) fn json_reply(status: StatusCode, value: &Value) -> Response {
    reply(status, "application/json", value.to_string())
}

/// An error of our own faces: `{"code","message"}`.
pub(crate) fn error(status: StatusCode, code: &str, message: &str) -> Response {
    json_reply(status, &json!({ "code": code, "message": message }))
}

/// Sets a header to a value that is known when the program is built.
pub(crate) fn set(response: &mut Response, name: HeaderName, value: &'static str) {
    response
        .headers_mut()
        .insert(name, HeaderValue::from_static(value));
}

/// Allows one origin, and no other, to read the answer.
pub(crate) fn allow_origin(response: &mut Response, origin: &HeaderValue) {
    response
        .headers_mut()
        .insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    response
        .headers_mut()
        .append(header::VARY, HeaderValue::from_static("Origin"));
}

/// Lets pages of any origin read the answer: it says nothing of the person.
pub(crate) fn for_everybody(mut response: Response) -> Response {
    set(&mut response, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    response
}

/// No vault is open. The same for every request, so that nothing can be learnt from it.
pub(crate) fn locked() -> Response {
    let mut response = error(StatusCode::SERVICE_UNAVAILABLE, "locked", "The vault is locked.");
    set(&mut response, header::RETRY_AFTER, "30");
    set(&mut response, header::CONNECTION, "close");
    response
}

/// The same in words for a browser that opens a page, whatever page it is.
pub(crate) fn locked_for(headers: &HeaderMap) -> Response {
    let mut response = locked();
    let page = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accepted| accepted.starts_with("text/html"));
    if page {
        *response.body_mut() = Body::from(LOCKED_PAGE);
        set(&mut response, header::CONTENT_TYPE, "text/html; charset=utf-8");
    }
    response
}

/// The request was meant for another server, or for none.
pub(crate) fn misdirected() -> Response {
    error(
        StatusCode::MISDIRECTED_REQUEST,
        "misdirected",
        "This server does not go by that name.",
    )
}

/// The address does not take the method.
pub(crate) fn method_not_allowed(takes: &'static str) -> Response {
    let mut response = error(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "This address does not take that.",
    );
    set(&mut response, header::ALLOW, takes);
    response
}

/// Nothing has this address.
pub(crate) fn not_found() -> Response {
    error(StatusCode::NOT_FOUND, "not_found", "There is nothing here.")
}

/// A page of another origin than the token's app asked.
pub(crate) fn forbidden_origin() -> Response {
    error(
        StatusCode::FORBIDDEN,
        "forbidden_origin",
        "This page may not ask the vault.",
    )
}

/// Too many failures: wait.
pub(crate) fn wait(seconds: u64) -> Response {
    let mut response = error(
        StatusCode::TOO_MANY_REQUESTS,
        "too_many_failures",
        "Too many failed calls. Wait a little.",
    );
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// Text of somebody else within a page.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            sign => escaped.push(sign),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_text_and_never_markup() {
        assert_eq!(
            escaped("<a href=\"x\">&'"),
            "&lt;a href=&quot;x&quot;&gt;&amp;&#39;"
        );
    }
}
