//! JSON objects of somebody else, within limits.

use serde::de::DeserializeOwned;

/// Reads one JSON object and nothing after it. A member that the type knows may stand in it once; names are compared letter by letter.
/// An array is no object, which the reader of structures alone would take.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8], most: usize) -> Option<T> {
    if bytes.len() > most || bytes.trim_ascii_start().first() != Some(&b'{') {
        return None;
    }
    serde_json::from_slice(bytes).ok()
}

/// Whether a text can be an id: visible ASCII without blanks and quotes.
pub(crate) fn is_name(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'\\'))
}

/// Signs that are not seen, or turn what is seen round.
pub(crate) fn hides(sign: char) -> bool {
    matches!(
        sign,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Two {
        a: String,
        #[serde(default)]
        b: Option<u8>,
    }

    #[test]
    fn an_object_is_read_whole_and_members_stand_once() {
        let two = |text: &str| read::<Two>(text.as_bytes(), 40);
        assert_eq!(
            two(r#" {"a":"x","c":[1]}"#),
            Some(Two {
                a: "x".into(),
                b: None
            })
        );
        for text in [
            "",
            "null",
            r#"["x",1]"#,
            r#"{"A":"x"}"#,
            r#"{"a":"x","a":"y"}"#,
            r#"{"a":"x","b":null,"b":1}"#,
            r#"{"a":"x"}x"#,
            r#"{"a":"x"}{}"#,
            r#"{"a":"0123456789012345678901234567890123"}"#,
        ] {
            assert_eq!(two(text), None, "{text}");
        }
    }
}
