//! Names of entries inside a backpack, and the rules that keep them harmless on every system.

use std::fmt;

/// The manifest, always the first entry.
pub const MANIFEST: &str = "backpack.json";
/// The signature of the manifest’s bytes, always the second entry.
pub const SIGNATURE: &str = "backpack.sig";
/// How to open a backpack without Satchel, always the third entry.
pub const README: &str = "README.txt";
/// The page that shows the content to a person, always the fourth entry.
pub const PAGE: &str = "index.html";
/// Longest path of an entry, in bytes of UTF-8.
pub const PATH_BYTES: usize = 240;

/// Why a path is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PathProblem {
    /// Nothing, or nothing between two slashes, or a slash at the end.
    #[error("a part of it is empty")]
    EmptyPart,
    /// More than [`PATH_BYTES`].
    #[error("it is longer than 240 bytes")]
    TooLong,
    /// Not UTF-8.
    #[error("it is not UTF-8 text")]
    NotText,
    /// Starts at the root of a file system.
    #[error("it starts at the root of the disk")]
    Absolute,
    /// Holds `.` or `..`.
    #[error("it climbs out of its folder")]
    Climbs,
    /// Holds a backslash, which is a separator on some systems.
    #[error("it holds a backslash")]
    Backslash,
    /// Holds a colon, which names a drive or a stream on some systems.
    #[error("it holds a colon")]
    Colon,
    /// Holds NUL or another control character.
    #[error("it holds a control character")]
    Control,
}

/// A relative path with forward slashes that stays inside the folder it is unpacked into, on every system.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryPath(String);

impl EntryPath {
    /// Accepts a path that follows the rules.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn new(path: impl Into<String>) -> Result<Self, PathProblem> {
        let path = path.into();
        check(&path)?;
        Ok(Self(path))
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, PathProblem> {
        Self::new(std::str::from_utf8(bytes).map_err(|_| PathProblem::NotText)?)
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the format itself fills this entry, so that no content may.
    pub fn is_reserved(&self) -> bool {
        [MANIFEST, SIGNATURE, README, PAGE].contains(&self.as_str())
    }
}

impl fmt::Debug for EntryPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for EntryPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<&str> for EntryPath {
    type Error = PathProblem;

    fn try_from(path: &str) -> Result<Self, PathProblem> {
        Self::new(path)
    }
}

fn check(path: &str) -> Result<(), PathProblem> {
    if path.len() > PATH_BYTES {
        return Err(PathProblem::TooLong);
    }
    if path.chars().any(char::is_control) {
        return Err(PathProblem::Control);
    }
    if path.contains('\\') {
        return Err(PathProblem::Backslash);
    }
    if path.contains(':') {
        return Err(PathProblem::Colon);
    }
    if path.starts_with('/') {
        return Err(PathProblem::Absolute);
    }
    path.split('/').try_for_each(check_part)
}

fn check_part(part: &str) -> Result<(), PathProblem> {
    match part {
        "" => Err(PathProblem::EmptyPart),
        "." | ".." => Err(PathProblem::Climbs),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_paths_are_accepted() {
        for path in [
            "a",
            "raw/0123",
            "platforms/demo/records.ndjson",
            "transfers/…/x.yaml",
            "..a",
            "a..b",
        ] {
            assert!(EntryPath::new(path).is_ok(), "{path}");
        }
    }

    #[test]
    fn each_broken_rule_has_its_own_name() {
        let long = "a".repeat(PATH_BYTES + 1);
        for (path, problem) in [
            ("", PathProblem::EmptyPart),
            ("a//b", PathProblem::EmptyPart),
            ("a/", PathProblem::EmptyPart),
            (long.as_str(), PathProblem::TooLong),
            ("/etc/passwd", PathProblem::Absolute),
            ("..", PathProblem::Climbs),
            ("a/../b", PathProblem::Climbs),
            ("./a", PathProblem::Climbs),
            ("a\\b", PathProblem::Backslash),
            ("C:/x", PathProblem::Colon),
            ("a\0b", PathProblem::Control),
            ("a\nb", PathProblem::Control),
        ] {
            assert_eq!(EntryPath::new(path), Err(problem), "{path:?}");
        }
        assert_eq!(EntryPath::from_bytes(b"a\xff"), Err(PathProblem::NotText));
    }
}
