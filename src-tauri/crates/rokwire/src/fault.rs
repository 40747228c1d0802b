//! How a refusal is told: `{"code","message"}` and a status (specification 8.1, *errors*).

use serde::Serialize;

/// The body of an answer that refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Fault {
    code: &'static str,
    message: &'static str,
    #[serde(skip)]
    status: u16,
}

impl Fault {
    /// No token, one that was never issued, or a broken one.
    pub const INVALID_TOKEN: Self = Self::new(401, "invalid_token", "Sign in again.");
    /// A token whose scope is not granted, or not any more; the same for all reasons.
    pub const CONSENT_DENIED: Self = Self::new(403, "consent_denied", "Nothing is shared.");
    /// A credential of a service account, an API key or a request signature that does not hold; the same for all reasons.
    pub const INVALID_CREDENTIALS: Self =
        Self::new(401, "invalid_credentials", "The credentials are not valid.");
    /// A body that is not what the call takes.
    pub const MALFORMED: Self = Self::new(400, "malformed", "The request is not what this call takes.");
    /// A scope that the registration of the service does not list (8.4, 3).
    pub const SCOPE_NOT_REGISTERED: Self = Self::new(
        400,
        "scope_not_registered",
        "A scope is not in the registration of the service.",
    );
    /// A token for all applications or all organisations: there is no such reach for anybody outside.
    pub const NO_WILDCARD: Self = Self::new(
        403,
        "no_wildcard",
        "A token is for one application in one organization.",
    );
    /// No such thing, or none for this caller; the same for both.
    pub const UNKNOWN: Self = Self::new(404, "unknown", "There is no such thing.");
    /// The identifier is taken.
    pub const CONFLICT: Self = Self::new(409, "conflict", "This is taken.");
    /// A body above its limit.
    pub const TOO_LARGE: Self = Self::new(413, "too_large", "The body is too large.");

    /// A refusal of another kind. Its words are fixed: they can hold nothing of a request.
    pub const fn new(status: u16, code: &'static str, message: &'static str) -> Self {
        Self {
            code,
            message,
            status,
        }
    }

    /// The HTTP status.
    pub fn status(self) -> u16 {
        self.status
    }

    /// The code for programs.
    pub fn code(self) -> &'static str {
        self.code
    }

    /// The body.
    pub fn to_json(self) -> String {
        serde_json::to_string(&self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_has_two_members() {
        assert_eq!(
            Fault::INVALID_TOKEN.to_json(),
            r#"{"code":"invalid_token","message":"Sign in again."}"#
        );
        assert_eq!(
            Fault::CONSENT_DENIED.to_json(),
            r#"{"code":"consent_denied","message":"Nothing is shared."}"#
        );
        assert_eq!(
            (Fault::CONFLICT.status(), Fault::CONFLICT.code()),
            (409, "conflict")
        );
    }
}
