//! Any bytes are refused or read; what was read is written and read back equal.
#![no_main]

use gigdata::{ReadOptions, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let options = ReadOptions::default();
    if let Ok(data) = read(bytes, &options) {
        let written = data.to_json().expect("the types hold nothing that JSON cannot");
        assert_eq!(read(&written, &options).as_ref(), Ok(&data));
    }
});
