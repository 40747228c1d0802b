//! The payload: a flat mapping, and its text in the subset of YAML that all readers agree on (specification 1.5).

mod received;

use std::fmt;

use thiserror::Error;

pub(crate) use received::Draft;
pub use received::{ReceivedFields, ReceivedScalar, ReceivedValue};

use crate::field::Field;
pub use crate::yaml::Meaning;
use crate::yaml::quoted;

/// Words that a YAML reader takes for something else than a string. Keys stand unquoted, so they must not be any of these.
const NOT_STRINGS: [&str; 9] = ["yes", "no", "true", "false", "on", "off", "null", "y", "n"];
/// Longest key, in bytes.
const MAX_KEY: usize = 64;

/// The name of a field: ASCII letters only, and no word that means something else in YAML.
///
/// A dot would nest in one reader, `no` would be a boolean in another (specification 1.4).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key(String);

/// Why a text is not a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a field name has 1 to {MAX_KEY} ASCII letters and is no YAML word")]
pub struct BadKey;

/// The value of a field.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// A text, always written in quotes.
    Text(String),
    /// A list of texts.
    List(Vec<String>),
    /// A whole number.
    Number(i64),
    /// A truth value.
    Flag(bool),
    /// Nothing, said so.
    Null,
}

/// The fields of one payload in their order, each once. `Debug` shows names, never values.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct PayloadFields(Vec<(Key, Value)>);

impl Key {
    /// Takes a name.
    ///
    /// # Errors
    /// [`BadKey`] for a name that readers would see differently.
    pub fn new(name: &str) -> Result<Self, BadKey> {
        let fits = (1..=MAX_KEY).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphabetic());
        let is_word = NOT_STRINGS.iter().any(|word| word.eq_ignore_ascii_case(name));
        if fits && !is_word {
            Ok(Self(name.to_owned()))
        } else {
            Err(BadKey)
        }
    }

    /// A name of our own vocabulary, which is known to be one.
    pub(crate) fn known(name: &'static str) -> Self {
        Self(name.to_owned())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Field> for Key {
    fn from(field: Field) -> Self {
        Self::known(field.name())
    }
}

impl PayloadFields {
    /// No fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// The fields that a persona has, in the order of [`Field::ALL`]. `persona` gives the text of a persona field.
    ///
    /// `name` is the last name, a comma and the first name, or the one of them that is there; `langs` is a list, split at
    /// commas. What is absent or blank is left out. A persona whose `kind` is `organization` has its legal name for `name`, and a
    /// representative in `proxyname` and `proxynif`, which a person has not (specification 1.4).
    pub fn from_persona(persona: impl Fn(&str) -> Option<String>) -> Self {
        let organization = persona("kind").is_some_and(|kind| kind == "organization");
        let mut fields = Self::new();
        for field in Field::ALL {
            let parts = field
                .persona_fields(organization)
                .iter()
                .filter_map(|name| persona(name))
                .map(|text| text.trim().to_owned());
            let parts: Vec<String> = parts.filter(|text| !text.is_empty()).collect();
            if !parts.is_empty() {
                fields.set(field, value_of(field, &parts));
            }
        }
        fields
    }

    /// Adds a field, or replaces its value where it stands.
    pub fn set(&mut self, key: impl Into<Key>, value: Value) {
        let key = key.into();
        match self.0.iter_mut().find(|(known, _)| *known == key) {
            Some((_, old)) => *old = value,
            None => self.0.push((key, value)),
        }
    }

    /// The value of a field.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0
            .iter()
            .find(|(key, _)| key.as_str() == name)
            .map(|(_, value)| value)
    }

    /// Names and values, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&Key, &Value)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// Whether there is no field.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for PayloadFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(key, _)| key.as_str()))
            .finish()
    }
}

/// Writes the text that is signed and sent. Each line ends with a line feed, the last one too; without a field it is `{}`.
///
/// It is valid YAML 1.1, YAML 1.2 and Symfony YAML, and all three read the same strings out of it. It is not the text that
/// upstream's own emitter makes of the same values, and need not be: what is signed is the text as sent.
pub fn write(fields: &PayloadFields) -> String {
    if fields.is_empty() {
        return "{}\n".to_owned();
    }
    let mut out = String::new();
    for (key, value) in fields.iter() {
        out.push_str(key.as_str());
        out.push(':');
        write_value(&mut out, value);
    }
    out
}

fn write_value(out: &mut String, value: &Value) {
    match value {
        Value::Text(text) => line(out, " ", &quoted(text)),
        Value::List(items) if items.is_empty() => line(out, " ", "[]"),
        Value::List(items) => {
            out.push('\n');
            items.iter().for_each(|item| line(out, "- ", &quoted(item)));
        }
        Value::Number(number) => line(out, " ", &number.to_string()),
        Value::Flag(flag) => line(out, " ", if *flag { "true" } else { "false" }),
        Value::Null => line(out, " ", "null"),
    }
}

fn line(out: &mut String, before: &str, text: &str) {
    out.push_str(before);
    out.push_str(text);
    out.push('\n');
}

fn value_of(field: Field, parts: &[String]) -> Value {
    let joined = parts.join(", ");
    if field != Field::Langs {
        return Value::Text(joined);
    }
    let items = joined.split(',').map(str::trim).filter(|item| !item.is_empty());
    Value::List(items.map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(value: &str) -> Value {
        Value::Text(value.into())
    }

    fn fields(entries: &[(&str, Value)]) -> PayloadFields {
        let mut fields = PayloadFields::new();
        entries
            .iter()
            .for_each(|(key, value)| fields.set(Key::new(key).unwrap(), value.clone()));
        fields
    }

    #[test]
    fn every_kind_of_value_has_its_line() {
        let fields = fields(&[
            ("originpeer", text("vault")),
            ("innerid", Value::Number(1234)),
            ("debt", Value::Number(-5)),
            (
                "peerroles",
                Value::List(vec!["member".into(), "rider \"x\"".into()]),
            ),
            ("langs", Value::List(Vec::new())),
            ("active", Value::Flag(true)),
            ("proxynif", Value::Null),
        ]);
        assert_eq!(
            write(&fields),
            "originpeer: \"vault\"\ninnerid: 1234\ndebt: -5\npeerroles:\n- \"member\"\n- \"rider \\\"x\\\"\"\nlangs: []\nactive: true\nproxynif: null\n"
        );
        assert_eq!(write(&PayloadFields::new()), "{}\n");
    }

    #[test]
    fn strings_that_readers_disagree_about_are_quoted() {
        for word in [
            "NO",
            "08001",
            "012",
            "1e3",
            "12:30",
            "2020-01-02",
            "~",
            "",
            "=",
            "<<",
            "1_000",
            "- a",
            "a: b",
            "a #b",
            " x ",
        ] {
            assert_eq!(
                write(&fields(&[("city", text(word))])),
                format!("city: \"{word}\"\n")
            );
        }
    }

    #[test]
    fn what_cannot_stand_raw_is_escaped() {
        let raw = "\\ \" \n\t\r \u{0}\u{1b}\u{7f}\u{85}\u{a0} \u{2028}\u{2029}\u{feff}\u{fffe}\u{ffff} é😀\u{a1}\u{2027}";
        assert_eq!(
            write(&fields(&[("name", text(raw))])),
            "name: \"\\\\ \\\" \\n\\t\\r \\x00\\x1B\\x7F\\x85\\xA0 \\u2028\\u2029\\uFEFF\\uFFFE\\uFFFF é😀\u{a1}\u{2027}\"\n"
        );
    }

    #[test]
    fn keys_are_plain_words() {
        for name in ["originpeer", "messageId", "zip"] {
            assert_eq!(Key::new(name).unwrap().as_str(), name);
        }
        for name in [
            "",
            "a.b",
            "a b",
            "no",
            "No",
            "NO",
            "true",
            "Null",
            "y",
            "N",
            "on",
            "é",
            "a1",
            "a-b",
            "<<",
            &"a".repeat(65),
        ] {
            assert_eq!(Key::new(name), Err(BadKey), "{name}");
        }
        for field in Field::ALL {
            assert_eq!(Key::new(field.name()), Ok(Key::from(field)));
        }
    }

    #[test]
    fn a_field_stands_once() {
        let mut fields = fields(&[("name", text("a")), ("city", text("b"))]);
        fields.set(Field::Name, text("c"));
        assert_eq!(write(&fields), "name: \"c\"\ncity: \"b\"\n");
    }

    #[test]
    fn a_persona_becomes_the_fields_of_the_vocabulary() {
        let persona = |name: &str| {
            let value = match name {
                "first_name" => " Mariona",
                "last_name" => "Núñez Ferrer",
                "tax_id" => "12345678Z",
                "zip_code" => "08001",
                "country" => "ES",
                "state" => "  ",
                "language" => "ca",
                "languages" => "ca, es,,en ",
                "birth_date" | "company" => "canary",
                _ => return None,
            };
            Some(value.to_owned())
        };
        assert_eq!(
            write(&PayloadFields::from_persona(persona)),
            "name: \"Núñez Ferrer, Mariona\"\nnif: \"12345678Z\"\npostalcode: \"08001\"\ncountry: \"ES\"\nlang: \"ca\"\nlangs:\n- \"ca\"\n- \"es\"\n- \"en\"\n"
        );
        let first = PayloadFields::from_persona(|name| (name == "first_name").then(|| "Mariona".into()));
        assert!(first.get("name") == Some(&text("Mariona")));
        assert!(PayloadFields::from_persona(|_| None).is_empty());
    }

    #[test]
    fn an_organisation_has_its_legal_name_and_a_representative() {
        let values = |kind: &'static str| {
            move |name: &str| {
                let value = match name {
                    "kind" => kind,
                    "first_name" => "Mariona",
                    "last_name" => "Núñez",
                    "legal_name" => "Som Garbatge SCCL",
                    "tax_id" => "F12345678",
                    "representative_name" => "Puig, Oriol",
                    "representative_tax_id" => "87654321X",
                    _ => return None,
                };
                Some(value.to_owned())
            }
        };
        assert_eq!(
            write(&PayloadFields::from_persona(values("organization"))),
            "name: \"Som Garbatge SCCL\"\nnif: \"F12345678\"\nproxynif: \"87654321X\"\nproxyname: \"Puig, Oriol\"\n"
        );
        for kind in ["person", ""] {
            assert_eq!(
                write(&PayloadFields::from_persona(values(kind))),
                "name: \"Núñez, Mariona\"\nnif: \"F12345678\"\n"
            );
        }
    }

    #[test]
    fn values_are_not_printed() {
        assert_eq!(format!("{:?}", fields(&[("name", text("canary"))])), "[\"name\"]");
    }

    /// Undoes the escapes; only what [`escape`] writes is understood.
    fn unquote(line: &str) -> String {
        let inner = line
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'))
            .unwrap();
        let mut chars = inner.chars();
        let mut out = String::new();
        while let Some(c) = chars.next() {
            assert_ne!(c, '"');
            if c != '\\' {
                out.push(c);
                continue;
            }
            out.push(match chars.next().unwrap() {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'x' => code(&mut chars, 2),
                'u' => code(&mut chars, 4),
                same => same,
            });
        }
        out
    }

    fn code(chars: &mut std::str::Chars<'_>, width: usize) -> char {
        let digits: String = chars.take(width).collect();
        char::from_u32(u32::from_str_radix(&digits, 16).unwrap()).unwrap()
    }

    proptest! {
        #[test]
        fn any_text_is_one_line_and_comes_back(raw in any::<String>()) {
            let written = write(&fields(&[("name", text(&raw))]));
            let line = written.strip_suffix('\n').unwrap();
            let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{FEFF}');
            prop_assert!(!line.chars().any(breaks));
            prop_assert_eq!(unquote(line.strip_prefix("name: ").unwrap()), raw);
        }
    }
}
