//! The question to a platform byte by byte, and what its status means.

use gigdata::{Absence, Dialect, ExportRequest, NotARequest, REQUEST_TYPE, Reaction};
use proptest::prelude::*;
use time::macros::date;
use uuid::{Uuid, uuid};

const ID: Uuid = uuid!("5b6ad503-eae9-4699-b5cc-a8b671c9e7e3");

#[test]
fn each_dialect_has_its_own_names_in_one_order() {
    let request = ExportRequest::new("t-\"1", "Ana.Ruiz@Platform.Example", ID);
    for (dialect, expected) in [
        (
            Dialect::Current,
            r#"{"PlatformToken":"t-\"1","UserEmail":"ana.ruiz@platform.example","RequestId":"5b6ad503-eae9-4699-b5cc-a8b671c9e7e3"}"#,
        ),
        (
            Dialect::TokenUsername,
            r#"{"PlatformToken":"t-\"1","Username":"ana.ruiz@platform.example","RequestId":"5b6ad503-eae9-4699-b5cc-a8b671c9e7e3"}"#,
        ),
        (
            Dialect::Legacy,
            r#"{"MyGigDataToken":"t-\"1","Username":"ana.ruiz@platform.example","RequestId":"5b6ad503-eae9-4699-b5cc-a8b671c9e7e3"}"#,
        ),
    ] {
        let body = request.to_json(dialect).unwrap();
        assert_eq!(String::from_utf8(body.clone()).unwrap(), expected);
        assert_eq!(ExportRequest::read(&body).as_ref(), Ok(&request));
        assert_eq!(dialect.to_string().parse(), Ok(dialect));
    }
    assert_eq!(REQUEST_TYPE, "application/json; charset=utf-8");
    assert!("Current".parse::<Dialect>().is_err());
}

#[test]
fn a_request_shows_neither_token_nor_address() {
    let shown = format!(
        "{:?}",
        ExportRequest::new("secret-token", "ana@platform.example", ID)
    );
    assert!(!shown.contains("secret") && !shown.contains("ana"), "{shown}");
}

#[test]
fn a_request_is_read_in_any_case_and_with_more_members() {
    let read = ExportRequest::read(br#"{"useremail":"a@b.example","PLATFORMTOKEN":"t","more":[1]}"#).unwrap();
    assert_eq!((read.token(), read.email(), read.id()), ("t", "a@b.example", ""));
    let long = format!(
        r#"{{"PlatformToken":"{}","UserEmail":"a@b.example"}}"#,
        "x".repeat(20_000)
    );
    for wrong in [
        "",
        "null",
        "[]",
        "{}",
        r#"{"PlatformToken":7,"UserEmail":"a"}"#,
        &long,
    ] {
        assert_eq!(
            ExportRequest::read(wrong.as_bytes()),
            Err(NotARequest),
            "{wrong:.40}"
        );
    }
}

#[test]
fn every_status_has_one_reaction() {
    for (status, reaction) in [
        (200, Reaction::Read),
        (204, Reaction::Read),
        (404, Reaction::UnknownPerson),
        (401, Reaction::TokenRefused),
        (403, Reaction::TokenRefused),
        (405, Reaction::Refused),
        (429, Reaction::Busy),
        (302, Reaction::Unavailable),
        (400, Reaction::Unavailable),
        (500, Reaction::Unavailable),
        (503, Reaction::Unavailable),
    ] {
        assert_eq!(Reaction::to(status), reaction, "{status}");
    }
}

#[test]
fn a_person_is_gone_after_three_days_and_not_after_three_answers() {
    let first = date!(2026 - 11 - 20);
    let twice = Absence::default().and(first).and(first).and(first);
    assert_eq!(twice.days(), [first]);
    let second = twice.and(date!(2026 - 11 - 21)).and(date!(2026 - 11 - 21));
    assert!(!second.is_believed());
    let third = Absence::of(second.days().iter().copied()).and(date!(2026 - 11 - 25));
    assert!(third.is_believed());
    assert_eq!(third.clone().and(date!(2026 - 11 - 26)), third);
}

proptest! {
    #[test]
    fn any_bytes_are_a_request_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..256)) {
        let _ = ExportRequest::read(&bytes);
    }

    #[test]
    fn what_was_written_is_read_back_equal(token in ".{0,40}", email in "[a-z0-9.@ñé\"\\\\]{0,40}", id in any::<u128>()) {
        let request = ExportRequest::new(&token, &email, Uuid::from_u128(id));
        for dialect in Dialect::ALL {
            let body = request.to_json(dialect).unwrap();
            prop_assert_eq!(ExportRequest::read(&body), Ok(request.clone()));
        }
    }
}
