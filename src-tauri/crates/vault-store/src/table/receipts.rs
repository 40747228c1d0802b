//! `receipts`: the consent receipt of each grant, signed when it was given. A receipt is never changed.

use rusqlite::OptionalExtension;
use time::OffsetDateTime;

use crate::ids::GrantId;
use crate::sql::Millis;
use crate::{StoreError, Tx, View};

pub(crate) const V2: &str = "CREATE TABLE receipts (
    grant_id TEXT NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    jws TEXT NOT NULL,
    signing_key TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID";

/// A signed receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedReceipt {
    /// The grant that it is of.
    pub grant: GrantId,
    /// When it was signed.
    pub at: OffsetDateTime,
    /// The receipt with its signature, as a compact JWS (RFC 7515).
    pub jws: String,
    /// The public key of the vault that signed it, as PEM; empty for this one.
    pub signing_key: String,
}

/// Keeps a receipt. A grant has one; a second is not kept. Whether it was kept.
///
/// # Errors
/// The database could not be written.
pub fn insert(tx: &Tx<'_>, receipt: &SignedReceipt) -> Result<bool, StoreError> {
    let sql = "INSERT OR IGNORE INTO receipts (grant_id, at, jws, signing_key) VALUES (?1, ?2, ?3, ?4)";
    let added = tx.conn().prepare_cached(sql)?.execute((
        receipt.grant,
        Millis(receipt.at),
        &receipt.jws,
        &receipt.signing_key,
    ))?;
    Ok(added > 0)
}

/// Names the key of the receipts that name none: the vault gets another one.
///
/// # Errors
/// The database could not be written.
pub fn name_key(tx: &Tx<'_>, signing_key: &str) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached("UPDATE receipts SET signing_key = ?1 WHERE signing_key = ''")?
        .execute([signing_key])?;
    Ok(())
}

/// The receipt of a grant.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, grant: GrantId) -> Result<Option<SignedReceipt>, StoreError> {
    let sql = "SELECT grant_id, at, jws, signing_key FROM receipts WHERE grant_id = ?1";
    Ok(view
        .conn()
        .prepare_cached(sql)?
        .query_row([grant], read)
        .optional()?)
}

/// All receipts, oldest first.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>) -> Result<Vec<SignedReceipt>, StoreError> {
    let sql = "SELECT grant_id, at, jws, signing_key FROM receipts ORDER BY at, grant_id";
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<SignedReceipt> {
    Ok(SignedReceipt {
        grant: row.get(0)?,
        at: row.get::<_, Millis>(1)?.0,
        jws: row.get(2)?,
        signing_key: row.get(3)?,
    })
}
