//! Any header and any claims, well signed, are refused, or are claims that are written and read again as the same.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};
use p256::pkcs8::{EncodePublicKey as _, LineEnding};
use rokwire::key::{Alg, PubKey};
use rokwire::token::{Issuer, Unsigned, bearer};
use time::OffsetDateTime;

const HOST: &str = "http://127.0.0.1:20001/core";
const NOW: i64 = 1_893_456_000;

fn keys() -> &'static (SigningKey, PubKey) {
    static KEYS: OnceLock<(SigningKey, PubKey)> = OnceLock::new();
    KEYS.get_or_init(|| {
        let private = SigningKey::from_slice(&[7; 32]).expect("a number below the order");
        let public = p256::PublicKey::from(private.verifying_key());
        let pem = public.to_public_key_pem(LineEnding::LF).expect("a key is written");
        (private, PubKey::from_pem(&pem, Alg::Es256).expect("a key is read"))
    })
}

/// Base64url without padding.
fn encoded(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for part in bytes.chunks(3) {
        let number = part.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte)) << (8 * (3 - part.len()));
        for at in 0..=part.len() {
            text.push(char::from(SIGNS[(number >> (18 - 6 * at)) as usize & 63]));
        }
    }
    text
}

fn sign(private: &SigningKey, text: &[u8]) -> Vec<u8> {
    let signature: Signature = private.sign(text);
    signature.to_vec()
}

fuzz_target!(|input: (Option<&str>, &str)| {
    let (header, claims) = input;
    let (private, public) = keys();
    let issuer = Issuer {
        host: HOST,
        keys: std::slice::from_ref(public),
    };
    let now = OffsetDateTime::from_unix_timestamp(NOW).expect("a time");
    let _ = bearer(claims);
    assert!(issuer.read(claims, now).is_err(), "a token without a signature");
    let ours = format!(r#"{{"alg":"ES256","kid":"{}","typ":"JWT"}}"#, public.kid());
    let text = format!(
        "{}.{}",
        encoded(header.unwrap_or(&ours).as_bytes()),
        encoded(claims.as_bytes())
    );
    let token = format!("{text}.{}", encoded(&sign(private, text.as_bytes())));
    let Ok(signed) = issuer.read(&token, now) else {
        return;
    };
    let audience = audience_in(claims);
    let Some(claims) = audience.and_then(|audience| signed.for_audience(audience).ok()) else {
        return;
    };
    assert!(claims.issued() <= NOW && NOW < claims.expires());
    assert!(claims.expires() - claims.issued() <= 30 * 60);
    let unsigned = Unsigned::new(&claims, public);
    let signature = sign(private, unsigned.signing_input());
    let again = unsigned.signed(&signature).expect("a signature of this key");
    let read = issuer.read(again.expose(), now).expect("what was written is read");
    assert_eq!(read.for_audience(claims.kind().audience()), Ok(claims));
});

/// The audience, as a text search finds it.
fn audience_in(claims: &str) -> Option<&str> {
    claims.split_once(r#""aud":""#)?.1.split_once('"').map(|(audience, _)| audience)
}
