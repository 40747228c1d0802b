//! `tombstones`: accounts of Core applications that were deleted, for the services that have to delete theirs.

use rusqlite::Row;
use time::OffsetDateTime;

use crate::ids::{AccountId, CoreAppId, TombstoneId};
use crate::sql::Millis;
use crate::{StoreError, Tx, View};

pub(crate) const V7: &str = "CREATE TABLE tombstones (
    id TEXT NOT NULL PRIMARY KEY,
    app TEXT NOT NULL,
    account TEXT NOT NULL,
    context TEXT NOT NULL DEFAULT '{}',
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX tombstones_by_app ON tombstones (app, created_at);";

/// An account that was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// Its id.
    pub id: TombstoneId,
    /// The application.
    pub app: CoreAppId,
    /// The account.
    pub account: AccountId,
    /// What services may have to keep, JSON text that the application gave.
    pub context: String,
    /// When it was deleted.
    pub created_at: OffsetDateTime,
}

/// The accounts of an application that were deleted from a moment on, oldest first.
///
/// # Errors
/// The database could not be read.
pub fn since(view: &View<'_>, app: CoreAppId, from: OffsetDateTime) -> Result<Vec<Tombstone>, StoreError> {
    let sql = "SELECT id, app, account, context, created_at FROM tombstones WHERE app = ?1 AND created_at >= ?2 \
               ORDER BY created_at, id";
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map((app, Millis(from)), read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Keeps one.
///
/// # Errors
/// The database could not be written.
pub fn insert(tx: &Tx<'_>, tombstone: &Tombstone) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO tombstones (id, app, account, context, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((
            tombstone.id,
            tombstone.app,
            tombstone.account,
            &tombstone.context,
            Millis(tombstone.created_at),
        ))?;
    Ok(())
}

/// Forgets those from before a moment.
///
/// # Errors
/// The database could not be written.
pub fn purge(tx: &Tx<'_>, before: OffsetDateTime) -> Result<u64, StoreError> {
    Ok(tx
        .conn()
        .prepare_cached("DELETE FROM tombstones WHERE created_at < ?1")?
        .execute([Millis(before)])? as u64)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Tombstone> {
    Ok(Tombstone {
        id: row.get(0)?,
        app: row.get(1)?,
        account: row.get(2)?,
        context: row.get(3)?,
        created_at: row.get::<_, Millis>(4)?.0,
    })
}
