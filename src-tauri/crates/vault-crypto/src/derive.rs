//! HKDF-SHA-256: one secret, many purposes.

use hkdf::Hkdf;
use sha2::Sha256;

/// Fills `out` with HKDF-SHA-256(`secret`, no salt, `info` = `purpose`).
///
/// Purposes are frozen: every one names a key of a released format, so none is ever reused or reworded.
pub(crate) fn expand_into(secret: &[u8], purpose: &str, out: &mut [u8; 32]) {
    #[expect(
        clippy::expect_used,
        reason = "HKDF-SHA-256 fails only above 8160 bytes of output"
    )]
    Hkdf::<Sha256>::new(None, secret)
        .expand(purpose.as_bytes(), out)
        .expect("32 bytes are within the reach of HKDF-SHA-256");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 5869 appendix A.3 has no salt and no info; its first 32 bytes.
    #[test]
    fn agrees_with_the_rfc() {
        let mut out = [0; 32];
        expand_into(&[0x0b; 22], "", &mut out);
        let expected = [
            0x8d, 0xa4, 0xe7, 0x75, 0xa5, 0x63, 0xc1, 0x8f, 0x71, 0x5f, 0x80, 0x2a, 0x06, 0x3c, 0x5a, 0x31,
            0xb8, 0xa1, 0x1f, 0x5c, 0x5e, 0xe1, 0x87, 0x9e, 0xc3, 0x45, 0x4e, 0x5f, 0x3c, 0x73, 0x8d, 0x2d,
        ];
        assert_eq!(out, expected);
    }

    #[test]
    fn purposes_are_apart() {
        let (mut one, mut other) = ([0; 32], [0; 32]);
        expand_into(&[7; 32], "one", &mut one);
        expand_into(&[7; 32], "other", &mut other);
        assert_ne!(one, other);
    }
}
