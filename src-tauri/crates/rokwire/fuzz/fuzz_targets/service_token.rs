//! A token with any change in its header or claims, well signed, is refused, or has claims that are written and read again as the same.
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
        let pem = public
            .to_public_key_pem(LineEnding::LF)
            .expect("a key is written");
        (
            private,
            PubKey::from_pem(&pem, Alg::Es256).expect("a key is read"),
        )
    })
}

/// Base64url without padding.
fn encoded(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for part in bytes.chunks(3) {
        let number = part
            .iter()
            .fold(0_u32, |number, byte| number << 8 | u32::from(*byte))
            << (8 * (3 - part.len()));
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

/// A good scoped token, which is changed at one place.
const CLAIMS: &str = concat!(
    r#"{"iss":"http://127.0.0.1:20001/core","sub":"a","aud":"steps-insight","exp":1893456600,"iat":1893456000,"#,
    r#""jti":"j","org_id":"o","app_id":"p","session_id":"s","purpose":"access","auth_type":"vault_unlock","#,
    r#""permissions":"","scope":"vault:a:get","anonymous":false,"authenticated":false,"service":false,"#,
    r#""first_party":false,"admin":false,"system":false}"#
);

/// The text with some of it replaced.
fn changed(text: &str, at: u16, cut: u8, with: &str) -> String {
    let at = usize::from(at) % text.len();
    let end = (at + usize::from(cut)).min(text.len());
    format!("{}{with}{}", &text[..at], &text[end..])
}

fuzz_target!(|input: (bool, u16, u8, &str)| {
    let (in_header, at, cut, with) = input;
    let (private, public) = keys();
    let issuer = Issuer {
        host: HOST,
        keys: std::slice::from_ref(public),
    };
    let now = OffsetDateTime::from_unix_timestamp(NOW).expect("a time");
    let _ = bearer(with);
    assert!(issuer.read(with, now).is_err(), "a token without a signature");
    let mut header = format!(r#"{{"alg":"ES256","kid":"{}","typ":"JWT"}}"#, public.kid());
    let mut claims = CLAIMS.to_owned();
    let part = if in_header { &mut header } else { &mut claims };
    *part = changed(part, at, cut, with);
    let text = format!("{}.{}", encoded(header.as_bytes()), encoded(claims.as_bytes()));
    let token = format!("{text}.{}", encoded(&sign(private, text.as_bytes())));
    let Ok(signed) = issuer.read(&token, now) else {
        return;
    };
    // A name that is written with escapes is not found by the search.
    let audience = audience_in(&claims).unwrap_or_default();
    let Ok(claims) = signed.for_audience(audience) else {
        return;
    };
    assert!(claims.issued() <= NOW && NOW < claims.expires());
    assert!(claims.expires() - claims.issued() <= 30 * 60);
    let unsigned = Unsigned::new(&claims, public);
    let signature = sign(private, unsigned.signing_input());
    let again = unsigned.signed(&signature).expect("a signature of this key");
    let read = issuer
        .read(again.expose(), now)
        .expect("what was written is read");
    assert_eq!(read.for_audience(claims.kind().audience()), Ok(claims));
});

/// The audience, as a text search finds it.
fn audience_in(claims: &str) -> Option<&str> {
    let (_, rest) = claims.split_once(r#""aud""#)?;
    rest.split('"').nth(1)
}
