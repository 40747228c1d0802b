//! `connection_secrets`: tokens and client secrets of connections. They lie inside the encrypted file and nowhere else.

use rusqlite::OptionalExtension;

use crate::ids::ConnectionId;
use crate::{SecretValue, StoreError, Tx, View};

pub(crate) const V1: &str = "CREATE TABLE connection_secrets (
    connection INTEGER NOT NULL REFERENCES connections (seq),
    name TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (connection, name)
) STRICT, WITHOUT ROWID";

/// A secret of a connection, for example `refresh_token`.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, connection: ConnectionId, name: &str) -> Result<Option<SecretValue>, StoreError> {
    let sql = "SELECT value FROM connection_secrets
               WHERE connection = (SELECT seq FROM connections WHERE id = ?1) AND name = ?2";
    let mut statement = view.conn().prepare_cached(sql)?;
    Ok(statement
        .query_row((connection, name), |row| row.get(0))
        .optional()?)
}

/// All secrets of a connection, by name; only a full backpack asks for them.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>, connection: ConnectionId) -> Result<Vec<(String, SecretValue)>, StoreError> {
    let sql = "SELECT name, value FROM connection_secrets
               WHERE connection = (SELECT seq FROM connections WHERE id = ?1) ORDER BY name";
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map([connection], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Keeps a secret, in place of an earlier one of the same name.
///
/// # Errors
/// [`StoreError::NoSuchRow`] if there is no such connection; the database could not be written.
pub fn set(tx: &Tx<'_>, connection: ConnectionId, name: &str, value: &SecretValue) -> Result<(), StoreError> {
    let seq = super::connections::seq(tx, connection)?;
    tx.conn()
        .prepare_cached(
            "INSERT OR REPLACE INTO connection_secrets (connection, name, value) VALUES (?1, ?2, ?3)",
        )?
        .execute((seq, name, value))?;
    Ok(())
}

/// Forgets one secret of a connection.
///
/// # Errors
/// The database could not be written.
pub fn remove(tx: &Tx<'_>, connection: ConnectionId, name: &str) -> Result<(), StoreError> {
    let sql = "DELETE FROM connection_secrets
               WHERE connection = (SELECT seq FROM connections WHERE id = ?1) AND name = ?2";
    tx.conn().prepare_cached(sql)?.execute((connection, name))?;
    Ok(())
}

/// Forgets all secrets of a connection.
///
/// # Errors
/// The database could not be written.
pub fn clear(tx: &Tx<'_>, connection: ConnectionId) -> Result<(), StoreError> {
    match super::connections::seq(tx, connection) {
        Ok(seq) => delete_connection(tx, seq),
        Err(StoreError::NoSuchRow) => Ok(()),
        Err(error) => Err(error),
    }
}

pub(crate) fn delete_connection(tx: &Tx<'_>, connection: i64) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached("DELETE FROM connection_secrets WHERE connection = ?1")?
        .execute([connection])?;
    Ok(())
}
