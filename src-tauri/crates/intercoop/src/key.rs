//! Keys of peers: read in every public form that a descriptor can hold, pinned by their fingerprint, used to verify.

mod form;

use std::fmt;

use rsa::pkcs8::EncodePublicKey as _;
use rsa::traits::PublicKeyParts as _;
use rsa::{Pkcs1v15Sign, Pss, RsaPublicKey};
use sha1::{Digest as _, Sha1};
use sha2::Sha256;
use thiserror::Error;

/// Smallest modulus that is accepted, in bits.
pub const MIN_BITS: usize = 2048;
/// Largest text of a key that is read, in bytes; a key of 4096 bits has 800, a certificate of it some 2000.
pub const MAX_PEM_BYTES: usize = 16 * 1024;
/// Bytes of salt in a signature of the second kind (specification 9).
const SALT: usize = 32;
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
    /// None of the public forms of an RSA key, or more than [`MAX_PEM_BYTES`].
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
    /// Reads the `publickey` of a descriptor (specification 2.2): PEM `PUBLIC KEY` and `RSA PUBLIC KEY`, which both occur, a
    /// one-line `ssh-rsa` key, or the key of a PEM `CERTIFICATE`, of which nothing else is looked at. Indentation and line
    /// ends do not matter. Bare DER is no text, so no descriptor holds it.
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
        Self::checked(form::read(text).ok_or(KeyError::NotAKey)?)
    }

    /// The key as PEM `PUBLIC KEY`, the form that descriptors should hold.
    pub fn to_pem(&self) -> String {
        // A key that was read can be written; the form has no other failure.
        self.key
            .to_public_key_pem(rsa::pkcs8::LineEnding::LF)
            .unwrap_or_default()
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
        self.verify_sha1(&Sha1::digest(payload).into(), signature)
    }

    /// The same with the SHA-1 of the payload, for who no longer has the payload.
    ///
    /// # Errors
    /// [`BadSignature`], whatever the reason.
    pub fn verify_sha1(&self, digest: &[u8; 20], signature: &[u8]) -> Result<(), BadSignature> {
        let without_null = Pkcs1v15Sign {
            hash_len: Some(digest.len()),
            prefix: DIGEST_INFO_WITHOUT_NULL.to_vec().into_boxed_slice(),
        };
        let verify = |scheme| self.key.verify(scheme, digest, signature);
        verify(Pkcs1v15Sign::new::<Sha1>())
            .or_else(|_| verify(without_null))
            .map_err(|_| BadSignature)
    }

    /// Checks a signature of the second kind: RSASSA-PSS with SHA-256, MGF1 with SHA-256 and 32 bytes of salt (specification 9).
    ///
    /// # Errors
    /// [`BadSignature`], whatever the reason.
    pub fn verify_strong(&self, bytes: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        self.verify_sha256(&Sha256::digest(bytes).into(), signature)
    }

    /// The same with the SHA-256 of the bytes.
    ///
    /// # Errors
    /// [`BadSignature`], whatever the reason.
    pub fn verify_sha256(&self, digest: &[u8; 32], signature: &[u8]) -> Result<(), BadSignature> {
        self.key
            .verify(Pss::new_with_salt::<Sha256>(SALT), digest, signature)
            .map_err(|_| BadSignature)
    }

    /// The length of its modulus, in bits.
    pub fn bits(&self) -> usize {
        self.key.n().bits()
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

    /// Reads 64 hexadecimal digits, as [`fmt::Display`] writes them.
    pub fn from_hex(text: &str) -> Option<Self> {
        crate::hex::decode(text).map(Self)
    }

    /// For people who compare two of them: groups of four hexadecimal digits with blanks between.
    pub fn grouped(&self) -> String {
        let groups: Vec<String> = self.0.chunks(2).map(crate::hex::encode).collect();
        groups.join(" ")
    }

    fn is_published_test_key(&self) -> bool {
        self.0.starts_with(&PUBLISHED_TEST_KEY)
    }
}

impl fmt::Display for Fingerprint {
    /// 64 hexadecimal digits, lower case.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::hex::encode(&self.0))
    }
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
    fn a_certificate_and_a_line_of_ssh_hold_the_same_key() {
        for text in [
            include_str!("../tests/fixtures/vault.crt.pem"),
            include_str!("../tests/fixtures/vault_ssh.txt"),
        ] {
            let key = PeerKey::from_pem(text).unwrap();
            assert_eq!(key.fingerprint().to_string(), FINGERPRINT);
            assert_eq!(PeerKey::from_pem(&key.to_pem()), Ok(key));
        }
        let text = include_str!("../tests/fixtures/vault_ssh.txt");
        for text in [
            text.replace("AAAAB", "AAAAC"),
            text.replace("ssh-rsa", "ssh-dss"),
            text.chars().take(60).collect(),
        ] {
            assert_eq!(PeerKey::from_pem(&text), Err(KeyError::NotAKey));
        }
        let pem = include_str!("../tests/fixtures/vault.crt.pem");
        for length in [100, 300, 500, 700] {
            let start: String = pem.chars().take(length).collect();
            let cut = format!("{start}\n-----END CERTIFICATE-----\n");
            assert_eq!(PeerKey::from_pem(&cut), Err(KeyError::NotAKey));
        }
    }

    #[test]
    fn a_private_key_is_told_whatever_its_form() {
        for name in [
            "RSA PRIVATE KEY",
            "PRIVATE KEY",
            "OPENSSH PRIVATE KEY",
            "ENCRYPTED PRIVATE KEY",
        ] {
            let text = format!("-----BEGIN {name}-----\nAAAA\n-----END {name}-----\n");
            assert_eq!(PeerKey::from_pem(&text), Err(KeyError::PrivateKey));
        }
    }

    #[test]
    fn a_fingerprint_is_read_back() {
        let fingerprint = PeerKey::from_pem(&key_of("publicSpkiPem")).unwrap().fingerprint();
        assert_eq!(Fingerprint::from_hex(FINGERPRINT), Some(fingerprint));
        for text in [
            "",
            "783a",
            &FINGERPRINT.replace("78", "zz"),
            &FINGERPRINT.to_uppercase(),
        ] {
            assert_eq!(Fingerprint::from_hex(text), None);
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
            prop_assert_eq!(key.verify_strong(text.as_bytes(), &signature), Err(BadSignature));
            let line = format!("ssh-rsa {text}");
            prop_assert!(PeerKey::from_pem(&line).is_err());
        }
    }
}
