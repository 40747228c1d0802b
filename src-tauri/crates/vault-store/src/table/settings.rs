//! `settings`: choices of the person that belong to the space, as JSON.

use rusqlite::OptionalExtension;
use serde_json::Value;

use crate::sql::Json;
use crate::{StoreError, Tx, View};

pub(crate) const V1: &str = "CREATE TABLE settings (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID";

/// The value of a setting.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, key: &str) -> Result<Option<Value>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached("SELECT value FROM settings WHERE key = ?1")?;
    Ok(statement
        .query_row([key], |row| Ok(row.get::<_, Json<Value>>(0)?.0))
        .optional()?)
}

/// All settings that have a value, by key.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>) -> Result<Vec<(String, Value)>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached("SELECT key, value FROM settings ORDER BY key")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, Json<Value>>(1)?.0)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Sets a setting.
///
/// # Errors
/// The database could not be written.
pub fn set(tx: &Tx<'_>, key: &str, value: &Value) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached("INSERT OR REPLACE INTO settings (key, value) VALUES (?1, ?2)")?
        .execute((key, Json(value)))?;
    Ok(())
}

/// Removes a setting; whether there was one.
///
/// # Errors
/// The database could not be written.
pub fn remove(tx: &Tx<'_>, key: &str) -> Result<bool, StoreError> {
    Ok(tx
        .conn()
        .prepare_cached("DELETE FROM settings WHERE key = ?1")?
        .execute([key])?
        > 0)
}
