//! Any bytes are refused as a registration, or are one that is written and read again as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rokwire::registration::Registration;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(registration) = Registration::parse(bytes) {
        let written = serde_json::to_vec(&registration.to_full()).expect("it is written");
        assert_eq!(Registration::parse(&written), Ok(registration));
    }
});
