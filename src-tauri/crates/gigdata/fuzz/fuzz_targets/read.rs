//! Any bytes are refused or read; what was read is written and read back equal, and apps can be told of it.
#![no_main]

use gigdata::{PlatformData, RatingRule, ReadOptions, compatible, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let options = ReadOptions::default();
    if let Ok(data) = read(bytes, &options) {
        let written = data.to_json().expect("the types hold nothing that JSON cannot");
        assert_eq!(read(&written, &options).as_ref(), Ok(&data));
        let (figures, details) = compatible(&data, &RatingRule::default(), "fuzz");
        assert_eq!(figures.gigs, data.interactions.len() as u64);
        serde_json::to_vec(&PlatformData::new(figures, Some(details))).expect("no number that JSON cannot hold");
    }
});
