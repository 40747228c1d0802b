//! Reading what apps write: JavaScript's habits, and limits.

use serde_json::Value;

use super::parts::Tone;
use crate::text::{clip, one_line};

/// Longest words, in characters.
pub(super) const MAX_WORDS: usize = 1000;
/// Longest name of a menu entry, a button or an app, in characters.
pub(super) const MAX_NAME: usize = 100;
/// Longest page to read, in characters.
pub(super) const MAX_PAGE: usize = 50_000;

/// JavaScript's idea of true: apps pass whatever they have.
pub(super) fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}

/// Words of several lines: a text, a number, or the first of a list of errors `[{name, error}]`. `None` without any.
pub(super) fn words(value: &Value, max: usize) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Array(errors) => errors.first()?.get("error")?.as_str()?.to_owned(),
        Value::Object(members) => members.get("error")?.as_str()?.to_owned(),
        Value::Null | Value::Bool(_) => return None,
    };
    let text = shown(&text);
    (!text.is_empty()).then(|| clip(&text, max))
}

/// Words without what reorders or hides them; lines stay.
fn shown(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(one_line).collect();
    lines.join("\n").trim().to_owned()
}

/// One line, at most `max` characters; `None` if nothing is left.
pub(super) fn line(value: Option<&Value>, max: usize) -> Option<String> {
    let text = one_line(value?.as_str()?);
    (!text.is_empty()).then(|| clip(&text, max))
}

/// A text as it is, without a limit but that of the message.
pub(super) fn raw(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// What stands on a button: without the name of an icon in quotes and without a colour (specification 3.4, `confirm`).
pub(super) fn button(text: &str) -> String {
    let mut plain = String::new();
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            _ if quoted => {}
            c => plain.push(c),
        }
    }
    let kept: Vec<&str> = plain.split_whitespace().filter(|word| !is_colour(word)).collect();
    clip(&one_line(&kept.join(" ")), MAX_NAME)
}

fn is_colour(word: &str) -> bool {
    word.strip_prefix('#').is_some_and(|digits| {
        matches!(digits.len(), 3 | 6 | 8) && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
    })
}

/// `success`, `warning`, `info`, `error`, or the numbers of the console.
pub(super) fn tone(value: Option<&Value>) -> Option<Tone> {
    let value = value?;
    match (value.as_str(), value.as_i64()) {
        (Some("success"), _) => Some(Tone::Success),
        (Some("warning"), _) => Some(Tone::Warning),
        (Some("info"), _) => Some(Tone::Info),
        (Some("error"), _) => Some(Tone::Error),
        (None, Some(0)) => Some(Tone::Info),
        (None, Some(1)) => Some(Tone::Success),
        (None, Some(2)) => Some(Tone::Warning),
        (None, Some(3 | 99)) => Some(Tone::Error),
        (Some(_), _) | (None, _) => None,
    }
}
