//! What commands print: one JSON document, or lines for people.

use serde::Serialize;
use serde_json::Value;

use super::failure::Failure;

/// Prints one JSON document.
pub(super) fn json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(value).map_err(|_| Failure::new("SYS-710"))?;
    println!("{text}");
    Ok(())
}

/// A list: a JSON array, or a line for each.
pub(super) fn list<T: Serialize>(
    as_json: bool,
    items: &[T],
    line: impl Fn(&T) -> String,
) -> Result<(), Failure> {
    if as_json {
        return json(&items);
    }
    for item in items {
        println!("{}", line(item));
    }
    Ok(())
}

/// An object: JSON, or a line for each member.
pub(super) fn object(as_json: bool, value: &impl Serialize) -> Result<(), Failure> {
    if as_json {
        return json(value);
    }
    let value = serde_json::to_value(value).map_err(|_| Failure::new("SYS-710"))?;
    let Value::Object(members) = value else {
        return json(&value);
    };
    let width = members.keys().map(String::len).max().unwrap_or(0);
    for (name, member) in &members {
        match member {
            Value::Null => {}
            Value::String(text) => println!("{name:width$}  {text}"),
            Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                println!("{name:width$}  {member}");
            }
        }
    }
    Ok(())
}

/// Words for people, which never mix with what a program reads.
pub(super) fn say(words: &str) {
    eprintln!("{words}");
}

/// A moment as JSON has it.
pub(super) fn moment(at: time::OffsetDateTime) -> String {
    at.format(&time::format_description::well_known::Rfc3339)
        .unwrap_or_default()
}
