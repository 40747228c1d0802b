//! The OpenID discovery document, with the two members that upstream has and nothing else (specification 5).

use serde::Serialize;

/// `GET /.well-known/openid-configuration`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Discovery {
    issuer: String,
    jwks_uri: String,
}

impl Discovery {
    /// The document of an issuer, which is its address without a final slash.
    pub fn of(issuer: &str) -> Self {
        Self {
            issuer: issuer.to_owned(),
            jwks_uri: format!("{issuer}/tps/auth-keys"),
        }
    }
}
