//! `log_heads`: signatures over the head of the log, which fix everything before it.

use rusqlite::{OptionalExtension, Row};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::sha256::Sha256;
use crate::sql::{Count, Millis};
use crate::{StoreError, Tx, View};

pub(crate) const V1: &str = "CREATE TABLE log_heads (
    seq INTEGER NOT NULL PRIMARY KEY,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    signed_at INTEGER NOT NULL,
    signature BLOB NOT NULL
) STRICT";

/// A signed head of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogHead {
    /// Number of the entry.
    pub seq: u64,
    /// Its hash.
    pub hash: Sha256,
    /// When it was signed.
    #[serde(with = "time::serde::rfc3339")]
    pub signed_at: OffsetDateTime,
    /// Signature of the issuer key over number, hash and time.
    pub signature: Vec<u8>,
}

/// Keeps a signed head. The first signature of an entry stays.
///
/// # Errors
/// The database could not be written.
pub fn insert(tx: &Tx<'_>, head: &LogHead) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached(
            "INSERT OR IGNORE INTO log_heads (seq, hash, signed_at, signature) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute((
            Count(head.seq),
            head.hash,
            Millis(head.signed_at),
            &head.signature,
        ))?;
    Ok(())
}

/// The latest signed head.
///
/// # Errors
/// The database could not be read.
pub fn last(view: &View<'_>) -> Result<Option<LogHead>, StoreError> {
    let sql = "SELECT seq, hash, signed_at, signature FROM log_heads ORDER BY seq DESC LIMIT 1";
    Ok(view.conn().prepare_cached(sql)?.query_row([], read).optional()?)
}

/// All signed heads, by number.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>) -> Result<Vec<LogHead>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached("SELECT seq, hash, signed_at, signature FROM log_heads ORDER BY seq")?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<LogHead> {
    Ok(LogHead {
        seq: row.get::<_, Count>(0)?.0,
        hash: row.get(1)?,
        signed_at: row.get::<_, Millis>(2)?.0,
        signature: row.get(3)?,
    })
}
