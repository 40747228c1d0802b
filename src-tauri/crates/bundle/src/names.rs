//! Paths of entries: checked as they stand, never joined to a folder of this computer.

use super::{BundleError, LONGEST_NAME};

/// The longest piece of a name in an error, in signs.
const SHOWN: usize = 80;

/// The path of an entry with `/` between its parts.
pub(super) fn check(raw: &[u8]) -> Result<String, BundleError> {
    let text = String::from_utf8_lossy(raw);
    if raw.len() > LONGEST_NAME {
        return Err(BundleError::LongName(shown(&text)));
    }
    let path = text.replace('\\', "/");
    let drive =
        path.as_bytes().get(1) == Some(&b':') && path.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
    let climbs = path.split('/').any(|part| part == "..");
    if path.starts_with('/') || drive || climbs || path.contains('\0') {
        return Err(BundleError::Climbs(shown(&text)));
    }
    let parts: Vec<&str> = path
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    let clean: String = parts
        .join("/")
        .chars()
        .filter(|symbol| !symbol.is_control())
        .collect();
    if clean.is_empty() {
        return Err(BundleError::Broken(shown(&text)));
    }
    Ok(clean)
}

/// Whether a file is there for the system and says nothing: what macOS and Windows leave behind.
pub(super) fn is_litter(path: &str) -> bool {
    path.split('/')
        .any(|part| part == "__MACOSX" || part.starts_with("._"))
        || matches!(
            path.rsplit('/').next(),
            Some(".DS_Store" | "Thumbs.db" | "desktop.ini")
        )
}

/// A name that can be shown: cut, and without signs that steer a terminal or turn the direction of writing.
#[must_use]
pub fn shown(text: &str) -> String {
    let plain = |symbol: &char| {
        !symbol.is_control()
            && !matches!(*symbol, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().filter(plain).take(SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_down() {
        assert_eq!(check(b"a/./b.csv").unwrap(), "a/b.csv");
        assert_eq!(check(br"a\b.csv").unwrap(), "a/b.csv");
        for path in [
            &b"../a"[..],
            b"a/../../b",
            b"/etc/passwd",
            br"..\a",
            b"C:\\a",
            b"a\0b",
            br"\\host\a",
        ] {
            assert!(matches!(check(path), Err(BundleError::Climbs(_))), "{path:?}");
        }
        assert!(matches!(check(&[b'a'; 600]), Err(BundleError::LongName(_))));
    }
}
