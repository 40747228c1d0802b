//! The envelope: three lines around a payload and its signature (specification 1.1).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;

/// The only version there is. It is written in quotes: readers refuse a number.
pub const VERSION: &str = "1.0";

/// Writes the package that is posted to a target.
///
/// `signature` is RSASSA-PKCS1-v1_5 with SHA-1 over the bytes of `payload`, exactly as given here; who holds the key makes it.
pub fn write(payload: &str, signature: &[u8]) -> String {
    let (payload, signature) = (URL_SAFE.encode(payload), URL_SAFE.encode(signature));
    format!("intercoopVersion: '{VERSION}'\npayload: {payload}\nsignature: {signature}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_values_are_base64url_with_padding() {
        assert_eq!(
            write("a?>", &[0xFB]),
            "intercoopVersion: '1.0'\npayload: YT8-\nsignature: -w==\n"
        );
    }
}
