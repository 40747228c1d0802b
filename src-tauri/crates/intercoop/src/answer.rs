//! What a target's answer means to the sender (specification 4.5).

use std::fmt;

use uuid::Uuid;

use crate::errors::WireError;
use crate::link::{Link, LinkError};
use crate::yaml::{self, MAX_BYTES, Meaning, Node};

/// Largest body of an answer that is read, in bytes.
pub const MAX_BODY_BYTES: usize = MAX_BYTES;
/// Longest content type that is kept, in characters.
const MAX_CONTENT_TYPE: usize = 100;

/// An answer as it came. Redirects were not followed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Answer<'a> {
    /// HTTP status.
    pub status: u16,
    /// Value of the header `Content-Type`.
    pub content_type: Option<&'a str>,
    /// The body, whole, or cut after more than [`MAX_BODY_BYTES`].
    pub body: &'a [u8],
}

/// What it means. `Debug` leaves out the number: to some targets it opens the data.
#[derive(Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The target has the data.
    Accepted {
        /// Its number for them.
        uuid: Option<Uuid>,
        /// Where to go on.
        continuation: Continuation,
    },
    /// The target refuses them, and says why.
    Refused {
        /// HTTP status.
        status: u16,
        /// Its words.
        error: WireError,
    },
    /// The target failed. Nobody knows whether it has the data.
    Failed {
        /// HTTP status.
        status: u16,
        /// What is wrong with the answer.
        fault: Fault,
    },
}

/// Where the person goes on after a transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Continuation {
    /// There. Its host may be another than the target's, and should be shown then.
    Open(Link),
    /// The target names something that is not opened.
    Unusable(LinkError),
    /// The target names nothing.
    Absent,
}

/// What is wrong with an answer that is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Something else than YAML; the type that it says it is.
    NotYaml {
        /// The media type; `None` if there is none.
        content_type: Option<String>,
    },
    /// YAML by its type, and not by its text.
    BadYaml,
    /// YAML of another shape.
    WrongContent,
    /// An error without a reason.
    NoReason,
    /// Another address, which is not followed: the data would go to somebody else.
    Redirect,
    /// More than [`MAX_BODY_BYTES`].
    TooLarge,
}

impl Outcome {
    /// Reads an answer.
    pub fn of(answer: &Answer<'_>) -> Self {
        match content(answer) {
            Ok(root) if answer.status == 200 => accepted(&root).unwrap_or(Self::Failed {
                status: answer.status,
                fault: Fault::WrongContent,
            }),
            Ok(root) => match WireError::from_node(&root) {
                Some(error) => Self::Refused {
                    status: answer.status,
                    error,
                },
                None => Self::Failed {
                    status: answer.status,
                    fault: Fault::NoReason,
                },
            },
            Err(fault) => Self::Failed {
                status: answer.status,
                fault,
            },
        }
    }

    /// Whether the target may simply not know this peer: upstream answers that with 500 and a page (specification 4.4).
    pub fn may_be_an_unknown_peer(&self) -> bool {
        match self {
            Self::Failed { status, .. } => *status == 500,
            Self::Refused { error, .. } => matches!(error, WireError::BadPeer { .. }),
            Self::Accepted { .. } => false,
        }
    }
}

impl fmt::Debug for Answer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({}, {} bytes)", self.status, self.body.len())
    }
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted { continuation, .. } => write!(f, "Accepted({continuation:?})"),
            Self::Refused { status, error } => write!(f, "Refused({status}, {error:?})"),
            Self::Failed { status, fault } => write!(f, "Failed({status}, {fault:?})"),
        }
    }
}

fn content(answer: &Answer<'_>) -> Result<Node, Fault> {
    if (300..400).contains(&answer.status) {
        return Err(Fault::Redirect);
    }
    if !answer.content_type.is_some_and(is_yaml) {
        let shown = |text: &str| {
            let shown = text.chars().filter(|c| !c.is_control());
            shown.take(MAX_CONTENT_TYPE).collect()
        };
        return Err(Fault::NotYaml {
            content_type: answer.content_type.map(shown),
        });
    }
    if answer.body.len() > MAX_BODY_BYTES {
        return Err(Fault::TooLarge);
    }
    let text = std::str::from_utf8(answer.body).map_err(|_| Fault::BadYaml)?;
    let root = yaml::read(text).map_err(|_| Fault::BadYaml)?.root;
    if matches!(root, Node::Map(_)) {
        Ok(root)
    } else {
        Err(Fault::WrongContent)
    }
}

/// Upstream takes exactly `application/yaml`. Parameters, capitals and the older names are no reason to lose an answer.
fn is_yaml(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default();
    let media_type = media_type.trim().to_ascii_lowercase();
    [
        "application/yaml",
        "application/x-yaml",
        "text/yaml",
        "text/x-yaml",
        "text/vnd.yaml",
    ]
    .contains(&media_type.as_str())
}

/// Without a continuation upstream's client sees no success; but a target that gives a number has the data.
fn accepted(root: &Node) -> Option<Outcome> {
    let uuid = root
        .get("uuid")
        .and_then(Node::text)
        .and_then(|text| Uuid::try_parse(text).ok());
    let continuation = match root.get("continuationUrl") {
        None => Continuation::Absent,
        Some(Node::Scalar(scalar)) if scalar.meaning == Meaning::Null => Continuation::Absent,
        Some(node) => match Link::parse(node.text().unwrap_or_default()) {
            Ok(link) => Continuation::Open(link),
            Err(error) => Continuation::Unusable(error),
        },
    };
    if uuid.is_none() && continuation == Continuation::Absent {
        return None;
    }
    Some(Outcome::Accepted { uuid, continuation })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const UUID: &str = "27dd626c-5133-4ece-bb79-c1b0405cb630";
    const YAML: Option<&str> = Some("application/yaml");

    fn of(status: u16, content_type: Option<&str>, body: &str) -> Outcome {
        Outcome::of(&Answer {
            status,
            content_type,
            body: body.as_bytes(),
        })
    }

    fn failed(status: u16, fault: Fault) -> Outcome {
        Outcome::Failed { status, fault }
    }

    fn not_yaml(status: u16, content_type: Option<&str>) -> Outcome {
        let content_type = content_type.map(str::to_owned);
        failed(status, Fault::NotYaml { content_type })
    }

    #[test]
    fn every_row_of_the_table_has_its_meaning() {
        let html = Some("text/html; charset=utf-8");
        let accepted = |continuation| Outcome::Accepted {
            uuid: Some(UUID.parse().unwrap()),
            continuation,
        };
        let refused = |status, error| Outcome::Refused { status, error };
        let go_on = format!("uuid: {UUID}\ncontinuationUrl: https://a.example/c/{UUID}\n");
        let open = || {
            let link = Link::parse(&format!("https://a.example/c/{UUID}")).unwrap();
            accepted(Continuation::Open(link))
        };
        let with = |value: &str| format!("uuid: {UUID}\ncontinuationUrl: {value}\n");
        let unusable = |error| accepted(Continuation::Unusable(error));
        let too_large = format!("a: {}", "x".repeat(MAX_BODY_BYTES));
        for (answer, outcome) in [
            // Content type, whatever the status.
            (of(200, html, "<html>"), not_yaml(200, html)),
            (of(500, html, "<html>"), not_yaml(500, html)),
            (of(404, None, ""), not_yaml(404, None)),
            (
                of(200, Some("application/json"), &go_on),
                not_yaml(200, Some("application/json")),
            ),
            (of(200, Some("Application/YAML; charset=utf-8"), &go_on), open()),
            (of(200, Some("text/yaml"), &go_on), open()),
            // Body.
            (of(200, YAML, "a: ["), failed(200, Fault::BadYaml)),
            (of(400, YAML, "a: ["), failed(400, Fault::BadYaml)),
            (of(200, YAML, "- a"), failed(200, Fault::WrongContent)),
            (of(200, YAML, ""), failed(200, Fault::WrongContent)),
            (of(403, YAML, "text"), failed(403, Fault::WrongContent)),
            (of(200, YAML, &too_large), failed(200, Fault::TooLarge)),
            // 200.
            (of(200, YAML, &go_on), open()),
            (
                of(200, YAML, "continuationUrl: http://127.0.0.1:1/x"),
                Outcome::Accepted {
                    uuid: None,
                    continuation: Continuation::Open(Link::parse("http://127.0.0.1:1/x").unwrap()),
                },
            ),
            (
                of(200, YAML, &with("javascript:alert(1)")),
                unusable(LinkError::Scheme),
            ),
            (
                of(200, YAML, &with("file:///etc/passwd")),
                unusable(LinkError::Scheme),
            ),
            (of(200, YAML, &with("/c/1")), unusable(LinkError::NotAnAddress)),
            (of(200, YAML, &with("[a]")), unusable(LinkError::NotAnAddress)),
            (of(200, YAML, &with("12")), unusable(LinkError::NotAnAddress)),
            (of(200, YAML, &with("null")), accepted(Continuation::Absent)),
            (
                of(200, YAML, &format!("uuid: {UUID}")),
                accepted(Continuation::Absent),
            ),
            (of(200, YAML, "uuid: x"), failed(200, Fault::WrongContent)),
            (of(200, YAML, "other: x"), failed(200, Fault::WrongContent)),
            // Another status.
            (
                of(403, YAML, "error: BadSignature\nmessage: x\narguments: []"),
                refused(403, WireError::BadSignature),
            ),
            (
                of(400, YAML, &WireError::bad_message("x").to_yaml()),
                refused(400, WireError::bad_message("x")),
            ),
            (of(201, YAML, &go_on), failed(201, Fault::NoReason)),
            (of(400, YAML, "error: BadPeer"), failed(400, Fault::NoReason)),
            (of(500, YAML, "arguments: []"), failed(500, Fault::NoReason)),
            (of(302, YAML, &go_on), failed(302, Fault::Redirect)),
            (of(307, html, ""), failed(307, Fault::Redirect)),
        ] {
            assert_eq!(answer, outcome);
        }
        let latin = Outcome::of(&Answer {
            status: 200,
            content_type: YAML,
            body: b"uuid: \xE9",
        });
        assert_eq!(latin, failed(200, Fault::BadYaml));
    }

    #[test]
    fn an_unknown_error_keeps_its_words() {
        let outcome = of(
            418,
            YAML,
            "error: TooBusy\nmessage: Come back tomorrow\narguments: []",
        );
        let Outcome::Refused { status, error } = outcome else {
            panic!("it is a refusal");
        };
        assert_eq!((status, error.message().as_str()), (418, "Come back tomorrow"));
    }

    #[test]
    fn an_unknown_peer_is_answered_in_two_ways() {
        assert!(of(500, Some("text/html"), "").may_be_an_unknown_peer());
        assert!(of(403, YAML, "error: BadPeer\narguments: [a]").may_be_an_unknown_peer());
        assert!(!of(403, YAML, "error: BadSignature\narguments: []").may_be_an_unknown_peer());
        assert!(!of(502, None, "").may_be_an_unknown_peer());
        assert!(!of(200, YAML, "continuationUrl: https://a.example").may_be_an_unknown_peer());
    }

    proptest! {
        #[test]
        fn any_answer_has_an_outcome(status in 100_u16..600, content_type in any::<Option<String>>(), body in proptest::collection::vec(any::<u8>(), 0..100)) {
            for content_type in [content_type.as_deref(), YAML] {
                let _ = Outcome::of(&Answer { status, content_type, body: &body });
            }
        }
    }
}
