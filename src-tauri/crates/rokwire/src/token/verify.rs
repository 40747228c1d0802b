//! Reading a token that somebody shows: every check of specification 2.5, and those that upstream does without (9 row 15).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use time::OffsetDateTime;

use super::claims::{Claims, Holder};
use super::error::TokenError;
use super::wire::{Header, TYPE, Written};
use crate::key::PubKey;
use crate::object;
use crate::scope::MAX_CLAIM_BYTES;

/// Longest token that is read, in bytes.
pub const MAX_TOKEN_BYTES: usize = 2 * MAX_CLAIM_BYTES;

/// Whose tokens are taken: the address of the issuer, byte for byte, and its keys. Two of them while tokens of the older one live.
#[derive(Debug, Clone, Copy)]
pub struct Issuer<'a> {
    /// `iss`.
    pub host: &'a str,
    /// Its keys, whose algorithms decide, not what a token says.
    pub keys: &'a [PubKey],
}

/// A token of the issuer that is valid now, for an audience that has still to be compared. Whether its grant is live is not in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed(Claims);

impl Issuer<'_> {
    /// Checks everything but the audience.
    ///
    /// # Errors
    /// [`TokenError`] is the first thing that does not hold. Callers outside learn none of it: they all get the same answer.
    pub fn read(&self, token: &str, now: OffsetDateTime) -> Result<Signed, TokenError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::TooLong);
        }
        let mut parts = token.split('.');
        let (Some(header), Some(claims), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(TokenError::NotAToken);
        };
        let header_bytes = decoded(header)?;
        let key = self.key(&header_bytes)?;
        let signed = token
            .get(..header.len() + 1 + claims.len())
            .ok_or(TokenError::NotAToken)?;
        key.verify(signed.as_bytes(), &decoded(signature)?)
            .map_err(|_| TokenError::Signature)?;
        let written: Written = object::read(&decoded(claims)?, MAX_TOKEN_BYTES).ok_or(TokenError::Claims)?;
        if written.issuer() != self.host {
            return Err(TokenError::Issuer);
        }
        written.check_time(now.unix_timestamp())?;
        written.into_claims().map(Signed)
    }

    /// The key that a header names, if the header names the key's own algorithm too.
    fn key(&self, header: &[u8]) -> Result<&PubKey, TokenError> {
        if header.first() != Some(&b'{') {
            return Err(TokenError::Header);
        }
        let header: Header<'_> = serde_json::from_slice(header).map_err(|_| TokenError::Header)?;
        if header.typ != TYPE {
            return Err(TokenError::Type);
        }
        let key = self.keys.iter().find(|key| key.kid().as_str() == header.kid);
        let key = key.ok_or(TokenError::UnknownKey)?;
        let fits = key.alg().as_str() == header.alg;
        fits.then_some(key).ok_or(TokenError::Algorithm)
    }
}

impl Signed {
    /// The claims, for a reader who is `audience`: its own service id, or as the data API the service that the grant is for.
    ///
    /// # Errors
    /// [`TokenError::Audience`].
    pub fn for_audience(self, audience: &str) -> Result<Claims, TokenError> {
        (self.0.kind().audience() == audience)
            .then_some(self.0)
            .ok_or(TokenError::Audience)
    }

    /// For whom it is and by which grant, to look that up.
    pub fn holder(&self) -> &Holder {
        self.0.holder()
    }

    /// `jti`.
    pub fn id(&self) -> &str {
        self.0.id()
    }
}

/// Base64url without padding, in the one spelling that its bytes have.
fn decoded(part: &str) -> Result<Vec<u8>, TokenError> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenError::NotAToken)
}
