//! Static tokens of service accounts: made of random bytes, stored as a hash, compared in constant time.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// Random bytes behind a token.
pub const TOKEN_BYTES: usize = 32;

/// A token as it is shown once, 43 characters of base64url without padding. Upstream's has 256 letters and digits; consumers
/// treat it as opaque (specification 1.3, 8.1).
#[derive(Clone)]
pub struct StaticToken(Zeroizing<String>);

impl StaticToken {
    /// Makes a token of bytes from the operating system's generator.
    pub fn from_random(bytes: &[u8; TOKEN_BYTES]) -> Self {
        Self(Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The text, to be shown once.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(self.expose())
    }
}

impl fmt::Debug for StaticToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[static token]")
    }
}

/// What is kept of a token: its SHA-256. A token has 256 random bits, so a salt would add nothing.
#[derive(Clone)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// The hash of a token's UTF-8 text.
    pub fn of(token: &str) -> Self {
        Self(Sha256::digest(token.as_bytes()).into())
    }

    /// Reads the stored form; `None` if it is not 32 bytes of standard base64.
    pub fn parse(stored: &str) -> Option<Self> {
        STANDARD.decode(stored).ok()?.try_into().ok().map(Self)
    }

    /// The stored form of upstream: standard base64 with padding.
    pub fn to_text(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// Whether a presented text is the token, compared in constant time.
    pub fn matches(&self, presented: &str) -> bool {
        self.0.ct_eq(&Self::of(presented).0).into()
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[token hash]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_form_is_base64_of_sha_256() {
        // FIPS 180-2, appendix B.1: SHA-256 of "abc".
        assert_eq!(
            TokenHash::of("abc").to_text(),
            "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="
        );
    }

    #[test]
    fn only_the_token_matches() {
        let token = StaticToken::from_random(&[9; TOKEN_BYTES]);
        let stored = TokenHash::parse(&token.hash().to_text()).unwrap();
        assert_eq!(token.expose().len(), 43);
        assert!(stored.matches(token.expose()));
        assert!(!stored.matches(""));
        assert!(!stored.matches(&stored.to_text()));
        assert!(!stored.matches(&format!("{} ", token.expose())));
    }

    #[test]
    fn broken_stored_forms_are_refused() {
        for text in ["", "AAAA", "!", &"A".repeat(64)] {
            assert!(TokenHash::parse(text).is_none());
        }
    }

    #[test]
    fn tokens_and_hashes_are_not_printed() {
        let token = StaticToken::from_random(&[9; TOKEN_BYTES]);
        assert_eq!(
            format!("{token:?} {:?}", token.hash()),
            "[static token] [token hash]"
        );
    }
}
