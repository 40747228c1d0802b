//! Any bytes as a receipt: what is read can be written and is read again.
#![no_main]

use intercoop::receipt::{Receipt, verify};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(receipt) = Receipt::from_json(bytes) {
        let again = Receipt::from_json(receipt.to_json().as_bytes());
        assert!(again.as_ref() == Ok(&receipt));
        assert_eq!(verify(&receipt).envelope.is_some(), receipt.envelope.is_some());
    }
});
