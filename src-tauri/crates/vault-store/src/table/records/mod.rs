//! `records`: the normalised facts. The row number `seq` grows with every new or changed record and is never given twice,
//! so it is also the cursor of changes.

mod counts;
mod earnings;
mod filter;
mod intake;
mod ratings;
mod read;
mod restore;
mod row;
mod search;
mod undo;

use crate::ids::RecordId;
use crate::{StoreError, Tx};

pub use counts::{
    ConnectionMonth, Counted, Overlap, PaymentSum, PlatformMonth, RecordTotals, Sum, by_connection, by_kind,
    by_month, by_platform, by_type, count, coverage, member_names, overlaps, payment_sums, platform_months,
    span, totals,
};
pub use earnings::{Earning, Gigs, NOT_EARNINGS, Step, earnings, gigs};
pub use filter::RecordFilter;
pub use intake::{Became, Intake, foresee, intake};
pub use ratings::{RatingStats, RatingStep, ratings, ratings_over_time};
pub use read::{
    Cursor, NotACursor, Sort, after, belonging_to, changes, digest, each, get, last_change, page, said,
    said_about, work_on_day,
};
pub use restore::{Restored, compare, restore};
pub use undo::{Undone, says, undo_step};

pub(crate) const V1: &str = "CREATE TABLE records (
    seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    connection INTEGER NOT NULL REFERENCES connections (seq),
    origin INTEGER NOT NULL REFERENCES retrieval_documents (seq),
    kind TEXT NOT NULL,
    start TEXT NOT NULL,
    start_ms INTEGER NOT NULL,
    day INTEGER NOT NULL,
    end TEXT,
    type TEXT,
    title TEXT,
    status TEXT,
    distance_m INTEGER,
    duration_s INTEGER,
    amount_minor INTEGER,
    currency TEXT,
    exponent INTEGER,
    rating_name TEXT,
    rating_value REAL,
    rating_min REAL,
    rating_max REAL,
    text TEXT,
    work BLOB,
    extra TEXT NOT NULL DEFAULT '{}',
    path TEXT NOT NULL DEFAULT '',
    content BLOB NOT NULL
) STRICT;
CREATE INDEX records_by_start ON records (start_ms);
CREATE INDEX records_payments ON records (connection) WHERE kind = 'payment';
CREATE INDEX records_by_origin ON records (origin);
CREATE INDEX records_by_work ON records (work) WHERE work IS NOT NULL;";

/// Removes one record, its words and its earlier versions; whether there was one. The raw document stays.
///
/// # Errors
/// The database could not be written.
pub fn delete(tx: &Tx<'_>, id: RecordId) -> Result<bool, StoreError> {
    use rusqlite::OptionalExtension;
    let found: Option<i64> = tx
        .conn()
        .prepare_cached("SELECT seq FROM records WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    let Some(seq) = found else { return Ok(false) };
    remove_row(tx, seq)?;
    super::record_versions::delete_record(tx, id)?;
    super::record_sources::delete_record(tx, id)?;
    Ok(true)
}

/// Removes a row and its words.
fn remove_row(tx: &Tx<'_>, seq: i64) -> Result<(), StoreError> {
    super::records_fts::delete(tx, seq)?;
    tx.conn()
        .prepare_cached("DELETE FROM records WHERE seq = ?1")?
        .execute([seq])?;
    Ok(())
}

/// Removes all records of a connection; their number.
pub(crate) fn delete_connection(tx: &Tx<'_>, connection: i64) -> Result<u64, StoreError> {
    tx.conn()
        .prepare_cached(
            "DELETE FROM records_fts WHERE rowid IN (SELECT seq FROM records WHERE connection = ?1)",
        )?
        .execute([connection])?;
    super::record_versions::delete_connection(tx, connection)?;
    super::record_sources::delete_connection(tx, connection)?;
    let removed = tx
        .conn()
        .prepare_cached("DELETE FROM records WHERE connection = ?1")?
        .execute([connection])?;
    Ok(removed as u64)
}
