//! The profile of the person: its fields in groups, who could ask for each, who has it, and the person's cooperatives.

use serde::{Deserialize, Serialize};
use specta::Type;
use vault_core::{
    disclosure::GrantView,
    memberships::{Membership as Kept, NewMembership},
    persona::{FieldKind as CoreKind, FieldUse, Persona, PersonaField as Field},
};

use super::words::list;

/// How a field of the profile is typed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum FieldKind {
    Text,
    Date,
    Email,
    Phone,
    Country,
    Language,
    Languages,
    Year,
    Url,
    /// A person or an organisation.
    Kind,
}

/// Fields that stand together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum FieldGroup {
    Kind,
    Organisation,
    Name,
    Contact,
    Address,
    Languages,
    Work,
}

/// A field of the profile.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PersonaField {
    field: String,
    label: String,
    value: String,
    kind: FieldKind,
    group: FieldGroup,
    /// Who could ask for it by the lists of their protocols, in a few words each.
    asked_by: Vec<String>,
    /// Who can see it now.
    used_by: String,
    /// Who got it and cannot see it any more.
    got_by: String,
}

impl PersonaField {
    /// Every field, in the order of the page.
    pub(crate) fn all(persona: &Persona, grants: &[GrantView], standing: &[GrantView]) -> Vec<Self> {
        let one = |field: &Field| {
            let seeing = holders(*field, standing.iter());
            let mut got = holders(*field, grants.iter().filter(|view| view.grant.use_count > 0));
            got.retain(|name| !seeing.contains(name));
            Self {
                field: field.name().to_owned(),
                label: field.label().to_owned(),
                value: persona.get(*field).unwrap_or_default().to_owned(),
                kind: kind(field.kind()),
                group: group(*field),
                asked_by: field.uses().into_iter().map(use_words).collect(),
                used_by: list(&seeing),
                got_by: list(&got),
            }
        };
        Field::ALL.iter().map(one).collect()
    }
}

/// The names of those whose grant opens a field, each once.
fn holders<'a>(field: Field, grants: impl Iterator<Item = &'a GrantView>) -> Vec<String> {
    let Some(scope) = field.scope() else {
        return Vec::new();
    };
    let mut names: Vec<String> = Vec::new();
    for view in grants {
        let name = &view.grant.recipient.name;
        if view.grant.scopes.iter().any(|held| held.covers(&scope)) && !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

fn use_words(usage: FieldUse) -> String {
    match usage {
        FieldUse::AppsBasic => "apps (basic profile)".to_owned(),
        FieldUse::AppsContact => "apps (profile with e-mail and telephone)".to_owned(),
        FieldUse::AppsApart => "apps (by itself)".to_owned(),
        FieldUse::Cooperatives(name) => format!("cooperatives (“{name}”)"),
        FieldUse::Services => "registered services".to_owned(),
    }
}

fn kind(kind: CoreKind) -> FieldKind {
    match kind {
        CoreKind::Date => FieldKind::Date,
        CoreKind::Email => FieldKind::Email,
        CoreKind::Phone => FieldKind::Phone,
        CoreKind::Country => FieldKind::Country,
        CoreKind::Language => FieldKind::Language,
        CoreKind::Languages => FieldKind::Languages,
        CoreKind::Year => FieldKind::Year,
        CoreKind::Url => FieldKind::Url,
        CoreKind::Kind => FieldKind::Kind,
        CoreKind::Text => FieldKind::Text,
    }
}

const fn group(field: Field) -> FieldGroup {
    match field {
        Field::Kind => FieldGroup::Kind,
        Field::LegalName | Field::RepresentativeName | Field::RepresentativeTaxId => FieldGroup::Organisation,
        Field::FirstName
        | Field::MiddleName
        | Field::LastName
        | Field::Pronouns
        | Field::Gender
        | Field::BirthDate
        | Field::BirthYear
        | Field::TaxId
        | Field::PhotoUrl
        | Field::PronunciationUrl => FieldGroup::Name,
        Field::Email | Field::Phone | Field::Website => FieldGroup::Contact,
        Field::Address
        | Field::Address2
        | Field::PoBox
        | Field::ZipCode
        | Field::City
        | Field::State
        | Field::Country => FieldGroup::Address,
        Field::Language | Field::Languages => FieldGroup::Languages,
        Field::Company | Field::Department | Field::Position => FieldGroup::Work,
    }
}

/// The person at a cooperative.
#[derive(Clone, Serialize, Deserialize, Type)]
pub(crate) struct Membership {
    cooperative: String,
    name: String,
    number: String,
    roles: Vec<String>,
}

impl From<Kept> for Membership {
    fn from(kept: Kept) -> Self {
        Self {
            cooperative: kept.cooperative,
            name: kept.name,
            number: kept.number,
            roles: kept.roles,
        }
    }
}

impl From<Membership> for NewMembership {
    fn from(said: Membership) -> Self {
        Self {
            cooperative: said.cooperative,
            name: said.name,
            number: said.number,
            roles: said.roles,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_on_the_page() {
        let fields = PersonaField::all(&Persona::default(), &[], &[]);
        assert_eq!(fields.len(), Field::ALL.len());
        assert!(
            fields
                .iter()
                .all(|field| !field.label.is_empty() && field.value.is_empty())
        );
        let mail = fields.iter().find(|field| field.field == "email").unwrap();
        assert_eq!(
            mail.asked_by,
            [
                "apps (profile with e-mail and telephone)",
                "cooperatives (“email”)",
                "registered services"
            ]
        );
    }
}
