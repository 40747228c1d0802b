//! Versions of the schema, and the one transaction that brings a file from any of them to the newest.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::{StoreError, table};

/// The statements that lead from one version to the next; entry 0 makes version 1 of an empty file.
const VERSIONS: &[&[&str]] = &[
    table::V1,
    table::V2,
    table::V3,
    table::V4,
    table::V5,
    table::V6,
    table::V7,
    table::V8,
    table::V9,
];

/// Marks a SQLite file as a Satchel space: `SATC`.
const APPLICATION: i32 = 0x5341_5443;

/// The newest version this program reads and writes.
pub(crate) fn current() -> u32 {
    u32::try_from(VERSIONS.len()).unwrap_or(u32::MAX)
}

/// The version of a file; 0 for one without tables.
pub(crate) fn version(conn: &Connection) -> Result<u32, StoreError> {
    Ok(conn.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// Brings the file up to date, all or nothing.
pub(crate) fn run(conn: &Connection) -> Result<(), StoreError> {
    apply(conn, VERSIONS)
}

/// Brings the file from its version to the last of `versions`.
pub(crate) fn apply(conn: &Connection, versions: &[&[&str]]) -> Result<(), StoreError> {
    if count(version(conn)?) >= versions.len() {
        return Ok(());
    }
    let transaction = Transaction::new_unchecked(conn, TransactionBehavior::Immediate)?;
    // Looked at again: between the two another process may have done it.
    let done = count(version(&transaction)?);
    for statements in versions.iter().skip(done) {
        for statement in *statements {
            transaction.execute_batch(statement)?;
        }
    }
    let newest = u32::try_from(versions.len()).unwrap_or(u32::MAX);
    transaction.pragma_update(None, "user_version", newest)?;
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    Ok(transaction.commit()?)
}

fn count(version: u32) -> usize {
    usize::try_from(version).unwrap_or(usize::MAX)
}
