//! `continuations`: tokens with which the sender of an incoming transfer sees, once, what arrived. Only their digests are kept.

use rusqlite::OptionalExtension;
use time::OffsetDateTime;

use crate::ids::IncomingId;
use crate::sql::Millis;
use crate::{Sha256, StoreError, Tx};

pub(crate) const V6: &str = "CREATE TABLE continuations (
    token BLOB NOT NULL PRIMARY KEY,
    incoming TEXT NOT NULL,
    repeated INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID";

/// What a token opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Continuation {
    /// The transfer.
    pub incoming: IncomingId,
    /// Whether it only says that this arrived before.
    pub repeated: bool,
}

/// Keeps a token by its digest.
///
/// # Errors
/// [`StoreError::Rule`] if it is kept already; the database could not be written.
pub fn insert(
    tx: &Tx<'_>,
    token: Sha256,
    what: Continuation,
    expires_at: OffsetDateTime,
) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO continuations (token, incoming, repeated, expires_at) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute((token, what.incoming, what.repeated, Millis(expires_at)))?;
    Ok(())
}

/// Takes a token: what it opens, if it is known and its time is not over. It is gone then.
///
/// # Errors
/// The database could not be written.
pub fn take(tx: &Tx<'_>, token: Sha256, now: OffsetDateTime) -> Result<Option<Continuation>, StoreError> {
    let sql = "DELETE FROM continuations WHERE token = ?1 RETURNING incoming, repeated, expires_at > ?2";
    let taken = tx
        .conn()
        .prepare_cached(sql)?
        .query_row((token, Millis(now)), |row| {
            let what = Continuation {
                incoming: row.get(0)?,
                repeated: row.get(1)?,
            };
            Ok((what, row.get::<_, bool>(2)?))
        })
        .optional()?;
    Ok(taken.and_then(|(what, is_good)| is_good.then_some(what)))
}

/// Removes all whose time is over.
///
/// # Errors
/// The database could not be written.
pub fn expire(tx: &Tx<'_>, now: OffsetDateTime) -> Result<usize, StoreError> {
    Ok(tx
        .conn()
        .prepare_cached("DELETE FROM continuations WHERE expires_at <= ?1")?
        .execute([Millis(now)])?)
}
