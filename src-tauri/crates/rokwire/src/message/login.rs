//! Signing in without a profile, and going on with it: the only login over HTTP (specification 6.0, 6.3, 8.3).

use serde::{Deserialize, Serialize};

use super::{BodyError, TokenAnswer, body, id, one};
use crate::secret::Secret;

/// `POST /services/auth/login` with `auth_type` `anonymous`. Other kinds are [`BodyError::Malformed`]: whoever is somebody comes through the
/// vault's own window.
///
/// An `anonymous_id` that is sent is not read: it continues only with its refresh token (9 row 23).
#[derive(Debug, Clone)]
pub struct AnonymousLogin {
    /// Identifier or id of the application type.
    pub app_type_identifier: String,
    /// The space.
    pub org_id: String,
    /// The pairing key of the application.
    pub api_key: Secret,
}

/// `POST /services/auth/refresh`.
#[derive(Debug, Clone)]
pub struct RefreshRequest {
    /// The pairing key of the application.
    pub api_key: Secret,
    /// The secret of the last answer.
    pub refresh_token: Secret,
}

/// The answer to both.
#[derive(Serialize)]
pub struct LoggedIn {
    token: TokenAnswer,
    params: Params,
}

#[derive(Serialize)]
struct Params {
    anonymous_id: String,
}

#[derive(Deserialize)]
struct WrittenLogin {
    auth_type: String,
    app_type_identifier: String,
    org_id: String,
    api_key: Secret,
    device: Device,
}

#[derive(Deserialize)]
struct Device {
    r#type: String,
}

#[derive(Deserialize)]
struct WrittenRefresh {
    api_key: Secret,
    refresh_token: Secret,
}

/// Kinds of device; none of them changes anything.
const DEVICES: [&str; 4] = ["mobile", "web", "desktop", "other"];

impl AnonymousLogin {
    /// Reads the body.
    ///
    /// # Errors
    /// [`BodyError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, BodyError> {
        let written: WrittenLogin = body(bytes)?;
        if written.auth_type != "anonymous" || !DEVICES.contains(&written.device.r#type.as_str()) {
            return Err(BodyError::Malformed);
        }
        Ok(Self {
            app_type_identifier: id(written.app_type_identifier)?,
            org_id: one(written.org_id)?,
            api_key: written.api_key,
        })
    }
}

impl RefreshRequest {
    /// Reads the body.
    ///
    /// # Errors
    /// [`BodyError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, BodyError> {
        let written: WrittenRefresh = body(bytes)?;
        Ok(Self {
            api_key: written.api_key,
            refresh_token: written.refresh_token,
        })
    }
}

impl LoggedIn {
    /// The answer with a token, and the id that is its `sub`.
    pub fn new(token: TokenAnswer, anonymous_id: &str) -> Self {
        Self {
            token,
            params: Params {
                anonymous_id: anonymous_id.to_owned(),
            },
        }
    }
}
