//! `core_api_keys`: digests of the keys by which Core applications say which one they are, and in which space. The keys are nowhere.

use rusqlite::{OptionalExtension, Row};
use time::OffsetDateTime;

use crate::ids::{ApiKeyId, CoreAppId};
use crate::sha256::Sha256;
use crate::sql::Millis;
use crate::{StoreError, Tx, View};

pub(crate) const V7: &str = "CREATE TABLE core_api_keys (
    sha256 BLOB NOT NULL PRIMARY KEY CHECK (length(sha256) = 32),
    id TEXT NOT NULL UNIQUE,
    app TEXT NOT NULL REFERENCES core_apps (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX core_api_keys_by_app ON core_api_keys (app);";

/// An API key, without the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Digest of the key.
    pub sha256: Sha256,
    /// What names it. It is never taken for the key.
    pub id: ApiKeyId,
    /// The application that holds it.
    pub app: CoreAppId,
    /// When it was made.
    pub created_at: OffsetDateTime,
}

/// The key with this digest.
///
/// # Errors
/// The database could not be read.
pub fn find(view: &View<'_>, sha256: Sha256) -> Result<Option<ApiKey>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached("SELECT sha256, id, app, created_at FROM core_api_keys WHERE sha256 = ?1")?;
    Ok(statement.query_row([sha256], read).optional()?)
}

/// The keys of an application, oldest first.
///
/// # Errors
/// The database could not be read.
pub fn of_app(view: &View<'_>, app: CoreAppId) -> Result<Vec<ApiKey>, StoreError> {
    let mut statement = view.conn().prepare_cached(
        "SELECT sha256, id, app, created_at FROM core_api_keys WHERE app = ?1 ORDER BY created_at, id",
    )?;
    let rows = statement.query_map([app], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Keeps the digest of a key that is handed out.
///
/// # Errors
/// [`StoreError::Rule`] if there is no such application; the database could not be written.
pub fn insert(tx: &Tx<'_>, key: &ApiKey) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached("INSERT INTO core_api_keys (sha256, id, app, created_at) VALUES (?1, ?2, ?3, ?4)")?
        .execute((key.sha256, key.id, key.app, Millis(key.created_at)))?;
    Ok(())
}

/// Takes a key of an application away; whether it had it.
///
/// # Errors
/// The database could not be written.
pub fn delete(tx: &Tx<'_>, app: CoreAppId, id: ApiKeyId) -> Result<bool, StoreError> {
    Ok(tx
        .conn()
        .prepare_cached("DELETE FROM core_api_keys WHERE app = ?1 AND id = ?2")?
        .execute((app, id))?
        > 0)
}

fn read(row: &Row<'_>) -> rusqlite::Result<ApiKey> {
    Ok(ApiKey {
        sha256: row.get(0)?,
        id: row.get(1)?,
        app: row.get(2)?,
        created_at: row.get::<_, Millis>(3)?.0,
    })
}
