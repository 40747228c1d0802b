//! Any text is refused as a key, or is a key with a fingerprint that rejects what it did not sign.
#![no_main]

use intercoop::key::PeerKey;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &[u8])| {
    let (text, signature) = input;
    if let Ok(key) = PeerKey::from_pem(text) {
        assert_eq!(key.fingerprint().as_bytes().len(), 32);
        assert!(key.verify(text.as_bytes(), signature).is_err());
    }
});
