//! Any text as a recovery kit's file: no panic, and what is accepted is a key that age takes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vault_crypto::{RecoveryCode, parse_recovery_file};

fuzz_target!(|text: &str| {
    if let Ok(key) = parse_recovery_file(text) {
        assert!(key.recipient().starts_with("age1"));
    }
    if let Ok(code) = RecoveryCode::parse(text) {
        assert!(RecoveryCode::parse(&code.to_text()).is_ok());
    }
});
