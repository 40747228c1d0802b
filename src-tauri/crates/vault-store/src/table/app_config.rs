//! `app_config`: what an app keeps in the vault through `config`.

use rusqlite::OptionalExtension;

use crate::ids::AppId;
use crate::sql::Count;
use crate::{StoreError, Tx, View};

pub(crate) const V1: &str = "CREATE TABLE app_config (
    app TEXT NOT NULL PRIMARY KEY REFERENCES apps (id),
    value TEXT NOT NULL
) STRICT";

/// What the app keeps.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, app: AppId) -> Result<Option<String>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached("SELECT value FROM app_config WHERE app = ?1")?;
    Ok(statement.query_row([app], |row| row.get(0)).optional()?)
}

/// Number of bytes the app keeps.
///
/// # Errors
/// The database could not be read.
pub fn size(view: &View<'_>, app: AppId) -> Result<u64, StoreError> {
    let sql = "SELECT coalesce(sum(length(CAST(value AS BLOB))), 0) FROM app_config WHERE app = ?1";
    Ok(view
        .conn()
        .prepare_cached(sql)?
        .query_row([app], |row| row.get::<_, Count>(0))?
        .0)
}

/// Keeps a value in place of the earlier one.
///
/// # Errors
/// [`StoreError::Rule`] if the app is not installed; the database could not be written.
pub fn set(tx: &Tx<'_>, app: AppId, value: &str) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached("INSERT OR REPLACE INTO app_config (app, value) VALUES (?1, ?2)")?
        .execute((app, value))?;
    Ok(())
}

/// Forgets what the app keeps.
///
/// # Errors
/// The database could not be written.
pub fn clear(tx: &Tx<'_>, app: AppId) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached("DELETE FROM app_config WHERE app = ?1")?
        .execute([app])?;
    Ok(())
}
