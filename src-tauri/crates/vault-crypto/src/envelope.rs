//! Authenticated encryption without knobs: XChaCha20-Poly1305, a random nonce, a version byte.
//!
//! Layout: version `1`, 24 bytes of nonce, the encrypted bytes, 16 bytes of tag. `purpose` says what the envelope is
//! for and where it belongs; it is not stored, and an envelope opens only under the purpose it was sealed for.

use chacha20poly1305::{AeadInPlace, KeyInit, Tag, XChaCha20Poly1305, XNonce};
use rand::RngCore;
use rand::rngs::OsRng;
use thiserror::Error;
use zeroize::Zeroizing;

const VERSION: u8 = 1;
const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;
const DOMAIN: &[u8] = b"satchel envelope v1\0";

/// How many bytes an envelope is longer than what it holds.
pub const OVERHEAD: usize = 1 + NONCE_BYTES + TAG_BYTES;

/// Why an envelope did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EnvelopeError {
    /// Shorter than an empty envelope.
    #[error("the sealed bytes are cut short")]
    Truncated,
    /// Sealed by a version this program does not know.
    #[error("the sealed bytes have version {found}, which is not known")]
    UnknownVersion {
        /// The version byte.
        found: u8,
    },
    /// Another key, another purpose, or changed bytes: the three cannot be told apart.
    #[error("the sealed bytes do not belong to this key and purpose, or were changed")]
    NotAuthentic,
}

/// Encrypts `plaintext` under `key` for `purpose`.
#[must_use]
pub fn seal(key: &[u8; 32], purpose: &[u8], plaintext: &[u8]) -> Vec<u8> {
    let mut nonce = [0; NONCE_BYTES];
    OsRng.fill_bytes(&mut nonce);
    seal_with_nonce(key, purpose, plaintext, nonce)
}

/// Decrypts an envelope that [`seal`] made under the same key for the same purpose.
///
/// # Errors
/// [`EnvelopeError`]; nothing is released unless all of it is authentic.
pub fn open(key: &[u8; 32], purpose: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, EnvelopeError> {
    let (version, rest) = sealed.split_first().ok_or(EnvelopeError::Truncated)?;
    if *version != VERSION {
        return Err(EnvelopeError::UnknownVersion { found: *version });
    }
    let (nonce, rest) = rest
        .split_first_chunk::<NONCE_BYTES>()
        .ok_or(EnvelopeError::Truncated)?;
    let (encrypted, tag) = rest
        .split_last_chunk::<TAG_BYTES>()
        .ok_or(EnvelopeError::Truncated)?;
    let mut plaintext = Zeroizing::new(encrypted.to_vec());
    XChaCha20Poly1305::new(key.into())
        .decrypt_in_place_detached(
            XNonce::from_slice(nonce),
            &bound(purpose),
            &mut plaintext,
            Tag::from_slice(tag),
        )
        .map_err(|_| EnvelopeError::NotAuthentic)?;
    Ok(plaintext)
}

fn seal_with_nonce(key: &[u8; 32], purpose: &[u8], plaintext: &[u8], nonce: [u8; NONCE_BYTES]) -> Vec<u8> {
    let mut sealed = Vec::with_capacity(plaintext.len() + OVERHEAD);
    sealed.push(VERSION);
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(plaintext);
    let (_, body) = sealed.split_at_mut(1 + NONCE_BYTES);
    #[expect(
        clippy::expect_used,
        reason = "XChaCha20-Poly1305 fails only above 256 GiB of plaintext"
    )]
    let tag = XChaCha20Poly1305::new(key.into())
        .encrypt_in_place_detached(XNonce::from_slice(&nonce), &bound(purpose), body)
        .expect("what fits in memory fits in one message");
    sealed.extend_from_slice(&tag);
    sealed
}

/// The additional data: our own domain, so that an envelope is never mistaken for another use of the same cipher.
fn bound(purpose: &[u8]) -> Vec<u8> {
    [DOMAIN, purpose].concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: [u8; 32] = [3; 32];

    #[test]
    fn only_the_same_key_and_purpose_open() {
        let sealed = seal(&KEY, b"peer key", b"secret");
        assert_eq!(sealed.len(), 6 + OVERHEAD);
        assert_eq!(open(&KEY, b"peer key", &sealed).unwrap().as_slice(), b"secret");
        assert_eq!(
            open(&[4; 32], b"peer key", &sealed),
            Err(EnvelopeError::NotAuthentic)
        );
        assert_eq!(open(&KEY, b"peer kez", &sealed), Err(EnvelopeError::NotAuthentic));
    }

    #[test]
    fn sealing_twice_gives_different_bytes() {
        assert_ne!(seal(&KEY, b"", b"same"), seal(&KEY, b"", b"same"));
    }

    #[test]
    fn every_prefix_is_refused() {
        let sealed = seal(&KEY, b"p", b"secret");
        assert_eq!(open(&KEY, b"p", &[]), Err(EnvelopeError::Truncated));
        for length in 1..sealed.len() {
            let expected = if length < OVERHEAD {
                EnvelopeError::Truncated
            } else {
                EnvelopeError::NotAuthentic
            };
            assert_eq!(open(&KEY, b"p", &sealed[..length]), Err(expected), "{length}");
        }
    }

    #[test]
    fn every_flipped_bit_is_refused() {
        let sealed = seal(&KEY, b"p", b"secret");
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(open(&KEY, b"p", &changed).is_err(), "bit {bit}");
        }
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(open(&KEY, b"p", &bytes).is_err());
        }

        #[test]
        fn whatever_was_sealed_opens(plain in proptest::collection::vec(any::<u8>(), 0..500), purpose in ".{0,40}") {
            let sealed = seal(&KEY, purpose.as_bytes(), &plain);
            prop_assert_eq!(&*open(&KEY, purpose.as_bytes(), &sealed).unwrap(), &plain);
        }
    }
}
