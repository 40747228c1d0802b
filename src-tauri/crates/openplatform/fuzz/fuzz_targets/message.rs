//! Any text as a message of an app; what is read must keep its limits.
#![no_main]

use libfuzzer_sys::fuzz_target;
use openplatform::message::{AppMessage, Envelope};

fuzz_target!(|text: &str| {
    let Ok(envelope) = Envelope::parse(text) else {
        return;
    };
    if let AppMessage::Vault { get } = envelope.message {
        let path = get.split('?').next().unwrap_or_default();
        assert!(path.starts_with("/v1/") && !path.contains("/../") && !path.ends_with("/.."));
        assert!(get.bytes().all(|b| b.is_ascii_graphic()));
    }
});
