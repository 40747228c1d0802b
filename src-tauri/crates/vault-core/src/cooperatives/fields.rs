//! What a service would get: each field with its value, where that comes from, and what is missing.

use std::fmt;

use intercoop::{
    descriptor::{Descriptor, Service},
    field::Field,
    payload::{PayloadFields, Value},
};
use vault_store::{Scope, Tx, View, memberships};

use super::work::WorkPart;
use crate::{
    VaultError,
    disclosure::Leaf,
    persona::{Persona, PersonaField, PersonaKind},
    vault::Turn,
};

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldSource {
    /// The person's profile.
    Profile,
    /// What the person says of themselves at this cooperative.
    Membership,
    /// The vault's own peer id.
    Vault,
}

/// A field that would be sent. `Debug` leaves out its value.
#[derive(Clone, PartialEq, Eq)]
pub struct TransferRow {
    /// Its word on the wire.
    pub field: &'static str,
    /// Its words for people.
    pub label: &'static str,
    /// Its value, for people; empty when it is missing, or sent as nothing.
    pub value: String,
    /// Where that comes from.
    pub source: FieldSource,
    /// Whether nothing can be sent before it is filled in.
    pub missing: bool,
    /// Whether it can be filled in here.
    pub editable: bool,
    /// Whether it is a list.
    pub is_list: bool,
}

impl fmt::Debug for TransferRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransferRow")
            .field("field", &self.field)
            .field("missing", &self.missing)
            .finish_non_exhaustive()
    }
}

/// The person's languages, the best first: as codes without a country.
pub(super) fn languages(turn: &Turn<'_>) -> Result<Vec<String>, VaultError> {
    let persona = turn.space.db.read(Persona::read)?;
    let named = [PersonaField::Language, PersonaField::Languages]
        .into_iter()
        .filter_map(|field| persona.get(field))
        .flat_map(|tags| tags.split(','))
        .filter_map(|tag| tag.trim().split('-').next())
        .map(str::to_ascii_lowercase);
    let mut languages: Vec<String> = Vec::new();
    for code in named.chain(["en".to_owned()]) {
        if !code.is_empty() && !languages.contains(&code) {
            languages.push(code);
        }
    }
    Ok(languages)
}

/// The fields of a service, `originpeer` first and always; `None` when the descriptor names none.
pub(super) fn wanted(descriptor: &Descriptor, service: &Service) -> Option<Vec<Field>> {
    let named = descriptor.fields_of(service)?;
    let mut fields = vec![Field::OriginPeer];
    fields.extend(named.iter().copied().filter(|field| *field != Field::OriginPeer));
    Some(fields)
}

/// The values of some fields: from the persona, from what is said of this cooperative, and the vault's own id. What has no value is left
/// out, but a representative, whom a person does not have: that is said.
pub(super) fn values(
    view: &View<'_>,
    own_id: &str,
    peer: &str,
    wanted: &[Field],
) -> Result<PayloadFields, VaultError> {
    let persona = Persona::read(view)?;
    let of_persona = PayloadFields::from_persona(|name| {
        let field = name.parse().ok()?;
        persona.get(field).map(str::to_owned)
    });
    let membership = memberships::list(view)?
        .into_iter()
        .find(|one| one.cooperative == peer);
    let mut fields = PayloadFields::new();
    for field in Field::ALL.into_iter().filter(|field| wanted.contains(field)) {
        let value = match field {
            Field::OriginPeer => Some(Value::Text(own_id.to_owned())),
            Field::InnerId => membership
                .as_ref()
                .map(|one| one.number.clone())
                .filter(|number| !number.is_empty())
                .map(Value::Text),
            Field::PeerRoles => membership.as_ref().map(|one| Value::List(one.roles.clone())),
            Field::ProxyNif | Field::ProxyName if persona.kind() == PersonaKind::Person => Some(Value::Null),
            Field::ProxyNif
            | Field::ProxyName
            | Field::Nif
            | Field::Name
            | Field::Address
            | Field::PostalCode
            | Field::City
            | Field::State
            | Field::Country
            | Field::Phone
            | Field::Email
            | Field::Lang
            | Field::Langs => of_persona.get(field.name()).cloned(),
        };
        if let Some(value) = value {
            fields.set(field, value);
        }
    }
    Ok(fields)
}

/// The rows of some fields, in the order in which they are sent.
pub(super) fn rows(fields: &PayloadFields, wanted: &[Field]) -> Vec<TransferRow> {
    Field::ALL
        .into_iter()
        .filter(|field| wanted.contains(field))
        .map(|field| {
            let value = fields.get(field.name());
            TransferRow {
                field: field.name(),
                label: label(field),
                value: value.map(shown).unwrap_or_default(),
                source: source(field),
                missing: value.is_none(),
                editable: field != Field::OriginPeer && field != Field::Name,
                is_list: matches!(field, Field::PeerRoles | Field::Langs),
            }
        })
        .collect()
}

/// The scopes that stand for some fields in a grant and in the log. What is said of one cooperative is known by its id.
pub(super) fn scopes(
    view: &View<'_>,
    peer: &str,
    fields: &PayloadFields,
    wanted: &[Field],
) -> Result<Vec<Scope>, VaultError> {
    let organization = Persona::read(view)?.kind() == PersonaKind::Organization;
    let mut scopes = Vec::new();
    for field in wanted {
        if !fields
            .get(field.name())
            .is_some_and(|value| *value != Value::Null)
        {
            continue;
        }
        for name in field.persona_fields(organization) {
            let named: PersonaField = name.parse()?;
            scopes.push(Leaf::Profile(named).scope()?);
        }
    }
    // Every transfer tells which vault it is from; numbers and roles there are of the same kind.
    scopes.push(Leaf::ExternalIds(format!("external_ids.{peer}")).scope()?);
    Ok(scopes)
}

/// Fills in a field: in the profile, or in what is said of this cooperative.
pub(super) fn fill(
    tx: &Tx<'_>,
    peer: (&str, &str),
    field: Field,
    value: &str,
    now: time::OffsetDateTime,
) -> Result<(), VaultError> {
    let (id, name) = peer;
    let organization = Persona::read(tx)?.kind() == PersonaKind::Organization;
    match field {
        Field::OriginPeer => Err(super::invalid("originpeer", "your vault’s own name for them")),
        Field::InnerId | Field::PeerRoles => {
            let known = memberships::list(tx)?
                .into_iter()
                .find(|one| one.cooperative == id);
            let (mut number, mut roles) = known.map(|one| (one.number, one.roles)).unwrap_or_default();
            if field == Field::InnerId {
                value.trim().clone_into(&mut number);
            } else {
                roles = value.split(',').map(|role| role.trim().to_owned()).collect();
                roles.retain(|role| !role.is_empty());
            }
            let new = crate::memberships::NewMembership {
                cooperative: id.to_owned(),
                name: name.to_owned(),
                number,
                roles,
            };
            Ok(memberships::put(tx, &crate::memberships::check(new, now)?)?)
        }
        Field::Name if organization => crate::persona::set(tx, PersonaField::LegalName, value, now),
        Field::Name => {
            let (last, first) = value.split_once(',').unwrap_or((value, ""));
            crate::persona::set(tx, PersonaField::LastName, last, now)?;
            crate::persona::set(tx, PersonaField::FirstName, first, now)
        }
        Field::Nif
        | Field::Address
        | Field::PostalCode
        | Field::City
        | Field::State
        | Field::Country
        | Field::Phone
        | Field::Email
        | Field::Lang
        | Field::Langs
        | Field::ProxyNif
        | Field::ProxyName => {
            for name in field.persona_fields(organization) {
                crate::persona::set(tx, name.parse()?, value, now)?;
            }
            Ok(())
        }
    }
}

fn source(field: Field) -> FieldSource {
    match field {
        Field::OriginPeer => FieldSource::Vault,
        Field::InnerId | Field::PeerRoles => FieldSource::Membership,
        Field::Nif
        | Field::Name
        | Field::Address
        | Field::PostalCode
        | Field::City
        | Field::State
        | Field::Country
        | Field::Phone
        | Field::Email
        | Field::Lang
        | Field::Langs
        | Field::ProxyNif
        | Field::ProxyName => FieldSource::Profile,
    }
}

/// The words for people of a field, by its word on the wire.
#[must_use]
pub fn field_label(name: &str) -> Option<&'static str> {
    let of_work = || WorkPart::of_name(name).map(WorkPart::label);
    Field::of_name(name).map(label).or_else(of_work)
}

pub(super) fn label(field: Field) -> &'static str {
    match field {
        Field::OriginPeer => "Your vault",
        Field::InnerId => "Member number",
        Field::PeerRoles => "Roles there",
        Field::Nif => "Tax number",
        Field::Name => "Name",
        Field::Address => "Street and number",
        Field::PostalCode => "Postal code",
        Field::City => "Town",
        Field::State => "Province or state",
        Field::Country => "Country",
        Field::Phone => "Telephone",
        Field::Email => "E-mail address",
        Field::Lang => "Language",
        Field::Langs => "Languages spoken",
        Field::ProxyNif => "Tax number of the representative",
        Field::ProxyName => "Name of the representative",
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::List(items) => items.join(", "),
        Value::Number(number) => number.to_string(),
        Value::Flag(flag) => flag.to_string(),
        Value::Null => String::new(),
    }
}
