//! Any claim is read to scopes that are written back to themselves and open themselves.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rokwire::scope::{Scope, Scopes};

fuzz_target!(|text: &str| {
    for scope in Scopes::from_claim(text).iter() {
        assert_eq!(Scope::parse(&scope.to_string()).as_ref(), Ok(scope));
        assert!(scope.authorizes(scope));
    }
});
