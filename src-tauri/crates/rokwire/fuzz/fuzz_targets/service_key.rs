//! Any text is refused as a key, or is read, and reads the same from what is written of it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rokwire::key::{Alg, PubKey};

fuzz_target!(|text: &str| {
    for alg in [Alg::Rs256, Alg::Ps256, Alg::Es256, Alg::EdDsa] {
        if let Ok(key) = PubKey::from_pem(text, alg) {
            let again = PubKey::from_pem(&key.key_pem(), alg).expect("what was written is a key");
            assert_eq!(again.kid().as_str(), key.kid().as_str());
        }
    }
});
