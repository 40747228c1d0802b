//! Any text as a descriptor: what is read can be written and is read again; nobody can announce another key.
#![no_main]

use intercoop::descriptor::{read, write};
use intercoop::key::PeerKey;
use intercoop::rotation;
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static KNOWN: LazyLock<PeerKey> = LazyLock::new(|| {
    PeerKey::from_pem(include_str!("../../tests/fixtures/vault_ssh.txt")).expect("a fixed key")
});

fuzz_target!(|text: &str| {
    check(text);
    check(&format!(
        "intercoopVersion: '1.0'\npeerid: a\nname: b\ntargetUrl: https://a.example\n{text}"
    ));
});

fn check(text: &str) {
    assert!(rotation::verify(text, &KNOWN).is_err());
    match read(text) {
        Ok((descriptor, _)) => {
            let (again, _) = read(&write(&descriptor)).expect("what is written can be read");
            assert_eq!(again, descriptor);
        }
        Err(error) => assert!(!error.path.is_empty() && error.path.chars().count() < 500),
    }
}
