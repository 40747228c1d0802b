//! `core_preferences`: what Core applications keep for an account or an anonymous user of theirs. It is not read, only kept.

use rusqlite::OptionalExtension;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::ids::CoreAppId;
use crate::sql::Millis;
use crate::{StoreError, Tx, View};

pub(crate) const V7: &str = "CREATE TABLE core_preferences (
    app TEXT NOT NULL REFERENCES core_apps (id) ON DELETE CASCADE,
    subject TEXT NOT NULL,
    value TEXT NOT NULL CHECK (length(CAST(value AS BLOB)) <= 262144),
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (app, subject)
) STRICT, WITHOUT ROWID";

/// The most that is kept for one user of one application, in bytes.
pub const MOST: usize = 256 * 1024;

/// What an application keeps for a user, as it wrote it.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, app: CoreAppId, subject: &Uuid) -> Result<Option<String>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached("SELECT value FROM core_preferences WHERE app = ?1 AND subject = ?2")?;
    let subject = subject.hyphenated().to_string();
    Ok(statement.query_row((app, subject), |row| row.get(0)).optional()?)
}

/// Keeps JSON text for a user, in place of what was there.
///
/// # Errors
/// [`StoreError::Rule`] if it is longer than [`MOST`] or there is no such application; the database could not be written.
pub fn put(
    tx: &Tx<'_>,
    app: CoreAppId,
    subject: &Uuid,
    value: &str,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached(
            "INSERT OR REPLACE INTO core_preferences (app, subject, value, updated_at) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute((app, subject.hyphenated().to_string(), value, Millis(at)))?;
    Ok(())
}

/// Removes what is kept for a user; whether there was anything.
///
/// # Errors
/// The database could not be written.
pub fn delete(tx: &Tx<'_>, app: CoreAppId, subject: &Uuid) -> Result<bool, StoreError> {
    Ok(tx
        .conn()
        .prepare_cached("DELETE FROM core_preferences WHERE app = ?1 AND subject = ?2")?
        .execute((app, subject.hyphenated().to_string()))?
        > 0)
}
