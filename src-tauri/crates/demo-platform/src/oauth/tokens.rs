//! Random secrets, and the form in which they are kept.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::{RngCore, rngs::OsRng};
use sha2::{Digest as _, Sha256};

/// What is kept of a secret: enough to know it again, too little to use it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Fingerprint([u8; 32]);

impl Fingerprint {
    pub(crate) fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret.as_bytes()).into())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fingerprint")
    }
}

/// 256 random bits as text, and their fingerprint.
pub(crate) fn fresh() -> (String, Fingerprint) {
    let mut bytes = [0; 32];
    OsRng.fill_bytes(&mut bytes);
    let secret = URL_SAFE_NO_PAD.encode(bytes);
    let fingerprint = Fingerprint::of(&secret);
    (secret, fingerprint)
}

/// The code challenge of a verifier by the method S256 (RFC 7636 section 4.2).
pub(crate) fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::{challenge_of, fresh};

    #[test]
    fn the_example_of_rfc_7636_gives_its_challenge() {
        assert_eq!(
            challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn secrets_are_long_and_never_the_same() {
        let ((one, _), (other, _)) = (fresh(), fresh());
        assert_eq!(one.len(), 43);
        assert_ne!(one, other);
    }
}
