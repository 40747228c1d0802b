//! The age identity of a recovery code, and either of the two as a key.

use std::fmt;
use std::str::FromStr;

use bech32::{Bech32, Hrp};
use secrecy::SecretString;
use thiserror::Error;
use zeroize::Zeroizing;

use super::code::RecoveryCode;

const IDENTITY_BYTES: usize = 74;

/// An age identity (X25519).
#[derive(Clone)]
pub struct RecoveryIdentity(age::x25519::Identity);

/// The text is not an age identity of the X25519 type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("this is not an age identity (AGE-SECRET-KEY-1…)")]
pub struct RecoveryIdentityError;

/// What opens a vault without its passphrase: the code from the sheet, or the identity from the file.
#[derive(Debug)]
pub enum RecoveryKey {
    /// The recovery code.
    Code(RecoveryCode),
    /// The identity alone; the code cannot be computed from it.
    Identity(RecoveryIdentity),
}

impl RecoveryIdentity {
    /// The identity as age writes it, `AGE-SECRET-KEY-1…`.
    #[must_use]
    pub fn to_age_identity_string(&self) -> SecretString {
        self.0.to_string()
    }

    /// The public key, `age1…`.
    #[must_use]
    pub fn recipient(&self) -> String {
        self.0.to_public().to_string()
    }

    /// The identity of this X25519 secret.
    pub(super) fn from_secret(secret: &[u8; 32]) -> Self {
        let mut text = Zeroizing::new(String::with_capacity(IDENTITY_BYTES));
        #[expect(
            clippy::expect_used,
            reason = "the prefix is a constant and 32 bytes fit every Bech32 string"
        )]
        let identity = Hrp::parse("age-secret-key-")
            .ok()
            .and_then(|prefix| bech32::encode_upper_to_fmt::<Bech32, _>(&mut *text, prefix, secret).ok())
            .and_then(|()| text.parse().ok())
            .expect("32 bytes make an age identity");
        Self(identity)
    }

    pub(crate) const fn age(&self) -> &age::x25519::Identity {
        &self.0
    }
}

impl FromStr for RecoveryIdentity {
    type Err = RecoveryIdentityError;

    fn from_str(text: &str) -> Result<Self, RecoveryIdentityError> {
        if text.len() != IDENTITY_BYTES {
            return Err(RecoveryIdentityError);
        }
        text.parse().map(Self).map_err(|_| RecoveryIdentityError)
    }
}

impl fmt::Debug for RecoveryIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryIdentity(…)")
    }
}

impl RecoveryKey {
    /// The identity, with which age opens what was encrypted for the kit.
    #[must_use]
    pub fn identity(&self) -> RecoveryIdentity {
        match self {
            Self::Code(code) => code.identity(),
            Self::Identity(identity) => identity.clone(),
        }
    }

    /// The identity as age writes it, `AGE-SECRET-KEY-1…`.
    #[must_use]
    pub fn to_age_identity_string(&self) -> SecretString {
        self.identity().to_age_identity_string()
    }

    /// The public key, `age1…`.
    #[must_use]
    pub fn recipient(&self) -> String {
        self.identity().recipient()
    }
}

impl From<RecoveryCode> for RecoveryKey {
    fn from(code: RecoveryCode) -> Self {
        Self::Code(code)
    }
}

impl From<RecoveryIdentity> for RecoveryKey {
    fn from(identity: RecoveryIdentity) -> Self {
        Self::Identity(identity)
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn identity_round_trips_through_age_s_text() {
        let identity = RecoveryIdentity::from_secret(&[5; 32]);
        let text = identity.to_age_identity_string();
        assert_eq!(text.expose_secret().len(), IDENTITY_BYTES);
        let read: RecoveryIdentity = text.expose_secret().parse().unwrap();
        assert_eq!(read.recipient(), identity.recipient());
    }

    #[test]
    fn other_texts_are_refused() {
        let recipient = RecoveryIdentity::from_secret(&[5; 32]).recipient();
        for text in ["", "AGE-SECRET-KEY-1", recipient.as_str(), &"A".repeat(74)] {
            assert!(text.parse::<RecoveryIdentity>().is_err(), "{text}");
        }
    }
}
