//! Messages of apps: all ages of them, and everything that is none.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a test looks at one message and fails on all others"
)]

use super::*;
use crate::origin::AppOrigin;
use crate::token::AppToken;
use proptest::prelude::*;
use serde_json::{Value, json};
use url::Url;

mod p5;
mod types;

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
    let presented = envelope.access_token.as_ref().unwrap();
    assert!(AppToken::from_random(&[1; 32]).matches(presented));
    assert_eq!(envelope.mark, Mark::OpenPlatform);
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
    for kind in [
        "app.open",
        "$windows",
        "VERIFY",
        "custom",
        "__proto__",
        "constructor",
    ] {
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

/// Every type of P2 to P4 and of P5, and some that are none.
const KINDS: &str = "(verify|meta|loading|loading2|message|snackbar|confirm|done|titlesuccess|titlewarning|console|log|progress|\
offline|notify|badge|open|share|options|config|launched|appearance|focus|shake|play|stop|clipboard|report|help|changelog|vault|init|\
success|warning|error|path|refresh|[a-z]{1,9})";

/// Any JSON value, small.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    let names = "(body|type|button|buttons|app|id|data|silent|name|text|show|msg|get|callbackid|error|high|path|__proto__|[a-z]{1,4})";
    leaf.prop_recursive(3, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(names, inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// What is read keeps its limits, whatever was sent.
fn within_limits(message: &AppMessage) -> bool {
    let short = |text: &str, max: usize| text.chars().count() <= max;
    match message {
        AppMessage::Vault { get } => get.starts_with("/v1/") && get.is_ascii(),
        AppMessage::Message(words)
        | AppMessage::Snackbar(words)
        | AppMessage::Done(words)
        | AppMessage::Title(words) => {
            short(&words.text, 1000) && words.button.as_deref().is_none_or(|text| short(text, 100))
        }
        AppMessage::Loading(loading) => loading.text.as_deref().is_none_or(|text| short(text, 1000)),
        AppMessage::Confirm(confirm) => {
            short(&confirm.text, 1000)
                && (1..=8).contains(&confirm.buttons.len())
                && confirm
                    .buttons
                    .iter()
                    .all(|text| short(text, 100) && !text.is_empty())
        }
        AppMessage::Options(items) => items.len() <= 50 && items.iter().all(|item| short(&item.name, 100)),
        AppMessage::Log { text } => short(text, 500),
        AppMessage::Path { path } => short(path, 500),
        AppMessage::Progress(percent) => percent.is_none_or(|percent| percent < 100),
        AppMessage::Play { sound } => sound.bytes().all(|byte| byte.is_ascii_lowercase()),
        AppMessage::Open(handed) | AppMessage::Share(handed) => {
            short(&handed.app, 100) && !handed.app.is_empty()
        }
        AppMessage::Config(ConfigAct::Save(text)) => serde_json::from_str::<Value>(text).is_ok(),
        AppMessage::Page(Page::Help(text) | Page::Changelog(text)) => {
            text.as_deref().is_none_or(|text| short(text, 50_000))
        }
        _ => true,
    }
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in any::<String>()) {
        let _ = Envelope::parse(&text);
    }

    #[test]
    fn arbitrary_bodies_keep_the_limits(kind in KINDS, body in any_json()) {
        let read = envelope(json!({"type": kind, "body": body})).unwrap();
        prop_assert!(within_limits(&read.message), "{kind}");
        let total = json!({"totalplatform": true, "TYPE": kind, "origin": "http://a.example/x", "data": body, "app": body, "path": body});
        let read = Envelope::parse(&total.to_string()).unwrap();
        prop_assert!(within_limits(&read.message), "{kind}");
    }

    #[test]
    fn arbitrary_envelopes_never_panic(any in any_json(), kind in any_json(), callback in any_json()) {
        let _ = envelope(json!({"origin": any, "accesstoken": any, "callback": callback, "type": kind}));
        let total = json!({"totalplatform": true, "origin": any, "TYPE": kind, "callbackid": callback});
        let _ = Envelope::parse(&total.to_string());
    }
}
