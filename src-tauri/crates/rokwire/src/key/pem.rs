//! PEM blocks, read by their content and written under the standard label.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::KeyError;

/// Largest PEM text that is read, in bytes; an RSA key of 4096 bits has 800.
pub const MAX_PEM_BYTES: usize = 16 * 1024;

/// The bytes inside the first block, whatever its label.
pub(super) fn decode(text: &str) -> Result<Vec<u8>, KeyError> {
    if text.len() > MAX_PEM_BYTES {
        return Err(KeyError::NotPem);
    }
    let text = text.replace("\\n", "\n");
    let (_, block) = text.split_once("-----BEGIN ").ok_or(KeyError::NotPem)?;
    let (label, rest) = block.split_once("-----").ok_or(KeyError::NotPem)?;
    if label.contains("PRIVATE") {
        return Err(KeyError::PrivateKey);
    }
    let (body, _) = rest.split_once("-----END ").ok_or(KeyError::NotPem)?;
    let body: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    STANDARD.decode(body).map_err(|_| KeyError::NotPem)
}

/// SubjectPublicKeyInfo under `PUBLIC KEY`, 64 characters a line, with a final line break.
pub(super) fn encode(spki: &[u8]) -> String {
    let body = STANDARD.encode(spki);
    let mut out = String::from("-----BEGIN PUBLIC KEY-----\n");
    for (at, c) in body.chars().enumerate() {
        if at > 0 && at % 64 == 0 {
            out.push('\n');
        }
        out.push(c);
    }
    out.push_str("\n-----END PUBLIC KEY-----\n");
    out
}
