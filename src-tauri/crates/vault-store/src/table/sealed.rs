//! `sealed`: secrets that belong to no connection: keys of the space and the vault (issuer key, peer key), sealed by their owner before they
//! come here, and the password of the mail server.

use rusqlite::OptionalExtension;

use crate::{SecretValue, StoreError, Tx, View};

pub(crate) const V1: &str = "CREATE TABLE sealed (
    name TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID";

/// The sealed value of this name.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, name: &str) -> Result<Option<SecretValue>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached("SELECT value FROM sealed WHERE name = ?1")?;
    Ok(statement.query_row([name], |row| row.get(0)).optional()?)
}

/// Keeps a sealed value, in place of an earlier one of the same name.
///
/// # Errors
/// The database could not be written.
pub fn set(tx: &Tx<'_>, name: &str, value: &SecretValue) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached("INSERT OR REPLACE INTO sealed (name, value) VALUES (?1, ?2)")?
        .execute((name, value))?;
    Ok(())
}

/// Removes a value; whether there was one.
///
/// # Errors
/// The database could not be written.
pub fn remove(tx: &Tx<'_>, name: &str) -> Result<bool, StoreError> {
    Ok(tx
        .conn()
        .prepare_cached("DELETE FROM sealed WHERE name = ?1")?
        .execute([name])?
        > 0)
}
