//! The profile with Rokwire's names (specification 1.9). Each name is a scope: `vault:profile.first_name:get`.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::{BodyError, body};

/// Longest value, in characters.
const MAX_VALUE: usize = 2000;
/// The years in which somebody can be born (8.3).
const YEARS: std::ops::RangeInclusive<u16> = 1800..=2200;

/// A field of the profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ProfileField {
    PhotoUrl,
    PronunciationUrl,
    Pronouns,
    FirstName,
    LastName,
    BirthYear,
    Email,
    Phone,
    Address,
    Address2,
    PoBox,
    City,
    ZipCode,
    State,
    Country,
    Website,
    UnstructuredProperties,
}

/// What stands in a field. Unset is an empty text, 0 or an empty object, as upstream writes it.
#[derive(Clone, PartialEq)]
pub enum ProfileValue {
    /// Text.
    Text(String),
    /// The year of birth; 0 if it is not set.
    Year(u16),
    /// What is in no field.
    Object(Map<String, Value>),
}

/// Some fields of a profile: those of a request, or those that somebody may see.
#[derive(Clone, PartialEq, Default)]
pub struct Profile(BTreeMap<ProfileField, ProfileValue>);

impl ProfileField {
    /// All fields.
    pub const ALL: [Self; 17] = [
        Self::PhotoUrl,
        Self::PronunciationUrl,
        Self::Pronouns,
        Self::FirstName,
        Self::LastName,
        Self::BirthYear,
        Self::Email,
        Self::Phone,
        Self::Address,
        Self::Address2,
        Self::PoBox,
        Self::City,
        Self::ZipCode,
        Self::State,
        Self::Country,
        Self::Website,
        Self::UnstructuredProperties,
    ];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PhotoUrl => "photo_url",
            Self::PronunciationUrl => "pronunciation_url",
            Self::Pronouns => "pronouns",
            Self::FirstName => "first_name",
            Self::LastName => "last_name",
            Self::BirthYear => "birth_year",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Address => "address",
            Self::Address2 => "address2",
            Self::PoBox => "po_box",
            Self::City => "city",
            Self::ZipCode => "zip_code",
            Self::State => "state",
            Self::Country => "country",
            Self::Website => "website",
            Self::UnstructuredProperties => "unstructured_properties",
        }
    }

    /// The value of an unset field.
    pub fn unset(self) -> ProfileValue {
        match self {
            Self::BirthYear => ProfileValue::Year(0),
            Self::UnstructuredProperties => ProfileValue::Object(Map::new()),
            Self::PhotoUrl
            | Self::PronunciationUrl
            | Self::Pronouns
            | Self::FirstName
            | Self::LastName
            | Self::Email
            | Self::Phone
            | Self::Address
            | Self::Address2
            | Self::PoBox
            | Self::City
            | Self::ZipCode
            | Self::State
            | Self::Country
            | Self::Website => ProfileValue::Text(String::new()),
        }
    }

    /// The value that a JSON value is in this field; `null` unsets it.
    fn value(self, value: Value) -> Option<ProfileValue> {
        match (self.unset(), value) {
            (unset, Value::Null) => Some(unset),
            (ProfileValue::Text(_), Value::String(text)) => {
                (text.chars().count() <= MAX_VALUE).then_some(ProfileValue::Text(text))
            }
            (ProfileValue::Year(_), Value::Number(year)) => {
                let year = u16::try_from(year.as_u64()?).ok()?;
                (year == 0 || YEARS.contains(&year)).then_some(ProfileValue::Year(year))
            }
            (ProfileValue::Object(_), Value::Object(object)) => Some(ProfileValue::Object(object)),
            (ProfileValue::Text(_) | ProfileValue::Year(_) | ProfileValue::Object(_), _) => None,
        }
    }
}

impl Profile {
    /// The body of `PATCH`: only what is named changes.
    ///
    /// # Errors
    /// [`BodyError`].
    pub fn parse_change(bytes: &[u8]) -> Result<Self, BodyError> {
        body(bytes)
    }

    /// The body of `PUT`: what is not named is unset.
    ///
    /// # Errors
    /// [`BodyError`].
    pub fn parse_whole(bytes: &[u8]) -> Result<Self, BodyError> {
        let mut profile = Self::parse_change(bytes)?;
        for field in ProfileField::ALL {
            profile.0.entry(field).or_insert_with(|| field.unset());
        }
        Ok(profile)
    }

    /// The fields and what stands in them.
    pub fn iter(&self) -> impl Iterator<Item = (ProfileField, &ProfileValue)> {
        self.0.iter().map(|(field, value)| (*field, value))
    }
}

impl FromIterator<(ProfileField, ProfileValue)> for Profile {
    fn from_iter<I: IntoIterator<Item = (ProfileField, ProfileValue)>>(fields: I) -> Self {
        Self(fields.into_iter().collect())
    }
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[profile of {} fields]", self.0.len())
    }
}

impl fmt::Debug for ProfileValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[value]")
    }
}

impl Serialize for Profile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(field, value)| (field.as_str(), value)))
    }
}

impl Serialize for ProfileValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Year(year) => serializer.serialize_u16(*year),
            Self::Object(object) => object.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Profile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Fields)
    }
}

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Profile;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a profile")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Profile, A::Error> {
        let mut read = BTreeMap::new();
        while let Some((name, value)) = members.next_entry::<String, Value>()? {
            let field = ProfileField::ALL.into_iter().find(|field| field.as_str() == name);
            let Some(field) = field else {
                continue;
            };
            let value = field.value(value).ok_or_else(|| A::Error::custom("a value"))?;
            if read.insert(field, value).is_some() {
                return Err(A::Error::custom("a member stands twice"));
            }
        }
        Ok(Profile(read))
    }
}
