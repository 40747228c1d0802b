//! The person as the Core face tells them: profile fields and ids in other systems, and the fields that a service may write.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use vault_store::{AppTypeId, CoreAppId, DisclosureId, Scope, View, core_app_types, external_ids};

use super::{
    super::{
        leaf::Leaf,
        log,
        policy::{Need, approve},
        release::{Prepared, release},
        request::Recipient,
    },
    NOT_SHARED, profile,
};
use crate::{
    SpaceHandle, VaultError, VaultEvent,
    core_apps::{self, KnownAt},
    persona::{self, PersonaField},
    services::FACE,
    vault::Turn,
};

/// What of the person is shared.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// Profile fields that are shared and have a value, by name.
    pub profile: Map<String, Value>,
    /// Ids in other systems that are shared, by system.
    pub external_ids: Map<String, Value>,
    /// Those of them that a connection knows, of the build that asked.
    pub known_at: Vec<KnownAt>,
    /// The log entry; the caller says with [`SpaceHandle::delivered`] what became of it.
    pub disclosure: DisclosureId,
}

impl std::fmt::Debug for Person {
    /// Nothing of what it says.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Person").finish_non_exhaustive()
    }
}

/// How a service writes the profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    /// The named fields only.
    Patch,
    /// The named fields; every other that it may write is emptied.
    Replace,
}

/// Why nothing was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditFault {
    /// The person did not agree to one of the named fields, or to none at all.
    NotShared,
    /// A value does not have its form; the field.
    Invalid(&'static str),
}

impl SpaceHandle {
    /// What of the person a token opens, for the build that asked for it; `None` when it opens nothing of them.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read or written.
    pub async fn core_person(
        &self,
        recipient: Recipient,
        scopes: Vec<Scope>,
        build: Option<AppTypeId>,
    ) -> Result<Option<Person>, VaultError> {
        self.write(move |turn| person(turn, &recipient, scopes, build))
            .await
    }

    /// Writes profile fields, by name, for a service. All of it is written, or nothing.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read or written.
    pub async fn edit_core_person(
        &self,
        recipient: Recipient,
        scopes: Vec<Scope>,
        fields: Vec<(String, String)>,
        how: Edit,
    ) -> Result<Result<(), EditFault>, VaultError> {
        let named: Option<Vec<(PersonaField, String)>> = fields
            .into_iter()
            .map(|(name, text)| Some((name.parse().ok()?, text)))
            .collect();
        let Some(fields) = named else {
            return Ok(Err(EditFault::Invalid("field")));
        };
        self.write(move |turn| {
            let edited = edit(turn, &recipient, &scopes, &fields, how);
            match edited {
                Ok(edited) => Ok(edited),
                Err(VaultError::Invalid { field, .. }) => Ok(Err(EditFault::Invalid(field))),
                Err(error) => Err(error),
            }
        })
        .await
    }
}

fn person(
    turn: &mut Turn<'_>,
    recipient: &Recipient,
    scopes: Vec<Scope>,
    build: Option<AppTypeId>,
) -> Result<Option<Person>, VaultError> {
    super::super::ending::sweep(turn)?;
    let about_them = |scope: &Scope| matches!(Leaf::of(scope), Some(Leaf::Profile(_) | Leaf::ExternalIds(_)));
    let wanted: Vec<Scope> = scopes.into_iter().filter(about_them).collect();
    let approved = approve(turn, &recipient.party, FACE, &wanted, Need::Any)?;
    let Some(approved) = approved else {
        log::refused_by_rule(turn, &recipient.party, FACE, &wanted, NOT_SHARED)?;
        return Ok(None);
    };
    let released = release(turn, approved, |view, approved| {
        let fields = profile::object(profile::released(view, approved)?);
        let leaves = approved.parts().iter().map(|part| part.leaf().clone());
        let (ids, known_at) = ids(view, &leaves.collect::<Vec<_>>(), build)?;
        let counts = BTreeMap::from([("fields".to_owned(), (fields.len() + ids.len()) as u64)]);
        Ok(Prepared {
            answer: (fields, ids, known_at),
            counts,
        })
    })?;
    let (profile, external_ids, known_at) = released.answer;
    Ok(Some(Person {
        profile,
        external_ids,
        known_at,
        disclosure: released.disclosure,
    }))
}

/// The ids that leaves open to any of the builds of an application, by system, for the person who is asked.
pub(in crate::disclosure) fn ids_for_any(
    view: &View<'_>,
    leaves: &[Leaf],
    app: Option<CoreAppId>,
) -> Result<Map<String, Value>, VaultError> {
    let (mut all, _) = ids(view, leaves, None)?;
    let builds = match app {
        Some(app) => core_app_types::of_app(view, app)?,
        None => Vec::new(),
    };
    for build in builds {
        let (_, known) = ids(view, leaves, Some(build.id))?;
        for one in known {
            let told = all
                .entry(one.system)
                .or_insert_with(|| Value::String(String::new()));
            if let Value::String(told) = told
                && !told.split(", ").any(|name| name == one.account)
            {
                // Two builds may know the person by two accounts.
                if !told.is_empty() {
                    told.push_str(", ");
                }
                told.push_str(&one.account);
            }
        }
    }
    Ok(all)
}

/// The shared ids by system, and those of them that a connection of the build gave. What the person wrote of a system counts first.
fn ids(
    view: &View<'_>,
    leaves: &[Leaf],
    build: Option<AppTypeId>,
) -> Result<(Map<String, Value>, Vec<KnownAt>), VaultError> {
    let shared = |system: &str| {
        let resource = format!("external_ids.{system}");
        leaves.iter().any(|leaf| match leaf {
            Leaf::ExternalIds(held) => {
                let rest = resource.strip_prefix(held.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            }
            Leaf::Profile(_)
            | Leaf::Summary
            | Leaf::Records(_)
            | Leaf::Directory(_)
            | Leaf::Notifications
            | Leaf::EditProfile(_) => false,
        })
    };
    let mut all: Map<String, Value> = external_ids::list(view)?
        .into_iter()
        .filter(|(system, _)| shared(system))
        .map(|(system, value)| (system, Value::String(value)))
        .collect();
    let mut known = match build {
        Some(build) => core_apps::known_at(view, build)?,
        None => Vec::new(),
    };
    known.retain(|one| shared(&one.system) && !all.contains_key(&one.system));
    all.extend(
        known
            .iter()
            .map(|one| (one.system.clone(), Value::String(one.account.clone()))),
    );
    Ok((all, known))
}

fn edit(
    turn: &mut Turn<'_>,
    recipient: &Recipient,
    scopes: &[Scope],
    fields: &[(PersonaField, String)],
    how: Edit,
) -> Result<Result<(), EditFault>, VaultError> {
    super::super::ending::sweep(turn)?;
    let held = |scope: &Scope| scopes.iter().any(|held| held.covers(scope));
    let mut wanted: Vec<Scope> = Vec::new();
    for (field, _) in fields {
        wanted.push(Leaf::EditProfile(*field).scope()?);
    }
    let mut emptied: Vec<PersonaField> = Vec::new();
    if how == Edit::Replace {
        for field in PersonaField::ALL {
            let scope = Leaf::EditProfile(*field).scope()?;
            if held(&scope) && !wanted.contains(&scope) {
                emptied.push(*field);
                wanted.push(scope);
            }
        }
    }
    let within = !wanted.is_empty() && wanted.iter().all(held);
    let approved = if within {
        approve(turn, &recipient.party, FACE, &wanted, Need::All)?
    } else {
        None
    };
    let Some(approved) = approved else {
        log::refused_by_rule(turn, &recipient.party, FACE, &wanted, NOT_SHARED)?;
        return Ok(Err(EditFault::NotShared));
    };
    turn.together(|turn| {
        let now = turn.now();
        turn.space.db.write(|tx| {
            for field in &emptied {
                persona::set(tx, *field, "", now)?;
            }
            for (field, value) in fields {
                persona::set(tx, *field, value, now)?;
            }
            Ok::<_, VaultError>(())
        })?;
        release(turn, approved, |_, _| {
            Ok(Prepared {
                answer: (),
                counts: BTreeMap::from([("edited".to_owned(), wanted.len() as u64)]),
            })
        })?;
        turn.tell(VaultEvent::PersonaChanged {
            space: turn.space.info.id,
        });
        Ok(())
    })?;
    Ok(Ok(()))
}

#[cfg(test)]
mod tests {
    use rokwire::message::ProfileField;

    use super::*;

    #[test]
    fn every_field_of_the_wire_is_one_of_the_person() {
        for field in ProfileField::ALL {
            let rest = field == ProfileField::UnstructuredProperties;
            assert_eq!(field.as_str().parse::<PersonaField>().is_err(), rest, "{field:?}");
        }
    }
}
