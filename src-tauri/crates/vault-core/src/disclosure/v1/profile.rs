//! Persona fields as they leave.

use serde_json::{Map, Value};
use vault_store::View;

use crate::{
    VaultError,
    persona::{Persona, PersonaField},
};

/// The fields that have a value, in the order of the profile page.
pub(in crate::disclosure) fn fields(
    view: &View<'_>,
    shared: &[PersonaField],
) -> Result<Map<String, Value>, VaultError> {
    let persona = Persona::read(view)?;
    Ok(persona
        .iter()
        .filter(|(field, _)| shared.contains(field))
        .map(|(field, value)| (field.name().to_owned(), Value::String(value.to_owned())))
        .collect())
}
