//! The passphrase as the person typed it.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// What the person remembers: wiped on drop, never printed, taken byte for byte (no trimming, no normalisation).
#[derive(Clone)]
pub struct Passphrase(SecretString);

impl Passphrase {
    /// Takes the text over; the buffer it came in is wiped.
    #[must_use]
    pub fn new(mut text: String) -> Self {
        let exact: Box<str> = Box::from(text.as_str());
        text.zeroize();
        Self(SecretString::from(exact))
    }

    /// Whether both are the same, in a time that depends only on their lengths.
    #[must_use]
    pub fn same_as(&self, other: &Self) -> bool {
        self.expose_secret()
            .as_bytes()
            .ct_eq(other.expose_secret().as_bytes())
            .into()
    }

    /// Whether nothing was typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.expose_secret().is_empty()
    }
}

impl ExposeSecret<str> for Passphrase {
    fn expose_secret(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<SecretString> for Passphrase {
    fn from(text: SecretString) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_byte_for_byte() {
        let one = Passphrase::new("ocean lamp".to_owned());
        assert!(one.same_as(&Passphrase::new("ocean lamp".to_owned())));
        assert!(!one.same_as(&Passphrase::new("ocean lamp ".to_owned())));
        assert!(!one.same_as(&Passphrase::new("Ocean lamp".to_owned())));
        assert!(Passphrase::new(String::new()).is_empty());
    }
}
