//! Any bytes as a picture in which a code may be.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vault_connect::code_in;

fuzz_target!(|bytes: &[u8]| {
    let _ = code_in(bytes);
});
