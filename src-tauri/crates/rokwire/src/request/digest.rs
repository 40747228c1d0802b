//! The digest of a body: `SHA256=` or `SHA-256=`, and standard base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// The two names under which upstream writes and reads SHA-256.
const NAMES: [&str; 2] = ["SHA256=", "SHA-256="];

/// Whether the header is the digest of the body.
pub(super) fn fits(header: &str, body: &[u8]) -> bool {
    let encoded = NAMES.iter().find_map(|name| header.strip_prefix(name));
    encoded == Some(of(body).as_str())
}

/// The header for a body; the older libraries write the name with a hyphen.
pub(super) fn write(body: &[u8], hyphen: bool) -> String {
    let [plain, older] = NAMES;
    format!("{}{}", if hyphen { older } else { plain }, of(body))
}

fn of(body: &[u8]) -> String {
    STANDARD.encode(Sha256::digest(body))
}
