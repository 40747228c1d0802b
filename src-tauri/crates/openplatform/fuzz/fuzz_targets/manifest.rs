//! Any bytes as a manifest; what is read must resolve, compare with itself and keep its limits.
#![no_main]

use libfuzzer_sys::fuzz_target;
use openplatform::manifest::{MAX_SCOPES, Manifest};
use url::Url;

fuzz_target!(|bytes: &[u8]| {
    let examined = Manifest::examine(bytes);
    let Ok(manifest) = Manifest::parse(bytes) else {
        assert!(!examined.mistakes.is_empty());
        return;
    };
    assert!(examined.mistakes.is_empty() && examined.manifest.as_ref() == Some(&manifest));
    assert!(!manifest.name.is_empty() && manifest.name.chars().count() <= 30);
    assert!(manifest.vault.scopes.len() <= MAX_SCOPES);
    assert!(manifest.changes(&manifest).is_empty());
    let requests = manifest.requests();
    assert!(requests.len() <= MAX_SCOPES + 16);
    let at = Url::parse("https://a.example/openplatform.json").expect("a fixed address");
    if let Ok(address) = manifest.resolve(&at) {
        assert!(matches!(address.origin().scheme(), "http" | "https"));
    }
});
