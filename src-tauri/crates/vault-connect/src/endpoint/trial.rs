//! An endpoint under test: one question, both sides of it as they were, and what there is to say about the answer. Nothing is stored.

use std::sync::LazyLock;

use gigdata::{ExportRequest, REQUEST_TYPE, Reaction, read};
use jsonschema::Validator;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use uuid::Uuid;
use vault_store::{NewRecord, RecordKind};

use super::{VerifiedAddress, records};
use crate::{
    Connect, ConnectError,
    connector::{Connector, Endpoint},
    exchange::{Exchange, Unanswered},
};

/// So many faults are said; the rest are counted.
const MOST_FAULTS: usize = 20;

/// The published form of an answer.
static SCHEMA: LazyLock<Option<Validator>> = LazyLock::new(|| {
    let schema: Value = serde_json::from_str(gigdata::SCHEMA).ok()?;
    jsonschema::draft7::options()
        .should_validate_formats(true)
        .build(&schema)
        .ok()
});

/// Something to say about an answer. It holds no value of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whether it is as it should be.
    pub good: bool,
    /// What it is.
    pub words: String,
}

impl Finding {
    fn good(words: impl Into<String>) -> Self {
        Self {
            good: true,
            words: words.into(),
        }
    }

    fn bad(words: impl Into<String>) -> Self {
        Self {
            good: false,
            words: words.into(),
        }
    }
}

/// What came of a question to an endpoint under test.
#[derive(Debug, Clone)]
pub struct EndpointTrial {
    /// Both sides, with the token masked.
    pub exchange: Exchange,
    /// What there is to say about it.
    pub findings: Vec<Finding>,
}

impl Connect {
    /// Asks an endpoint as a fetch would, and looks at the answer.
    ///
    /// # Errors
    /// [`ConnectError::NoEndpoint`], or an address that Satchel does not call.
    pub async fn try_endpoint(
        &self,
        connector: &Connector,
        token: &SecretString,
        address: &VerifiedAddress,
    ) -> Result<EndpointTrial, ConnectError> {
        let endpoint = connector.endpoint.as_ref().ok_or(ConnectError::NoEndpoint)?;
        let request = ExportRequest::new(token.expose_secret(), address.as_str(), Uuid::new_v4());
        let body = request
            .to_json(endpoint.dialect)
            .map_err(|_| ConnectError::BadAnswer)?;
        let request = self.http.posting(endpoint.url.clone(), REQUEST_TYPE, body)?;
        let (exchange, bytes) = self.http.exchange(request, token.expose_secret()).await;
        let findings = match &exchange.answer {
            Err(why) => vec![Finding::bad(unanswered(*why))],
            Ok(answer) => match status(answer.status) {
                Some(finding) => vec![finding],
                None => check_answer(&bytes, endpoint),
            },
        };
        Ok(EndpointTrial { exchange, findings })
    }
}

/// Why there is no answer, in words.
fn unanswered(why: Unanswered) -> &'static str {
    match why {
        Unanswered::Forbidden => "The address is neither https nor on this computer.",
        Unanswered::NoAnswer => {
            "No answer: nobody listens there, the certificate is not good, or the answer broke off. A fetch tries again, and less often each time."
        }
        Unanswered::TooLate => "No answer in time. A fetch tries again, and less often each time.",
    }
}

/// What a status means by itself (`spec/gigdata.md` 14.6); nothing when the body counts.
fn status(status: u16) -> Option<Finding> {
    let words = match Reaction::to(status) {
        Reaction::Read => return None,
        Reaction::UnknownPerson => {
            "404: the platform does not know the address. After this answer on three days Satchel stops asking."
        }
        Reaction::TokenRefused => {
            "The platform refuses the token: right for a wrong token, wrong for this one. A fetch stops until the person connects again."
        }
        Reaction::Refused => {
            "405: some platforms mean the token by it, some that nothing is at this address. A fetch stops until the person connects again. 401 says it plainly."
        }
        Reaction::Busy => "The platform asks for a rest. A fetch waits as long as Retry-After says.",
        Reaction::Unavailable => {
            "A status that says nothing about the person. A fetch tries again, and less often each time; a redirect is not followed."
        }
    };
    Some(Finding::bad(format!("{words} ({status})")))
}

/// What there is to say about the body of an answer: whether it can be read, where it leaves the published form, and what becomes of it.
#[must_use]
pub fn check_answer(body: &[u8], endpoint: &Endpoint) -> Vec<Finding> {
    let options = endpoint.reading();
    let data = match read(body, &options) {
        Ok(data) => data,
        Err(error) => {
            return vec![Finding::bad(format!(
                "It cannot be read: {error}. A fetch keeps what there is, and tries again."
            ))];
        }
    };
    let mut findings = vec![Finding::good(counted(&records::of(&data)))];
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    let Some(schema) = SCHEMA.as_ref() else {
        return findings;
    };
    let faults: Vec<String> = schema
        .iter_errors(&value)
        .map(|error| {
            let place = error.instance_path().to_string();
            let place = if place.is_empty() { "/" } else { &place };
            format!("{place}: {}", error.masked())
        })
        .collect();
    if faults.is_empty() {
        findings.push(Finding::good("It has the published form."));
    }
    let more = faults.len().saturating_sub(MOST_FAULTS);
    findings.extend(faults.into_iter().take(MOST_FAULTS).map(Finding::bad));
    if more > 0 {
        findings.push(Finding::bad(format!("And {more} more of the kind.")));
    }
    findings
}

/// What Satchel makes of it, in numbers.
fn counted(records: &[NewRecord]) -> String {
    let of = |kind| records.iter().filter(|record| record.kind == kind).count();
    format!(
        "Satchel reads {} gigs, {} payments, {} ratings, {} reviews and {} achievements.",
        of(RecordKind::Work),
        of(RecordKind::Payment),
        of(RecordKind::Rating),
        of(RecordKind::Review),
        of(RecordKind::Achievement),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connector;

    fn findings(body: &str) -> Vec<Finding> {
        let demo = connector("demo").unwrap();
        check_answer(body.as_bytes(), demo.endpoint.as_ref().unwrap())
    }

    #[test]
    fn a_right_answer_is_counted_and_has_its_form() {
        let said = findings(
            r#"{"interactions":[{"id":"1","period":{"end":"2026-05-01T12:00:00Z"},"type":"Ride","outcome":{"success":true}}],"achievements":[]}"#,
        );
        assert!(said.iter().all(|finding| finding.good), "{said:?}");
        assert_eq!(
            said[0].words,
            "Satchel reads 1 gigs, 0 payments, 0 ratings, 0 reviews and 0 achievements."
        );
    }

    #[test]
    fn what_leaves_the_form_is_named_without_its_value() {
        let said = findings(
            r#"{"interactions":[{"id":null,"period":{"end":"2026-05-01"},"type":7,"outcome":{"ratings":[{"value":"Canary7731","min":1,"max":5}]}}]}"#,
        );
        let words = format!("{said:?}");
        assert!(!words.contains("Canary7731"), "{words}");
        assert!(said.iter().any(|finding| !finding.good), "{words}");
        let unreadable = findings(r#"{"achievements":[]}"#);
        assert!(unreadable.len() == 1 && !unreadable[0].good, "{unreadable:?}");
        for body in ["", "null", "[", "<html>"] {
            assert!(!findings(body)[0].good, "{body}");
        }
    }

    #[test]
    fn every_status_but_success_is_explained() {
        for code in [400, 401, 403, 404, 405, 429, 500, 503, 302] {
            assert!(status(code).is_some_and(|finding| !finding.good), "{code}");
        }
        assert_eq!(status(200), None);
    }
}
