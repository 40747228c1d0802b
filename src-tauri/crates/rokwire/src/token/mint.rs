//! Writing a token.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use thiserror::Error;
use zeroize::Zeroizing;

use super::claims::Claims;
use super::wire::{Header, TYPE, Written};
use crate::key::PubKey;

/// A token that waits for its signature, and the key that it is to be of.
pub struct Unsigned<'k> {
    text: Zeroizing<String>,
    key: &'k PubKey,
}

/// A token. It is text that lets its holder in, so it is not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(Zeroizing<String>);

/// The signature is not one of the token by the key that its header names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the signature does not fit the token")]
pub struct WrongSignature;

impl<'k> Unsigned<'k> {
    /// Writes header and claims for a key.
    pub fn new(claims: &Claims, key: &'k PubKey) -> Self {
        let header = Header {
            alg: key.alg().as_str(),
            kid: key.kid().as_str(),
            typ: TYPE,
        };
        // Text, numbers and truth values: writing them cannot fail.
        let part = |json: serde_json::Result<Vec<u8>>| URL_SAFE_NO_PAD.encode(json.unwrap_or_default());
        let header = part(serde_json::to_vec(&header));
        let claims = part(serde_json::to_vec(&Written::of(claims)));
        Self {
            text: Zeroizing::new(format!("{header}.{claims}")),
            key,
        }
    }

    /// What is to be signed, with the algorithm of the key.
    pub fn signing_input(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// Takes the signature, and checks it: a signature that went wrong could tell about the key.
    ///
    /// # Errors
    /// [`WrongSignature`].
    pub fn signed(self, signature: &[u8]) -> Result<Token, WrongSignature> {
        let fits = self.key.verify(self.signing_input(), signature);
        fits.map_err(|_| WrongSignature)?;
        let signature = URL_SAFE_NO_PAD.encode(signature);
        Ok(Token(Zeroizing::new(format!("{}.{signature}", *self.text))))
    }
}

impl Token {
    /// The text, for its holder.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[token]")
    }
}

impl fmt::Debug for Unsigned<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[unsigned token]")
    }
}
