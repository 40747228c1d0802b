//! Any bytes as a vault header: no panic, and what is accepted is written back byte for byte.
//!
//! The checksum hides the body from the fuzzer, so every input is tried as it is and with its checksum mended.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vault_crypto::Header;

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    for version in [1, 2] {
        check(&framed(version, bytes));
    }
});

fn check(bytes: &[u8]) {
    if let Ok(header) = Header::decode(bytes) {
        assert_eq!(header.encode(), bytes);
        let _ = (header.space_ids(), header.recovery_recipient(), format!("{header:?}"));
    }
}

/// The bytes as the body of a header of a version.
fn framed(version: u8, body: &[u8]) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    let length = (body.len() as u32).to_be_bytes();
    let mut bytes = [b"SATCHEL\0\0".as_slice(), &[version], &length, body].concat();
    let checksum = Sha256::digest(&bytes);
    bytes.extend_from_slice(&checksum);
    bytes
}
