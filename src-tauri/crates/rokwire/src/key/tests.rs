//! Keys made and fingerprinted with OpenSSL 3, read in every form that upstream, libraries and people write.

use super::*;
use proptest::prelude::*;

const RSA_SPKI: &str = include_str!("../../tests/fixtures/rsa_spki.pem");
const RSA_PKCS1: &str = include_str!("../../tests/fixtures/rsa_pkcs1.pem");
const RSA_1024: &str = include_str!("../../tests/fixtures/rsa_1024.pem");
const P256: &str = include_str!("../../tests/fixtures/p256.pem");
const ED25519: &str = include_str!("../../tests/fixtures/ed25519.pem");

const RSA_KID: &str = "SHA256:URQwZOoZdXi+5ORxlU628REX1ggb5+REAnx0ysXBmWk=";

fn kid(pem: &str, alg: Alg) -> String {
    PubKey::from_pem(pem, alg).unwrap().kid().to_string()
}

#[test]
fn the_id_of_an_rsa_key_is_of_its_pkcs1_form() {
    assert_eq!(kid(RSA_SPKI, Alg::Rs256), RSA_KID);
    assert_eq!(kid(RSA_PKCS1, Alg::Ps256), RSA_KID);
}

#[test]
fn the_label_does_not_matter() {
    let upstream = RSA_SPKI.replace("PUBLIC KEY", "RSA PUBLIC KEY");
    let wrong = RSA_PKCS1.replace("RSA PUBLIC KEY", "PUBLIC KEY");
    for pem in [
        upstream,
        wrong,
        RSA_SPKI.replace('\n', "\\n"),
        RSA_SPKI.replace('\n', "\r\n"),
        format!("x\n {RSA_SPKI}"),
    ] {
        assert_eq!(kid(&pem, Alg::Rs256), RSA_KID);
    }
}

#[test]
fn the_id_of_other_keys_is_of_their_spki_form() {
    assert_eq!(
        kid(P256, Alg::Es256),
        "SHA256:sQ8ZSXtCEuDhfJ0X49noHOOQgaG6/tmpeKV1hqGQxjU="
    );
    assert_eq!(
        kid(ED25519, Alg::EdDsa),
        "SHA256:klTbz/RmkLYp9VjMbm0wlEWPYR8Y7TWhe0hrFQoqwiM="
    );
}

#[test]
fn keys_are_written_as_spki_under_the_standard_label() {
    for (pem, alg) in [(RSA_SPKI, Alg::Rs256), (P256, Alg::Es256), (ED25519, Alg::EdDsa)] {
        assert_eq!(PubKey::from_pem(pem, alg).unwrap().key_pem(), pem);
    }
    assert_eq!(
        PubKey::from_pem(RSA_PKCS1, Alg::Rs256).unwrap().key_pem(),
        RSA_SPKI
    );
}

#[test]
fn a_key_must_fit_its_algorithm() {
    for (pem, alg) in [
        (P256, Alg::Rs256),
        (ED25519, Alg::Ps512),
        (RSA_SPKI, Alg::Es256),
        (P256, Alg::Es384),
        (P256, Alg::EdDsa),
        (ED25519, Alg::Es256),
    ] {
        assert_eq!(PubKey::from_pem(pem, alg), Err(KeyError::WrongAlgorithm), "{alg}");
    }
}

#[test]
fn what_is_no_usable_public_key_is_refused() {
    let private = RSA_SPKI.replace("PUBLIC", "PRIVATE");
    let broken = RSA_SPKI.replacen("MIIB", "MIIC", 1);
    let long = format!("{RSA_SPKI}{}", " ".repeat(MAX_PEM_BYTES));
    for (pem, error) in [
        ("", KeyError::NotPem),
        ("-----BEGIN PUBLIC KEY-----", KeyError::NotPem),
        (
            "-----BEGIN PUBLIC KEY-----\n!\n-----END PUBLIC KEY-----",
            KeyError::NotPem,
        ),
        (
            "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
            KeyError::NotAPublicKey,
        ),
        (&private, KeyError::PrivateKey),
        (&broken, KeyError::NotAPublicKey),
        (&long, KeyError::NotPem),
        (RSA_1024, KeyError::BadSize),
    ] {
        assert_eq!(PubKey::from_pem(pem, Alg::Rs256), Err(error), "{pem:.60}");
    }
}

#[test]
fn a_key_on_the_wire_is_complete_and_usable() {
    let wire = |key_pem: &str, alg: &str| {
        KeyOnWire {
            key_pem: key_pem.into(),
            alg: alg.into(),
        }
        .read()
    };
    let key = wire(RSA_PKCS1, "PS256").unwrap();
    assert_eq!(key.to_wire().key_pem, RSA_SPKI);
    assert_eq!(key.to_wire().read().unwrap(), key);
    assert_eq!(wire(RSA_SPKI, "HS256"), Err(KeyError::BadAlg(BadAlg)));
    assert_eq!(wire(ED25519, "EdDSA"), Err(KeyError::Unchecked));
    assert!(serde_json::from_str::<KeyOnWire>(r#"{"key_pem":"x"}"#).is_err());
}

#[test]
fn a_point_that_is_not_on_the_curve_is_no_key() {
    let mut moved = pem::decode(P256).unwrap();
    *moved.last_mut().unwrap() ^= 1;
    assert_eq!(
        PubKey::from_pem(&pem::encode(&moved), Alg::Es256),
        Err(KeyError::NotAPublicKey)
    );
}

#[test]
fn algorithms_have_their_names() {
    for name in [
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
    ] {
        assert_eq!(name.parse::<Alg>().unwrap().to_string(), name);
    }
    for name in ["", "rs256", "HS256", "none", "RS256 "] {
        assert_eq!(name.parse::<Alg>(), Err(BadAlg));
    }
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in any::<String>(), bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = PubKey::from_pem(&text, Alg::Rs256);
        let body = STANDARD.encode(&bytes);
        let pem = format!("-----BEGIN X-----\n{body}\n-----END X-----");
        for alg in [Alg::Rs256, Alg::Es256, Alg::EdDsa] {
            prop_assert!(PubKey::from_pem(&pem, alg).is_err());
        }
    }
}
