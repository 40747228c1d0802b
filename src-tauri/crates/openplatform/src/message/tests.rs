//! Messages of apps: all ages of them, and everything that is none.

use super::*;
use crate::origin::AppOrigin;
use crate::token::AppToken;
use proptest::prelude::*;
use serde_json::{Value, json};
use url::Url;

fn text(extra: Value) -> String {
    let mut value = json!({
        "openplatform": true, "accesstoken": "01".repeat(32), "type": "verify", "body": {"ua": "Browser/1"},
        "sender": true, "origin": "http://app.example:8001", "callback": "k3v9q0a1b2",
    });
    if let (Some(all), Some(more)) = (value.as_object_mut(), extra.as_object()) {
        all.extend(more.clone());
    }
    value.to_string()
}

fn envelope(extra: Value) -> Result<Envelope, MessageError> {
    Envelope::parse(&text(extra))
}

fn message_of(kind: &str, body: Value) -> AppMessage {
    envelope(json!({"type": kind, "body": body})).unwrap().message
}

#[test]
fn the_first_message_of_a_client() {
    let envelope = envelope(json!({})).unwrap();
    assert_eq!(
        envelope.message,
        AppMessage::Verify {
            ua: Some("Browser/1".into())
        }
    );
    assert_eq!(
        envelope.callback.as_ref().map(CallbackId::as_str),
        Some("k3v9q0a1b2")
    );
    assert!(AppToken::from_random(&[1; 32]).matches(&envelope.access_token));
    let origin = AppOrigin::of(&Url::parse("http://app.example:8001/x").unwrap()).unwrap();
    assert!(envelope.is_from(&origin));
}

#[test]
fn an_origin_may_lack_the_port() {
    let origin = AppOrigin::of(&Url::parse("http://app.example:8001/x").unwrap()).unwrap();
    assert!(
        envelope(json!({"origin": "http://app.example"}))
            .unwrap()
            .is_from(&origin)
    );
    assert!(
        !envelope(json!({"origin": "http://app.example:8002"}))
            .unwrap()
            .is_from(&origin)
    );
    assert!(
        !envelope(json!({"origin": "http://app"}))
            .unwrap()
            .is_from(&origin)
    );
}

#[test]
fn what_is_not_from_an_app_is_told_apart() {
    for (text, error) in [
        (String::new(), MessageError::NotAnObject),
        ("\"verify\"".into(), MessageError::NotAnObject),
        ("[]".into(), MessageError::NotAnObject),
        ("{}".into(), MessageError::Unmarked),
        (text(json!({"openplatform": 1})), MessageError::Unmarked),
        (text(json!({"sender": null})), MessageError::Unmarked),
        (
            text(json!({"accesstoken": ""})),
            MessageError::Field("accesstoken"),
        ),
        (
            text(json!({"accesstoken": 7})),
            MessageError::Field("accesstoken"),
        ),
        (
            text(json!({"accesstoken": "a".repeat(5000)})),
            MessageError::Field("accesstoken"),
        ),
        (text(json!({"origin": null})), MessageError::Field("origin")),
        (text(json!({"type": ""})), MessageError::Field("type")),
        (text(json!({"type": "a b"})), MessageError::Field("type")),
        (text(json!({"type": "a".repeat(65)})), MessageError::Field("type")),
        (
            text(json!({"callback": "UPPER"})),
            MessageError::Field("callback"),
        ),
        (text(json!({"callback": "a\"b"})), MessageError::Field("callback")),
        (text(json!({"callback": 7})), MessageError::Field("callback")),
        (" ".repeat(MAX_MESSAGE_BYTES + 1), MessageError::TooLarge),
    ] {
        assert_eq!(Envelope::parse(&text), Err(error));
    }
}

#[test]
fn a_message_without_callback_is_fine() {
    assert_eq!(
        envelope(json!({"callback": null, "type": "kill", "body": null}))
            .unwrap()
            .callback,
        None
    );
}

#[test]
fn window_messages() {
    assert_eq!(message_of("kill", Value::Null), AppMessage::Kill);
    assert_eq!(message_of("minimize", Value::Null), AppMessage::Minimize);
    assert_eq!(
        message_of("maximize", json!("https://x.example")),
        AppMessage::Maximize
    );
    assert_eq!(
        message_of("meta", json!({"ua": "B", "accesstoken": "x"})),
        AppMessage::Meta { ua: Some("B".into()) }
    );
    assert_eq!(message_of("verify", Value::Null), AppMessage::Verify { ua: None });
}

#[test]
fn loading_in_all_its_forms() {
    let loading = |show, text: Option<&str>| {
        AppMessage::Loading(Loading {
            show,
            text: text.map(str::to_owned),
        })
    };
    assert_eq!(message_of("loading", json!(true)), loading(true, None));
    assert_eq!(message_of("loading", Value::Null), loading(false, None));
    assert_eq!(
        message_of("loading", json!({"show": true, "text": "Wait"})),
        loading(true, Some("Wait"))
    );
    assert_eq!(
        message_of("loading", json!({"show": false, "text": ""})),
        loading(false, None)
    );
    assert_eq!(
        message_of("loading", json!({"text": "x"})),
        loading(false, Some("x"))
    );
    assert!(matches!(
        message_of("loading", json!([1])),
        AppMessage::Malformed { kind: "loading", .. }
    ));
}

#[test]
fn notifications_of_all_ages() {
    let parse = |body: Value| {
        let AppMessage::Notify(notification) = message_of("notify", body) else {
            return None;
        };
        Some((notification.kind, notification.body, notification.data))
    };
    let data = |text: &str| Some(text.to_owned());
    assert_eq!(
        parse(json!({"type": 1, "body": "hello", "data": "x", "dtcreated": "2020-01-01T00:00:00.000Z"})),
        Some((NotificationKind::Success, "hello".into(), data("x")))
    );
    assert_eq!(
        parse(json!({"type": 2, "message": "m", "url": "u"})),
        Some((NotificationKind::Alert, "m".into(), data("u")))
    );
    assert_eq!(
        parse(json!({"type": -9, "body": "b", "data": ""})),
        Some((NotificationKind::Info, "b".into(), None))
    );
    let long = parse(json!({"body": "é".repeat(2000), "data": "d".repeat(2000)})).unwrap();
    assert_eq!(long.1.chars().count(), 1000);
    assert_eq!(long.2.map(|text| text.len()), Some(1000));
    assert_eq!(parse(json!({"type": 1})), None);
    assert_eq!(parse(Value::Null), None);
    assert!(matches!(
        message_of("notify", Value::Null),
        AppMessage::Malformed { kind: "notify", .. }
    ));
}

#[test]
fn a_path_of_the_vault() {
    let get = "/v1/records?kind=review&limit=100";
    assert_eq!(
        message_of("vault", json!({"get": get})),
        AppMessage::Vault { get: get.into() }
    );
    for path in [
        "",
        "/v1",
        "/v2/records",
        "v1/records",
        "/v1/../core",
        "/v1/./x",
        "/v1/%2e%2e/core",
        "/v1/a b",
        "/v1/a#b",
        "//v1/records",
        "http://127.0.0.1/v1/records",
        "/v1/\\..\\x",
        "/v1/é",
        "/v1/a\nb",
        "/core/v1/",
        &format!("/v1/{}", "a".repeat(2048)),
    ] {
        assert!(
            matches!(
                message_of("vault", json!({"get": path})),
                AppMessage::Malformed { kind: "vault", .. }
            ),
            "{path:?}"
        );
    }
    assert!(matches!(
        message_of("vault", Value::Null),
        AppMessage::Malformed { kind: "vault", .. }
    ));
    assert!(matches!(
        message_of("vault", json!({"get": 1})),
        AppMessage::Malformed { kind: "vault", .. }
    ));
}

#[test]
fn other_types_are_named_only() {
    for kind in ["snackbar", "app.open", "$windows", "refreshprofile", "VERIFY"] {
        assert_eq!(
            message_of(kind, json!({"x": 1})),
            AppMessage::Other { kind: kind.into() }
        );
    }
}

#[test]
fn nothing_personal_is_printed() {
    let text = text(
        json!({"type": "notify", "accesstoken": "canary-token", "body": {"body": "canary", "data": "canary"}}),
    );
    assert!(!format!("{:?}", Envelope::parse(&text).unwrap()).contains("canary"));
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in any::<String>()) {
        let _ = Envelope::parse(&text);
    }

    #[test]
    fn arbitrary_fields_never_panic(kind in "(verify|meta|loading|notify|vault|[a-z]{1,9})", any in any::<String>(), number in any::<i64>()) {
        for body in [json!(any), json!(number), json!({"get": any, "body": any, "type": number, "show": any, "text": any, "ua": any})] {
            if let Ok(Envelope { message: AppMessage::Vault { get }, .. }) = envelope(json!({"type": kind, "body": body})) {
                prop_assert!(get.starts_with("/v1/") && get.is_ascii());
            }
        }
        let _ = envelope(json!({"origin": any, "accesstoken": any, "callback": any, "type": any}));
    }
}
