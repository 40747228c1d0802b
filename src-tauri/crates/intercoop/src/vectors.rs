//! The vectors that upstream's own code made and accepted.

use crate::envelope::{self, Expectations, Sender};
use crate::field::Field;
use crate::key::{BadSignature, PeerKey};
use crate::payload::{
    self, PayloadFields, ReceivedFields, ReceivedScalar, ReceivedValue, Value as FieldValue,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use serde_json::Value;
use sha1::{Digest as _, Sha1};
use time::macros::datetime;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../tests/fixtures/vectors.json")).unwrap()
}

fn text<'a>(vector: &'a Value, member: &str) -> &'a str {
    vector[member].as_str().unwrap()
}

fn each(check: impl Fn(&Value, &PeerKey)) {
    let vectors = vectors();
    let key = PeerKey::from_pem(text(&vectors["keys"]["vault"], "publicSpkiPem")).unwrap();
    let list = vectors["vectors"].as_array().unwrap();
    assert_eq!(list.len(), 4);
    list.iter().for_each(|vector| check(vector, &key));
}

#[test]
fn signatures_verify_and_only_over_their_own_text() {
    each(|vector, key| {
        let payload = text(vector, "payloadText").as_bytes();
        let mut signature = URL_SAFE.decode(text(vector, "signature")).unwrap();
        assert_eq!(
            key.verify(payload, &signature),
            Ok(()),
            "{}",
            text(vector, "name")
        );
        assert_eq!(key.verify(&payload[1..], &signature), Err(BadSignature));
        signature[0] ^= 1;
        assert_eq!(key.verify(payload, &signature), Err(BadSignature));
        assert_eq!(key.verify(payload, &[]), Err(BadSignature));
    });
}

/// Made with OpenSSL over the vector `minimal`: upstream's verifier takes both forms of the digest's algorithm.
#[test]
fn a_signature_may_lack_the_null_parameter() {
    let other = include_str!("../tests/fixtures/minimal_without_null.b64");
    each(|vector, key| {
        let is_minimal = text(vector, "name") == "minimal";
        let signature = URL_SAFE.decode(other).unwrap();
        assert_eq!(
            key.verify(text(vector, "payloadText").as_bytes(), &signature)
                .is_ok(),
            is_minimal
        );
    });
}

/// Upstream's own packages, and one of ours that OpenSSL signed both ways.
#[test]
fn whole_envelopes_are_opened() {
    let known = |peer: &str| {
        (peer == "vault").then(|| Sender {
            key: PeerKey::from_pem(text(&vectors()["keys"]["vault"], "publicPkcs1Pem")).unwrap(),
            needs_extras: false,
            needs_strong_signature: false,
        })
    };
    let expected = Expectations {
        audience: "somacme",
        now: datetime!(2026-11-28 14:00:00 UTC),
    };
    each(|vector, _| {
        let package = envelope::open(text(vector, "envelope").as_bytes(), known, &expected).unwrap();
        assert_eq!(package.text, text(vector, "payloadText"));
        assert_eq!(package.fields.get("originpeer").unwrap().text(), Some("vault"));
        let stranger = envelope::open(text(vector, "envelope").as_bytes(), |_| None, &expected);
        assert_eq!(stranger.unwrap_err().name(), "BadPeer");
    });
    let ours = include_str!("../tests/fixtures/strong.yaml");
    let package = envelope::open(ours.as_bytes(), known, &expected).unwrap();
    assert!(package.has_strong_signature);
    assert_eq!(package.extras.service.as_deref(), Some("contract"));
}

/// What upstream keeps after reading is the text of its own emitter; read again it is the same to us.
#[test]
fn what_upstream_stores_is_what_was_read() {
    each(|vector, _| {
        let read = |member| ReceivedFields::read(text(vector, member)).unwrap();
        let stored = |fields: &ReceivedFields| -> Vec<(String, Vec<Option<String>>)> {
            let of = |(name, value): (&str, &ReceivedValue)| {
                let values = value.values().iter().map(ReceivedScalar::stored);
                (name.to_owned(), values.collect())
            };
            fields.iter().map(of).collect()
        };
        assert_eq!(
            stored(&read("payloadText")),
            stored(&read("redumped")),
            "{}",
            text(vector, "name")
        );
    });
}

/// Texts that upstream's emitter made of awkward values, with what upstream's loader reads out of them.
#[test]
fn what_upstream_writes_is_read_as_upstream_reads_it() {
    let list: Vec<(String, Value)> =
        serde_json::from_str(include_str!("../tests/fixtures/dumped.json")).unwrap();
    assert_eq!(list.len(), 250);
    for (text, expected) in list {
        let fields = ReceivedFields::read(&text).unwrap();
        let of = |value: &ReceivedScalar| value.stored().map_or(Value::Null, Value::String);
        let read = fields.iter().map(|(name, value)| {
            let value = match value {
                ReceivedValue::One(value) => of(value),
                ReceivedValue::List(values) => values.iter().map(of).collect(),
            };
            (name.to_owned(), value)
        });
        assert_eq!(Value::Object(read.collect()), expected, "{text}");
    }
}

#[test]
fn envelopes_are_equal_byte_for_byte() {
    each(|vector, _| {
        let signature = URL_SAFE.decode(text(vector, "signature")).unwrap();
        assert_eq!(
            envelope::write(text(vector, "payloadText"), &signature),
            text(vector, "envelope")
        );
    });
}

#[test]
fn the_digest_is_of_the_payload_as_written() {
    each(|vector, _| {
        let digest = Sha1::digest(text(vector, "payloadText"));
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, text(vector, "sha1"));
    });
}

/// The values of the vector `sample-user` in the subset that this crate writes: the same for every reader, although the
/// text differs from that of upstream's emitter, which nobody else can reproduce safely.
#[test]
fn the_sample_user_in_our_subset() {
    let text = |text: &str| FieldValue::Text(text.into());
    let list = |items: &[&str]| FieldValue::List(items.iter().map(|item| (*item).to_owned()).collect());
    let mut fields = PayloadFields::new();
    for (field, value) in [
        (Field::OriginPeer, text("vault")),
        (Field::Lang, text("ca")),
        (Field::Nif, text("12345678Z")),
        (Field::Name, text("Núñez Ferrer, Mariona")),
        (Field::PeerRoles, list(&["member", "rider"])),
        (Field::InnerId, FieldValue::Number(1234)),
        (Field::Address, text("C/ de l'Àngel, 3: 2n 1a")),
        (Field::City, text("Barcelona")),
        (Field::State, text("Barcelona")),
        (Field::PostalCode, text("08001")),
        (Field::Country, text("ES")),
        (Field::Email, list(&["mariona@example.coop"])),
        (Field::Phone, list(&["+34600000000", "93 000 00 00"])),
        (Field::ProxyNif, FieldValue::Null),
        (Field::ProxyName, FieldValue::Null),
    ] {
        fields.set(field, value);
    }
    assert_eq!(
        payload::write(&fields),
        include_str!("../tests/fixtures/sample_user.yaml")
    );
}
