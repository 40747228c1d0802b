//! Identifiers of vaults and spaces: random, without meaning, written as UUIDs.

use std::fmt;
use std::str::FromStr;

use rand::RngCore;
use rand::rngs::OsRng;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The text is not a hyphenated lower-case UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the identifier is not a hyphenated lower-case UUID")]
pub struct IdError;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name([u8; 16]);

        impl $name {
            /// A random identifier (UUID version 4: 122 random bits).
            #[must_use]
            pub fn generate() -> Self {
                Self(random_uuid())
            }

            /// The identifier of these bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// The 16 bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_uuid(f, &self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                parse_uuid(text).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    };
}

id! {
    /// One vault: all that belongs to one person on one computer.
    VaultId
}

id! {
    /// One space of a vault; also the name of its database file, hence only the canonical text form is read.
    SpaceId
}

fn random_uuid() -> [u8; 16] {
    let mut bytes = [0; 16];
    OsRng.fill_bytes(&mut bytes);
    let number = u128::from_be_bytes(bytes);
    let versioned = number & !(0xf << 76) | (0x4 << 76);
    (versioned & !(0x3 << 62) | (0x2 << 62)).to_be_bytes()
}

fn write_uuid(f: &mut fmt::Formatter<'_>, bytes: &[u8; 16]) -> fmt::Result {
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            f.write_str("-")?;
        }
        write!(f, "{byte:02x}")?;
    }
    Ok(())
}

fn parse_uuid(text: &str) -> Result<[u8; 16], IdError> {
    if text.len() != 36 {
        return Err(IdError);
    }
    let mut number = 0_u128;
    for (at, symbol) in text.bytes().enumerate() {
        let hyphen_here = matches!(at, 8 | 13 | 18 | 23);
        match symbol {
            b'-' if hyphen_here => {}
            b'0'..=b'9' if !hyphen_here => number = number << 4 | u128::from(symbol - b'0'),
            b'a'..=b'f' if !hyphen_here => number = number << 4 | u128::from(symbol - b'a' + 10),
            _ => return Err(IdError),
        }
    }
    Ok(number.to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_is_canonical_and_round_trips() {
        let id = SpaceId::from_bytes([
            0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0x4c, 0xde, 0x8f, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd,
        ]);
        assert_eq!(id.to_string(), "01234567-89ab-4cde-8f01-23456789abcd");
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(
            serde_json::to_string(&id).unwrap(),
            "\"01234567-89ab-4cde-8f01-23456789abcd\""
        );
        assert_eq!(
            serde_json::from_str::<SpaceId>("\"01234567-89ab-4cde-8f01-23456789abcd\"").unwrap(),
            id
        );
    }

    #[test]
    fn generated_ones_are_version_4_and_differ() {
        let (one, other) = (VaultId::generate(), VaultId::generate());
        assert_ne!(one, other);
        assert_eq!(one.as_bytes()[6] >> 4, 4);
        assert_eq!(one.as_bytes()[8] >> 6, 2);
    }

    #[test]
    fn other_spellings_are_refused() {
        for text in [
            "",
            "../../../../../../../../../../etc/pw",
            "01234567-89AB-4cde-8f01-23456789abcd",
            "0123456789ab4cde8f0123456789abcd",
            "01234567-89ab-4cde-8f01-23456789abc",
            "01234567-89ab-4cde-8f01-23456789abcd0",
            "01234567x89ab-4cde-8f01-23456789abcd",
            "0123456-789ab-4cde-8f01-23456789abcd",
            "01234567-89ab-4cde-8f01-23456789abcé",
        ] {
            assert_eq!(text.parse::<SpaceId>(), Err(IdError), "{text}");
        }
    }
}
