//! `persona`: the profile of the person in this space, one row per field.

use rusqlite::OptionalExtension;
use time::OffsetDateTime;

use crate::sql::Millis;
use crate::{StoreError, Tx, View};

pub(crate) const V1: &str = "CREATE TABLE persona (
    field TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID";

/// One field of the profile.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonaValue {
    /// Name of the field, for example `first_name`.
    pub field: String,
    /// What the person entered.
    pub value: String,
    /// When it was entered.
    pub updated_at: OffsetDateTime,
}

impl std::fmt::Debug for PersonaValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PersonaValue")
            .field("field", &self.field)
            .finish_non_exhaustive()
    }
}

/// All fields that have a value, by name.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>) -> Result<Vec<PersonaValue>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached("SELECT field, value, updated_at FROM persona ORDER BY field")?;
    let rows = statement.query_map([], |row| {
        Ok(PersonaValue {
            field: row.get(0)?,
            value: row.get(1)?,
            updated_at: row.get::<_, Millis>(2)?.0,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The value of one field.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, field: &str) -> Result<Option<String>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached("SELECT value FROM persona WHERE field = ?1")?;
    Ok(statement.query_row([field], |row| row.get(0)).optional()?)
}

/// Sets one field; an empty value removes it.
///
/// # Errors
/// The database could not be written.
pub fn set(tx: &Tx<'_>, field: &str, value: &str, at: OffsetDateTime) -> Result<(), StoreError> {
    if value.is_empty() {
        tx.conn()
            .prepare_cached("DELETE FROM persona WHERE field = ?1")?
            .execute([field])?;
        return Ok(());
    }
    tx.conn()
        .prepare_cached("INSERT OR REPLACE INTO persona (field, value, updated_at) VALUES (?1, ?2, ?3)")?
        .execute((field, value, Millis(at)))?;
    Ok(())
}
