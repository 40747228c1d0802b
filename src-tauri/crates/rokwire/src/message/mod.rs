//! Bodies of requests and answers of the Core (specification 4.1, 6, 8.3 to 8.5). Members that are required are required; those that nobody
//! knows are skipped.

mod account;
mod configs;
mod consent;
mod credentials;
mod login;
mod profile;
mod service_tokens;

pub use account::{Account, AppOfAccount, AuthType, Rest};
pub use configs::{AppConfig, ConfigRequest};
pub use consent::{ConsentRequest, Granted, PendingConsent};
pub use credentials::NewCredential;
pub use login::{AnonymousLogin, LoggedIn, RefreshRequest};
pub use profile::{Profile, ProfileField, ProfileValue};
pub use service_tokens::{AppOrg, Presented, ServiceTokenAnswer, ServiceTokenRequest, ServiceTokensRequest};

use serde::{Serialize, de::DeserializeOwned};
use thiserror::Error;

use crate::fault::Fault;
use crate::object;
use crate::token::Token;

/// Longest body, in bytes (8.1).
pub const MAX_BODY_BYTES: usize = 1024 * 1024;
/// Longest id in a body, in bytes.
const MAX_ID: usize = 256;

/// Why a body is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BodyError {
    /// Longer than [`MAX_BODY_BYTES`].
    #[error("the body is too large")]
    TooLarge,
    /// Not one JSON object, or a member is missing, twice there, or not what it has to be.
    #[error("the body is not what this call takes")]
    Malformed,
    /// It asks for all applications or all organizations.
    #[error("a token is for one application in one organization")]
    Wildcard,
}

impl From<BodyError> for Fault {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLarge => Self::TOO_LARGE,
            BodyError::Malformed => Self::MALFORMED,
            BodyError::Wildcard => Self::NO_WILDCARD,
        }
    }
}

/// `token` of an answer, or an answer by itself. Upstream has no `expires_in` (1.12).
#[derive(Serialize)]
pub struct TokenAnswer {
    access_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    token_type: &'static str,
}

impl TokenAnswer {
    /// The answer with a token, and for somebody anonymous the secret that continues it.
    pub fn new(token: &Token, refresh_token: Option<&str>) -> Self {
        Self {
            access_token: token.expose().to_owned(),
            refresh_token: refresh_token.map(str::to_owned),
            token_type: "Bearer",
        }
    }
}

fn body<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, BodyError> {
    if bytes.len() > MAX_BODY_BYTES {
        return Err(BodyError::TooLarge);
    }
    object::read(bytes, MAX_BODY_BYTES).ok_or(BodyError::Malformed)
}

/// An id as somebody names it.
fn id(text: String) -> Result<String, BodyError> {
    object::is_name(&text, MAX_ID)
        .then_some(text)
        .ok_or(BodyError::Malformed)
}

/// An id of one application or one organization.
fn one(text: String) -> Result<String, BodyError> {
    if text == "all" {
        return Err(BodyError::Wildcard);
    }
    id(text)
}

#[cfg(test)]
mod tests;
