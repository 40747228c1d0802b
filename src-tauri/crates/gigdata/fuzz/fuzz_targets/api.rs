//! Any address, query and body of the API is refused or read, and what was read holds its limits.
#![no_main]

use gigdata::api::{ConnectEmail, Connecting, Route, StartOauth, StateUpdates, UpdateRequest, ValidateEmail};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = (ConnectEmail::read(bytes), ValidateEmail::read(bytes));
    let _ = UpdateRequest::read(bytes);
    if let Ok(start) = StartOauth::read(bytes) {
        assert!(!start.callback.trim().is_empty() && start.callback.len() <= 2048);
    }
    if let Ok(StateUpdates(updates)) = StateUpdates::read(bytes) {
        assert!(updates.len() <= 1000);
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Some(route) = Route::find(text) {
        assert!(!route.methods().is_empty());
    }
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    if let Ok(asked) = Connecting::read(pairs) {
        let request = asked.login.request.unwrap_or_default();
        assert!(request.len() <= 2048 && !request.chars().any(char::is_control));
    }
});
