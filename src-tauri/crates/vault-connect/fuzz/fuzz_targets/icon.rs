//! Any bytes as a picture; what is made of them is a small PNG that can be read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vault_connect::remade;

fuzz_target!(|bytes: &[u8]| {
    if let Some(made) = remade(bytes) {
        assert!(made.starts_with(b"\x89PNG\r\n\x1a\n"));
        assert!(remade(&made).is_some());
    }
});
