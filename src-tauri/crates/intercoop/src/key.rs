//! Keys of peers: read in both PEM forms, pinned by their fingerprint, used to verify.

use std::fmt;

use rsa::pkcs1::DecodeRsaPublicKey as _;
use rsa::pkcs8::{DecodePublicKey as _, EncodePublicKey as _};
use rsa::traits::PublicKeyParts as _;
use rsa::{Pkcs1v15Sign, RsaPublicKey};
use sha1::{Digest as _, Sha1};
use sha2::Sha256;
use thiserror::Error;

/// Smallest modulus that is accepted, in bits.
pub const MIN_BITS: usize = 2048;
/// Largest PEM text that is read, in bytes; a key of 4096 bits has 800.
pub const MAX_PEM_BYTES: usize = 16 * 1024;
/// Start of the fingerprint of the key whose private half is published in upstream's repository. A shipped example
/// descriptor carries it; whoever pins it trusts everybody (specification 2.4).
const PUBLISHED_TEST_KEY: [u8; 8] = [0x35, 0x35, 0x43, 0x58, 0x2d, 0x44, 0x30, 0xbc];
/// DigestInfo of SHA-1 without the NULL parameter, which upstream's verifier accepts too (specification 2.1).
const DIGEST_INFO_WITHOUT_NULL: [u8; 13] = [
    0x30, 0x1f, 0x30, 0x07, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x04, 0x14,
];

/// The public key of a peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerKey {
    key: RsaPublicKey,
    fingerprint: Fingerprint,
}

/// SHA-256 of a key's SubjectPublicKeyInfo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 32]);

/// Why a key is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyError {
    /// Neither `PUBLIC KEY` nor `RSA PUBLIC KEY` in PEM, or more than [`MAX_PEM_BYTES`].
    #[error("this is not an RSA public key in PEM form")]
    NotAKey,
    /// A private key. It must not be handed around; whoever did should replace it.
    #[error("this is a private key, not a public one")]
    PrivateKey,
    /// Below [`MIN_BITS`].
    #[error("the key has fewer than {MIN_BITS} bits")]
    TooShort,
    /// The key that is published with its private half.
    #[error("this is the published test key, which everybody can sign with")]
    PublishedTestKey,
}

/// The signature is not by this key over this text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the signature does not verify")]
pub struct BadSignature;

impl PeerKey {
    /// Reads the `publickey` of a descriptor: both forms occur (specification 2.2). Indentation and line ends do not matter.
    ///
    /// # Errors
    /// [`KeyError`] says why the key is refused.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        if text.len() > MAX_PEM_BYTES {
            return Err(KeyError::NotAKey);
        }
        if text.contains("PRIVATE KEY-----") {
            return Err(KeyError::PrivateKey);
        }
        let lines: Vec<&str> = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        let pem = lines.join("\n");
        let key = RsaPublicKey::from_public_key_pem(&pem).or_else(|_| RsaPublicKey::from_pkcs1_pem(&pem));
        Self::checked(key.map_err(|_| KeyError::NotAKey)?)
    }

    /// What both sides compare and pin.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Checks a signature of version 1.0: RSASSA-PKCS1-v1_5 with SHA-1 over the payload's bytes (specification 1.2, 2.1).
    ///
    /// # Errors
    /// [`BadSignature`], whatever the reason.
    pub fn verify(&self, payload: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        let digest = Sha1::digest(payload);
        let without_null = Pkcs1v15Sign {
            hash_len: Some(digest.len()),
            prefix: DIGEST_INFO_WITHOUT_NULL.to_vec().into_boxed_slice(),
        };
        let verify = |scheme| self.key.verify(scheme, &digest, signature);
        verify(Pkcs1v15Sign::new::<Sha1>())
            .or_else(|_| verify(without_null))
            .map_err(|_| BadSignature)
    }

    fn checked(key: RsaPublicKey) -> Result<Self, KeyError> {
        if key.n().bits() < MIN_BITS {
            return Err(KeyError::TooShort);
        }
        let spki = key.to_public_key_der().map_err(|_| KeyError::NotAKey)?;
        let fingerprint = Fingerprint(Sha256::digest(spki.as_bytes()).into());
        if fingerprint.is_published_test_key() {
            return Err(KeyError::PublishedTestKey);
        }
        Ok(Self { key, fingerprint })
    }
}

impl Fingerprint {
    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// For people who compare two of them: groups of four hexadecimal digits with blanks between.
    pub fn grouped(&self) -> String {
        let groups: Vec<String> = self.0.chunks(2).map(hex).collect();
        groups.join(" ")
    }

    fn is_published_test_key(&self) -> bool {
        self.0.starts_with(&PUBLISHED_TEST_KEY)
    }
}

impl fmt::Display for Fingerprint {
    /// 64 hexadecimal digits, lower case.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key_of(form: &str) -> String {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../tests/fixtures/vectors.json")).unwrap();
        vectors["keys"]["vault"][form].as_str().unwrap().to_owned()
    }

    const FINGERPRINT: &str = "783a1d43d926d787960c7b04ace17653bbbd506dd54f78454d9187e41c32c6e6";

    #[test]
    fn both_forms_are_one_key() {
        for form in ["publicSpkiPem", "publicPkcs1Pem"] {
            let key = PeerKey::from_pem(&key_of(form)).unwrap();
            assert_eq!(key.fingerprint().to_string(), FINGERPRINT);
        }
    }

    #[test]
    fn indentation_and_line_ends_do_not_matter() {
        let pem = key_of("publicSpkiPem");
        let forms = [
            pem.trim_end().to_owned(),
            pem.replace('\n', "\r\n"),
            pem.replace('\n', "\n  "),
            format!("\n{pem}\n\n"),
        ];
        for pem in forms {
            assert_eq!(
                PeerKey::from_pem(&pem).unwrap().fingerprint().to_string(),
                FINGERPRINT
            );
        }
    }

    #[test]
    fn a_fingerprint_is_easy_to_compare() {
        let grouped = PeerKey::from_pem(&key_of("publicSpkiPem"))
            .unwrap()
            .fingerprint()
            .grouped();
        assert!(grouped.starts_with("783a 1d43 d926 "));
        assert_eq!(grouped.replace(' ', ""), FINGERPRINT);
    }

    #[test]
    fn the_published_test_key_is_known_by_its_fingerprint() {
        let mut bytes = [7; 32];
        assert!(!Fingerprint(bytes).is_published_test_key());
        bytes[..8].copy_from_slice(&PUBLISHED_TEST_KEY);
        assert!(Fingerprint(bytes).is_published_test_key());
        assert!(Fingerprint(bytes).to_string().starts_with("353543582d4430bc"));
    }

    #[test]
    fn what_is_no_usable_key_is_refused() {
        let pem = key_of("publicSpkiPem");
        for (text, error) in [
            (String::new(), KeyError::NotAKey),
            (pem.replace("MIIB", "MIIC"), KeyError::NotAKey),
            (pem.replace('\n', " "), KeyError::NotAKey),
            (pem.replace("PUBLIC", "PRIVATE"), KeyError::PrivateKey),
            (format!("{pem}{}", " ".repeat(MAX_PEM_BYTES)), KeyError::NotAKey),
            (
                include_str!("../tests/fixtures/rsa_1024.pem").into(),
                KeyError::TooShort,
            ),
        ] {
            assert_eq!(PeerKey::from_pem(&text), Err(error));
        }
    }

    proptest! {
        #[test]
        fn arbitrary_input_never_panics(text in any::<String>(), signature in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(PeerKey::from_pem(&text).is_err());
            let key = PeerKey::from_pem(&key_of("publicSpkiPem")).unwrap();
            prop_assert_eq!(key.verify(text.as_bytes(), &signature), Err(BadSignature));
        }
    }
}
