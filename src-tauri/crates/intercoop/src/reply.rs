//! What a target answers (specification 4.1, 4.3, 4.4).

use std::fmt;

use uuid::Uuid;

use crate::envelope::VERSION;
use crate::errors::WireError;
use crate::link::Link;
use crate::yaml::quoted_ascii;

/// The value of the header `Content-Type`, exactly so: upstream's client takes no parameter and no capitals.
pub const CONTENT_TYPE: &str = "application/yaml";

/// An answer: a mapping in ASCII YAML. `Debug` shows the status only: the body may hold a token.
#[derive(Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reply({})", self.status)
    }
}

/// The data arrived. `continuation` is absolute, or the client takes the answer for an error; exactly 200 is success to it.
pub fn accepted(uuid: Uuid, continuation: &Link) -> Reply {
    let uuid = quoted_ascii(&uuid.hyphenated().to_string());
    let continuation = quoted_ascii(continuation.as_str());
    Reply {
        status: 200,
        body: format!("uuid: {uuid}\ncontinuationUrl: {continuation}\n"),
    }
}

/// The data are refused.
pub fn refused(error: &WireError) -> Reply {
    Reply {
        status: error.status(),
        body: error.to_yaml(),
    }
}

/// The answer to `GET /protocolVersion`.
pub fn protocol_version() -> Reply {
    Reply {
        status: 200,
        body: format!("protocolVersion: '{VERSION}'\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::{Answer, Continuation, Outcome};

    fn outcome(reply: &Reply) -> Outcome {
        assert!(reply.body.is_ascii());
        Outcome::of(&Answer {
            status: reply.status,
            content_type: Some(CONTENT_TYPE),
            body: reply.body.as_bytes(),
        })
    }

    #[test]
    fn the_other_side_reads_what_is_meant() {
        let uuid: Uuid = "27dd626c-5133-4ece-bb79-c1b0405cb630".parse().unwrap();
        let link = Link::parse("http://127.0.0.1:1/c/é").unwrap();
        assert_eq!(
            outcome(&accepted(uuid, &link)),
            Outcome::Accepted {
                uuid: Some(uuid),
                continuation: Continuation::Open(link),
            }
        );
        for error in [
            WireError::BadSignature,
            WireError::NoSuchUuid { uuid: "x".into() },
            WireError::bad_message("no \u{1F600}"),
        ] {
            let reply = refused(&error);
            assert_eq!(
                outcome(&reply),
                Outcome::Refused {
                    status: error.status(),
                    error,
                }
            );
        }
        assert_eq!(protocol_version().body, "protocolVersion: '1.0'\n");
    }
}
