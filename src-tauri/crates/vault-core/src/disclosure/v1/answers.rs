//! The answers of `/v1` that hold no data. All refusals are the same bytes, whatever their reason and whatever the vault holds.

use vault_store::DisclosureId;

/// The media type of JSON answers.
pub const JSON: &str = "application/json";
/// The media type of one record a line.
pub const NDJSON: &str = "application/x-ndjson";

/// The body for a missing, unknown or broken token, sent with 401.
pub const INVALID_TOKEN: &[u8] = br#"{"code":"invalid_token","message":"Sign in again."}"#;
/// The body for everything that is not shared, sent with 403.
pub const CONSENT_DENIED: &[u8] = br#"{"code":"consent_denied","message":"Nothing is shared."}"#;

/// An answer of `/v1`, for the bridge and for HTTP.
#[derive(Clone, PartialEq, Eq)]
pub struct V1Answer {
    /// The HTTP status.
    pub status: u16,
    /// The media type of the body.
    pub content_type: &'static str,
    /// The bytes. They leave the vault exactly so.
    pub body: Vec<u8>,
    /// Where a paged reading goes on, also when the body has no room for it (one record a line).
    pub next: Option<String>,
    /// The log entry, whose outcome the caller reports; none when no data leaves.
    pub disclosure: Option<DisclosureId>,
}

impl std::fmt::Debug for V1Answer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("V1Answer")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

impl V1Answer {
    /// No token, one that was never issued, or a broken one.
    #[must_use]
    pub fn invalid_token() -> Self {
        Self::fixed(401, INVALID_TOKEN)
    }

    /// A token of this vault whose holder may not see this.
    #[must_use]
    pub fn consent_denied() -> Self {
        Self::fixed(403, CONSENT_DENIED)
    }

    pub(super) fn not_found() -> Self {
        Self::fixed(
            404,
            br#"{"code":"not_found","message":"There is no such route."}"#,
        )
    }

    pub(super) fn bad_request(why: &'static str) -> Self {
        let body = format!(r#"{{"code":"bad_request","message":"{why}"}}"#);
        Self::fixed(400, body.as_bytes())
    }

    fn fixed(status: u16, body: &[u8]) -> Self {
        Self {
            status,
            content_type: JSON,
            body: body.to_vec(),
            next: None,
            disclosure: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_answers_are_json_with_code_and_message() {
        let answers = [
            V1Answer::invalid_token(),
            V1Answer::consent_denied(),
            V1Answer::not_found(),
            V1Answer::bad_request("Expected a day as 2026-11-20."),
        ];
        for answer in answers {
            let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
            assert!(body["code"].is_string() && body["message"].is_string());
            assert_eq!(body.as_object().unwrap().len(), 2);
        }
    }
}
