//! Error and success bodies of the host's HTTP interface, in the form that app modules recognise.

use serde_json::{Value, json};

/// What went wrong, with the names that apps know (specification 6.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostError {
    /// The token is missing, unknown, ended or broken.
    InvalidAccessToken,
    /// The caller is not one that the app's manifest allows.
    InvalidOrigin,
    /// The person is not available to this app.
    Accessible,
    /// Nobody is signed in: the vault is locked.
    Offline,
    /// The app was not allowed this.
    Permissions,
    /// The person muted this app.
    NotificationsMuted,
    /// Too many failures from this caller.
    Blocked,
}

impl HostError {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::InvalidAccessToken => "error-invalid-accesstoken",
            Self::InvalidOrigin => "error-invalid-origin",
            Self::Accessible => "error-accessible",
            Self::Offline => "error-offline",
            Self::Permissions => "error-permissions",
            Self::NotificationsMuted => "error-notifications-muted",
            Self::Blocked => "error-blocked-ip",
        }
    }

    /// The body: an **array**, because that is how apps tell an error from an answer (specification 6.1).
    pub fn body(self) -> Value {
        json!([{ "name": self.name(), "error": self.text() }])
    }

    fn text(self) -> &'static str {
        match self {
            Self::InvalidAccessToken => "Invalid access token.",
            Self::InvalidOrigin => "Invalid origin.",
            Self::Accessible => "The person is not available to this app.",
            Self::Offline => "Nobody is signed in.",
            Self::Permissions => "This was not allowed.",
            Self::NotificationsMuted => "Notifications of this app are muted.",
            Self::Blocked => "Too many failed calls.",
        }
    }
}

/// The body of a call that only succeeds (specification 6.1).
pub fn success(value: Option<Value>) -> Value {
    match value {
        Some(value) => json!({ "success": true, "value": value }),
        None => json!({ "success": true }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_arrays() {
        assert_eq!(
            HostError::InvalidAccessToken.body().to_string(),
            r#"[{"name":"error-invalid-accesstoken","error":"Invalid access token."}]"#
        );
    }

    #[test]
    fn success_wraps_a_value() {
        assert_eq!(success(None).to_string(), r#"{"success":true}"#);
        assert_eq!(
            success(Some(json!("id"))).to_string(),
            r#"{"success":true,"value":"id"}"#
        );
    }
}
