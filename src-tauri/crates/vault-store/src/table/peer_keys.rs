//! `peer_keys`: every key that was ever pinned for a peer, and how it came to be.

use rusqlite::Row;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::sql::{Millis, words};
use crate::{Sha256, StoreError, Tx, View};

pub(crate) const V6: &str = "CREATE TABLE peer_keys (
    peer TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    pem TEXT NOT NULL,
    came TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER,
    PRIMARY KEY (peer, fingerprint, since)
) STRICT, WITHOUT ROWID";

words! {
    /// How a key came to be pinned.
    KeyOrigin {
        /// The descriptor was given by hand, which counts as the comparison.
        File = "file",
        /// The person compared fingerprints.
        Comparison = "comparison",
        /// The key before it signed the change.
        Rotation = "rotation",
    }
}

/// A key that is or was pinned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinnedKey {
    /// Of whom.
    pub peer: String,
    /// SHA-256 of its SPKI.
    pub fingerprint: Sha256,
    /// The key, as PEM `PUBLIC KEY`.
    pub pem: String,
    /// How it came to be pinned.
    pub came: KeyOrigin,
    /// Since when.
    #[serde(with = "time::serde::rfc3339")]
    pub since: OffsetDateTime,
    /// Until when; `None` for the one that is.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub until: Option<OffsetDateTime>,
}

/// Pins a key; the one before it ends then.
///
/// # Errors
/// The database could not be written.
pub fn pin(tx: &Tx<'_>, key: &PinnedKey) -> Result<(), StoreError> {
    end(tx, &key.peer, key.since)?;
    insert(tx, key)
}

/// Writes a key as it is, for what comes back from a backpack.
///
/// # Errors
/// The database could not be written.
pub fn insert(tx: &Tx<'_>, key: &PinnedKey) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO peer_keys (peer, fingerprint, pem, came, since, until) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    tx.conn().prepare_cached(sql)?.execute((
        &key.peer,
        key.fingerprint,
        &key.pem,
        key.came,
        Millis(key.since),
        key.until.map(Millis),
    ))?;
    Ok(())
}

/// Ends the key that is pinned. Its history stays.
///
/// # Errors
/// The database could not be written.
pub fn end(tx: &Tx<'_>, peer: &str, at: OffsetDateTime) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached("UPDATE peer_keys SET until = ?2 WHERE peer = ?1 AND until IS NULL")?
        .execute((peer, Millis(at)))?;
    Ok(())
}

/// The keys of a peer, oldest first.
///
/// # Errors
/// The database could not be read.
pub fn of_peer(view: &View<'_>, peer: &str) -> Result<Vec<PinnedKey>, StoreError> {
    let sql = "SELECT peer, fingerprint, pem, came, since, until FROM peer_keys WHERE peer = ?1 ORDER BY since, fingerprint";
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map([peer], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// All keys, by peer.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>) -> Result<Vec<PinnedKey>, StoreError> {
    let sql =
        "SELECT peer, fingerprint, pem, came, since, until FROM peer_keys ORDER BY peer, since, fingerprint";
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<PinnedKey> {
    Ok(PinnedKey {
        peer: row.get(0)?,
        fingerprint: row.get(1)?,
        pem: row.get(2)?,
        came: row.get(3)?,
        since: row.get::<_, Millis>(4)?.0,
        until: row.get::<_, Option<Millis>>(5)?.map(|time| time.0),
    })
}
