//! Any bytes are JSON with rows, or an error.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| bundle_fuzz::read(bytes));
