//! `record_versions`: what a record said before its source said something else.

use rusqlite::Row;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::ids::{ConnectionId, RecordId};
use crate::record::Record;
use crate::sql::{Json, Millis};
use crate::{StoreError, Tx, View};

pub(crate) const V1: &str = "CREATE TABLE record_versions (
    seq INTEGER NOT NULL PRIMARY KEY,
    id BLOB NOT NULL,
    connection INTEGER NOT NULL REFERENCES connections (seq),
    replaced_at INTEGER NOT NULL,
    record TEXT NOT NULL
) STRICT;
CREATE INDEX record_versions_by_id ON record_versions (id);
CREATE INDEX record_versions_by_connection ON record_versions (connection);";

/// An earlier state of a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordVersion {
    /// When another one took its place.
    #[serde(with = "time::serde::rfc3339")]
    pub replaced_at: OffsetDateTime,
    /// The record as it was.
    pub record: Record,
}

/// The earlier states of a record, newest first.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>, id: RecordId) -> Result<Vec<RecordVersion>, StoreError> {
    let sql = "SELECT replaced_at, record FROM record_versions WHERE id = ?1 ORDER BY seq DESC";
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map([id], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Every earlier state of the records of a connection, oldest replacement first, one at a time.
///
/// # Errors
/// What the closure returns, or the cause for which the database could not be read.
pub fn each<E: From<StoreError>>(
    view: &View<'_>,
    connection: ConnectionId,
    mut take: impl FnMut(RecordVersion) -> Result<(), E>,
) -> Result<(), E> {
    let sql = "SELECT v.replaced_at, v.record FROM record_versions v JOIN connections c ON c.seq = v.connection \
               WHERE c.id = ?1 ORDER BY v.replaced_at, v.id, v.record";
    let mut statement = view.conn().prepare_cached(sql).map_err(StoreError::from)?;
    let mut rows = statement.query([connection]).map_err(StoreError::from)?;
    while let Some(row) = rows.next().map_err(StoreError::from)? {
        take(read(row).map_err(StoreError::from)?)?;
    }
    Ok(())
}

/// Puts back an earlier state that was exported; whether the vault did not have it.
///
/// # Errors
/// [`StoreError::NoSuchRow`] if its connection is missing; the database could not be written.
pub fn restore(tx: &Tx<'_>, version: &RecordVersion) -> Result<bool, StoreError> {
    let connection = super::connections::seq(tx, version.record.connection)?;
    let known = list(tx, version.record.id)?;
    if known.contains(version) {
        return Ok(false);
    }
    insert(tx, connection, &version.record, version.replaced_at)?;
    Ok(true)
}

pub(crate) fn insert(
    tx: &Tx<'_>,
    connection: i64,
    record: &Record,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO record_versions (id, connection, replaced_at, record) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute((record.id, connection, Millis(at), Json(record)))?;
    Ok(())
}

pub(crate) fn delete_record(tx: &Tx<'_>, id: RecordId) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached("DELETE FROM record_versions WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

pub(crate) fn delete_connection(tx: &Tx<'_>, connection: i64) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached("DELETE FROM record_versions WHERE connection = ?1")?
        .execute([connection])?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<RecordVersion> {
    Ok(RecordVersion {
        replaced_at: row.get::<_, Millis>(0)?.0,
        record: row.get::<_, Json<Record>>(1)?.0,
    })
}
