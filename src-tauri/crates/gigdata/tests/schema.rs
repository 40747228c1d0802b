//! The schema for integrators says what the writer writes and what the reader needs.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests may fail where the test fails"
)]

use gigdata::{ReadOptions, SCHEMA, read};
use serde_json::{Value, json};

/// Why a value does not fit a schema of the few words that ours uses; a word that is not known here is a fault of the schema.
fn misfit(schema: &Value, value: &Value) -> Option<String> {
    for (word, rule) in schema.as_object()? {
        let found = match word.as_str() {
            "$schema" | "title" | "description" | "format" => None,
            "type" => (!has_type(rule, value)).then(|| format!("{value} is not {rule}")),
            "required" => names(rule).find(|name| value.is_object() && value.get(name).is_none()),
            "properties" => rule.as_object()?.iter().find_map(|(name, below)| {
                let member = value.get(name)?;
                misfit(below, member).map(|why| format!("{name}: {why}"))
            }),
            "items" => value
                .as_array()
                .and_then(|items| items.iter().find_map(|item| misfit(rule, item))),
            other => Some(format!("the schema has the word {other}")),
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

fn names(rule: &Value) -> impl Iterator<Item = String> {
    let list = rule.as_array().cloned().unwrap_or_else(|| vec![rule.clone()]);
    list.into_iter()
        .filter_map(|name| name.as_str().map(str::to_owned))
}

fn has_type(rule: &Value, value: &Value) -> bool {
    names(rule).any(|name| match name.as_str() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        _ => false,
    })
}

fn schema() -> Value {
    serde_json::from_str(SCHEMA).unwrap()
}

#[test]
fn what_is_read_and_written_again_fits() {
    for text in [include_str!("answer.json"), include_str!("rated.json")] {
        let came: Value = serde_json::from_str(text).unwrap();
        assert_eq!(misfit(&schema(), &came), None);
        let data = read(text.as_bytes(), &ReadOptions::default()).unwrap();
        let written: Value = serde_json::from_slice(&data.to_json().unwrap()).unwrap();
        assert_eq!(misfit(&schema(), &written), None);
    }
    let poor = read(
        br#"{"interactions":[{}],"achievements":[{}]}"#,
        &ReadOptions::default(),
    )
    .unwrap();
    let written: Value = serde_json::from_slice(&poor.to_json().unwrap()).unwrap();
    assert_eq!(
        misfit(&schema(), &written),
        None,
        "what is not known is written as empty"
    );
}

#[test]
fn what_the_schema_asks_for_is_missed() {
    for (value, missed) in [
        (json!({}), "interactions"),
        (json!({ "interactions": [{}] }), "id"),
        (
            json!({ "interactions": [{ "id": "1", "period": {}, "type": "t", "outcome": { "success": true } }] }),
            "end",
        ),
        (
            json!({ "interactions": [], "achievements": [{ "id": "1" }] }),
            "timeStamp",
        ),
        (json!({ "interactions": 7 }), "not \"array\""),
    ] {
        let why = misfit(&schema(), &value).unwrap();
        assert!(why.contains(missed), "{value}: {why}");
    }
}
