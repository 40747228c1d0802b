//! A payload as it was received: each value with the text that was sent and what upstream makes of it (specification 1.4,
//! 1.5, 9).

use std::fmt;

use crate::errors::WireError;
use crate::extras::EXTRAS;
use crate::field::Field;
use crate::shown::is_shown;
use crate::yaml::{self, Document, Meaning, Node, Scalar};

/// Longest name of a field, in bytes.
const MAX_NAME: usize = 64;
/// How many fields a payload may have.
const MAX_FIELDS: usize = 128;
/// How many values a list may have.
const MAX_ITEMS: usize = 256;
/// The one field without which nothing is accepted.
const ORIGIN_PEER: &str = "originpeer";

/// The fields of a received payload in their order, each once. `Debug` shows names, never values.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct ReceivedFields(Vec<(String, ReceivedValue)>);

/// The value of a received field.
#[derive(Clone, PartialEq, Eq)]
pub enum ReceivedValue {
    /// One value.
    One(ReceivedScalar),
    /// A list of values. `phone` and `email` come in both forms.
    List(Vec<ReceivedScalar>),
}

/// One value: what was sent, and what it is to upstream.
#[derive(Clone, PartialEq, Eq)]
pub struct ReceivedScalar {
    text: String,
    meaning: Meaning,
}

impl ReceivedScalar {
    /// The text as it stands in the payload: `08001`, `NO`, `12:30`. This is what people should see.
    pub fn sent(&self) -> &str {
        &self.text
    }

    /// The type that upstream gives it.
    pub fn meaning(&self) -> Meaning {
        self.meaning
    }

    /// The value that upstream stores, as text; `None` for null. It differs from what was sent for truth values (`NO` is
    /// `false`) and whole numbers (`012` is `10`).
    pub fn stored(&self) -> Option<String> {
        match self.meaning {
            Meaning::Null => None,
            Meaning::Flag(flag) => Some(flag.to_string()),
            Meaning::Whole(number) => Some(number.to_string()),
            Meaning::Decimal => Some(self.text.replace('_', "")),
            Meaning::Text | Meaning::Date | Meaning::Bytes => Some(self.text.clone()),
        }
    }

    fn of(scalar: &Scalar) -> Self {
        Self {
            text: scalar.text.clone(),
            meaning: scalar.meaning,
        }
    }
}

impl ReceivedValue {
    /// The values, one or several.
    pub fn values(&self) -> &[ReceivedScalar] {
        match self {
            Self::One(scalar) => std::slice::from_ref(scalar),
            Self::List(items) => items,
        }
    }

    /// The text, if it is exactly one and a text to upstream.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::One(scalar) if scalar.meaning == Meaning::Text => Some(&scalar.text),
            Self::One(_) | Self::List(_) => None,
        }
    }
}

impl ReceivedFields {
    /// Reads a payload on its own, without a signature. [`crate::envelope::open`] does it together with everything else.
    ///
    /// # Errors
    /// `BadFormat` for what is no YAML, `MissingField` without `originpeer`, `BadMessage` for what readers would see
    /// differently.
    pub fn read(text: &str) -> Result<Self, WireError> {
        let draft = Draft::read(text)?;
        draft.origin_peer()?;
        draft.fields()
    }

    /// The value of a field.
    pub fn get(&self, name: &str) -> Option<&ReceivedValue> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }

    /// Names and values, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &ReceivedValue)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The fields about the person: all but `originpeer` and what signs the transfer itself.
    pub fn personal(&self) -> impl Iterator<Item = (&str, &ReceivedValue)> {
        self.iter()
            .filter(|(name, _)| *name != ORIGIN_PEER && !EXTRAS.contains(name))
    }

    /// Checks that every field of a service is there. Null counts as there.
    ///
    /// # Errors
    /// `MissingField` with the first one that is not.
    pub fn require(&self, fields: &[Field]) -> Result<(), WireError> {
        let missing = fields.iter().find(|field| self.get(field.name()).is_none());
        missing.map_or(Ok(()), |field| {
            Err(WireError::MissingField {
                field: field.name().to_owned(),
            })
        })
    }
}

impl fmt::Debug for ReceivedFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

impl fmt::Debug for ReceivedValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(scalar) => scalar.fmt(f),
            Self::List(items) => f.debug_list().entries(items).finish(),
        }
    }
}

impl fmt::Debug for ReceivedScalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.meaning.fmt(f)
    }
}

/// A payload that is YAML and nothing more: who sent it has to be known before what is wrong with it is answered.
pub(crate) struct Draft(Document);

impl Draft {
    pub(crate) fn read(text: &str) -> Result<Self, WireError> {
        yaml::read(text).map(Self).map_err(|error| WireError::BadFormat {
            reason: error.to_string(),
        })
    }

    /// Whose key checks the signature.
    pub(crate) fn origin_peer(&self) -> Result<&str, WireError> {
        let peer = self.0.root.get(ORIGIN_PEER).and_then(Node::text);
        peer.ok_or_else(|| WireError::MissingField {
            field: ORIGIN_PEER.to_owned(),
        })
    }

    /// A flat mapping in which every reader sees the same.
    pub(crate) fn fields(&self) -> Result<ReceivedFields, WireError> {
        if self.0.has_tag {
            return Err(WireError::bad_message("The payload has a YAML tag"));
        }
        let Node::Map(entries) = &self.0.root else {
            return Err(WireError::bad_message("The payload is not a mapping"));
        };
        if entries.len() > MAX_FIELDS {
            return Err(WireError::bad_message("The payload has too many fields"));
        }
        let mut fields = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let name = name(key)?;
            if fields.iter().any(|(known, _)| *known == name) {
                return Err(WireError::bad_message("A field of the payload stands twice"));
            }
            fields.push((name, flat(value)?));
        }
        Ok(ReceivedFields(fields))
    }
}

/// Upstream nests at a dot; a key that is no text is another one in every language.
fn name(key: &Node) -> Result<String, WireError> {
    let name = key
        .text()
        .ok_or_else(|| WireError::bad_message("A field name of the payload is not a text, or a merge"))?;
    let fits = (1..=MAX_NAME).contains(&name.len()) && !name.contains('.') && name.chars().all(is_shown);
    fits.then(|| name.to_owned())
        .ok_or_else(|| WireError::bad_message("A field name of the payload is too long, or has a dot"))
}

fn flat(value: &Node) -> Result<ReceivedValue, WireError> {
    let refused = || WireError::bad_message("A field of the payload is neither a value nor a list of values");
    match value {
        Node::Scalar(scalar) => Ok(ReceivedValue::One(ReceivedScalar::of(scalar))),
        Node::Map(_) => Err(refused()),
        Node::List(items) if items.len() > MAX_ITEMS => {
            Err(WireError::bad_message("A list of the payload is too long"))
        }
        Node::List(items) => {
            let items: Option<Vec<ReceivedScalar>> = items
                .iter()
                .map(|item| item.scalar().map(ReceivedScalar::of))
                .collect();
            items.map(ReceivedValue::List).ok_or_else(refused)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::{PayloadFields, Value, write};
    use proptest::prelude::*;

    fn refused(text: &str) -> &'static str {
        match ReceivedFields::read(text) {
            Ok(_) => "accepted",
            Err(error) => error.known().unwrap().word(),
        }
    }

    #[test]
    fn what_was_sent_is_kept_beside_what_upstream_stores() {
        let fields = ReceivedFields::read(
            "originpeer: vault\npostalcode: 08001\ncountry: NO\ncity: 'NO'\ninnerid: 012\nstate: 1.50\nnif:\naddress: 2020-01-02\n",
        )
        .unwrap();
        for (name, sent, stored) in [
            ("originpeer", "vault", Some("vault")),
            ("postalcode", "08001", Some("08001")),
            ("country", "NO", Some("false")),
            ("city", "NO", Some("NO")),
            ("innerid", "012", Some("10")),
            ("state", "1.50", Some("1.50")),
            ("nif", "", None),
            ("address", "2020-01-02", Some("2020-01-02")),
        ] {
            let [value] = fields.get(name).unwrap().values() else {
                panic!("{name} is one value");
            };
            assert_eq!(
                (value.sent(), value.stored().as_deref()),
                (sent, stored),
                "{name}"
            );
        }
        assert_eq!(fields.personal().count(), 7);
        assert_eq!(
            format!("{fields:?}"),
            "[\"originpeer\", \"postalcode\", \"country\", \"city\", \"innerid\", \"state\", \"nif\", \"address\"]"
        );
    }

    #[test]
    fn one_and_several_values_are_both_read() {
        let fields = ReceivedFields::read(
            "originpeer: a\nphone: &id001\n- '1'\n- '2'\nemail: x@y.z\nlangs: []\nother: *id001\n",
        )
        .unwrap();
        for (name, values) in [
            ("phone", vec!["1", "2"]),
            ("email", vec!["x@y.z"]),
            ("langs", vec![]),
            ("other", vec!["1", "2"]),
        ] {
            let sent: Vec<&str> = fields
                .get(name)
                .unwrap()
                .values()
                .iter()
                .map(ReceivedScalar::sent)
                .collect();
            assert_eq!(sent, values, "{name}");
        }
        assert_eq!(fields.get("email").unwrap().text(), Some("x@y.z"));
        assert_eq!(fields.get("phone").unwrap().text(), None);
    }

    #[test]
    fn what_readers_see_differently_is_refused() {
        for (text, error) in [
            ("originpeer: [", "BadFormat"),
            ("originpeer: a\n---\nb: c", "BadFormat"),
            ("originpeer: a\nx: !!python/name:os x", "BadFormat"),
            ("originpeer: a\nx: =", "BadFormat"),
            ("", "MissingField"),
            ("- originpeer", "MissingField"),
            ("originpeer", "MissingField"),
            ("name: a", "MissingField"),
            ("originpeer: null", "MissingField"),
            ("originpeer: 12", "MissingField"),
            ("originpeer: [a]", "MissingField"),
            ("originpeer: a\nx: 1\nx: 2", "BadMessage"),
            ("originpeer: a\noriginpeer: b", "BadMessage"),
            ("originpeer: a\n<<: {x: 1}", "BadMessage"),
            ("originpeer: a\nx: !!str 1", "BadMessage"),
            ("originpeer: a\nno: 1", "BadMessage"),
            ("originpeer: a\n1: 1", "BadMessage"),
            ("originpeer: a\n? [b]\n: 1", "BadMessage"),
            ("originpeer: a\n'': 1", "BadMessage"),
            ("originpeer: a\nx.y: 1", "BadMessage"),
            ("originpeer: a\n\"x\\u202E\": 1", "BadMessage"),
            ("originpeer: a\nx: {y: 1}", "BadMessage"),
            ("originpeer: a\nx: [[1]]", "BadMessage"),
            ("originpeer: a\n'no': 1\nñ: 2\nzip2: x", "accepted"),
        ] {
            assert_eq!(refused(text), error, "{text}");
        }
        let many: String = (0..=MAX_FIELDS).map(|n| format!("k{n}: x\n")).collect();
        let long = format!("originpeer: a\nx: [{}]", "x,".repeat(MAX_ITEMS + 1));
        for text in [format!("originpeer: a\n{many}"), long] {
            assert_eq!(refused(&text), "BadMessage");
        }
    }

    #[test]
    fn a_service_gets_its_fields_or_says_which_is_missing() {
        let fields = ReceivedFields::read("originpeer: a\nnif:\nname: b").unwrap();
        assert_eq!(fields.require(&[Field::Nif, Field::Name]), Ok(()));
        let error = fields
            .require(&[Field::Name, Field::City, Field::Lang])
            .unwrap_err();
        assert_eq!(error.message(), "Required field 'city' missing on the payload");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let _ = ReceivedFields::read(&text);
            let _ = ReceivedFields::read(&format!("originpeer: a\n{text}"));
        }

        #[test]
        fn what_we_write_is_what_we_read(text in any::<String>(), items in proptest::collection::vec(any::<String>(), 0..4), number in any::<i64>(), flag in any::<bool>()) {
            let mut fields = PayloadFields::new();
            fields.set(Field::OriginPeer, Value::Text("vault".into()));
            fields.set(Field::Name, Value::Text(text.clone()));
            fields.set(Field::Phone, Value::List(items.clone()));
            fields.set(Field::InnerId, Value::Number(number));
            fields.set(Field::State, Value::Flag(flag));
            fields.set(Field::Nif, Value::Null);
            let read = ReceivedFields::read(&write(&fields)).unwrap();
            prop_assert_eq!(read.get("name").unwrap().text(), Some(text.as_str()));
            let phones = read.get("phone").unwrap().values();
            prop_assert!(phones.iter().map(ReceivedScalar::sent).eq(items.iter().map(String::as_str)));
            prop_assert!(phones.iter().all(|phone| phone.meaning() == Meaning::Text));
            let stored = |name: &str| read.get(name).unwrap().values()[0].stored();
            prop_assert_eq!(stored("innerid"), Some(number.to_string()));
            prop_assert_eq!(stored("state"), Some(flag.to_string()));
            prop_assert_eq!(stored("nif"), None);
        }
    }
}
