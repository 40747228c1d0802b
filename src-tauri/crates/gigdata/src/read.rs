//! The reader: from the bytes of an answer to the document.

use serde_json::Value;

use crate::{
    ReadError, ReadOptions, UserPlatformData,
    json::Node,
    read_parts::{achievement, interaction},
};

/// Reads an answer of a platform.
///
/// Lenient as upstream's reader is: names in any case, unknown members ignored, null the same as missing, numbers in quotes, numbers for ids, a
/// byte-order mark. More lenient where upstream lost whole answers: an outcome without ratings, a score that is a text, an achievement of another
/// sort, a review without a period. A member of the wrong type still refuses the answer, because half a history looks like a whole one.
///
/// # Errors
/// [`ReadError`] says what is wrong and where.
pub fn read(bytes: &[u8], options: &ReadOptions) -> Result<UserPlatformData, ReadError> {
    let value = parse(bytes, options)?;
    if !value.is_object() {
        return Err(ReadError::NotAnObject);
    }
    let limits = &options.limits;
    let root = Node::root(&value, limits).object()?;
    let interactions = root.get("interactions", |list| {
        list.list(limits.interactions, |node| interaction(node, options))
    })?;
    let achievements = root.get("achievements", |list| list.list(limits.achievements, achievement))?;
    Ok(UserPlatformData {
        interactions: interactions.ok_or(ReadError::NoInteractions)?,
        achievements: achievements.unwrap_or_default(),
    })
}

fn parse(bytes: &[u8], options: &ReadOptions) -> Result<Value, ReadError> {
    let limits = &options.limits;
    if bytes.len() > limits.bytes {
        return Err(ReadError::TooLong { limit: limits.bytes });
    }
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if count_values(text) > limits.values {
        return Err(ReadError::TooManyValues { limit: limits.values });
    }
    serde_json::from_slice(text).map_err(|error| ReadError::NotJson {
        line: error.line(),
        column: error.column(),
    })
}

/// An upper bound of the values in a JSON text, found without parsing it: a parsed value takes many times the two bytes of `[]` or `0,`.
fn count_values(text: &[u8]) -> usize {
    let (mut count, mut quoted, mut escaped) = (1, false, false);
    for byte in text {
        match (quoted, byte) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (_, b'"') => quoted = !quoted,
            (false, b',' | b'[' | b'{') => count += 1,
            _ => {}
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::count_values;

    #[test]
    fn values_are_counted_outside_texts_only() {
        assert_eq!(count_values(br#"{"a,[{": [1, 2, "x\",,,"], "b": {}}"#), 7);
    }
}
