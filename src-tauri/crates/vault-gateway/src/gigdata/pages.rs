//! The few pages of this face. They hold no script, no form and nothing of the person; the question itself is in Satchel's own window.

use axum::{http::StatusCode, response::Response};

use crate::reply::reply;

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

fn escaped(text: &str) -> String {
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
