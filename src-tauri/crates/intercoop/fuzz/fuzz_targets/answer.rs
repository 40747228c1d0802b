//! Any answer has an outcome, and leads nowhere but to a web page.
#![no_main]

use intercoop::answer::{Answer, Continuation, Outcome};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u16, &str, &[u8])| {
    let (status, content_type, body) = input;
    for (status, content_type) in [
        (status, content_type),
        (200, "application/yaml"),
        (400, "application/yaml"),
    ] {
        let outcome = Outcome::of(&Answer {
            status,
            content_type: Some(content_type),
            body,
        });
        match outcome {
            Outcome::Accepted { continuation, .. } => {
                assert_eq!(status, 200);
                if let Continuation::Open(link) = continuation {
                    assert!(link.as_str().starts_with("http") && !link.host().is_empty());
                }
            }
            Outcome::Refused { error, .. } => assert!(error.to_yaml().is_ascii()),
            Outcome::Failed { .. } => {}
        }
    }
});
