//! Ids of services: `^[a-z][a-z0-9-]{1,62}$`, some of them reserved (specification 8.1).

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use thiserror::Error;
use unicode_security::confusable_detection::skeleton;

/// The issuer of tokens, as upstream expects it.
pub const AUTH: &str = "auth";
/// The vault as a Core.
pub const CORE: &str = "core";
/// The data API of the vault.
pub const VAULT: &str = "vault";
/// The audience of the tokens of the vault's own window.
pub const ROKWIRE: &str = "rokwire";
/// The word by which upstream asks for all registrations, and means all services in scopes.
pub const ALL: &str = "all";

/// What nobody outside may be called.
const RESERVED: [&str; 5] = [AUTH, CORE, VAULT, ROKWIRE, ALL];

/// The id of a service outside the vault.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceId(String);

/// Why a text is no id of a service outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ServiceIdError {
    /// Not `^[a-z][a-z0-9-]{1,62}$`.
    #[error("an id has 2 to 63 small letters, digits and hyphens, and begins with a letter")]
    Grammar,
    /// `auth`, `core`, `vault`, `rokwire` or `all`.
    #[error("this id is reserved")]
    Reserved,
    /// It looks like a reserved one.
    #[error("this id looks like a reserved one")]
    Imitates,
}

impl ServiceId {
    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a person could take it for `other`, which is another one: `steps-1` and `stepsl`. Names of services, which may hold
    /// any letters, are compared where all names of parties are; an id holds ASCII only.
    pub fn imitates(&self, other: &Self) -> bool {
        self != other && form(&self.0) == form(&other.0)
    }
}

impl FromStr for ServiceId {
    type Err = ServiceIdError;

    fn from_str(text: &str) -> Result<Self, ServiceIdError> {
        if !is_id(text) {
            return Err(ServiceIdError::Grammar);
        }
        if is_reserved(text) {
            return Err(ServiceIdError::Reserved);
        }
        if RESERVED.iter().any(|reserved| form(reserved) == form(text)) {
            return Err(ServiceIdError::Imitates);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for ServiceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for ServiceId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// Whether a text has the grammar of an id, reserved or not.
pub(crate) fn is_id(text: &str) -> bool {
    let letters = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (2..=63).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(letters)
}

/// Whether a text is one of the reserved ids.
pub(crate) fn is_reserved(text: &str) -> bool {
    RESERVED.contains(&text)
}

/// What is seen of an id: without hyphens, by the look of its letters (Unicode Technical Standard 39, section 4), and with what a
/// hurried eye takes for one another in small letters.
fn form(id: &str) -> String {
    let plain: String = id.chars().filter(|c| *c != '-').collect();
    skeleton(&plain)
        .collect::<String>()
        .to_lowercase()
        .replace("vv", "w")
        .replace(['i', 'j'], "l")
        .replace('5', "s")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(text: &str) -> ServiceId {
        text.parse().unwrap()
    }

    #[test]
    fn ids_have_their_grammar() {
        for text in ["ab", "steps-insight", "a1", &"a".repeat(63)] {
            assert_eq!(id(text).as_str(), text);
        }
        for text in [
            "",
            "a",
            "1a",
            "-a",
            "A1",
            "a_b",
            "a.b",
            "aä",
            "vаult",
            &"a".repeat(64),
        ] {
            assert_eq!(text.parse::<ServiceId>(), Err(ServiceIdError::Grammar), "{text}");
        }
    }

    #[test]
    fn nobody_is_called_like_the_vault() {
        for text in RESERVED {
            assert_eq!(text.parse::<ServiceId>(), Err(ServiceIdError::Reserved), "{text}");
        }
        for text in [
            "vau1t", "va-ult", "c0re", "core-", "rokvvire", "a-ll", "al1", "rokwlre", "r0k-wire",
        ] {
            assert_eq!(text.parse::<ServiceId>(), Err(ServiceIdError::Imitates), "{text}");
        }
        for text in ["vaults", "author", "score", "ball"] {
            assert_eq!(id(text).as_str(), text);
        }
    }

    #[test]
    fn two_ids_that_look_alike_imitate_each_other() {
        assert!(id("steps-insight").imitates(&id("step5-lnsight")));
        assert!(id("modern").imitates(&id("modem")));
        assert!(!id("steps").imitates(&id("steps")));
        assert!(!id("steps").imitates(&id("stops")));
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_panics(text in any::<String>(), plain in "[a-z0-9-]{0,70}") {
            for text in [text, plain] {
                if let Ok(id) = text.parse::<ServiceId>() {
                    prop_assert_eq!(id.as_str(), text);
                    prop_assert!(!id.imitates(&id));
                }
            }
        }
    }
}
