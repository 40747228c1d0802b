//! An argument of an error: a text, or a value of another type as it was received.

use crate::yaml::{Meaning, Node, quoted_ascii};

/// Longest argument that is kept, in characters. What is longer is cut.
const MAX_CHARS: usize = 1000;

/// An argument of an error. `WrongVersion` repeats the version in the type in which it came: the number 1.0 is not `1.0`.
#[derive(Clone, PartialEq, Eq)]
pub struct Argument {
    words: String,
    /// How it stands in YAML when it is no text.
    plain: Option<String>,
}

impl Argument {
    /// A text.
    pub fn text(text: &str) -> Self {
        Self {
            words: text.chars().take(MAX_CHARS).collect(),
            plain: None,
        }
    }

    /// How it stands in a message.
    pub fn as_words(&self) -> &str {
        &self.words
    }

    /// Whether it is a text.
    pub fn is_text(&self) -> bool {
        self.plain.is_none()
    }

    pub(super) fn to_yaml(&self) -> String {
        self.plain.clone().unwrap_or_else(|| quoted_ascii(&self.words))
    }

    fn plain(words: &str, yaml: &str) -> Self {
        Self {
            words: words.to_owned(),
            plain: Some(yaml.to_owned()),
        }
    }

    /// A value of any type. Of a list or a mapping only that it is one: nobody needs its contents back.
    pub(crate) fn of(node: &Node) -> Self {
        let scalar = match node {
            Node::Scalar(scalar) => scalar,
            Node::List(_) => return Self::text("a list"),
            Node::Map(_) => return Self::text("a mapping"),
        };
        let text = scalar.text.as_str();
        match scalar.meaning {
            Meaning::Null => Self::plain("None", "null"),
            Meaning::Flag(true) => Self::plain("True", "true"),
            Meaning::Flag(false) => Self::plain("False", "false"),
            Meaning::Whole(number) => Self::plain(&number.to_string(), &number.to_string()),
            Meaning::Decimal if is_simple(text, '.') => Self::plain(text, text),
            Meaning::Date if is_simple(text, '-') => Self::plain(text, text),
            Meaning::Text | Meaning::Decimal | Meaning::Date | Meaning::Bytes => Self::text(text),
        }
    }
}

/// Digits with a mark between: written the same everywhere.
fn is_simple(text: &str, mark: char) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    text.len() <= 40 && text.split(mark).all(digits)
}
