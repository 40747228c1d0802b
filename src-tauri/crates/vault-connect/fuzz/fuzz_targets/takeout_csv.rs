//! Any text, alone or under a header that is known, is rows or an error.
#![no_main]

use libfuzzer_sys::fuzz_target;

const HEADER: &[u8] = b"City Name,Trip UUID,Local Amount,Currency Code,Classification,Category,Local Timestamp\n";

fuzz_target!(|bytes: &[u8]| {
    match bytes.split_first() {
        Some((b'=', rest)) => vault_connect_fuzz::read(&[HEADER, rest].concat()),
        Some(_) | None => vault_connect_fuzz::read(bytes),
    }
});
