//! The person's mail server.

use serde::{Deserialize, Serialize};
use specta::Type;
use vault_connect::MailSettings;

/// The mail server as it is set up. Its password never comes to a page.
#[derive(Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MailServer {
    host: String,
    port: u16,
    /// `starttls`, `tls` or `none`.
    security: String,
    user: String,
    from: String,
    /// A file with its certificate authority.
    authority: String,
    has_password: bool,
}

impl From<MailSettings> for MailServer {
    fn from(settings: MailSettings) -> Self {
        Self {
            host: settings.host,
            port: settings.port,
            security: settings.security,
            user: settings.user,
            from: settings.from,
            authority: settings.authority,
            has_password: settings.has_password,
        }
    }
}

impl From<MailServer> for MailSettings {
    fn from(server: MailServer) -> Self {
        Self {
            host: server.host,
            port: server.port,
            security: server.security,
            user: server.user,
            from: server.from,
            authority: server.authority,
            has_password: server.has_password,
        }
    }
}
