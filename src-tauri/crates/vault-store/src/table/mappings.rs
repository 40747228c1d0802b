//! `mappings`: how the person read files of their own, to read the next one the same way.

use rusqlite::OptionalExtension;
use time::OffsetDateTime;

use crate::sql::Millis;
use crate::{StoreError, Tx, View};

pub(crate) const V8: &str = "CREATE TABLE mappings (
    name TEXT NOT NULL PRIMARY KEY,
    mapping TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID";

/// All mappings by name: the name and the JSON text.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>) -> Result<Vec<(String, String)>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached("SELECT name, mapping FROM mappings ORDER BY name")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One mapping.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, name: &str) -> Result<Option<String>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached("SELECT mapping FROM mappings WHERE name = ?1")?;
    Ok(statement.query_row([name], |row| row.get(0)).optional()?)
}

/// Keeps a mapping in place of an earlier one of its name.
///
/// # Errors
/// The database could not be written.
pub fn put(tx: &Tx<'_>, name: &str, mapping: &str, now: OffsetDateTime) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached("INSERT OR REPLACE INTO mappings (name, mapping, updated_at) VALUES (?1, ?2, ?3)")?
        .execute((name, mapping, Millis(now)))?;
    Ok(())
}

/// Forgets a mapping; whether there was one.
///
/// # Errors
/// The database could not be written.
pub fn delete(tx: &Tx<'_>, name: &str) -> Result<bool, StoreError> {
    let gone = tx
        .conn()
        .prepare_cached("DELETE FROM mappings WHERE name = ?1")?
        .execute([name])?;
    Ok(gone > 0)
}
