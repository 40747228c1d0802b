//! Any text as a message of an app, of any library; what is read must keep its limits.
#![no_main]

use libfuzzer_sys::fuzz_target;
use openplatform::message::{AppMessage, CallbackId, Envelope, Mark};

fuzz_target!(|text: &str| {
    let Ok(envelope) = Envelope::parse(text) else {
        return;
    };
    assert_eq!(envelope.access_token.is_some(), envelope.mark == Mark::OpenPlatform);
    assert!(
        envelope
            .callback
            .is_none_or(|id| CallbackId::parse(id.as_str()) == Some(id))
    );
    match envelope.message {
        AppMessage::Vault { get } => {
            let path = get.split('?').next().unwrap_or_default();
            assert!(path.starts_with("/v1/") && !path.contains("/../") && !path.ends_with("/.."));
            assert!(get.bytes().all(|b| b.is_ascii_graphic()));
        }
        AppMessage::Message(words) | AppMessage::Snackbar(words) | AppMessage::Title(words) => {
            assert!(!words.text.is_empty() && words.text.chars().count() <= 1000);
        }
        AppMessage::Confirm(confirm) => {
            assert!((1..=8).contains(&confirm.buttons.len()));
            assert!(confirm.buttons.iter().all(|button| !button.is_empty()));
        }
        AppMessage::Options(items) => assert!(items.len() <= 50),
        AppMessage::Play { sound } => assert!(sound.bytes().all(|byte| byte.is_ascii_lowercase())),
        AppMessage::Open(handed) | AppMessage::Share(handed) => assert!(!handed.app.is_empty()),
        _ => {}
    }
});
