//! Any bytes are refused as a body, or are one that asks for one place; a profile is written and read again as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rokwire::message::{
    AnonymousLogin, ConfigRequest, ConsentRequest, NewCredential, Profile, RefreshRequest,
    ServiceTokenRequest, ServiceTokensRequest,
};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(request) = ServiceTokenRequest::parse(bytes) {
        assert!(request.place.app_id != "all" && request.place.org_id != "all");
    }
    let _ = ServiceTokensRequest::parse(bytes);
    let _ = AnonymousLogin::parse(bytes);
    let _ = RefreshRequest::parse(bytes);
    let _ = NewCredential::parse(bytes);
    let _ = ConsentRequest::parse(bytes);
    if let Ok(request) = ConfigRequest::parse(bytes) {
        assert_eq!(request.version.to_string().parse(), Ok(request.version));
    }
    if let Ok(profile) = Profile::parse_change(bytes) {
        let written = serde_json::to_vec(&profile).expect("it is written");
        assert_eq!(Profile::parse_change(&written), Ok(profile));
    }
});
