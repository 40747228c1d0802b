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
    /// No app goes by that id, reference or name.
    NoSuchApp,
    /// The app may not be opened now, so nothing of it is called.
    AppOffline,
    /// A call of a service names no service.
    ServiceUnnamed,
    /// A call of a service names no app.
    ServiceAppUnnamed,
    /// The app has no such service.
    ServiceUnknown,
    /// The service is at an address that is not called.
    ServiceEndpoint,
    /// A notification without text.
    NoBody,
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
            Self::NoSuchApp => "error-apps-404",
            Self::AppOffline => "error-apps-offline",
            Self::ServiceUnnamed => "error-services-invalid",
            Self::ServiceAppUnnamed => "error-services-app",
            Self::ServiceUnknown => "error-services-notsupported",
            Self::ServiceEndpoint => "error-services-endpoint",
            Self::NoBody => "body",
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
            Self::NoSuchApp => "There is no such app.",
            Self::AppOffline => "The app cannot be opened now.",
            Self::ServiceUnnamed => "No service is named.",
            Self::ServiceAppUnnamed => "No app is named.",
            Self::ServiceUnknown => "The app has no such service.",
            Self::ServiceEndpoint => "The service is at an address that is not called.",
            Self::NoBody => "A notification needs a text.",
        }
    }

    /// The body in the form of P5, which has no names (specification 2.6, 6.1).
    pub fn chained_body(self) -> Value {
        let text = match self {
            Self::InvalidAccessToken => "Invalid token",
            Self::InvalidOrigin => "Not allowed IP address",
            Self::Permissions | Self::Accessible | Self::NotificationsMuted => "Not allowed notifications",
            Self::Offline
            | Self::Blocked
            | Self::NoSuchApp
            | Self::AppOffline
            | Self::ServiceUnnamed
            | Self::ServiceAppUnnamed
            | Self::ServiceUnknown
            | Self::ServiceEndpoint
            | Self::NoBody => self.text(),
        };
        json!([{ "error": text }])
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
    fn errors_of_version_5_have_no_names() {
        assert_eq!(
            HostError::InvalidAccessToken.chained_body().to_string(),
            r#"[{"error":"Invalid token"}]"#
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
