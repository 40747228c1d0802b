//! Tokens for service accounts: `POST /tps/access-token`, `/tps/access-tokens` and `/tps/service-account/{id}` (specification 4.1).

use serde::{Deserialize, Serialize};

use super::{BodyError, TokenAnswer, body, id, one};
use crate::secret::Secret;
use crate::token::ServiceAuth;

/// How a service account shows that it is the one.
#[derive(Debug, Clone)]
pub enum Presented {
    /// By its static token, to be compared with [`crate::credential::TokenHash`].
    StaticToken(Secret),
    /// By the signature of the request, [`crate::request`].
    Signature,
}

/// `POST /tps/access-token`: a token for one installation.
#[derive(Debug, Clone)]
pub struct ServiceTokenRequest {
    /// The service account.
    pub account_id: String,
    /// The app and the space.
    pub place: AppOrg,
    /// The credential.
    pub presented: Presented,
}

/// `POST /tps/access-tokens`: a token for each installation of the account. The call that lists them,
/// `POST /tps/service-account/{id}`, has the same body without the id, which is in its path.
#[derive(Debug, Clone)]
pub struct ServiceTokensRequest {
    /// The service account; none in the call that has it in its path.
    pub account_id: Option<String>,
    /// The credential.
    pub presented: Presented,
}

/// One installation: an app in a space.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct AppOrg {
    /// The app.
    pub app_id: String,
    /// The space.
    pub org_id: String,
}

/// One member of the answer with tokens for all installations.
#[derive(Serialize)]
pub struct ServiceTokenAnswer {
    /// The installation.
    #[serde(flatten)]
    pub place: AppOrg,
    /// Its token.
    pub token: TokenAnswer,
}

#[derive(Deserialize)]
struct Written {
    #[serde(default)]
    account_id: Option<String>,
    #[serde(default)]
    app_id: Option<String>,
    #[serde(default)]
    org_id: Option<String>,
    auth_type: String,
    #[serde(default)]
    creds: Option<Creds>,
}

#[derive(Deserialize)]
struct Creds {
    #[serde(default)]
    token: Option<Secret>,
}

impl Presented {
    /// The word that goes into the token.
    pub fn auth(&self) -> ServiceAuth {
        match self {
            Self::StaticToken(_) => ServiceAuth::StaticToken,
            Self::Signature => ServiceAuth::Signature,
        }
    }

    fn of(auth_type: &str, creds: Option<Creds>) -> Result<Self, BodyError> {
        match (auth_type, creds.and_then(|creds| creds.token)) {
            ("static_token", Some(token)) => Ok(Self::StaticToken(token)),
            ("signature", None) => Ok(Self::Signature),
            _ => Err(BodyError::Malformed),
        }
    }
}

impl ServiceTokenRequest {
    /// Reads the body.
    ///
    /// # Errors
    /// [`BodyError`]; `all` in place of an app or an organization is [`BodyError::Wildcard`].
    pub fn parse(bytes: &[u8]) -> Result<Self, BodyError> {
        let written: Written = body(bytes)?;
        let needed = |text: Option<String>| text.ok_or(BodyError::Malformed);
        Ok(Self {
            account_id: id(needed(written.account_id)?)?,
            place: AppOrg {
                app_id: one(needed(written.app_id)?)?,
                org_id: one(needed(written.org_id)?)?,
            },
            presented: Presented::of(&written.auth_type, written.creds)?,
        })
    }
}

impl ServiceTokensRequest {
    /// Reads the body.
    ///
    /// # Errors
    /// [`BodyError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, BodyError> {
        let written: Written = body(bytes)?;
        Ok(Self {
            account_id: written.account_id.map(id).transpose()?,
            presented: Presented::of(&written.auth_type, written.creds)?,
        })
    }
}
