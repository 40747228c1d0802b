//! A new credential of a service account (specification 1.3). It is entered in the console; there is no HTTP route to it.

use serde::Deserialize;

use super::{BodyError, body};
use crate::key::{KeyOnWire, PubKey};

/// What a new credential is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewCredential {
    /// A static token, which the vault makes and shows once.
    StaticToken {
        /// Its name, for people.
        name: String,
    },
    /// The public key of the service.
    Signature {
        /// Its name, for people.
        name: String,
        /// The key.
        key: PubKey,
    },
}

#[derive(Deserialize)]
struct Written {
    name: String,
    r#type: String,
    #[serde(default)]
    params: Option<KeyOnWire>,
}

impl NewCredential {
    /// Reads `{name, type, params}`. A signature needs `key_pem` and `alg`, both checked: upstream drops one without `alg` and says so in
    /// its log only (9 row 29).
    ///
    /// # Errors
    /// [`BodyError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, BodyError> {
        let Written { name, r#type, params } = body(bytes)?;
        match (r#type.as_str(), params) {
            ("static_token", None) => Ok(Self::StaticToken { name }),
            ("signature", Some(params)) => {
                let key = params.read().map_err(|_| BodyError::Malformed)?;
                Ok(Self::Signature { name, key })
            }
            _ => Err(BodyError::Malformed),
        }
    }
}
