//! `connectors`: descriptions of platforms that the person added, as they were given.

use rusqlite::OptionalExtension;
use time::OffsetDateTime;

use crate::sql::Millis;
use crate::{StoreError, Tx, View};

pub(crate) const V3: &str = "CREATE TABLE connectors (
    id TEXT NOT NULL PRIMARY KEY,
    text TEXT NOT NULL,
    added_at INTEGER NOT NULL
) STRICT";

/// The text of one.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, id: &str) -> Result<Option<String>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached("SELECT text FROM connectors WHERE id = ?1")?;
    Ok(statement.query_row([id], |row| row.get(0)).optional()?)
}

/// All of them, by id: the id and the text.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>) -> Result<Vec<(String, String)>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached("SELECT id, text FROM connectors ORDER BY id")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Keeps one in place of an earlier one with its id.
///
/// # Errors
/// The database could not be written.
pub fn put(tx: &Tx<'_>, id: &str, text: &str, at: OffsetDateTime) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached("INSERT OR REPLACE INTO connectors (id, text, added_at) VALUES (?1, ?2, ?3)")?
        .execute((id, text, Millis(at)))?;
    Ok(())
}

/// Removes one; whether there was one.
///
/// # Errors
/// The database could not be written.
pub fn delete(tx: &Tx<'_>, id: &str) -> Result<bool, StoreError> {
    Ok(tx
        .conn()
        .prepare_cached("DELETE FROM connectors WHERE id = ?1")?
        .execute([id])?
        > 0)
}
