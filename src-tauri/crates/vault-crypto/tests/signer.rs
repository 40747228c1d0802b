//! The signing key against OpenSSL's signatures and against its own limits.
#![expect(clippy::unwrap_used, reason = "helpers of tests stop at the first surprise")]

use vault_crypto::envelope::EnvelopeError;
use vault_crypto::{Signer, SignerError, VerifyError, verify_pss_sha256};

const KEY: &str = include_str!("fixtures/rsa3072.pem");
const PUBLIC: &str = include_str!("fixtures/rsa3072.pub.pem");
const MESSAGE: &[u8] = include_bytes!("fixtures/message.txt");

fn signer() -> Signer {
    Signer::from_pkcs8_pem(KEY).unwrap()
}

#[test]
fn pkcs1v15_signatures_are_those_of_openssl() {
    let signer = signer();
    assert_eq!(
        signer.sign_pkcs1v15_sha1(MESSAGE).unwrap(),
        include_bytes!("fixtures/message.pkcs1v15-sha1.sig")
    );
    assert_eq!(
        signer.sign_pkcs1v15_sha256(MESSAGE).unwrap(),
        include_bytes!("fixtures/message.pkcs1v15-sha256.sig")
    );
}

#[test]
fn pss_signatures_of_openssl_and_our_own_are_accepted() {
    assert_eq!(
        verify_pss_sha256(PUBLIC, MESSAGE, include_bytes!("fixtures/message.pss-sha256.sig")),
        Ok(())
    );
    let signer = signer();
    let (one, other) = (
        signer.sign_pss_sha256(MESSAGE).unwrap(),
        signer.sign_pss_sha256(MESSAGE).unwrap(),
    );
    assert_ne!(one, other);
    assert_eq!(verify_pss_sha256(signer.public_key_pem(), MESSAGE, &one), Ok(()));
    assert_eq!(
        verify_pss_sha256(signer.public_key_pem(), MESSAGE, &other),
        Ok(())
    );
}

#[test]
fn other_messages_schemes_and_bytes_are_refused() {
    let signature = signer().sign_pss_sha256(MESSAGE).unwrap();
    let refused = |message: &[u8], signature: &[u8]| {
        assert_eq!(
            verify_pss_sha256(PUBLIC, message, signature),
            Err(VerifyError::Signature)
        );
    };
    refused(b"name: Bea\n", &signature);
    refused(MESSAGE, include_bytes!("fixtures/message.pkcs1v15-sha256.sig"));
    refused(MESSAGE, &signature[1..]);
    refused(MESSAGE, b"");
    refused(MESSAGE, &[0xff; 384]);
    let mut flipped = signature;
    flipped[200] ^= 1;
    refused(MESSAGE, &flipped);
}

#[test]
fn strange_public_keys_are_refused() {
    let long = PUBLIC.repeat(20);
    for pem in [
        "",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        KEY,
        long.as_str(),
    ] {
        assert_eq!(verify_pss_sha256(pem, MESSAGE, &[0; 384]), Err(VerifyError::Key));
    }
}

#[test]
fn public_key_is_written_as_openssl_writes_it() {
    assert_eq!(signer().public_key_pem(), PUBLIC);
    assert_eq!(signer().public_key_der().len(), 422);
}

#[test]
fn private_key_round_trips_as_pem() {
    let pem = signer().to_pkcs8_pem().unwrap();
    assert_eq!(Signer::from_pkcs8_pem(&pem).unwrap().public_key_pem(), PUBLIC);
}

#[test]
fn sealed_key_opens_only_with_its_key_and_purpose() {
    let sealed = signer().seal(&[1; 32], b"peer key").unwrap();
    assert_eq!(
        Signer::open(&[1; 32], b"peer key", &sealed)
            .unwrap()
            .public_key_pem(),
        PUBLIC
    );
    let refused = SignerError::Sealed(EnvelopeError::NotAuthentic);
    assert_eq!(Signer::open(&[2; 32], b"peer key", &sealed).unwrap_err(), refused);
    assert_eq!(
        Signer::open(&[1; 32], b"issuer key", &sealed).unwrap_err(),
        refused
    );
}

#[test]
fn strange_private_keys_are_refused() {
    assert_eq!(Signer::from_pkcs8_pem("").unwrap_err(), SignerError::NotAKey);
    assert_eq!(Signer::from_pkcs8_pem(PUBLIC).unwrap_err(), SignerError::NotAKey);
    assert_eq!(
        Signer::from_pkcs8_pem(&"x".repeat(10_000)).unwrap_err(),
        SignerError::Size
    );
    let small = include_str!("fixtures/rsa1024.pem");
    assert_eq!(Signer::from_pkcs8_pem(small).unwrap_err(), SignerError::Size);
}

#[test]
fn the_longest_salt_fills_what_the_key_leaves() {
    use rsa::pkcs8::DecodePublicKey as _;
    use rsa::{Pss, RsaPublicKey};
    use sha2::{Digest as _, Sha256};

    let signature = signer().sign_pss_sha256_longest_salt(MESSAGE).unwrap();
    let key = RsaPublicKey::from_public_key_pem(PUBLIC).unwrap();
    let hashed = Sha256::digest(MESSAGE);
    // A key of 384 bytes, a hash of 32, and two bytes.
    let longest = Pss::new_with_salt::<Sha256>(350);
    assert!(key.verify(longest, &hashed, &signature).is_ok());
    assert!(key.verify(Pss::new::<Sha256>(), &hashed, &signature).is_err());
}
