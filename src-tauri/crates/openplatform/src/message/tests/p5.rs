//! Messages of the library of P5.

use serde_json::{Value, json};
use url::Url;

use super::super::*;
use crate::origin::AppOrigin;

fn envelope(extra: Value) -> Result<Envelope, MessageError> {
    let mut value =
        json!({"totalplatform": true, "TYPE": "init", "origin": "https://app.example/index.html"});
    if let (Some(all), Some(more)) = (value.as_object_mut(), extra.as_object()) {
        all.extend(more.clone());
    }
    Envelope::parse(&value.to_string())
}

fn message(extra: Value) -> AppMessage {
    envelope(extra).unwrap().message
}

#[test]
fn an_envelope_has_a_mark_a_path_behind_the_origin_and_a_number() {
    let first = envelope(json!({"callbackid": "0"})).unwrap();
    assert_eq!((first.mark, &first.access_token), (Mark::TotalPlatform, &None));
    assert_eq!(first.callback.as_ref().map(CallbackId::as_str), Some("0"));
    assert_eq!(
        envelope(json!({"callbackid": 12})).unwrap().callback,
        CallbackId::parse("12")
    );
    let origin = AppOrigin::of(&Url::parse("https://app.example/").unwrap()).unwrap();
    for (declared, fits) in [
        ("https://app.example/index.html", true),
        ("https://app.example", true),
        ("https://app.example.evil/", false),
        ("https://app.example:444/", false),
        ("http://app.example/", false),
    ] {
        assert_eq!(
            envelope(json!({"origin": declared})).unwrap().is_from(&origin),
            fits,
            "{declared}"
        );
    }
    for (extra, error) in [
        (json!({"totalplatform": "true"}), MessageError::Unmarked),
        (json!({"TYPE": 7}), MessageError::Field("TYPE")),
        (json!({"origin": null}), MessageError::Field("origin")),
        (json!({"callbackid": "a"}), MessageError::Field("callbackid")),
        (json!({"callbackid": -1}), MessageError::Field("callbackid")),
        (
            json!({"callbackid": "1".repeat(21)}),
            MessageError::Field("callbackid"),
        ),
    ] {
        assert_eq!(envelope(extra), Err(error));
    }
}

#[test]
fn every_type_is_read() {
    for (extra, kind) in [
        (json!({"TYPE": "init"}), "init"),
        (json!({"TYPE": "play", "data": "done"}), "play"),
        (json!({"TYPE": "success", "data": "Saved"}), "snackbar"),
        (json!({"TYPE": "warning", "data": "Careful"}), "snackbar"),
        (json!({"TYPE": "error", "data": "Broken"}), "message"),
        (json!({"TYPE": "clipboard", "data": "x"}), "clipboard"),
        (json!({"TYPE": "path", "data": "/a"}), "path"),
        (json!({"TYPE": "open", "app": "beta", "path": "/a"}), "open"),
        (json!({"TYPE": "focus", "data": true}), "focus"),
        (json!({"TYPE": "refresh"}), "refreshprofile"),
        (json!({"TYPE": "refresh_account"}), "refreshprofile"),
        (json!({"TYPE": "restart"}), "restart"),
        (json!({"TYPE": "feedback"}), "feedback"),
        (json!({"TYPE": "close"}), "kill"),
        (json!({"TYPE": "quicksearch"}), "quicksearch"),
        (json!({"TYPE": "nextwindow"}), "nextwindow"),
        (json!({"TYPE": "vault", "data": {"get": "/v1/grant"}}), "vault"),
        (json!({"TYPE": "vault", "data": "/v1/grant"}), "vault"),
        (json!({"TYPE": "own.thing", "data": 1}), "own.thing"),
    ] {
        let message = message(extra.clone());
        assert_eq!(message.kind(), kind, "{extra}");
        assert!(!matches!(message, AppMessage::Malformed { .. }), "{extra}");
    }
    let AppMessage::Open(handed) = message(json!({"TYPE": "open", "app": "beta", "path": "/a"})) else {
        panic!("another message");
    };
    assert_eq!(
        (handed.app.as_str(), handed.path.as_deref(), handed.body),
        ("beta", Some("/a"), None)
    );
    let AppMessage::Message(words) = message(json!({"TYPE": "error", "data": "Broken"})) else {
        panic!("another message");
    };
    assert_eq!(words.tone, Tone::Error);
}

#[test]
fn what_a_type_needs_is_missed() {
    for kind in [
        "play",
        "success",
        "warning",
        "error",
        "clipboard",
        "path",
        "open",
        "vault",
    ] {
        assert!(
            matches!(message(json!({"TYPE": kind})), AppMessage::Malformed { .. }),
            "{kind}"
        );
    }
}
