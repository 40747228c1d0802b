//! Versions of applications, and which configuration a version gets (specification 1.6, 6.1, 8.3).

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Largest number in a version.
pub const MAX_NUMBER: u32 = (1 << 31) - 1;

/// `major.minor.patch`, compared number by number.
///
/// Upstream also takes signs and leading zeros, so that one version has several spellings (9 row 26).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    major: u32,
    minor: u32,
    patch: u32,
}

/// A text that is no version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a version is three numbers without leading zeros and with dots between them: 1.2.3")]
pub struct BadVersion;

impl FromStr for Version {
    type Err = BadVersion;

    fn from_str(text: &str) -> Result<Self, BadVersion> {
        let mut numbers = text.split('.').map(number);
        match (numbers.next(), numbers.next(), numbers.next(), numbers.next()) {
            (Some(Some(major)), Some(Some(minor)), Some(Some(patch)), None) => {
                Ok(Self { major, minor, patch })
            }
            _ => Err(BadVersion),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// The configuration that a build of version `requested` gets: the one with the greatest version that is not above it. None if all
/// are above.
///
/// The candidates are those of exactly this application type and exactly this organization, or of none; there is no falling back
/// from one to the other.
pub fn choose<T>(candidates: impl IntoIterator<Item = (Version, T)>, requested: Version) -> Option<T> {
    candidates
        .into_iter()
        .filter(|(version, _)| *version <= requested)
        .max_by_key(|(version, _)| *version)
        .map(|(_, config)| config)
}

/// `0|[1-9][0-9]*`, at most [`MAX_NUMBER`].
fn number(text: &str) -> Option<u32> {
    let is_plain = text == "0" || !text.starts_with('0');
    if text.len() > 10 || !is_plain || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().filter(|number| *number <= MAX_NUMBER)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn version(text: &str) -> Version {
        text.parse().unwrap()
    }

    #[test]
    fn a_version_has_one_spelling() {
        for text in ["0.0.0", "1.2.3", "10.0.2147483647"] {
            assert_eq!(version(text).to_string(), text);
        }
        for text in [
            "",
            "1",
            "1.2",
            "1.2.3.4",
            "01.2.3",
            "1.02.3",
            "1.2.00",
            "+1.2.3",
            "-1.2.3",
            "v1.2.3",
            "1.2.3-beta",
            "1.2.3+build",
            "1.2.3 ",
            " 1.2.3",
            "1..3",
            "1.2.2147483648",
            "1.2.99999999999999999999",
            "1.2.٣",
        ] {
            assert_eq!(text.parse::<Version>(), Err(BadVersion), "{text:?}");
        }
    }

    #[test]
    fn the_greatest_that_is_not_above_is_chosen() {
        let configs = ["1.0.0", "1.9.0", "1.10.0", "2.0.0"].map(|text| (version(text), text));
        for (requested, chosen) in [
            ("0.9.9", None),
            ("1.0.0", Some("1.0.0")),
            ("1.9.99", Some("1.9.0")),
            ("1.10.1", Some("1.10.0")),
            ("9.0.0", Some("2.0.0")),
        ] {
            assert_eq!(choose(configs, version(requested)), chosen, "{requested}");
        }
    }

    fn any_version() -> impl Strategy<Value = Version> {
        (0_u32..4, 0_u32..4, 0_u32..4).prop_map(|(major, minor, patch)| Version { major, minor, patch })
    }

    proptest! {
        /// Brute force: every version from the requested one down to 0.0.0 is tried.
        #[test]
        fn the_choice_is_that_of_brute_force(
            stored in proptest::collection::btree_set(any_version(), 0..12),
            requested in any_version(),
        ) {
            let mut below: Option<Version> = None;
            'all: for major in (0..=requested.major).rev() {
                for minor in (0..4).rev() {
                    for patch in (0..4).rev() {
                        let tried = Version { major, minor, patch };
                        let above = (major, minor, patch) > (requested.major, requested.minor, requested.patch);
                        if !above && stored.contains(&tried) {
                            below = Some(tried);
                            break 'all;
                        }
                    }
                }
            }
            prop_assert_eq!(choose(stored.iter().map(|version| (*version, *version)), requested), below);
        }

        #[test]
        fn the_order_is_that_of_the_numbers(a in any::<[u16; 3]>(), b in any::<[u16; 3]>()) {
            let text = |n: [u16; 3]| format!("{}.{}.{}", n[0], n[1], n[2]);
            prop_assert_eq!(version(&text(a)).cmp(&version(&text(b))), a.cmp(&b));
        }

        #[test]
        fn arbitrary_text_never_panics(text in any::<String>()) {
            if let Ok(version) = text.parse::<Version>() {
                prop_assert_eq!(version.to_string(), text);
            }
        }
    }
}
