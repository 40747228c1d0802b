//! Typed access to the members of a JSON object, with the path in every error. `null` counts as absent.

use serde_json::{Map, Value};

use super::MAX_ENTRIES;
use super::error::ManifestError;

/// One object inside a manifest.
pub(super) struct Reader<'a> {
    members: &'a Map<String, Value>,
    prefix: String,
}

impl<'a> Reader<'a> {
    pub(super) fn root(members: &'a Map<String, Value>) -> Self {
        Self {
            members,
            prefix: String::new(),
        }
    }

    /// A reader for an object that stands at `path`.
    pub(super) fn at(value: &'a Value, path: &str) -> Result<Self, ManifestError> {
        let members = value.as_object().ok_or_else(|| wrong_type(path, "an object"))?;
        check_count(path, members.len())?;
        Ok(Self {
            members,
            prefix: format!("{path}."),
        })
    }

    pub(super) fn path(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    pub(super) fn value(&self, key: &str) -> Option<&'a Value> {
        self.members.get(key).filter(|value| !value.is_null())
    }

    /// A string; one of white space alone counts as absent.
    pub(super) fn text(&self, key: &str) -> Result<Option<&'a str>, ManifestError> {
        let Some(value) = self.value(key) else {
            return Ok(None);
        };
        let text = value
            .as_str()
            .ok_or_else(|| wrong_type(&self.path(key), "a text"))?;
        Ok(Some(text).filter(|text| !text.trim().is_empty()))
    }

    /// A string that may also be written as a number, as versions sometimes are.
    pub(super) fn text_or_number(&self, key: &str) -> Result<Option<String>, ManifestError> {
        match self.value(key) {
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            _ => Ok(self.text(key)?.map(str::to_owned)),
        }
    }

    pub(super) fn flag(&self, key: &str) -> Result<Option<bool>, ManifestError> {
        let Some(value) = self.value(key) else {
            return Ok(None);
        };
        value
            .as_bool()
            .map(Some)
            .ok_or_else(|| wrong_type(&self.path(key), "true or false"))
    }

    /// A flag as upstream's schemas read it: besides `true` and `false` also 1 and 0, as numbers or as texts, and the two words as texts.
    pub(super) fn loose_flag(&self, key: &str) -> Result<Option<bool>, ManifestError> {
        match self.value(key) {
            Some(Value::Number(number)) if number.as_f64() == Some(1.0) => Ok(Some(true)),
            Some(Value::Number(number)) if number.as_f64() == Some(0.0) => Ok(Some(false)),
            Some(Value::String(text)) => match text.trim() {
                "true" | "1" => Ok(Some(true)),
                "false" | "0" | "" => Ok(Some(false)),
                _ => self.flag(key),
            },
            _ => self.flag(key),
        }
    }

    /// A size in pixels, also written as a text. Fractions are cut off, negative ones are 0, more than 10 000 is 10 000.
    pub(super) fn pixels(&self, key: &str) -> Result<u32, ManifestError> {
        let Some(value) = self.value(key) else {
            return Ok(0);
        };
        let number = match value {
            Value::String(text) if text.trim().is_empty() => Some(0.0),
            Value::String(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                value.as_f64()
            }
        };
        let number = number.ok_or_else(|| wrong_type(&self.path(key), "a number"))?;
        Ok(number.clamp(0.0, 10_000.0) as u32)
    }

    /// A level, also written as a text; `true` means 1 and `false` 0, as in manifests of 2018 (specification 1.1).
    pub(super) fn level(&self, key: &str) -> Result<Option<u64>, ManifestError> {
        match self.value(key) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(u64::from(*flag))),
            Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
            Some(value) => level(value)
                .map(Some)
                .ok_or_else(|| wrong_type(&self.path(key), "a small whole number")),
        }
    }

    /// A list of strings; a bare string is a list of one.
    pub(super) fn texts(&self, key: &str) -> Result<Vec<&'a str>, ManifestError> {
        match self.value(key) {
            None => Ok(Vec::new()),
            Some(Value::String(text)) => Ok(vec![text.as_str()]),
            Some(value) => self
                .items(key, value)?
                .map(|(path, item)| text_of(&path, item))
                .collect(),
        }
    }

    /// A list of objects.
    pub(super) fn objects(&self, key: &str) -> Result<Vec<Reader<'a>>, ManifestError> {
        let Some(value) = self.value(key) else {
            return Ok(Vec::new());
        };
        self.items(key, value)?
            .map(|(path, item)| Reader::at(item, &path))
            .collect()
    }

    /// The members of an object of strings. Errors name them by number, because their names are foreign text.
    pub(super) fn text_members(&self, key: &str) -> Result<Vec<(&'a str, &'a str)>, ManifestError> {
        let Some(value) = self.value(key) else {
            return Ok(Vec::new());
        };
        let path = self.path(key);
        let object = value.as_object().ok_or_else(|| wrong_type(&path, "an object"))?;
        check_count(&path, object.len())?;
        let member = |(at, (name, value)): (usize, (&'a String, &'a Value))| {
            Ok((name.as_str(), text_of(&format!("{path}[{at}]"), value)?))
        };
        object.iter().enumerate().map(member).collect()
    }

    fn items(
        &self,
        key: &str,
        value: &'a Value,
    ) -> Result<impl Iterator<Item = (String, &'a Value)> + use<'a>, ManifestError> {
        let path = self.path(key);
        let items = value.as_array().ok_or_else(|| wrong_type(&path, "a list"))?;
        check_count(&path, items.len())?;
        Ok(items
            .iter()
            .enumerate()
            .map(move |(at, item)| (format!("{path}[{at}]"), item)))
    }
}

fn level(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            value.as_u64()
        }
    }
}

pub(super) fn wrong_type(path: &str, expected: &'static str) -> ManifestError {
    ManifestError::WrongType {
        path: path.to_owned(),
        expected,
    }
}

fn text_of<'a>(path: &str, value: &'a Value) -> Result<&'a str, ManifestError> {
    value.as_str().ok_or_else(|| wrong_type(path, "a text"))
}

fn check_count(path: &str, count: usize) -> Result<(), ManifestError> {
    if count <= MAX_ENTRIES {
        return Ok(());
    }
    Err(ManifestError::TooMany {
        path: path.to_owned(),
        limit: MAX_ENTRIES,
        unit: "entries",
    })
}
