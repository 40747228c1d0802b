//! Mappings: what they read, what they refuse, and that they always end.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn whole(filter: &str) -> Mapping {
    Mapping {
        items: None,
        filter: filter.into(),
    }
}

/// What a filter makes of a value, as the text of a record.
fn text(expression: &str, input: Value) -> Result<String, MappingError> {
    let filter = format!(r#"{{kind: "review", source_key: "k", text: ({expression})}}"#);
    let read = whole(&filter).read(&input, Limits::default())?;
    Ok(read[0].text.clone().unwrap_or_default())
}

#[test]
fn items_become_records_with_their_paths() {
    let mapping = Mapping {
        items: Some(vec!["result".into(), "reviews".into()]),
        filter: r#"{kind: "review", source_key: "r:\(.id|words)", text: .words, title: $page.names[.by]}"#
            .into(),
    };
    let page = json!({"names": {"7": "Ada"}, "result": {"reviews": [{"id": 1, "by": "7", "words": "good"}, {"id": "b", "by": "8", "words": null}]}});
    let records = mapping.read(&page, Limits::default()).unwrap();
    assert_eq!(records[0].source_key, "r:1");
    assert_eq!(
        (records[0].title.as_deref(), records[0].text.as_deref()),
        (Some("Ada"), Some("good"))
    );
    assert_eq!(
        (records[1].source_key.as_str(), records[1].path.as_str()),
        ("r:b", "$.result.reviews[1]")
    );
    assert_eq!(
        mapping.read(&json!({"result": {}}), Limits::default()),
        Err(MappingError::NoItems)
    );
}

#[test]
fn the_words_say_what_they_say() {
    for (expression, input, expected) in [
        (".a | text // \"none\"", json!({"a": 7}), "none"),
        (".a | text", json!({"a": "x"}), "x"),
        (".a | unix_time", json!({"a": 0}), "1970-01-01T00:00:00Z"),
        (
            ".a | moment",
            json!({"a": "2026-11-20T18:42:08+01:00"}),
            "2026-11-20T18:42:08+01:00",
        ),
        (".a | moment", json!({"a": "yesterday"}), ""),
        (".a | ltrimstr(\"x-\")", json!({"a": "x-y"}), "y"),
        (
            "[.a[] | select(. > 1)] | length | words",
            json!({"a": [1, 2, 3]}),
            "2",
        ),
        (
            "(.a | money(\"EUR\"; 2)).minor | words",
            json!({"a": "-12.5"}),
            "-1250",
        ),
        ("(.a | money(\"EUR\"; 2)).minor | words", json!({"a": 0.29}), "29"),
        ("(.a | money(\"JPY\"; 0)).minor | words", json!({"a": 7}), "7"),
        (
            "(.a | money(\"EUR\")).minor | words",
            json!({"a": "12.340"}),
            "1234",
        ),
        ("(.a | money(\"JPY\")).minor | words", json!({"a": "500"}), "500"),
        ("(.a | money(\"KWD\")).minor | words", json!({"a": "1.5"}), "1500"),
        (".a | money(\"nothing\") | type", json!({"a": "1"}), "null"),
        (".a | money(null) | type", json!({"a": "1"}), "null"),
        (".a | day", json!({"a": "2026-03-31"}), "2026-03-31T00:00:00Z"),
        (
            ".a | day",
            json!({"a": "2026-03-31T12:00:00.000+0000"}),
            "2026-03-31T00:00:00Z",
        ),
        (".a | day", json!({"a": "2026-02-30"}), ""),
        (".a | day", json!({"a": "2026-03-311"}), ""),
        (".a | day", json!({"a": "31.03.2026"}), ""),
        (".a | money(\"EUR\"; 2) | type", json!({"a": "1.005"}), "null"),
        ("def twice(f): f + f; twice(.a)", json!({"a": "ab"}), "abab"),
        ("(.a * 1.5 | round) | words", json!({"a": 3}), "5"),
        ("if .a == null then \"no\" else \"yes\" end", json!({}), "no"),
    ] {
        assert_eq!(text(expression, input).as_deref(), Ok(expected), "{expression}");
    }
    for refused in [".a | need", "refuse", ".a + 1", ".a.b.c[0:1][]", "\"a\" * 3"] {
        assert_eq!(
            text(refused, json!({"a": null})),
            Err(MappingError::UnknownLayout),
            "{refused}"
        );
    }
}

#[test]
fn what_could_go_on_for_ever_is_no_mapping() {
    for (filter, line_of) in [
        ("def f: f; f", "f"),
        ("def f: 1; def f: f; f", "f"),
        ("def f(f): f(1); f(1)", "f"),
        ("def select(f): f; 1", "select"),
        ("range(1; 10)", "range"),
        ("repeat(.)", "repeat"),
        ("recurse", "recurse"),
        ("reduce .[] as $x (0; . + $x)", "reduce"),
        ("foreach .[] as $x (0; . + $x)", "foreach"),
        ("label $out | break $out", "$out"),
        ("try error catch .", "try"),
        ("..", ".."),
        ("now", "now"),
        ("env", "env"),
        ("input", "input"),
        ("@base64 \"x\"", "@base64"),
        ("$unknown", "$unknown"),
        ("{a: }", "}"),
    ] {
        let fault = check(filter).unwrap_err();
        assert!(
            filter
                .get(fault.at..)
                .is_some_and(|rest| rest.starts_with(line_of)),
            "{filter}: {fault:?}"
        );
    }
    for filter in [".a = 1", ".a |= 1", "include \"x\"; .", "", "(", "\"", "#"] {
        assert!(check(filter).is_err(), "{filter}");
    }
}

#[test]
fn whatever_is_left_ends_soon() {
    let doubled = |kind: &str, times: usize| {
        format!(
            "def d: {kind}; {} | {{kind: \"review\", source_key: \"k\"}}",
            vec!["d"; times].join(" | ")
        )
    };
    let cartesian =
        "[.[] as $a | .[] as $b | .[] as $c | .[] as $d | 1] | {kind: \"review\", source_key: \"k\"}";
    let list = Value::Array(vec![json!(3); 2000]);
    for (filter, input) in [
        (doubled("[., .]", 100), json!(1)),
        (doubled("{a: ., b: .}", 100), json!(1)),
        (doubled(". + .", 100), json!("text")),
        (doubled(". + .", 100), json!([1])),
        (doubled(". * .", 100), json!(1_000_000_007_u64)),
        (doubled("(., .)", 100), json!(1)),
        (doubled("\"\\(.)\\(.)\"", 100), json!([1])),
        (cartesian.into(), list.clone()),
        (
            "[.[] | select($page == $page)] | {kind: \"review\", source_key: \"k\"}".into(),
            Value::Array(vec![list; 30]),
        ),
    ] {
        let limits = Limits {
            steps: 2_000_000,
            time: Duration::MAX,
            ..Limits::default()
        };
        assert_eq!(
            whole(&filter).read(&input, limits),
            Err(MappingError::TooMuch),
            "{filter}"
        );
    }
    let limits = Limits {
        time: Duration::ZERO,
        ..Limits::default()
    };
    assert_eq!(
        whole(cartesian).read(&Value::Array(vec![json!(1); 200]), limits),
        Err(MappingError::TooMuch)
    );
    let limits = Limits {
        records: 3,
        ..Limits::default()
    };
    assert_eq!(
        whole("{kind: \"review\", source_key: \"k\"} | (., ., ., .)").read(&json!(1), limits),
        Err(MappingError::TooMuch)
    );
}

#[test]
fn deep_filters_are_refused_and_not_gone_into() {
    for (open, close) in [
        ("[", "]"),
        ("(", ")"),
        ("{a:", "}"),
        ("-", ""),
        ("if 1 then ", ""),
        (". as $x | ", ""),
        ("\"\\(", ")\""),
        ("1 | ", ""),
        ("def f: ", ""),
    ] {
        for times in [150, 390, 1900, 4000] {
            let filter = format!("{}1{}", open.repeat(times), close.repeat(times));
            // Brackets around a term are no level of their own.
            let flat = open == "(" && times < 400;
            assert_eq!(check(&filter).is_ok(), flat, "{open} {times}");
        }
    }
}

#[test]
fn a_record_has_no_other_members() {
    for made in [
        r#"{kind: "review", source_key: "k", path: "$"}"#,
        r#"{kind: "review", source_key: ""}"#,
        r#"{kind: "other", source_key: "k"}"#,
        r#"{source_key: "k"}"#,
        r#"{kind: "review", source_key: "k", amount: {minor: 1.5, currency: "EUR", exponent: 2}}"#,
        "7",
        "{(\"kind\"): \"review\", (7 | words): 1, source_key: \"k\"}",
    ] {
        assert_eq!(
            whole(made).read(&json!({}), Limits::default()),
            Err(MappingError::UnknownLayout),
            "{made}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn numbers_and_texts_come_through_unchanged(number in any::<i64>(), float in any::<f64>(), large in any::<u64>(), words in ".*") {
        prop_assume!(float.is_finite());
        let input = json!({"n": number, "f": float, "u": large, "w": words, "o": {"b": 1, "a": [null, true]}});
        let read = whole(r#"{kind: "work", source_key: "k", extra: .}"#).read(&input, Limits::default()).unwrap();
        prop_assert_eq!(Value::Object(read[0].extra.clone()).to_string(), input.to_string());
    }

    #[test]
    fn any_text_is_a_filter_or_refused(filter in "[-a-z\\[\\](){}|,.:;$\"\\\\ /*+=<>?@0-9]{0,60}") {
        if check(&filter).is_ok() {
            let limits = Limits { steps: 10_000, ..Limits::default() };
            let _ = whole(&filter).read(&json!({"a": [1, "b", null]}), limits);
        }
    }
}
