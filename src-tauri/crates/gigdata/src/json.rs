//! A parsed JSON value that knows where it stands: the lenient conversions of the reader.

use std::fmt;

use serde_json::{Map, Value};

use crate::{Limits, Number, ReadError, Timestamp};

/// A value, its place in the document and the bounds that apply to it.
#[derive(Clone, Copy)]
pub(crate) struct Node<'a> {
    value: &'a Value,
    path: Path<'a>,
    limits: &'a Limits,
}

/// A JSON object; its members are found whatever the case of their names.
#[derive(Clone, Copy)]
pub(crate) struct Object<'a> {
    members: &'a Map<String, Value>,
    path: Path<'a>,
    limits: &'a Limits,
}

#[derive(Clone, Copy)]
struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    step: Step,
}

#[derive(Clone, Copy)]
enum Step {
    Root,
    Member(&'static str),
    Element(usize),
}

impl<'a> Node<'a> {
    pub(crate) const fn root(value: &'a Value, limits: &'a Limits) -> Self {
        Self {
            value,
            path: Path {
                parent: None,
                step: Step::Root,
            },
            limits,
        }
    }

    pub(crate) fn object(self) -> Result<Object<'a>, ReadError> {
        let members = self.value.as_object().ok_or_else(|| self.mismatch("an object"))?;
        Ok(Object {
            members,
            path: self.path,
            limits: self.limits,
        })
    }

    /// The elements of a list, each turned by `turn`; null elements are passed over.
    pub(crate) fn list<T>(
        self,
        limit: usize,
        turn: impl Fn(Node<'_>) -> Result<T, ReadError>,
    ) -> Result<Vec<T>, ReadError> {
        let elements = self.value.as_array().ok_or_else(|| self.mismatch("a list"))?;
        if elements.len() > limit {
            return Err(ReadError::TooMany {
                path: self.path.to_string(),
                limit,
            });
        }
        let present = elements.iter().enumerate().filter(|(_, value)| !value.is_null());
        present
            .map(|(at, value)| turn(self.below(Step::Element(at), value)))
            .collect()
    }

    /// Whether the value is a JSON number (and not one in quotes).
    pub(crate) fn is_number(self) -> bool {
        self.value.is_number()
    }

    fn below<'b>(&'b self, step: Step, value: &'b Value) -> Node<'b> {
        Node {
            value,
            path: Path {
                parent: Some(&self.path),
                step,
            },
            limits: self.limits,
        }
    }

    fn mismatch(&self, expected: &'static str) -> ReadError {
        ReadError::Mismatch {
            path: self.path.to_string(),
            expected,
        }
    }
}

impl Object<'_> {
    /// The member of that name turned by `turn`; `None` if it is missing or null. Of several the last one counts, as in upstream's reader.
    pub(crate) fn get<T>(
        &self,
        name: &'static str,
        turn: impl FnOnce(Node<'_>) -> Result<T, ReadError>,
    ) -> Result<Option<T>, ReadError> {
        let found = self
            .members
            .iter()
            .rev()
            .find(|(key, _)| key.eq_ignore_ascii_case(name));
        let Some((_, value)) = found.filter(|(_, value)| !value.is_null()) else {
            return Ok(None);
        };
        let path = Path {
            parent: Some(&self.path),
            step: Step::Member(name),
        };
        turn(Node {
            value,
            path,
            limits: self.limits,
        })
        .map(Some)
    }

    /// A text that is empty when the member is missing or null.
    pub(crate) fn text(&self, name: &'static str) -> Result<String, ReadError> {
        Ok(self.get(name, text)?.unwrap_or_default())
    }

    /// A moment; `None` when it is missing, null or empty.
    pub(crate) fn moment(&self, name: &'static str) -> Result<Option<Timestamp>, ReadError> {
        Ok(self.get(name, moment)?.flatten())
    }
}

/// A text; a number is taken as its digits, because some platforms number their ids.
pub(crate) fn text(node: Node<'_>) -> Result<String, ReadError> {
    match node.value {
        Value::String(text) if text.len() > node.limits.text => Err(ReadError::TextTooLong {
            path: node.path.to_string(),
            limit: node.limits.text,
        }),
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => Err(node.mismatch("a text")),
    }
}

/// A number, also in quotes.
pub(crate) fn number(node: Node<'_>) -> Result<Number, ReadError> {
    match node.value {
        Value::Number(number) => Some(Number::from_json(number.clone())),
        Value::String(text) => Number::from_text(text),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
    .ok_or_else(|| node.mismatch("a number"))
}

/// Yes or no, also in quotes.
pub(crate) fn yes_or_no(node: Node<'_>) -> Result<bool, ReadError> {
    match node.value {
        Value::Bool(answer) => Some(*answer),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        Value::Null | Value::String(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
    }
    .ok_or_else(|| node.mismatch("true or false"))
}

/// A moment; an empty text is an unknown one.
pub(crate) fn moment(node: Node<'_>) -> Result<Option<Timestamp>, ReadError> {
    let text = node
        .value
        .as_str()
        .ok_or_else(|| node.mismatch("a date and time"))?;
    if text.trim().is_empty() {
        return Ok(None);
    }
    text.parse()
        .map(Some)
        .map_err(|_| node.mismatch("a date and time"))
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        let nested = self
            .parent
            .is_some_and(|parent| !matches!(parent.step, Step::Root));
        match self.step {
            Step::Root => Ok(()),
            Step::Member(name) if nested => write!(f, ".{name}"),
            Step::Member(name) => f.write_str(name),
            Step::Element(at) => write!(f, "[{at}]"),
        }
    }
}
