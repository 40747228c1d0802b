//! Who could ask for a field: what each protocol's own list names. Whether anybody does is in their manifests and in the log.

use intercoop::field::Field as IntercoopField;
use openplatform::{
    bundles::{ProfileLeaf, profile_bundle},
    manifest::ProfileAccess,
};

use super::{PersonaField, PersonaKind};

/// The profile of Rokwire Core (`ProfileData` of its accounts): the fields that a service may read with a token.
const CORE: [PersonaField; 16] = [
    PersonaField::PhotoUrl,
    PersonaField::PronunciationUrl,
    PersonaField::Pronouns,
    PersonaField::FirstName,
    PersonaField::LastName,
    PersonaField::Email,
    PersonaField::Phone,
    PersonaField::Address,
    PersonaField::Address2,
    PersonaField::PoBox,
    PersonaField::City,
    PersonaField::ZipCode,
    PersonaField::State,
    PersonaField::Country,
    PersonaField::Website,
    PersonaField::BirthYear,
];

/// A way in which a field may be asked for. Any app can name any field in its own list of scopes besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldUse {
    /// In the basic profile of OpenPlatform (`allowreadprofile` 1).
    AppsBasic,
    /// In its profile with e-mail and telephone (`allowreadprofile` 2).
    AppsContact,
    /// OpenPlatform carries it, but only when it is asked for by itself.
    AppsApart,
    /// Services of cooperatives, under this name of Intercoop.
    Cooperatives(&'static str),
    /// Services of Rokwire Core.
    Services,
}

impl PersonaField {
    /// The protocols in whose lists the field stands.
    #[must_use]
    pub fn uses(self) -> Vec<FieldUse> {
        let apps = ProfileLeaf::of_field(self.name()).map(|leaf| {
            let within = |access| profile_bundle(access).contains(&leaf);
            match (within(ProfileAccess::Basic), within(ProfileAccess::Contact)) {
                (true, _) => FieldUse::AppsBasic,
                (false, true) => FieldUse::AppsContact,
                (false, false) => FieldUse::AppsApart,
            }
        });
        let named = |field: &&IntercoopField| {
            [PersonaKind::Person, PersonaKind::Organization]
                .iter()
                .any(|kind| {
                    field
                        .persona_fields(*kind == PersonaKind::Organization)
                        .contains(&self.name())
                })
        };
        let cooperatives = IntercoopField::ALL
            .iter()
            .filter(named)
            .map(|field| FieldUse::Cooperatives(field.name()));
        let services = CORE.contains(&self).then_some(FieldUse::Services);
        apps.into_iter().chain(cooperatives).chain(services).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_protocol_names_its_fields() {
        use FieldUse::{AppsApart, AppsBasic, AppsContact, Cooperatives, Services};
        for (field, uses) in [
            (
                PersonaField::FirstName,
                vec![AppsBasic, Cooperatives("name"), Services],
            ),
            (
                PersonaField::Email,
                vec![AppsContact, Cooperatives("email"), Services],
            ),
            (PersonaField::BirthDate, vec![AppsApart]),
            (PersonaField::TaxId, vec![Cooperatives("nif")]),
            (PersonaField::LegalName, vec![Cooperatives("name")]),
            (PersonaField::RepresentativeTaxId, vec![Cooperatives("proxynif")]),
            (PersonaField::BirthYear, vec![Services]),
            (PersonaField::Kind, vec![]),
        ] {
            assert_eq!(field.uses(), uses, "{}", field.name());
        }
    }
}
