//! Persona fields as they leave.

use serde_json::{Map, Value};
use vault_store::View;

use super::super::{leaf::Leaf, policy::Approved};
use crate::{
    VaultError,
    persona::{Persona, PersonaField},
};

/// The fields that a permission opens and that have a value, in the order of the profile page.
pub(crate) fn released(
    view: &View<'_>,
    approved: &Approved,
) -> Result<Vec<(PersonaField, String)>, VaultError> {
    let shared: Vec<PersonaField> = approved
        .parts()
        .iter()
        .filter_map(|part| match part.leaf() {
            Leaf::Profile(field) => Some(*field),
            Leaf::Summary
            | Leaf::Records(_)
            | Leaf::Directory(_)
            | Leaf::ExternalIds(_)
            | Leaf::Notifications
            | Leaf::EditProfile(_) => None,
        })
        .collect();
    values(view, &shared)
}

/// The fields that have a value, as the members of an object.
pub(in crate::disclosure) fn fields(
    view: &View<'_>,
    shared: &[PersonaField],
) -> Result<Map<String, Value>, VaultError> {
    Ok(object(values(view, shared)?))
}

/// Fields as the members of an object.
pub(super) fn object(fields: Vec<(PersonaField, String)>) -> Map<String, Value> {
    let member = |(field, value): (PersonaField, String)| (field.name().to_owned(), Value::String(value));
    fields.into_iter().map(member).collect()
}

fn values(view: &View<'_>, shared: &[PersonaField]) -> Result<Vec<(PersonaField, String)>, VaultError> {
    let persona = Persona::read(view)?;
    Ok(persona
        .iter()
        .filter(|(field, _)| shared.contains(field))
        .map(|(field, value)| (field, value.to_owned()))
        .collect())
}
