//! The envelope: a payload and its signature, three lines (specification 1.1), or four with a second signature (9).

mod open;

pub use open::{Expectations, MAX_BODY_BYTES, Package, Sender, is_signed, open};

use crate::base64_text;

/// The only version there is. It is written in quotes: readers refuse a number.
pub const VERSION: &str = "1.0";

/// Writes the package that is posted to a target.
///
/// `signature` is RSASSA-PKCS1-v1_5 with SHA-1 over the bytes of `payload`, exactly as given here; who holds the key makes it.
pub fn write(payload: &str, signature: &[u8]) -> String {
    let (payload, signature) = (
        base64_text::encode(payload.as_bytes()),
        base64_text::encode(signature),
    );
    format!("intercoopVersion: '{VERSION}'\npayload: {payload}\nsignature: {signature}\n")
}

/// Writes it with the second signature, which upstream does not look at.
///
/// `strong` is RSASSA-PSS with SHA-256, MGF1 with SHA-256 and 32 bytes of salt, by the same key over the same bytes.
pub fn write_strong(payload: &str, signature: &[u8], strong: &[u8]) -> String {
    format!(
        "{}signature2: {}\n",
        write(payload, signature),
        base64_text::encode(strong)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_values_are_base64url_with_padding() {
        assert_eq!(
            write("a?>", &[0xFB]),
            "intercoopVersion: '1.0'\npayload: YT8-\nsignature: -w==\n"
        );
        assert_eq!(
            write_strong("a?>", &[0xFB], &[0xFF]),
            "intercoopVersion: '1.0'\npayload: YT8-\nsignature: -w==\nsignature2: _w==\n"
        );
    }
}
