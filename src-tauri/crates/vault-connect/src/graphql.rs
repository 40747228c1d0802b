//! GraphQL over HTTP: failures that come with status 200.

use serde_json::{Map, Value, json};

use crate::{ConnectError, http::HttpError};

/// What an error is called where it says that the session is not good (any more), or not for this.
const SIGN_IN: [&str; 5] = [
    "UNAUTHENTICATED",
    "UNAUTHORIZED",
    "AUTHENTICATION_ERROR",
    "INVALID_TOKEN",
    "EXPIRED_TOKEN",
];
/// What it is called where the session is good, but not for this.
const REFUSED: [&str; 3] = ["FORBIDDEN", "INSUFFICIENT_SCOPES", "ACCESS_DENIED"];
/// What it is called where the platform asks to slow down.
const SLOW_DOWN: [&str; 3] = ["RATE_LIMITED", "RATE_LIMIT", "THROTTLED"];

/// The body of a request.
pub(crate) fn body(query: &str, variables: &Map<String, Value>) -> Vec<u8> {
    json!({ "query": query, "variables": variables })
        .to_string()
        .into_bytes()
}

/// Whether an answer has `errors` (GraphQL specification, section 7.1.2). An answer with some data beside them is a failure too: a list
/// with holes would say less than the truth. Their kind stands in `type` or in `extensions`; messages are for people and are not read.
///
/// # Errors
/// What the failure is for a connection.
pub(crate) fn refused(answer: &Value) -> Result<(), ConnectError> {
    let errors = match answer.get("errors") {
        None | Some(Value::Null) => return Ok(()),
        Some(Value::Array(errors)) if errors.is_empty() => return Ok(()),
        Some(Value::Array(errors)) => errors,
        Some(_) => return Err(ConnectError::BadAnswer),
    };
    let is = |known: &[&str]| {
        errors
            .iter()
            .flat_map(kinds)
            .any(|kind| known.contains(&kind.as_str()))
    };
    Err(if is(&SIGN_IN) {
        HttpError::Status(401).into()
    } else if is(&REFUSED) {
        HttpError::Status(403).into()
    } else if is(&SLOW_DOWN) {
        HttpError::Busy { retry_after: None }.into()
    } else {
        ConnectError::BadAnswer
    })
}

fn kinds(error: &Value) -> Vec<String> {
    let extensions = error.get("extensions");
    let within = |name: &str| extensions.and_then(|extensions| extensions.get(name));
    [
        error.get("type"),
        error.get("code"),
        within("code"),
        within("type"),
        within("classification"),
    ]
    .into_iter()
    .flatten()
    .filter_map(|kind| Some(kind.as_str()?.to_ascii_uppercase()))
    .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn errors_with_status_200_are_failures() {
        for (answer, expected) in [
            (json!({"data": {}}), "Ok(())"),
            (json!({"data": {}, "errors": null}), "Ok(())"),
            (json!({"data": {}, "errors": []}), "Ok(())"),
            (
                json!({"data": {"a": 1}, "errors": [{"message": "no"}]}),
                "BadAnswer",
            ),
            (json!({"errors": "no"}), "BadAnswer"),
            (json!({"errors": [7]}), "BadAnswer"),
            (
                json!({"errors": [{"type": "INSUFFICIENT_SCOPES", "message": "m"}]}),
                "Status(403)",
            ),
            (
                json!({"errors": [{"extensions": {"code": "unauthenticated"}}]}),
                "Status(401)",
            ),
            (json!({"errors": [{"type": "RATE_LIMITED"}]}), "Busy"),
        ] {
            let said = format!("{:?}", refused(&answer));
            assert!(said.contains(expected), "{answer}: {said}");
        }
    }

    proptest! {
        #[test]
        fn any_errors_are_a_failure(kind in ".*", place in 0_usize..3) {
            let error = match place {
                0 => json!({"type": kind}),
                1 => json!({"extensions": {"code": kind}}),
                _ => json!(kind),
            };
            let answer = json!({"data": {"a": 1}, "errors": [error]});
            prop_assert!(refused(&answer).is_err());
        }

        #[test]
        fn a_query_is_sent_as_it_is(query in ".*", value in ".*") {
            let mut variables = Map::new();
            variables.insert("v".into(), value.clone().into());
            let sent: Value = serde_json::from_slice(&body(&query, &variables)).unwrap();
            prop_assert_eq!(sent, json!({"query": query, "variables": {"v": value}}));
        }
    }
}
