//! Every type of P2 to P4, in the forms that libraries of different age send.

use serde_json::{Value, json};

use super::super::*;
use super::message_of;

#[test]
fn every_type_is_read() {
    for (kind, body) in [
        ("verify", json!({"ua": "B"})),
        ("meta", json!({"ua": "B"})),
        ("loading", json!(true)),
        ("loading2", Value::Null),
        ("message", json!({"body": "x"})),
        ("snackbar", json!({"body": "x", "type": "warning"})),
        ("confirm", json!({"body": "x", "buttons": ["OK"]})),
        ("done", json!("x")),
        ("titlesuccess", json!("x")),
        ("titlewarning", json!("x")),
        ("console", json!({"type": 1, "msg": "x"})),
        ("log", json!("x")),
        ("progress", json!(7)),
        ("offline", json!("x")),
        ("notify", json!({"body": "x"})),
        ("badge", Value::Null),
        ("open", json!({"id": "beta"})),
        ("share", json!({"app": "beta", "type": "t", "body": 1})),
        ("options", json!([{"name": "One"}])),
        ("config", json!({"body": null})),
        ("launched", Value::Null),
        ("appearance", Value::Null),
        ("focus", Value::Null),
        ("minimize", Value::Null),
        ("maximize", Value::Null),
        ("restart", json!("http://a.example/")),
        ("kill", Value::Null),
        ("shake", json!(true)),
        ("play", json!("done")),
        ("stop", json!("done")),
        ("clipboard", json!("x")),
        ("report", json!({"type": "bug", "body": "x", "high": true})),
        ("help", json!({"body": "# x"})),
        ("changelog", json!({"body": [{"name": "1.0", "body": "x"}]})),
        ("quicksearch", Value::Null),
        ("nextwindow", Value::Null),
        ("refreshprofile", Value::Null),
        ("menu", Value::Null),
        ("busy", json!(true)),
        ("command", json!({"type": "t", "body": null})),
        ("install", json!({"type": "install", "url": "http://a.example/"})),
        ("mail", json!({"email": "a@b.example"})),
        ("email", json!({"subject": "x"})),
        ("screenshot", json!("data:image/jpeg;base64,x")),
        ("vault", json!({"get": "/v1/grant"})),
    ] {
        let message = message_of(kind, body);
        assert_eq!(message.kind(), kind);
        assert!(
            !matches!(message, AppMessage::Malformed { .. } | AppMessage::Other { .. }),
            "{kind}"
        );
    }
}

#[test]
fn words_are_plain_text_of_a_text_or_an_error() {
    let words = |kind: &str, body: Value| match message_of(kind, body) {
        AppMessage::Message(words)
        | AppMessage::Snackbar(words)
        | AppMessage::Done(words)
        | AppMessage::Title(words) => Some((words.text, words.tone, words.button)),
        _ => None,
    };
    let text = |text: &str, tone| Some((text.to_owned(), tone, None));
    assert_eq!(
        words("message", json!({"body": "Hello"})),
        text("Hello", Tone::Success)
    );
    assert_eq!(words("message", json!("Hello")), text("Hello", Tone::Success));
    assert_eq!(
        words(
            "message",
            json!({"body": [{"name": "e", "error": "Broken"}], "type": "info"})
        ),
        text("Broken", Tone::Info)
    );
    assert_eq!(
        words("done", json!([{"error": "Broken"}])),
        text("Broken", Tone::Warning)
    );
    assert_eq!(words("done", json!("Saved")), text("Saved", Tone::Success));
    assert_eq!(words("titlewarning", json!("x")), text("x", Tone::Warning));
    assert_eq!(
        words(
            "snackbar",
            json!({"body": "two\nlines\u{202E}", "button": "\"check\" Undo #ff0000"})
        ),
        Some(("two\nlines".into(), Tone::Success, Some("Undo".into())))
    );
    for body in [
        Value::Null,
        json!({}),
        json!({"body": ""}),
        json!({"body": []}),
        json!(true),
    ] {
        assert_eq!(words("message", body), None);
    }
}

#[test]
fn a_question_has_one_to_eight_buttons() {
    let buttons = |buttons: Value| match message_of("confirm", json!({"body": "Sure?", "buttons": buttons})) {
        AppMessage::Confirm(confirm) => Some(confirm.buttons),
        _ => None,
    };
    assert_eq!(
        buttons(json!(["\"trash\" Delete #FF0000", "Keep"])),
        Some(vec!["Delete".into(), "Keep".into()])
    );
    assert_eq!(buttons(json!("Yes,No")), Some(vec!["Yes".into(), "No".into()]));
    for none in [
        json!([]),
        json!(["\"only-icon\""]),
        json!(vec!["x"; 9]),
        Value::Null,
    ] {
        assert_eq!(buttons(none), None);
    }
}

#[test]
fn progress_is_percent_or_hidden() {
    let progress = |body: Value| match message_of("progress", body) {
        AppMessage::Progress(percent) => percent,
        _ => panic!("another message"),
    };
    assert_eq!(progress(json!(0)), Some(0));
    assert_eq!(progress(json!(41.9)), Some(41));
    assert_eq!(progress(json!(99)), Some(99));
    for hidden in [Value::Null, json!(100), json!(-1), json!("50"), json!(1e300)] {
        assert_eq!(progress(hidden), None);
    }
}

#[test]
fn what_is_handed_to_another_app() {
    let handed = |kind: &str, body: Value| match message_of(kind, body) {
        AppMessage::Open(handed) | AppMessage::Share(handed) => {
            Some((handed.app, handed.body, handed.silence))
        }
        _ => None,
    };
    let to = |body: Option<Value>, silence| Some(("beta".to_owned(), body, silence));
    assert_eq!(handed("open", json!({"id": "beta"})), to(None, Silence::None));
    assert_eq!(
        handed("open", json!({"id": "beta", "data": null, "body": {"a": 1}})),
        to(Some(json!({"a": 1})), Silence::None)
    );
    assert_eq!(
        handed("share", json!({"app": "beta", "type": "t"})),
        to(Some(Value::Null), Silence::None)
    );
    assert_eq!(
        handed(
            "share",
            json!({"app": {"id": "beta", "name": "B"}, "body": 1, "silent": true})
        ),
        to(Some(json!(1)), Silence::Unfocused)
    );
    assert_eq!(
        handed("share", json!({"app": "beta", "body": 1, "silent": "open"})),
        to(Some(json!(1)), Silence::IfOpen)
    );
    assert_eq!(
        handed("share", json!({"app": "beta", "body": 1, "silent": 2})),
        to(Some(json!(1)), Silence::IfOpen)
    );
    assert_eq!(handed("share", json!({"app": 7})), None);
    assert_eq!(handed("open", Value::Null), None);
}

#[test]
fn a_menu_goes_back_as_it_came() {
    let AppMessage::Options(items) = message_of(
        "options",
        json!([{"name": "One", "value": 1, "callbackid": "x"}, "-", {"icon": "x"}, 7]),
    ) else {
        panic!("another message");
    };
    assert_eq!(
        items.iter().map(|item| item.name.as_str()).collect::<Vec<_>>(),
        ["One", ""]
    );
    assert_eq!(items[0].item, json!({"name": "One", "value": 1}));
    assert!(matches!(
        message_of("options", json!(vec![json!({"name": "x"}); 51])),
        AppMessage::Malformed { .. }
    ));
}

#[test]
fn config_saves_json_and_nothing_else() {
    let config = |body: Value| match message_of("config", json!({"body": body})) {
        AppMessage::Config(act) => Some(act),
        _ => None,
    };
    assert_eq!(config(Value::Null), Some(ConfigAct::Read));
    assert_eq!(
        config(json!("{\"a\":1}")),
        Some(ConfigAct::Save("{\"a\":1}".into()))
    );
    assert_eq!(config(json!("no json")), None);
    assert_eq!(config(json!({"a": 1})), None);
}

#[test]
fn sounds_have_names_and_nothing_is_fetched() {
    let sound = |body: Value| match message_of("play", body) {
        AppMessage::Play { sound } => Some(sound),
        _ => None,
    };
    assert_eq!(sound(json!("done")), Some("done".into()));
    assert_eq!(
        sound(json!("https://a.example/sounds/beep.mp3")),
        Some("beep".into())
    );
    for none in [
        json!(""),
        json!("https://a.example/"),
        json!("A"),
        json!("a1"),
        Value::Null,
    ] {
        assert_eq!(sound(none), None);
    }
}

#[test]
fn pages_are_text_or_nothing() {
    let page = |kind: &str, body: Value| match message_of(kind, body) {
        AppMessage::Page(Page::Help(text) | Page::Changelog(text)) => text,
        _ => panic!("another message"),
    };
    assert_eq!(page("help", json!({"body": "# Help"})), Some("# Help".into()));
    assert_eq!(page("help", Value::Null), None);
    assert_eq!(page("help", json!({"body": []})), None);
    assert_eq!(
        page(
            "changelog",
            json!({"body": [{"name": "1.1", "body": "New"}, "Old"]})
        ),
        Some("1.1\n\nNew\n\nOld".into())
    );
}
