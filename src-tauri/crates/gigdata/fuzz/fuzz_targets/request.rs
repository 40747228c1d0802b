//! Any bytes are refused or read as a request; what was read is written in every dialect and read back with the same token and address.
#![no_main]

use gigdata::{Dialect, ExportRequest};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(request) = ExportRequest::read(bytes) {
        for dialect in Dialect::ALL {
            let body = request.to_json(dialect).expect("texts are JSON");
            // The written one may be longer than the limit of reading, because JSON writes some symbols as six.
            if let Ok(again) = ExportRequest::read(&body) {
                assert_eq!(again, request);
            }
        }
    }
});
