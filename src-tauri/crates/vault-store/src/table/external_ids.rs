//! `external_ids`: under which ids other systems know the person. They stand in no token.

use rusqlite::OptionalExtension;
use time::OffsetDateTime;

use crate::sql::Millis;
use crate::{StoreError, Tx, View};

pub(crate) const V7: &str = "CREATE TABLE external_ids (
    system TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID";

/// All of them: the system, and the id there, by system.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>) -> Result<Vec<(String, String)>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached("SELECT system, value FROM external_ids ORDER BY system")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The id at a system.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, system: &str) -> Result<Option<String>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached("SELECT value FROM external_ids WHERE system = ?1")?;
    Ok(statement.query_row([system], |row| row.get(0)).optional()?)
}

/// Keeps the id at a system.
///
/// # Errors
/// The database could not be written.
pub fn put(tx: &Tx<'_>, system: &str, value: &str, at: OffsetDateTime) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached(
            "INSERT OR REPLACE INTO external_ids (system, value, updated_at) VALUES (?1, ?2, ?3)",
        )?
        .execute((system, value, Millis(at)))?;
    Ok(())
}

/// Forgets the id at a system; whether there was one.
///
/// # Errors
/// The database could not be written.
pub fn delete(tx: &Tx<'_>, system: &str) -> Result<bool, StoreError> {
    Ok(tx
        .conn()
        .prepare_cached("DELETE FROM external_ids WHERE system = ?1")?
        .execute([system])?
        > 0)
}
