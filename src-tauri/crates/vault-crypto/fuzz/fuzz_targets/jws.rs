//! Any text as a signed document: no panic, and no signature is believed that no key made.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vault_crypto::jws;

/// A public key whose private half is nowhere.
const KEY: &str = include_str!("../../tests/fixtures/rsa3072.pub.pem");

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    assert!(jws::verify(text, KEY).is_err());
    if let Some(payload) = jws::payload(text) {
        assert!(payload.len() <= text.len());
    }
});
