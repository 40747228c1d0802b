//! Bearer tokens: shown once to their holder, kept only as a hash.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::RngCore;
use rand::rngs::OsRng;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use thiserror::Error;
use zeroize::{ZeroizeOnDrop, Zeroizing};

const TEXT_BYTES: usize = 43;

/// 32 random bytes, written as 43 characters of base64url without padding.
pub struct Token(Box<Zeroizing<[u8; 32]>>);

/// The text is not a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the text is not a token")]
pub struct TokenError;

impl Token {
    /// A random token.
    #[must_use]
    pub fn generate() -> Self {
        let mut bytes = Box::new(Zeroizing::new([0; 32]));
        OsRng.fill_bytes(bytes.as_mut_slice());
        Self(bytes)
    }

    /// Reads the text form; other spellings of the same bytes are refused.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let mut bytes = Box::new(Zeroizing::new([0; 32]));
        match URL_SAFE_NO_PAD.decode_slice(text, bytes.as_mut_slice()) {
            Ok(32) => Ok(Self(bytes)),
            Ok(_) | Err(_) => Err(TokenError),
        }
    }

    /// The text for the holder.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(TEXT_BYTES));
        URL_SAFE_NO_PAD.encode_string(self.0.as_slice(), &mut text);
        text
    }

    /// What is kept: the SHA-256 of the text form.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.to_text().as_bytes()).into()
    }

    /// Whether this token is the one that was kept as `hash`, in constant time.
    #[must_use]
    pub fn matches(&self, hash: &[u8; 32]) -> bool {
        self.hash().ct_eq(hash).into()
    }

    /// Whether both are the same, in constant time.
    #[must_use]
    pub fn ct_eq(&self, other: &Self) -> bool {
        self.0.as_slice().ct_eq(other.0.as_slice()).into()
    }
}

impl ZeroizeOnDrop for Token {}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_round_trips() {
        let token = Token::generate();
        assert_eq!(token.to_text().len(), TEXT_BYTES);
        let read = Token::parse(&token.to_text()).unwrap();
        assert!(read.ct_eq(&token));
        assert!(read.matches(&token.hash()));
        let other = Token::generate();
        assert!(!other.ct_eq(&token));
        assert!(!other.matches(&token.hash()));
    }

    /// `printf AAAA…A | sha256sum` with 43 times `A`.
    #[test]
    fn hash_is_of_the_text() {
        let token = Token::parse(&"A".repeat(43)).unwrap();
        assert_eq!(token.hash(), <[u8; 32]>::from(Sha256::digest("A".repeat(43))));
        assert_ne!(token.hash(), <[u8; 32]>::from(Sha256::digest([0; 32])));
    }

    #[test]
    fn other_spellings_are_refused() {
        for text in [
            "",
            "A",
            &"A".repeat(42),
            &"A".repeat(44),
            &("A".repeat(42) + "B"),
            &("A".repeat(43) + "="),
            &"+".repeat(43),
        ] {
            assert!(Token::parse(text).is_err(), "{text}");
        }
    }
}
