//! What goes out: the shapes of spec 2.2 and 2.3, every member present.

use serde::Serialize;
use serde_json::{Value, json};

use super::{Claim, Guid};

/// An application as everybody may see it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct App {
    /// Its id.
    pub application_id: Guid,
    /// Its name.
    pub name: String,
    /// What it is, in a sentence.
    pub description: Option<String>,
    /// Its picture.
    pub logo_url: Option<String>,
    /// Its page.
    pub website_url: Option<String>,
    /// Where it is told that the person agreed.
    pub authorization_callback_url: Option<String>,
    /// What it gets when it names nothing.
    pub default_platform_data_claim: Claim,
}

/// How an account at a platform is proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum AuthMechanism {
    /// By an address that the person confirmed.
    Email,
    /// By signing in at the platform.
    Oauth2,
}

/// A platform as everybody may see it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Platform {
    /// Its id.
    pub platform_id: Guid,
    /// Its name.
    pub name: String,
    /// How an account there is proved.
    pub auth_mechanism: AuthMechanism,
    /// What it is, in a sentence.
    pub description: Option<String>,
    /// Its picture.
    pub logo_url: Option<String>,
    /// Its page.
    pub website_url: Option<String>,
}

/// A platform, and whether the app gets data of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// The platform.
    #[serde(flatten)]
    pub platform: Platform,
    /// Whether the app gets data.
    pub is_connected: bool,
    /// Why it gets no more: `UserDidNotExist`, `NotAuthorized` or `Undefined`.
    pub disconnected_reason: Option<&'static str>,
    /// When data last came in, in unix seconds.
    pub last_data_fetch_time_stamp: Option<i64>,
}

/// An app and the platforms that it gets data of.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AppState {
    /// Its name.
    pub name: String,
    /// Its id.
    pub application_id: Guid,
    /// The platforms.
    pub connected_platforms: Vec<Guid>,
}

/// `connection-state`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConnectionState {
    /// The platforms.
    pub platforms: Vec<Status>,
    /// The apps: of a caller, itself.
    pub apps: Vec<AppState>,
}

/// The person as the app knows them.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The account id of this app alone.
    pub id: Guid,
    /// Addresses that were shared.
    pub user_emails: Vec<Value>,
}

/// How a connection stands that an app asked for (`PlatformConnectionState`, spec 1.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ConnectState {
    /// The person has to agree in the browser first.
    AwaitingOAuthAuthentication,
    /// The person has to agree first.
    AwaitingEmailVerification,
    /// The app gets data.
    Connected,
}

/// The answer to `start-connect-user-to-oauth-platform`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Connected {
    /// How it stands.
    pub state: ConnectState,
    /// Where the person's browser goes next.
    pub authorization_uri: Option<String>,
}

/// The body of a manager error (spec 2.1).
#[must_use]
pub fn error(message: &str) -> Value {
    json!({ "error": message })
}
