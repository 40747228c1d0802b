//! Paths inside a package.

use super::error::PackageError;

/// The longest path, in bytes.
const LONGEST: usize = 200;

/// What a path may hold besides letters and digits: what a web address names as it stands.
const SIGNS: &[u8] = b"-_.~+@";

/// Checks a path. A package is never unpacked onto a disk; all the same a path that would lead out of its folder there, or that another
/// system reads as another one, says what its maker thinks of the person.
pub(super) fn check(raw: &[u8]) -> Result<String, PackageError> {
    let path = || shown(raw);
    let refuse = |why| Err(PackageError::Name { path: path(), why });
    if raw.is_empty() || raw.len() > LONGEST {
        return refuse("a path has at most 200 characters");
    }
    if raw.first() == Some(&b'/') {
        return refuse("a path begins inside the package, without a slash");
    }
    if raw.contains(&b'\\') || raw.contains(&b':') {
        return refuse("a path has neither a backslash nor a colon");
    }
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'/' || SIGNS.contains(byte);
    let Some(text) = std::str::from_utf8(raw)
        .ok()
        .filter(|text| text.bytes().all(|byte| plain(&byte)))
    else {
        return refuse("a path is made of letters from a to z, digits, and the signs - _ . ~ + @");
    };
    for part in text.split('/') {
        if part.is_empty() || part.bytes().all(|byte| byte == b'.') {
            return refuse("a path leads down only: no part of it is empty or made of dots");
        }
        if part.ends_with('.') {
            return refuse("no part of a path ends with a dot");
        }
    }
    Ok(text.to_owned())
}

/// The path as it can be shown: cut, and without signs that would do something.
pub(super) fn shown(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw.get(..80).unwrap_or(raw));
    text.chars()
        .map(|sign| if sign.is_ascii_graphic() { sign } else { '?' })
        .collect()
}

/// The file that a description's `url` names; `None` when it names none of a package.
pub(super) fn first_page(url: Option<&str>) -> Option<String> {
    let path = url.unwrap_or("/");
    if path.contains("://") || path.starts_with("//") {
        return None;
    }
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let path = path.trim_start_matches('/');
    let path = if path.is_empty() { "index.html" } else { path };
    check(path.as_bytes()).ok()
}
