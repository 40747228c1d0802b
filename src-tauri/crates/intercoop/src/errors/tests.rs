//! Every row of the table of errors, written and read back.

use super::*;
use proptest::prelude::*;

fn number(text: &str) -> Argument {
    let document = crate::yaml::read(&format!("a: {text}")).unwrap();
    Argument::of(document.root.get("a").unwrap())
}

fn rows() -> Vec<(WireError, &'static str, u16, &'static str)> {
    let text = |text: &str| text.to_owned();
    vec![
        (
            WireError::BadPeer {
                peer: Argument::text("x"),
            },
            "BadPeer",
            403,
            "The entity 'x' is not a recognized one",
        ),
        (
            WireError::BadSignature,
            "BadSignature",
            403,
            "Signature verification failed, untrusted content",
        ),
        (
            WireError::NoSuchUuid { uuid: text("x") },
            "NoSuchUuid",
            404,
            "No personal data available for uuid 'x'",
        ),
        (
            WireError::MissingField { field: text("x") },
            "MissingField",
            400,
            "Required field 'x' missing on the payload",
        ),
        (
            WireError::bad_message("x"),
            "BadMessage",
            400,
            "Malformed message: x",
        ),
        (
            WireError::BadFormat { reason: text("x") },
            "BadFormat",
            400,
            "Error while parsing message as YAML:\nx",
        ),
        (
            WireError::WrongVersion {
                expected: Argument::text("1.0"),
                received: Argument::text("0.0"),
            },
            "WrongVersion",
            400,
            "Wrong protocol version, expected 1.0, received 0.0",
        ),
    ]
}

#[test]
fn every_error_has_its_name_words_and_status_and_comes_back() {
    for (error, name, status, message) in rows() {
        assert_eq!(
            (error.name(), error.status(), error.message().as_str()),
            (name, status, message)
        );
        let known = error.known().unwrap();
        assert_eq!(
            (known.word(), known.holes()),
            (name, error.arguments().len()),
            "{name}"
        );
        assert!(error.to_yaml().is_ascii());
        assert!(
            WireError::from_yaml(&error.to_yaml()) == Some(error.clone()),
            "{name}"
        );
        assert_eq!(format!("{error} {error:?}"), format!("{name} {name}"));
    }
    assert_eq!(ErrorName::BackendError.status(), None);
    assert_eq!(ErrorName::BackendError.holes(), 1);
}

#[test]
fn the_order_and_the_list_are_those_of_upstream() {
    assert_eq!(
        WireError::BadSignature.to_yaml(),
        "error: \"BadSignature\"\nmessage: \"Signature verification failed, untrusted content\"\narguments: []\n"
    );
    assert_eq!(
        WireError::bad_message("né").to_yaml(),
        "error: \"BadMessage\"\nmessage: \"Malformed message: n\\u00E9\"\narguments:\n- \"n\\u00E9\"\n"
    );
}

#[test]
fn bodies_of_upstream_are_read() {
    for (body, error) in [
        (
            "error: BadSignature\nmessage: Signature verification failed, untrusted content\narguments: []\n",
            WireError::BadSignature,
        ),
        (
            "error: WrongVersion\nmessage: Wrong protocol version, expected 1.0, received 0.0\narguments:\n- '1.0'\n- '0.0'\n",
            rows().pop().unwrap().0,
        ),
        (
            "error: BadMessage\nmessage: 'Malformed message: missing payload'\narguments:\n- missing payload\n",
            WireError::bad_message("missing payload"),
        ),
    ] {
        assert!(WireError::from_yaml(body) == Some(error), "{body}");
    }
}

#[test]
fn a_received_version_keeps_its_type() {
    for (text, yaml, words) in [
        ("1.0", "1.0", "1.0"),
        ("'1.0'", "\"1.0\"", "1.0"),
        ("2", "2", "2"),
        ("012", "10", "10"),
        ("NO", "false", "False"),
        ("", "null", "None"),
        ("2020-01-02", "2020-01-02", "2020-01-02"),
        (".5", "\".5\"", ".5"),
        ("[1]", "\"a list\"", "a list"),
        ("{b: c}", "\"a mapping\"", "a mapping"),
    ] {
        let error = WireError::WrongVersion {
            expected: Argument::text("1.0"),
            received: number(text),
        };
        assert!(
            error.to_yaml().ends_with(&format!("- \"1.0\"\n- {yaml}\n")),
            "{text}"
        );
        assert!(error.message().ends_with(&format!("received {words}")), "{text}");
        assert_eq!(number(text).is_text(), yaml.starts_with('"'), "{text}");
    }
}

#[test]
fn an_unknown_error_keeps_its_words() {
    for body in [
        "error: TooBusy\nmessage: Come back tomorrow\narguments: [1]\n",
        "error: BadPeer\nmessage: Come back tomorrow\narguments: []\n",
        "error: BackendError\nmessage: Come back tomorrow\narguments: [x]\n",
    ] {
        let error = WireError::from_yaml(body).unwrap();
        assert_eq!((error.known(), error.status()), (None, 400));
        assert_eq!(error.message(), "Come back tomorrow");
        assert!(body.contains(error.name()));
        assert_eq!(format!("{error:?}"), "Other");
    }
    for body in [
        "",
        "error: BadPeer",
        "error: BadPeer\narguments: null",
        "arguments: []",
        "error: []\narguments: []",
        "- error",
        "error: [",
    ] {
        assert!(WireError::from_yaml(body).is_none(), "{body}");
    }
}

#[test]
fn people_see_one_line_without_tricks() {
    let error = WireError::BadFormat {
        reason: format!("a\u{202E}b\u{7}\n{}", "x".repeat(600)),
    };
    let shown = error.shown();
    assert!(shown.starts_with("Error while parsing message as YAML: ab x"));
    assert_eq!(shown.chars().count(), 500);
}

proptest! {
    #[test]
    fn any_reason_is_ascii_and_comes_back(reason in any::<String>()) {
        let error = WireError::bad_message(reason);
        prop_assert!(error.to_yaml().is_ascii());
        prop_assert!(WireError::from_yaml(&error.to_yaml()) == Some(error));
    }
}
