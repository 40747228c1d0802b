//! Any text as a payload: what is read is flat, and each name stands once.
#![no_main]

use intercoop::extras::Extras;
use intercoop::payload::ReceivedFields;
use libfuzzer_sys::fuzz_target;
use std::collections::HashSet;

fuzz_target!(|text: &str| {
    check(text);
    check(&format!("originpeer: a\n{text}"));
});

fn check(text: &str) {
    let Ok(fields) = ReceivedFields::read(text) else {
        return;
    };
    assert!(fields.get("originpeer").is_some_and(|peer| peer.text().is_some()));
    let mut names = HashSet::new();
    for (name, value) in fields.iter() {
        assert!(!name.is_empty() && !name.contains('.') && names.insert(name));
        for scalar in value.values() {
            let _ = (scalar.sent(), scalar.stored());
        }
    }
    let _ = Extras::read(&fields);
}
