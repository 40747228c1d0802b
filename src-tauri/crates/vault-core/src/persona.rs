//! The persona: the person's profile in a space, one value per field.

mod form;
mod sense;
mod uses;

use std::str::FromStr;

use serde::{Serialize, Serializer};
use time::OffsetDateTime;
use vault_store::{Scope, Tx, persona as table};

pub use uses::FieldUse;

use crate::{SpaceHandle, VaultError, VaultEvent, disclosure};

/// The longest value of a field, in characters.
const LONGEST: usize = 500;

/// What a field holds, and so how its value is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldKind {
    /// Any text.
    Text,
    /// A day, `YYYY-MM-DD`.
    Date,
    /// A year.
    Year,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A country, ISO 3166-1 alpha-2.
    Country,
    /// A language tag, BCP 47.
    Language,
    /// Several language tags, with commas.
    Languages,
    /// A web address.
    Url,
    /// Whom the persona is: `person` or `organization`.
    Kind,
}

/// Whom a persona is. One without this field is a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PersonaKind {
    /// A natural person.
    #[default]
    Person,
    /// A legal person, for which a representative acts.
    Organization,
}

impl PersonaKind {
    /// The value of the field.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Organization => "organization",
        }
    }
}

impl FromStr for PersonaKind {
    type Err = VaultError;

    fn from_str(name: &str) -> Result<Self, VaultError> {
        [Self::Person, Self::Organization]
            .into_iter()
            .find(|kind| kind.as_str() == name)
            .ok_or(VaultError::NoSuch("kind"))
    }
}

macro_rules! fields {
    ($($variant:ident = $name:literal, $label:literal, $kind:ident;)*) => {
        /// A field of the persona. The names are Rokwire's, and those of architecture 1a.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum PersonaField {
            $(
                #[doc = $label]
                $variant,
            )*
        }

        impl PersonaField {
            /// Every field, in the order of the profile page.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name in scopes, in the database, in the terminal and in `persona.json`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The words for people.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)* }
            }

            /// What it holds.
            #[must_use]
            pub const fn kind(self) -> FieldKind {
                match self { $(Self::$variant => FieldKind::$kind,)* }
            }
        }
    };
}

fields! {
    Kind = "kind", "This profile is of", Kind;
    FirstName = "first_name", "First name", Text;
    MiddleName = "middle_name", "Middle name", Text;
    LastName = "last_name", "Last name", Text;
    Pronouns = "pronouns", "Pronouns", Text;
    Gender = "gender", "Gender", Text;
    BirthDate = "birth_date", "Date of birth", Date;
    BirthYear = "birth_year", "Year of birth", Year;
    TaxId = "tax_id", "Tax number", Text;
    Email = "email", "E-mail address", Email;
    Phone = "phone", "Telephone", Phone;
    Address = "address", "Street and number", Text;
    Address2 = "address2", "Address, second line", Text;
    PoBox = "po_box", "PO box", Text;
    ZipCode = "zip_code", "Postal code", Text;
    City = "city", "Town", Text;
    State = "state", "Province or state", Text;
    Country = "country", "Country", Country;
    Language = "language", "Language", Language;
    Languages = "languages", "Languages spoken", Languages;
    Company = "company", "Company", Text;
    Department = "department", "Department", Text;
    Position = "position", "Position", Text;
    LegalName = "legal_name", "Legal name", Text;
    RepresentativeName = "representative_name", "Name of the representative", Text;
    RepresentativeTaxId = "representative_tax_id", "Tax number of the representative", Text;
    Website = "website", "Website", Url;
    PhotoUrl = "photo_url", "Photo", Url;
    PronunciationUrl = "pronunciation_url", "Recording of how the name is said", Url;
}

impl PersonaField {
    /// The scope that opens the field.
    #[must_use]
    pub fn scope(self) -> Option<Scope> {
        Scope::new(&format!("vault:profile.{}:get", self.name())).ok()
    }

    /// Brings a value into the field's form; blanks at both ends go.
    ///
    /// # Errors
    /// [`VaultError::Invalid`], which names the field and the form, never the value.
    pub fn check(self, value: &str) -> Result<String, VaultError> {
        let value = value.trim();
        let invalid = |why| VaultError::Invalid {
            field: self.name(),
            why,
        };
        if value.is_empty() {
            return Ok(String::new());
        }
        if value.chars().count() > LONGEST
            || value.chars().any(|symbol| symbol.is_control() && symbol != '\n')
        {
            return Err(invalid("at most 500 characters, without control characters"));
        }
        match self.kind() {
            FieldKind::Text => Ok(value.to_owned()),
            FieldKind::Date => form::day(value)
                .map(|_| value.to_owned())
                .ok_or(invalid("a day as YYYY-MM-DD")),
            FieldKind::Year => form::is_year(value)
                .then(|| value.to_owned())
                .ok_or(invalid("a year as YYYY")),
            FieldKind::Email => form::is_email(value)
                .then(|| value.to_owned())
                .ok_or(invalid("an e-mail address")),
            FieldKind::Phone => form::is_phone(value)
                .then(|| value.to_owned())
                .ok_or(invalid("digits, blanks and + ( ) - . / only")),
            FieldKind::Country => {
                let code = value.to_ascii_uppercase();
                form::is_country(&code)
                    .then_some(code)
                    .ok_or(invalid("two letters, such as ES"))
            }
            FieldKind::Language => form::is_language(value)
                .then(|| value.to_owned())
                .ok_or(invalid("a language tag, such as es or ca-ES")),
            FieldKind::Languages => {
                form::languages(value).ok_or(invalid("language tags with commas, such as es, ca"))
            }
            FieldKind::Kind => value
                .parse::<PersonaKind>()
                .map(|kind| kind.as_str().to_owned())
                .map_err(|_| invalid("person or organization")),
            FieldKind::Url => form::is_web(value)
                .then(|| value.to_owned())
                .ok_or(invalid("an address with https://")),
        }
    }
}

impl FromStr for PersonaField {
    type Err = VaultError;

    fn from_str(name: &str) -> Result<Self, VaultError> {
        Self::ALL
            .iter()
            .copied()
            .find(|field| field.name() == name)
            .ok_or(VaultError::NoSuch("field"))
    }
}

impl Serialize for PersonaField {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// The values of a persona. It prints only which fields are set.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Persona {
    values: Vec<(PersonaField, String)>,
}

impl std::fmt::Debug for Persona {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_set()
            .entries(self.values.iter().map(|(field, _)| field))
            .finish()
    }
}

impl Persona {
    /// The value of a field, where it has one.
    #[must_use]
    pub fn get(&self, field: PersonaField) -> Option<&str> {
        self.values
            .iter()
            .find(|(known, _)| *known == field)
            .map(|(_, value)| value.as_str())
    }

    /// The fields that have a value, in the order of the profile page.
    pub fn iter(&self) -> impl Iterator<Item = (PersonaField, &str)> {
        PersonaField::ALL
            .iter()
            .filter_map(|field| self.get(*field).map(|value| (*field, value)))
    }

    /// Whom the persona is.
    #[must_use]
    pub fn kind(&self) -> PersonaKind {
        let written = self.get(PersonaField::Kind);
        written.and_then(|kind| kind.parse().ok()).unwrap_or_default()
    }

    /// Reads the persona in a transaction of somebody else.
    pub(crate) fn read(view: &vault_store::View<'_>) -> Result<Self, VaultError> {
        let rows = table::list(view)?;
        let values = rows
            .into_iter()
            .filter_map(|row| Some((row.field.parse().ok()?, row.value)))
            .collect();
        Ok(Self { values })
    }
}

impl SpaceHandle {
    /// The person's profile in this space.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn persona(&self) -> Result<Persona, VaultError> {
        self.read(|db| db.read(Persona::read)).await
    }

    /// Sets one field; an empty value clears it.
    ///
    /// # Errors
    /// [`VaultError::Invalid`] when the value does not have the field's form, lies in the future, or contradicts another field.
    pub async fn set_persona(&self, field: PersonaField, value: &str) -> Result<(), VaultError> {
        let value = value.to_owned();
        self.write(move |turn| {
            let now = turn.now();
            turn.space.db.write(|tx| set(tx, field, &value, now))?;
            turn.tell(VaultEvent::PersonaChanged {
                space: turn.space.info.id,
            });
            Ok(())
        })
        .await
    }
}

/// Sets one field within a transaction; an empty value clears it.
pub(crate) fn set(
    tx: &Tx<'_>,
    field: PersonaField,
    value: &str,
    now: OffsetDateTime,
) -> Result<(), VaultError> {
    let value = field.check(value)?;
    sense::check(field, &value, &Persona::read(tx)?, now.date())?;
    table::set(tx, field.name(), &value, now)?;
    disclosure::field_edited(tx, field, now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_a_scope_and_its_own_name() {
        for field in PersonaField::ALL {
            assert!(field.scope().is_some(), "{}", field.name());
            assert_eq!(field.name().parse::<PersonaField>().unwrap(), *field);
        }
    }

    #[test]
    fn values_are_checked_by_kind() {
        let good = [
            (PersonaField::Email, "ana@example.org"),
            (PersonaField::Phone, "+34 600 000 000"),
            (PersonaField::BirthDate, "1990-02-28"),
            (PersonaField::Language, "ca-ES"),
            (PersonaField::Website, "https://example.org/ana"),
            (PersonaField::Kind, "organization"),
        ];
        for (field, value) in good {
            assert_eq!(field.check(value).unwrap(), value);
        }
        assert_eq!(PersonaField::Country.check(" es ").unwrap(), "ES");
        assert_eq!(PersonaField::Languages.check("es,ca ,").unwrap(), "es, ca");
        let bad = [
            (PersonaField::Email, "ana"),
            (PersonaField::Email, "a b@example.org"),
            (PersonaField::BirthDate, "1990-02-30"),
            (PersonaField::Country, "Spain"),
            (PersonaField::Language, "español"),
            (PersonaField::Website, "http://example.org"),
            (PersonaField::FirstName, "a\u{7}"),
            (PersonaField::Kind, "company"),
        ];
        for (field, value) in bad {
            let error = field.check(value).unwrap_err();
            assert!(!error.to_string().contains(value), "{error}");
        }
    }

    #[test]
    fn a_persona_prints_no_value() {
        let persona = Persona {
            values: vec![(PersonaField::FirstName, "CANARY".into())],
        };
        assert!(!format!("{persona:?}").contains("CANARY"));
    }
}
