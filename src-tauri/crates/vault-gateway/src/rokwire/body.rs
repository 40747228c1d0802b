//! What callers send: JSON objects whose required members are always looked for, and unknown ones ignored.

use serde::de::DeserializeOwned;
use url::form_urlencoded;

use crate::guard::Passed;

/// What is said of a body that is not as it should be; never what stands there.
pub(super) const NOT_READ: &str = "The body is not as it should be.";

/// The body in this form; `None` where it does not have it.
pub(super) fn object<T: DeserializeOwned>(passed: &Passed) -> Option<T> {
    serde_json::from_slice(&passed.body).ok()
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
