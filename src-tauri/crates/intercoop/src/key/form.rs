//! The forms in which a public key is written (specification 2.2).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rsa::pkcs1::DecodeRsaPublicKey as _;
use rsa::pkcs8::DecodePublicKey as _;
use rsa::{BigUint, RsaPublicKey};

const CERTIFICATE: (&str, &str) = ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----");
/// Tags of DER: a sequence, a whole number, and the explicit element 0, a certificate's version.
const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const VERSION: u8 = 0xA0;

/// The key, whatever its form.
pub(super) fn read(text: &str) -> Option<RsaPublicKey> {
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    match lines.as_slice() {
        [line] if line.starts_with("ssh-rsa ") => of_ssh(line),
        [first, body @ .., last] if (*first, *last) == CERTIFICATE => of_certificate(&body.concat()),
        _ => {
            let pem = lines.join("\n");
            RsaPublicKey::from_public_key_pem(&pem)
                .or_else(|_| RsaPublicKey::from_pkcs1_pem(&pem))
                .ok()
        }
    }
}

/// `ssh-rsa`, the key in Base64, and perhaps a comment (RFC 4253 section 6.6).
fn of_ssh(line: &str) -> Option<RsaPublicKey> {
    let bytes = STANDARD.decode(line.split_whitespace().nth(1)?).ok()?;
    let (name, rest) = counted(&bytes)?;
    let (exponent, rest) = counted(rest)?;
    let (modulus, rest) = counted(rest)?;
    if name != b"ssh-rsa" || !rest.is_empty() {
        return None;
    }
    RsaPublicKey::new(BigUint::from_bytes_be(modulus), BigUint::from_bytes_be(exponent)).ok()
}

/// Bytes after their length in four bytes.
fn counted(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_be_bytes(*length).try_into().ok()?)
}

/// The subject's key of a certificate (RFC 5280 section 4.1). Who signed it, and until when, says nothing here: the key is
/// pinned, whatever was around it.
fn of_certificate(body: &str) -> Option<RsaPublicKey> {
    let der = STANDARD.decode(body).ok()?;
    let certificate = element(&der, SEQUENCE)?.0;
    let mut rest = element(certificate, SEQUENCE)?.0;
    if rest.first() == Some(&VERSION) {
        rest = element(rest, VERSION)?.1;
    }
    rest = element(rest, INTEGER)?.1;
    // Algorithm, issuer, validity, subject.
    for _ in 0..4 {
        rest = element(rest, SEQUENCE)?.1;
    }
    let after = element(rest, SEQUENCE)?.1;
    let key = rest.get(..rest.len() - after.len())?;
    RsaPublicKey::from_public_key_der(key).ok()
}

/// The contents of an element of DER, and what follows it.
fn element(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (found, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    if *found != tag {
        return None;
    }
    if *first < 0x80 {
        return rest.split_at_checked(usize::from(*first));
    }
    let count = usize::from(*first & 0x7F);
    if !(1..=4).contains(&count) {
        return None;
    }
    let (length, rest) = rest.split_at_checked(count)?;
    let length = length
        .iter()
        .fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte));
    rest.split_at_checked(length)
}
