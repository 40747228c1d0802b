//! Any text as a message of an app; what is read must keep its limits.
#![no_main]

use libfuzzer_sys::fuzz_target;
use openplatform::message::{AppMessage, Envelope};

fuzz_target!(|text: &str| {
    let Ok(envelope) = Envelope::parse(text) else {
        return;
    };
    if let AppMessage::Vault { get } = envelope.message {
        assert!(
            get.starts_with("/v1/") && get.bytes().all(|b| b.is_ascii_graphic()) && !get.contains("/../")
        );
    }
});
