//! Any body, and any payload inside a sound envelope: only what the key signed is opened.
#![no_main]

use intercoop::envelope::{self, Expectations, Sender};
use intercoop::errors::WireError;
use intercoop::key::PeerKey;
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use time::macros::datetime;

static SENDER: LazyLock<Sender> = LazyLock::new(|| Sender {
    key: PeerKey::from_pem(include_str!("../../tests/fixtures/vault_ssh.txt")).expect("a fixed key"),
    needs_extras: false,
    needs_strong_signature: false,
});

fuzz_target!(|bytes: &[u8]| {
    let expected = Expectations {
        audience: "somacme",
        now: datetime!(2026-11-28 14:00:00 UTC),
    };
    let open = |body: &[u8]| envelope::open(body, |_| Some(SENDER.clone()), &expected);
    match open(bytes) {
        Ok(package) => assert!(!package.peer.is_empty() && package.fields.get("originpeer").is_some()),
        Err(error) => told(&error),
    }
    if let Ok(payload) = std::str::from_utf8(bytes) {
        let body = envelope::write(payload, payload.as_bytes());
        let error = open(body.as_bytes()).expect_err("nobody signed it");
        told(&error);
        assert!(!envelope::is_signed(body.as_bytes(), payload, &SENDER.key));
        assert!(!envelope::is_signed(bytes, payload, &SENDER.key));
    }
});

fn told(error: &WireError) {
    let body = error.to_yaml();
    assert!(body.is_ascii());
    assert!(WireError::from_yaml(&body).as_ref() == Some(error));
}
