//! Whatever comes in at the API is refused or read within its limits, and letters of names do not matter.

use gigdata::api::{
    Claim, ConnectEmail, Connecting, Guid, Route, StartOauth, StateUpdates, UpdateRequest, ValidateEmail,
};
use proptest::prelude::*;
use serde_json::json;

/// Words that clients send, and ones that nobody does.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("platformId".to_owned()),
        Just("applicationId".to_owned()),
        Just("callbackUri".to_owned()),
        Just("platformDataClaim".to_owned()),
        Just("platformConnectionStateUpdates".to_owned()),
        Just("5846584a-2719-48dd-bef2-83c6d7dbd421".to_owned()),
        Just("Full".to_owned()),
        ".{0,12}",
    ]
}

fn any_case(text: &str, upper: &[bool]) -> String {
    text.chars()
        .zip(upper.iter().cycle())
        .map(|(sign, upper)| {
            if *upper {
                sign.to_ascii_uppercase()
            } else {
                sign.to_ascii_lowercase()
            }
        })
        .collect()
}

proptest! {
    #[test]
    fn any_bytes_are_refused_or_read(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = (StartOauth::read(&bytes), ConnectEmail::read(&bytes), ValidateEmail::read(&bytes), UpdateRequest::read(&bytes), StateUpdates::read(&bytes));
    }

    #[test]
    fn any_members_are_refused_or_read(members in proptest::collection::vec((word(), word()), 0..8)) {
        let body = serde_json::Value::Object(members.into_iter().map(|(name, value)| (name, json!(value))).collect());
        let bytes = body.to_string().into_bytes();
        if let Ok(read) = StartOauth::read(&bytes) {
            prop_assert!(Guid::parse(read.platform.as_str()).is_some());
            prop_assert!(!read.callback.trim().is_empty());
        }
        let _ = (ConnectEmail::read(&bytes), ValidateEmail::read(&bytes), UpdateRequest::read(&bytes), StateUpdates::read(&bytes));
    }

    #[test]
    fn the_case_of_names_and_addresses_does_not_matter(upper in proptest::collection::vec(any::<bool>(), 1..9), id in "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}") {
        let name = |text: &str| any_case(text, &upper);
        let body = format!(
            r#"{{"{}":"{id}","{}":"https://a.example/","{}":"{}"}}"#,
            name("platformId"), name("callbackUri"), name("platformDataClaim"), name("Full")
        );
        let read = StartOauth::read(body.as_bytes()).unwrap();
        prop_assert_eq!(read.platform.as_str(), id.as_str());
        prop_assert_eq!(read.claim, Some(Claim::Full));
        let path = name(&format!("Platform/{id}/connection-status"));
        prop_assert_eq!(Route::find(&path), Some(Route::Status(Guid::parse(&id))));
        let (app, platform) = (name("app"), name("platform"));
        let asked = Connecting::read([(app.as_str(), id.as_str()), (platform.as_str(), id.as_str())]).unwrap();
        prop_assert_eq!(asked.platform.as_str(), id.as_str());
    }

    #[test]
    fn any_address_and_query_are_found_or_not(path in "[a-zA-Z0-9/?%.-]{0,80}", value in ".{0,40}") {
        let _ = Route::find(&path);
        let _ = Connecting::read([("app", value.as_str()), ("returnurl", value.as_str()), (path.as_str(), value.as_str())]);
    }
}
