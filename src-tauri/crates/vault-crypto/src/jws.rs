//! Signed documents: compact JWS (RFC 7515) with `PS256` (RFC 7518, 3.5), so that any library checks them.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::{Signer, SignerError, VerifyError, verify_pss_sha256};

/// The longest that is read, in bytes.
pub const LONGEST: usize = 256 * 1024;

/// The one algorithm.
const ALGORITHM: &str = "PS256";

/// Signs `payload`. `typ` is the media type without `application/`, for example `consent-receipt+jwt`: letters, digits, `+`, `-` and `.`
/// only. The header names the key by its [`key_id`].
///
/// # Errors
/// [`SignerError::Signing`].
pub fn sign(signer: &Signer, typ: &'static str, payload: &[u8]) -> Result<String, SignerError> {
    let key = key_id(signer);
    let header = format!(r#"{{"alg":"{ALGORITHM}","typ":"{typ}","kid":"{key}"}}"#);
    let signed = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(payload)
    );
    let signature = signer.sign_pss_sha256(signed.as_bytes())?;
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// The `kid` of what a key signs: the SHA-256 of its SPKI in hex.
#[must_use]
pub fn key_id(signer: &Signer) -> String {
    Sha256::digest(signer.public_key_der())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Checks the signature against a public key in SPKI PEM and gives what was signed.
///
/// # Errors
/// [`VerifyError`]; a text that is no JWS, or one of another algorithm, counts as a wrong signature.
pub fn verify(jws: &str, pem: &str) -> Result<Vec<u8>, VerifyError> {
    let parts = Parts::of(jws).ok_or(VerifyError::Signature)?;
    let header: Header = decoded(parts.header)
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .ok_or(VerifyError::Signature)?;
    // An extension that must be understood (RFC 7515, 4.1.11) is not.
    if header.alg != ALGORITHM || header.crit.is_some() {
        return Err(VerifyError::Signature);
    }
    let signature = decoded(parts.signature).ok_or(VerifyError::Signature)?;
    verify_pss_sha256(pem, parts.signed.as_bytes(), &signature)?;
    decoded(parts.payload).ok_or(VerifyError::Signature)
}

/// What a compact JWS says; its signature is not looked at. `None` for what is none.
#[must_use]
pub fn payload(jws: &str) -> Option<Vec<u8>> {
    decoded(Parts::of(jws)?.payload)
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    crit: Option<serde_json::Value>,
}

struct Parts<'t> {
    /// Header and payload with the dot between them.
    signed: &'t str,
    header: &'t str,
    payload: &'t str,
    signature: &'t str,
}

impl<'t> Parts<'t> {
    fn of(jws: &'t str) -> Option<Self> {
        if jws.len() > LONGEST {
            return None;
        }
        let (signed, signature) = jws.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        (!payload.contains('.')).then_some(Self {
            signed,
            header,
            payload,
            signature,
        })
    }
}

fn decoded(part: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(part).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PRIVATE: &str = include_str!("../tests/fixtures/rsa3072.pem");

    fn signer() -> Signer {
        Signer::from_pkcs8_pem(PRIVATE).unwrap()
    }

    #[test]
    fn what_was_signed_comes_back() {
        let signer = signer();
        let jws = sign(&signer, "consent-receipt+jwt", br#"{"a":1}"#).unwrap();
        assert_eq!(verify(&jws, signer.public_key_pem()).unwrap(), br#"{"a":1}"#);
        assert_eq!(payload(&jws).unwrap(), br#"{"a":1}"#);
        let header = decoded(jws.split('.').next().unwrap()).unwrap();
        let header: serde_json::Value = serde_json::from_slice(&header).unwrap();
        assert_eq!(
            (&header["alg"], &header["typ"]),
            (&"PS256".into(), &"consent-receipt+jwt".into())
        );
        assert_eq!(header["kid"].as_str().unwrap().len(), 64);
    }

    #[test]
    fn another_algorithm_is_no_signature() {
        let signer = signer();
        let jws = sign(&signer, "x", b"{}").unwrap();
        let (_, rest) = jws.split_once('.').unwrap();
        for header in [
            r#"{"alg":"none"}"#,
            r#"{"alg":"RS256"}"#,
            r#"{"alg":"PS256","crit":["exp"]}"#,
            "{}",
            "",
        ] {
            let forged = format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header));
            assert!(verify(&forged, signer.public_key_pem()).is_err(), "{header}");
        }
        let long = format!("e30.{}.e30", "A".repeat(LONGEST));
        assert_eq!(payload(&long), None);
    }

    proptest! {
        #[test]
        fn any_text_is_refused_without_a_panic(text in "[A-Za-z0-9_.-]{0,200}|\\PC{0,80}") {
            prop_assert!(verify(&text, signer().public_key_pem()).is_err());
        }

        #[test]
        fn a_changed_sign_is_noticed(at in 0_usize..600, sign_in_place in "[A-Za-z0-9_-]") {
            let signer = signer();
            let jws = sign(&signer, "x", br#"{"record_id":"1"}"#).unwrap();
            let at = at % jws.len();
            let mut changed = jws.clone();
            changed.replace_range(at..=at, &sign_in_place);
            // The last sign of a part carries spare bits: another sign there may stand for the same bytes.
            let same = changed == jws;
            let read = verify(&changed, signer.public_key_pem()).ok();
            let believed = read.is_none_or(|read| read == br#"{"record_id":"1"}"#);
            prop_assert!(same || believed, "{changed}");
        }
    }
}
