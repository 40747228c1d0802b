//! Identifiers on the wire: GUIDs in the hyphenated form (spec 1.1).

use std::fmt;

use serde::{Serialize, Serializer};

/// A GUID in lower case with hyphens; input may have any case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guid(String);

/// Lengths of the groups of the hyphenated form.
const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];

impl Guid {
    /// Reads the hyphenated form and no other.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut groups = text.split('-');
        let well_formed = GROUPS.iter().all(|length| {
            groups.next().is_some_and(|group| {
                group.len() == *length && group.bytes().all(|digit| digit.is_ascii_hexdigit())
            })
        });
        (well_formed && groups.next().is_none()).then(|| Self(text.to_ascii_lowercase()))
    }

    /// The GUID of a member that was left out (spec 2.1): it names nothing.
    #[must_use]
    pub fn nil() -> Self {
        Self("00000000-0000-0000-0000-000000000000".to_owned())
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Guid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Guid;

    #[test]
    fn only_the_hyphenated_form_is_read_and_it_is_written_in_lower_case() {
        let guid = Guid::parse("5846584A-2719-48dd-bef2-83c6d7dbd421").unwrap();
        assert_eq!(guid.as_str(), "5846584a-2719-48dd-bef2-83c6d7dbd421");
        for bad in [
            "",
            "5846584a271948ddbef283c6d7dbd421",
            "{5846584a-2719-48dd-bef2-83c6d7dbd421}",
            "5846584a-2719-48dd-bef2-83c6d7dbd421-",
            "5846584g-2719-48dd-bef2-83c6d7dbd421",
            "5846584-a2719-48dd-bef2-83c6d7dbd421",
        ] {
            assert_eq!(Guid::parse(bad), None, "{bad}");
        }
        assert!(Guid::parse(Guid::nil().as_str()).is_some());
    }
}
