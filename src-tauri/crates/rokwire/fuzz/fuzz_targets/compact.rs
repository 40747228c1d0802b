//! Any text is refused as a token, or its parts are read and what is signed is what stood there.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rokwire::compact::Compact;

fuzz_target!(|text: &str| {
    if let Ok(read) = Compact::read(text) {
        assert!(text.trim().as_bytes().starts_with(read.signed()));
    }
});
