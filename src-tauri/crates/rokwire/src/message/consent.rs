//! Asking for a scoped token: `POST /services/auth/authorize-service` (specification 8.4).

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::serde::rfc3339;

use super::{BodyError, body};
use crate::registration::FullRegistration;
use crate::scope::{Scope, Scopes};
use crate::service_id::ServiceId;
use crate::token::Token;

/// Most scopes in one request.
const MAX_SCOPES: usize = 100;

/// What an app asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentRequest {
    /// The service that the token is for.
    pub service_id: ServiceId,
    /// What it wants. That `approved_scopes` of the body say yes is not believed: they are read as wishes, like the others.
    pub wanted: Scopes,
}

/// The answer while the person has not decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PendingConsent {
    service_reg: FullRegistration,
    consent: Pending,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Pending {
    id: String,
    status: &'static str,
    #[serde(with = "rfc3339")]
    expires_at: OffsetDateTime,
}

/// The answer with a token.
#[derive(Serialize)]
pub struct Granted {
    access_token: String,
    token_type: &'static str,
    approved_scopes: Vec<String>,
    #[serde(with = "rfc3339")]
    expires_at: OffsetDateTime,
}

#[derive(Deserialize)]
struct Written {
    service_id: String,
    #[serde(default)]
    requested_scopes: Option<Vec<String>>,
    #[serde(default)]
    approved_scopes: Option<Vec<String>>,
}

impl ConsentRequest {
    /// Reads the body. What is no scope is an error here: a wish that is not understood is not passed over.
    ///
    /// # Errors
    /// [`BodyError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, BodyError> {
        let written: Written = body(bytes)?;
        let texts = written
            .requested_scopes
            .into_iter()
            .chain(written.approved_scopes);
        let texts: Vec<String> = texts.flatten().collect();
        if texts.is_empty() || texts.len() > MAX_SCOPES {
            return Err(BodyError::Malformed);
        }
        let scopes: Result<Scopes, _> = texts.iter().map(|text| Scope::parse(text)).collect();
        Ok(Self {
            service_id: written.service_id.parse().map_err(|_| BodyError::Malformed)?,
            wanted: scopes.map_err(|_| BodyError::Malformed)?,
        })
    }
}

impl PendingConsent {
    /// The question that the person sees, and until when it stands.
    pub fn new(service_reg: FullRegistration, id: &str, expires_at: OffsetDateTime) -> Self {
        Self {
            service_reg,
            consent: Pending {
                id: id.to_owned(),
                status: "pending",
                expires_at: seconds(expires_at),
            },
        }
    }
}

impl Granted {
    /// The token, with exactly what the person ticked.
    pub fn new(token: &Token, approved: &Scopes, expires_at: OffsetDateTime) -> Self {
        Self {
            access_token: token.expose().to_owned(),
            token_type: "Bearer",
            approved_scopes: approved.iter().map(Scope::to_string).collect(),
            expires_at: seconds(expires_at),
        }
    }
}

/// UTC, in whole seconds, so that it ends in `Z`.
fn seconds(time: OffsetDateTime) -> OffsetDateTime {
    let utc = time.to_offset(time::UtcOffset::UTC);
    utc.replace_nanosecond(0).unwrap_or(utc)
}
