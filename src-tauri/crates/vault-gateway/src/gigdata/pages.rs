//! The few pages of this face. They hold no script. What an app may see is asked in Satchel's own window and never here; only the mail's own
//! question is answered by a form.

use axum::{
    http::{StatusCode, header},
    response::Response,
};

use crate::reply::{escaped, reply, set};

/// The policy of a page with a form that goes to where the page came from.
const FORM_POLICY: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

fn page(status: StatusCode, head: &str, title: &str, words: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">{head}<title>{title}</title></head>\
         <body><main><h1>{title}</h1><p>{words}</p></main></body></html>"
    );
    reply(status, "text/html; charset=utf-8", html)
}

/// The person is asked; the browser looks again at `next` by itself.
pub(super) fn asking(name: &str, next: &str) -> Response {
    let head = format!(
        "<meta http-equiv=\"refresh\" content=\"0;url={}\">",
        escaped(next)
    );
    let words = format!(
        "{} asks to be connected. Satchel shows you in its own window what it would see. This page goes on when you have answered there.",
        escaped(name)
    );
    page(StatusCode::OK, &head, "Answer in Satchel", &words)
}

/// It is over, and there is nowhere to go back to.
pub(super) fn over(agreed: bool) -> Response {
    let words = if agreed {
        "You have shared. You can close this page."
    } else {
        "Nothing was shared. You can close this page."
    };
    page(StatusCode::OK, "", "Done", words)
}

/// What an app asked for cannot be done. The browser is sent nowhere.
pub(super) fn trouble(status: StatusCode, words: &str) -> Response {
    page(status, "", "This does not work", words)
}

/// Asks whether an address is the person's. `form` is where the answer goes.
pub(super) fn verify(form: &str, link: &str, asker: &str, address: &str) -> Response {
    let (asker, address, link) = (escaped(asker), escaped(address), escaped(link));
    let words = format!(
        "{asker} wants to know whether <b>{address}</b> is yours. If you did not ask for this in Satchel just now, say no.</p>\
         <form method=\"post\" action=\"{form}\"><input type=\"hidden\" name=\"prompt_id\" value=\"{link}\">\
         <button name=\"answer\" value=\"no\">No, it is not mine</button> <button name=\"answer\" value=\"yes\">Yes, it is mine</button></form><p>"
    );
    let mut response = page(StatusCode::OK, "", "Is this address yours?", &words);
    set(&mut response, header::CONTENT_SECURITY_POLICY, FORM_POLICY);
    // With `no-referrer` a browser says that the answer comes from nowhere.
    set(&mut response, header::REFERRER_POLICY, "same-origin");
    response
}

/// The answer was taken.
pub(super) fn answered(accept: bool, asker: &str) -> Response {
    let words = if accept {
        format!("The address is yours. Satchel goes on with {}.", escaped(asker))
    } else {
        "Nothing is connected. You can close this page.".to_owned()
    };
    page(StatusCode::OK, "", "Done", &words)
}
