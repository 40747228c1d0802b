//! What callers send: JSON objects whose required members are always looked for, and unknown ones ignored.

use axum::response::Response;
use serde::de::DeserializeOwned;
use url::form_urlencoded;

use super::malformed;
use crate::guard::Passed;

/// The body as an object of this form.
pub(super) fn object<T: DeserializeOwned>(passed: &Passed) -> Result<T, Response> {
    serde_json::from_slice(&passed.body).map_err(|error| {
        // Where it is wrong, never what stands there.
        let place = format!("line {}, column {}", error.line(), error.column());
        malformed(passed, &format!("The body is not as it should be: {place}."))
    })
}

/// A parameter of the address that is there once; `None` where it is not there, or twice.
pub(super) fn parameter(passed: &Passed, name: &str) -> Option<String> {
    let query = passed.uri.query().unwrap_or_default();
    let mut found = form_urlencoded::parse(query.as_bytes())
        .filter(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned());
    let first = found.next();
    first.filter(|_| found.next().is_none())
}
