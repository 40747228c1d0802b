//! Addresses behind which nobody lives, and the platform answers as it should not (`spec/gigdata.md` 11).

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::problem::Problem;

const BROKEN: Problem = Problem::new(
    StatusCode::INTERNAL_SERVER_ERROR,
    "server_error",
    "Something went wrong here.",
);
const NOT_ALLOWED: Problem = Problem::new(
    StatusCode::METHOD_NOT_ALLOWED,
    "not_allowed",
    "This is what some platforms answer to a wrong token.",
);

/// A wrong answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Misbehaviour {
    /// 500.
    Broken,
    /// 405.
    NotAllowed,
    /// 200 with a JSON text that breaks off.
    Json,
    /// 200 with `null`.
    Null,
    /// 200 with an object that has no interactions.
    NoInteractions,
    /// 200 with nothing.
    Empty,
}

/// The misbehaviour that an address asks for; whatever stands behind the `@`.
pub(super) fn at(email: &str) -> Option<Misbehaviour> {
    let (name, _) = email.split_once('@')?;
    Some(match name.to_ascii_lowercase().as_str() {
        "fault500" => Misbehaviour::Broken,
        "fault405" => Misbehaviour::NotAllowed,
        "faultjson" => Misbehaviour::Json,
        "faultnull" => Misbehaviour::Null,
        "faultnointer" => Misbehaviour::NoInteractions,
        "faultempty" => Misbehaviour::Empty,
        _ => return None,
    })
}

impl IntoResponse for Misbehaviour {
    fn into_response(self) -> Response {
        let body = match self {
            Self::Broken => return BROKEN.into_response(),
            Self::NotAllowed => return NOT_ALLOWED.into_response(),
            Self::Json => r#"{"interactions":[{"id":"1","period":"#,
            Self::Null => "null",
            Self::NoInteractions => r#"{"achievements":[]}"#,
            Self::Empty => "",
        };
        ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response()
    }
}
