//! A receipt is written, read, and proves exactly what it should.

use super::*;
use crate::envelope::{write, write_strong};
use crate::tests::{OTHERS, OURS};
use proptest::prelude::*;
use time::macros::datetime;

const PAYLOAD: &str =
    "originpeer: \"vault\"\nname: \"canary\"\naudience: \"somacme\"\nservice: \"contract\"\n";

fn receipt() -> Receipt {
    let (signature, strong) = (OURS.sign(PAYLOAD), OURS.sign_strong(PAYLOAD));
    let party = |peer_id: &str, key| Party {
        peer_id: peer_id.to_owned(),
        key: Some(key),
    };
    Receipt {
        sender: party("vault", OURS.public()),
        target: party("somacme", OTHERS.public()),
        address: Link::parse("https://api.somacme.example/activateService").unwrap(),
        service: "contract".into(),
        payload: PayloadDigests::of(PAYLOAD),
        envelope: Some(write_strong(PAYLOAD, &signature, &strong)),
        signature,
        strong_signature: Some(strong),
        sent_at: datetime!(2026-11-28 14:00:00 UTC),
        answer: Some(ReceiptAnswer {
            at: datetime!(2026-11-28 14:00:01 UTC),
            status: 200,
            body_sha256: Sha256::digest("x").into(),
            uuid: "27dd626c-5133-4ece-bb79-c1b0405cb630".parse().ok(),
            error: None,
        }),
    }
}

fn with(change: impl FnOnce(&mut Receipt)) -> Receipt {
    let mut receipt = receipt();
    change(&mut receipt);
    receipt
}

#[test]
fn a_receipt_comes_back_and_holds() {
    for receipt in [
        receipt(),
        with(|receipt| receipt.envelope = None),
        with(|receipt| receipt.answer = None),
        with(|receipt| receipt.target.key = None),
        with(|receipt| {
            receipt.strong_signature = None;
            receipt.envelope = Some(write(PAYLOAD, &receipt.signature));
        }),
    ] {
        let read = Receipt::from_json(receipt.to_json().as_bytes());
        assert_eq!(read.as_ref(), Ok(&receipt));
        let proof = verify(&receipt);
        assert!(proof.holds(), "{proof:?}");
        assert_eq!(proof.sender, Some(OURS.public().fingerprint()));
        assert_eq!(
            proof.strong_signature_holds.is_some(),
            receipt.strong_signature.is_some()
        );
        assert_eq!(proof.envelope.is_some(), receipt.envelope.is_some());
    }
}

#[test]
fn without_the_text_nothing_of_the_person_is_in_it() {
    let json = with(|receipt| receipt.envelope = None).to_json();
    let text = base64_text_of(PAYLOAD);
    assert!(!json.contains("canary") && !json.contains(&text));
    assert!(
        receipt().to_json().contains(&text),
        "the search finds it where it is"
    );
    assert!(!format!("{:?}", receipt()).contains(&text));
}

fn base64_text_of(payload: &str) -> String {
    crate::base64_text::encode(payload.as_bytes())
}

#[test]
fn whatever_is_changed_shows() {
    let other = "originpeer: \"vault\"\nname: \"other\"\n";
    for (receipt, expected) in [
        (
            with(|receipt| receipt.sender.key = Some(OTHERS.public())),
            (false, Some(false), Some((true, true, true))),
        ),
        (
            with(|receipt| receipt.sender.key = None),
            (false, Some(false), Some((true, true, true))),
        ),
        (
            with(|receipt| receipt.payload = PayloadDigests::of(other)),
            (false, Some(false), Some((false, true, true))),
        ),
        (
            with(|receipt| receipt.payload.sha256[0] ^= 1),
            (true, Some(false), Some((false, true, true))),
        ),
        (
            with(|receipt| receipt.signature = OTHERS.sign(PAYLOAD)),
            (false, Some(true), Some((false, true, true))),
        ),
        (
            with(|receipt| receipt.strong_signature = Some(OURS.sign(PAYLOAD))),
            (true, Some(false), Some((false, true, true))),
        ),
        (
            with(|receipt| receipt.strong_signature = None),
            (true, None, Some((false, true, true))),
        ),
        (
            with(|receipt| receipt.envelope = Some(write(other, &receipt.signature))),
            (true, Some(true), Some((false, true, true))),
        ),
        (
            with(|receipt| receipt.envelope = Some("x".into())),
            (true, Some(true), Some((false, false, false))),
        ),
        (
            with(|receipt| receipt.sender.peer_id = "other".into()),
            (true, Some(true), Some((true, false, true))),
        ),
        (
            with(|receipt| receipt.target.peer_id = "other".into()),
            (true, Some(true), Some((true, true, false))),
        ),
        (
            with(|receipt| receipt.service = "other".into()),
            (true, Some(true), Some((true, true, false))),
        ),
    ] {
        let proof = verify(&receipt);
        let envelope = proof
            .envelope
            .map(|envelope| (envelope.is_the_one, envelope.names_sender, envelope.names_target));
        assert_eq!(
            (proof.signature_holds, proof.strong_signature_holds, envelope),
            expected
        );
        assert!(!proof.holds());
    }
}

/// A receipt of version 1, kept for good.
#[test]
fn the_first_version_is_read() {
    let text = include_str!("../../tests/fixtures/receipt-v1.json");
    let receipt = Receipt::from_json(text.as_bytes()).unwrap();
    assert!(verify(&receipt).holds());
    assert_eq!(receipt.to_json(), text);
}

#[test]
fn what_is_no_receipt_is_refused() {
    let json = receipt().to_json();
    for (text, error) in [
        (String::new(), ReceiptError::Malformed),
        ("[]".into(), ReceiptError::Malformed),
        ("{}".into(), ReceiptError::Malformed),
        (json.replace(FORMAT, "other"), ReceiptError::OtherFormat),
        (
            "{\"format\": \"intercoop-transfer-receipt\", \"version\": 2, \"new\": []}".into(),
            ReceiptError::Newer { found: 2 },
        ),
        (json.replace("\"service\"", "\"other\""), ReceiptError::Malformed),
        (
            json.replace("2026-11-28T14:00:00Z", "yesterday"),
            ReceiptError::Malformed,
        ),
        (
            json.replace("https://", "file://"),
            ReceiptError::Wrong("address"),
        ),
        (
            json.replace("\"vault\"", "\"a\\nb\""),
            ReceiptError::Wrong("sender"),
        ),
        (
            json.replace("BEGIN PUBLIC", "BEGIN PRIVATE"),
            ReceiptError::Wrong("sender"),
        ),
        (
            json.replace("\"sha1\": \"", "\"sha1\": \"0"),
            ReceiptError::Wrong("payload"),
        ),
        (
            json.replace("\"body_sha256\": \"", "\"body_sha256\": \"x"),
            ReceiptError::Wrong("answer"),
        ),
        (" ".repeat(MAX_BYTES + 1), ReceiptError::TooLarge),
    ] {
        assert_eq!(Receipt::from_json(text.as_bytes()), Err(error), "{text:.60}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Receipt::from_json(&bytes).is_err());
    }

    #[test]
    fn a_changed_digit_never_holds(at in any::<proptest::sample::Index>()) {
        let mut receipt = receipt();
        receipt.envelope = None;
        let at = at.index(20);
        receipt.payload.sha1[at] ^= 1;
        prop_assert!(!verify(&receipt).holds());
    }
}
