//! Every row of the table of checks, and the answers where upstream has none.

use super::*;
use crate::envelope::{write, write_strong};
use crate::tests::{OTHERS, OURS};
use proptest::prelude::*;
use time::macros::datetime;

const EXPECTED: Expectations<'_> = Expectations {
    audience: "somacme",
    now: datetime!(2026-11-28 14:00:00 UTC),
};
const PAYLOAD: &str = "originpeer: vault\nnif: 12345678Z\n";

fn ring(peer: &str) -> Option<Sender> {
    (peer == "vault").then(|| Sender {
        key: OURS.public(),
        needs_extras: false,
        needs_strong_signature: false,
    })
}

fn opened(body: &str) -> Result<Package, WireError> {
    open(body.as_bytes(), ring, &EXPECTED)
}

fn signed(payload: &str) -> String {
    write(payload, &OURS.sign(payload))
}

/// Name and message of a refusal.
fn refusal(body: &str) -> (String, String) {
    let error = opened(body).expect_err(body);
    (error.name().to_owned(), error.message())
}

fn envelope_of(payload: &str, signature: &str) -> String {
    format!("intercoopVersion: '1.0'\npayload: {payload}\nsignature: {signature}\n")
}

#[test]
fn a_good_package_is_opened() {
    let package = opened(&signed(PAYLOAD)).unwrap();
    assert_eq!((package.peer.as_str(), package.text.as_str()), ("vault", PAYLOAD));
    assert_eq!(package.fields.get("nif").unwrap().text(), Some("12345678Z"));
    assert!(!package.has_strong_signature);
    assert_eq!(package.digest(), <[u8; 32]>::from(Sha256::digest(PAYLOAD)));
    assert!(!format!("{package:?}").contains("12345678Z"));
}

#[test]
fn a_kept_package_is_of_its_text_and_its_key() {
    let strong = write_strong(PAYLOAD, &OURS.sign(PAYLOAD), &OURS.sign_strong(PAYLOAD));
    let broken = write_strong(PAYLOAD, &OURS.sign(PAYLOAD), &OURS.sign(PAYLOAD));
    let is = |body: &str, payload, key: &PeerKey| is_signed(body.as_bytes(), payload, key);
    assert!(is(&signed(PAYLOAD), PAYLOAD, &OURS.public()) && is(&strong, PAYLOAD, &OURS.public()));
    assert!(!is(&signed(PAYLOAD), PAYLOAD, &OTHERS.public()));
    assert!(!is(&signed(PAYLOAD), "originpeer: vault\n", &OURS.public()));
    assert!(!is(&broken, PAYLOAD, &OURS.public()));
    for body in ["", "x", "payload: 1\nsignature: 2\n", "payload: b3Jp\n"] {
        assert!(!is(body, PAYLOAD, &OURS.public()), "{body}");
    }
}

#[test]
fn form_and_order_of_the_envelope_do_not_matter() {
    let body = signed(PAYLOAD);
    let lines: Vec<&str> = body.lines().collect();
    for body in [
        body.replace('\n', "\r\n"),
        format!("\u{FEFF}{body}"),
        format!("other: [1, {{a: b}}]\n{body}"),
        lines.iter().rev().map(|line| format!("{line}\n")).collect(),
        body.replace("payload: ", "payload: \"")
            .replace("\nsig", "\"\nsig"),
        body.replace("payload: ", "payload: ~~ ").replace("~~", "!!str"),
        body.replace("payload: ", "payload: >\n  ")
            .replace("signature", "\nsignature"),
        body.replace('_', "/").replace("payload: ", "payload:  "),
    ] {
        assert!(opened(&body).is_ok(), "{body}");
    }
}

#[test]
fn every_row_of_the_table_is_answered_in_its_order() {
    let good = signed(PAYLOAD);
    let payload = base64_text::encode(PAYLOAD.as_bytes());
    let signature = base64_text::encode(&OURS.sign(PAYLOAD));
    let of = |payload: &str| envelope_of(&base64_text::encode(payload.as_bytes()), &signature);
    let bad = |reason: &str| ("BadMessage", format!("Malformed message: {reason}"));
    let missing = |name: &str| bad(&format!("missing {name}"));
    let version = |received: &str| {
        (
            "WrongVersion",
            format!("Wrong protocol version, expected 1.0, received {received}"),
        )
    };
    let base64 = |reason: &str| bad(&format!("Payload is invalid Base64: {reason}"));
    let attribute = |kind: &str| base64(&format!("'{kind}' object has no attribute 'encode'"));
    let no_origin = || {
        (
            "MissingField",
            "Required field 'originpeer' missing on the payload".to_owned(),
        )
    };
    let signature_error = || {
        (
            "BadSignature",
            "Signature verification failed, untrusted content".to_owned(),
        )
    };
    let rows: Vec<(String, (&str, String))> = vec![
        // 2, and what is no mapping.
        (String::new(), missing("intercoopVersion")),
        ("12".into(), missing("intercoopVersion")),
        ("null".into(), missing("intercoopVersion")),
        ("text".into(), missing("intercoopVersion")),
        ("intercoopVersion".into(), missing("intercoopVersion")),
        ("- intercoopVersion".into(), missing("intercoopVersion")),
        ("payload: x\nsignature: y".into(), missing("intercoopVersion")),
        // 3: hides all that follows.
        ("intercoopVersion: 1.0".into(), version("1.0")),
        ("intercoopVersion: '2.0'".into(), version("2.0")),
        ("intercoopVersion:".into(), version("None")),
        (good.replace("'1.0'", "1.0"), version("1.0")),
        // 4, 5.
        ("intercoopVersion: '1.0'\nsignature: x".into(), missing("payload")),
        (
            "intercoopVersion: '1.0'\npayload: '*'".into(),
            missing("signature"),
        ),
        // 6.
        (envelope_of("YWI", "x"), base64("Incorrect padding")),
        (
            envelope_of("YWJjZ", "x"),
            base64(
                "Invalid base64-encoded string: number of data characters (5) cannot be 1 more than a multiple of 4",
            ),
        ),
        (envelope_of("12", "x"), attribute("int")),
        (envelope_of("", "x"), attribute("NoneType")),
        (envelope_of("yes", "x"), attribute("bool")),
        (envelope_of("1.5", "x"), attribute("decimal.Decimal")),
        (envelope_of("2020-01-02", "x"), attribute("Date")),
        (
            envelope_of("2020-01-02 10:00:00", "x"),
            attribute("datetime.datetime"),
        ),
        (envelope_of("!!binary YQ==", "x"), attribute("bytes")),
        (envelope_of("[a]", "x"), attribute("list")),
        (envelope_of("{a: b}", "x"), base64("encode")),
        // 7.
        (envelope_of("_w==", "x"), bad("Payload is not base64 coded UTF8")),
        // 9.
        (envelope_of("''", &signature), no_origin()),
        (of("- originpeer"), no_origin()),
        (of("originpeer"), no_origin()),
        (of("nif: x"), no_origin()),
        (of("originpeer: null"), no_origin()),
        // 10.
        (
            of("originpeer: other"),
            ("BadPeer", "The entity 'other' is not a recognized one".to_owned()),
        ),
        // 11.
        (of("originpeer: vault\nnif: 0\n"), signature_error()),
        (envelope_of(&payload, "''"), signature_error()),
        (envelope_of(&payload, "null"), signature_error()),
        (envelope_of(&payload, "12"), signature_error()),
        (envelope_of(&payload, "YWI"), signature_error()),
        (
            envelope_of(&payload, &base64_text::encode(&OTHERS.sign(PAYLOAD))),
            signature_error(),
        ),
        // Of a known sender only: before, the signature is what is wrong.
        (of("originpeer: vault\nx: {}\n"), signature_error()),
        (
            signed("originpeer: vault\nx: {}\n"),
            bad("A field of the payload is neither a value nor a list of values"),
        ),
        (
            signed("originpeer: other\noriginpeer: vault\n"),
            bad("A field of the payload stands twice"),
        ),
        (
            format!("{good}signature: {signature}\n"),
            bad("A field of the message stands twice"),
        ),
        (
            signed("originpeer: vault\naudience: other\n"),
            bad("The package is for somebody else"),
        ),
        (
            signed("originpeer: vault\nexpiresAt: '2026-11-28T13:59:59Z'\n"),
            bad("The package has expired"),
        ),
    ];
    for (body, (name, message)) in rows {
        assert_eq!(refusal(&body), (name.to_owned(), message), "{body}");
    }
}

#[test]
fn what_is_no_yaml_is_told_apart() {
    // 1.
    for body in [
        &b"\xFF"[..],
        b"a: [",
        b"a\n---\nb",
        b"!x a",
        &[b' '; MAX_BODY_BYTES + 1],
    ] {
        let error = open(body, ring, &EXPECTED).unwrap_err();
        assert!(
            error
                .message()
                .starts_with("Malformed message: Bad message YAML format\n")
        );
    }
    // 8.
    for payload in ["a: [", "a\n---\nb", "a: !!python/name:os x", "a: \u{7}"] {
        let (name, message) = refusal(&envelope_of(&base64_text::encode(payload.as_bytes()), "x"));
        assert_eq!(name, "BadFormat");
        assert!(message.starts_with("Error while parsing message as YAML:\n"));
    }
}

#[test]
fn a_second_signature_holds_or_the_package_does_not() {
    let strong = OURS.sign_strong(PAYLOAD);
    let body = write_strong(PAYLOAD, &OURS.sign(PAYLOAD), &strong);
    assert!(opened(&body).unwrap().has_strong_signature);
    let others = OTHERS.sign_strong(PAYLOAD);
    for body in [
        write_strong(PAYLOAD, &OURS.sign(PAYLOAD), &others),
        write_strong(PAYLOAD, &OURS.sign(PAYLOAD), &OURS.sign(PAYLOAD)),
        write_strong(PAYLOAD, &strong, &strong),
        format!("{}signature2: null\n", signed(PAYLOAD)),
    ] {
        assert_eq!(opened(&body), Err(WireError::BadSignature));
    }
}

#[test]
fn a_peer_that_is_known_for_more_cannot_send_less() {
    let strict = |extras, strong| {
        move |peer: &str| {
            ring(peer).map(|sender| Sender {
                needs_extras: extras,
                needs_strong_signature: strong,
                ..sender
            })
        }
    };
    let plain = signed(PAYLOAD);
    assert_eq!(
        open(plain.as_bytes(), strict(false, true), &EXPECTED),
        Err(WireError::BadSignature)
    );
    let error = open(plain.as_bytes(), strict(true, false), &EXPECTED).unwrap_err();
    assert_eq!(error.message(), "Malformed message: The package has no messageId");
    let full = "originpeer: vault\nmessageId: 27dd626c-5133-4ece-bb79-c1b0405cb630\nexpiresAt: '2026-11-28T14:00:00Z'\naudience: somacme\n";
    let body = write_strong(full, &OURS.sign(full), &OURS.sign_strong(full));
    let package = open(body.as_bytes(), strict(true, true), &EXPECTED).unwrap();
    assert_eq!(package.extras.audience.as_deref(), Some("somacme"));
}

proptest! {
    #[test]
    fn any_body_is_refused(body in proptest::collection::vec(any::<u8>(), 0..200), text in any::<String>()) {
        prop_assert!(open(&body, ring, &EXPECTED).is_err());
        prop_assert!(opened(&text).is_err());
        prop_assert!(opened(&envelope_of(&base64_text::encode(text.as_bytes()), "YQ==")).is_err());
    }

    #[test]
    fn a_changed_byte_is_noticed(at in any::<proptest::sample::Index>(), bit in 0_u8..8) {
        let mut changed = signed(PAYLOAD).into_bytes();
        let at = at.index(changed.len());
        changed[at] ^= 1_u8 << bit;
        if let Ok(package) = open(&changed, ring, &EXPECTED) {
            prop_assert_eq!(package.text, PAYLOAD);
        }
    }
}
