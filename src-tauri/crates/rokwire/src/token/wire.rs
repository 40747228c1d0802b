//! Header and claims as they are on the wire, letter by letter (specification 2.1, 8.2).

use serde::{Deserialize, Serialize};

use super::claims::{Claims, Holder};
use super::error::TokenError;
use super::kind::{EVERYTHING, Kind, ServiceAuth};
use crate::scope::Scopes;
use crate::service_id::{ROKWIRE, VAULT};

/// `typ` of every token.
pub(super) const TYPE: &str = "JWT";
/// `purpose` of every token.
const ACCESS: &str = "access";

/// The header, in upstream's order.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header<'t> {
    pub(super) alg: &'t str,
    pub(super) kid: &'t str,
    pub(super) typ: &'t str,
}

/// The claims, in upstream's order, with `jti` behind the times. A member may stand in it once; another name is another member, and there is
/// none but these. `nbf` is never written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    iss: String,
    sub: String,
    aud: String,
    exp: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    iat: i64,
    jti: String,
    org_id: String,
    app_id: String,
    session_id: String,
    purpose: String,
    auth_type: String,
    permissions: String,
    scope: String,
    anonymous: bool,
    authenticated: bool,
    service: bool,
    first_party: bool,
    admin: bool,
    system: bool,
}

impl Written {
    pub(super) fn of(claims: &Claims) -> Self {
        let marks = claims.kind.marks();
        Self {
            iss: claims.issuer.clone(),
            sub: claims.holder.subject.clone(),
            aud: claims.kind.audience().to_owned(),
            exp: claims.expires,
            nbf: None,
            iat: claims.issued,
            jti: claims.id.clone(),
            org_id: claims.holder.space.clone(),
            app_id: claims.holder.app.clone(),
            session_id: claims.holder.session.clone(),
            purpose: ACCESS.to_owned(),
            auth_type: marks.auth_type.to_owned(),
            permissions: String::new(),
            scope: claims.kind.scope_claim(),
            anonymous: marks.anonymous,
            authenticated: marks.authenticated,
            service: marks.service,
            first_party: marks.first_party,
            admin: marks.admin,
            system: false,
        }
    }

    /// Whether the token may be used at `now`, in seconds since 1970. There is no leeway: issuer and reader have the same clock.
    pub(super) fn check_time(&self, now: i64) -> Result<(), TokenError> {
        if self.iat > now || self.nbf.is_some_and(|nbf| nbf > now) {
            return Err(TokenError::NotYet);
        }
        (self.exp > now).then_some(()).ok_or(TokenError::Expired)
    }

    /// The claims, if what they say fits together.
    pub(super) fn into_claims(self) -> Result<Claims, TokenError> {
        let kind = self.kind().ok_or(TokenError::Kind)?;
        let claims = Claims {
            issuer: self.iss,
            id: self.jti,
            issued: self.iat,
            expires: self.exp,
            holder: Holder {
                subject: self.sub,
                space: self.org_id,
                app: self.app_id,
                session: self.session_id,
            },
            kind,
        };
        Ok(claims.checked()?)
    }

    /// The kind whose marks are exactly these. A scope that is not in the grammar makes it none.
    fn kind(&self) -> Option<Kind> {
        let scopes = || {
            let scopes = Scopes::from_claim(&self.scope);
            (scopes.to_claim() == self.scope).then_some(scopes)
        };
        let kind = match (self.auth_type.as_str(), self.first_party) {
            ("vault_unlock", true) => {
                (self.scope == EVERYTHING && self.aud == ROKWIRE).then_some(Kind::User {
                    authenticated: self.authenticated,
                })?
            }
            ("vault_unlock", false) => Kind::Scoped {
                audience: self.aud.parse().ok()?,
                scopes: scopes()?,
                authenticated: self.authenticated,
            },
            ("anonymous", false) => self.scope.is_empty().then(|| Kind::Anonymous {
                audience: self.aud.clone(),
            })?,
            (auth @ ("static_token" | "signature"), false) if self.aud == VAULT => Kind::Service {
                auth: if auth == "signature" {
                    ServiceAuth::Signature
                } else {
                    ServiceAuth::StaticToken
                },
                scopes: scopes()?,
            },
            _ => return None,
        };
        let marks = kind.marks();
        let fits = marks.anonymous == self.anonymous
            && marks.authenticated == self.authenticated
            && marks.service == self.service
            && marks.admin == self.admin
            && !self.system
            && self.permissions.is_empty()
            && self.purpose == ACCESS;
        fits.then_some(kind)
    }

    pub(super) fn issuer(&self) -> &str {
        &self.iss
    }
}
