//! Refusals in JSON: the form of RFC 6749 section 5.2, which RFC 6750 and RFC 7009 share.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

/// A refusal: its status, its code for programs and its sentence for people. Nothing in it comes from the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) words: &'static str,
}

impl Problem {
    pub(crate) const fn new(status: StatusCode, code: &'static str, words: &'static str) -> Self {
        Self { status, code, words }
    }

    /// 400 with a code of RFC 6749.
    pub(crate) const fn bad(code: &'static str, words: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, words)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = json!({ "error": self.code, "error_description": self.words });
        let mut response = (self.status, Json(body)).into_response();
        if let Some(challenge) = challenge(self) {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        response
    }
}

/// What RFC 6750 section 3 and RFC 6749 section 5.2 want beside the status.
fn challenge(problem: Problem) -> Option<&'static str> {
    match problem.code {
        "invalid_token" => Some(r#"Bearer realm="demo platform", error="invalid_token""#),
        "insufficient_scope" => Some(r#"Bearer realm="demo platform", error="insufficient_scope""#),
        "missing_token" => Some(r#"Bearer realm="demo platform""#),
        "invalid_client" => Some(r#"Basic realm="demo platform""#),
        _ => None,
    }
}
