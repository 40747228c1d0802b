//! `backpacks`: the backpacks that were packed from this space.

use rusqlite::Row;
use time::OffsetDateTime;

use crate::sha256::Sha256;
use crate::sql::{Count, Millis};
use crate::{StoreError, Tx, View};

pub(crate) const V1: &str = "CREATE TABLE backpacks (
    seq INTEGER NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    file TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    records INTEGER NOT NULL,
    sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
    proved INTEGER NOT NULL CHECK (proved IN (0, 1))
) STRICT";

/// A backpack that was packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedBackpack {
    /// When.
    pub at: OffsetDateTime,
    /// Where it was written.
    pub file: String,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// Number of records in it.
    pub records: u64,
    /// Digest of the file.
    pub sha256: Sha256,
    /// Whether it was read back and every digest compared.
    pub proved: bool,
}

/// Notes a backpack.
///
/// # Errors
/// The database could not be written.
pub fn insert(tx: &Tx<'_>, packed: &PackedBackpack) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO backpacks (at, file, bytes, records, sha256, proved) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    tx.conn().prepare_cached(sql)?.execute((
        Millis(packed.at),
        &packed.file,
        Count(packed.bytes),
        Count(packed.records),
        packed.sha256,
        packed.proved,
    ))?;
    Ok(())
}

/// The latest backpacks, newest first.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>, limit: u32) -> Result<Vec<PackedBackpack>, StoreError> {
    let sql =
        "SELECT at, file, bytes, records, sha256, proved FROM backpacks ORDER BY at DESC, seq DESC LIMIT ?1";
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map([limit], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<PackedBackpack> {
    Ok(PackedBackpack {
        at: row.get::<_, Millis>(0)?.0,
        file: row.get(1)?,
        bytes: row.get::<_, Count>(2)?.0,
        records: row.get::<_, Count>(3)?.0,
        sha256: row.get(4)?,
        proved: row.get(5)?,
    })
}
