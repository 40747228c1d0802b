//! Platforms that open no way for a program, and what really works there.

use std::sync::LazyLock;

use serde::Deserialize;

/// A platform that Satchel cannot link or ask.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosedPlatform {
    /// Its id.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// How a person gets their data there.
    pub way: ClosedWay,
    /// The same in words.
    pub words: String,
}

/// How a person gets their data from a platform that no program is let into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClosedWay {
    /// As a file, at once.
    File,
    /// As a file, after asking for it.
    Request,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    platform: Vec<ClosedPlatform>,
}

const TEXT: &str = include_str!("../../catalogue/closed.toml");

static CLOSED: LazyLock<Vec<ClosedPlatform>> =
    LazyLock::new(|| toml::from_str(TEXT).map_or_else(|_| Vec::new(), |file: File| file.platform));

/// Every platform that is known to be closed, by id.
#[must_use]
pub fn closed_platforms() -> &'static [ClosedPlatform] {
    &CLOSED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_platforms_say_what_works_there() {
        let file: File = toml::from_str(TEXT).unwrap();
        assert!(file.platform.len() > 10 && file.platform.is_sorted_by_key(|platform| platform.id.clone()));
        for platform in closed_platforms() {
            assert!(
                platform.words.ends_with('.') && platform.words.len() < 200,
                "{}",
                platform.id
            );
            assert!(
                crate::connector(&platform.id).is_err(),
                "{} is linked",
                platform.id
            );
        }
    }
}
