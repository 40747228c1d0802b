//! `peers`: cooperatives and other vaults that the person knows, with what each says of itself and the key that is pinned for it.

use rusqlite::{OptionalExtension, Row};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::sql::{Millis, words};
use crate::{Sha256, StoreError, Tx, View};

pub(crate) const V6: &str = "CREATE TABLE peers (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    descriptor TEXT NOT NULL,
    came TEXT NOT NULL,
    address TEXT NOT NULL DEFAULT '',
    fingerprint BLOB,
    checked_at INTEGER,
    waiting TEXT,
    waiting_fingerprint BLOB,
    waiting_since INTEGER,
    strong INTEGER NOT NULL,
    logo BLOB,
    added_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID";

words! {
    /// How a descriptor came here.
    PeerSource {
        /// A file that the person chose.
        File = "file",
        /// Fetched from an address.
        Url = "url",
        /// A text that was pasted.
        Text = "text",
        /// A backpack.
        Backpack = "backpack",
    }
}

/// A peer. What its descriptor says is unchecked; only its key is ever proven.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peer {
    /// Its peer id.
    pub id: String,
    /// Its name, for people.
    pub name: String,
    /// Its descriptor, as it came.
    pub descriptor: String,
    /// How that came.
    pub came: PeerSource,
    /// The address it was fetched from; empty for any other source.
    pub address: String,
    /// The fingerprint of the key that is pinned: SHA-256 of the SPKI. `None` if it gave no key.
    pub fingerprint: Option<Sha256>,
    /// When the person compared that key, or its predecessor announced it; `None` until then, and then nothing can be sent.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub checked_at: Option<OffsetDateTime>,
    /// A descriptor with another key, which waits for the person. While there is one nothing goes out and nothing comes in.
    pub waiting: Option<String>,
    /// The fingerprint of its key; `None` if it has none.
    pub waiting_fingerprint: Option<Sha256>,
    /// When it came.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub waiting_since: Option<OffsetDateTime>,
    /// Whether it has to send the signed extras and the second signature.
    pub strong: bool,
    /// Its logo: PNG or JPEG.
    #[serde(skip)]
    pub logo: Option<Vec<u8>>,
    /// When it was added.
    #[serde(with = "time::serde::rfc3339")]
    pub added_at: OffsetDateTime,
}

const COLUMNS: &str = "id, name, descriptor, came, address, fingerprint, checked_at, waiting, waiting_fingerprint, waiting_since, \
                       strong, logo, added_at";

/// Adds a peer, or replaces all that is kept of the one with its id.
///
/// # Errors
/// The database could not be written.
pub fn put(tx: &Tx<'_>, peer: &Peer) -> Result<(), StoreError> {
    let sql = format!(
        "INSERT OR REPLACE INTO peers ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
    );
    tx.conn().prepare_cached(&sql)?.execute((
        &peer.id,
        &peer.name,
        &peer.descriptor,
        peer.came,
        &peer.address,
        peer.fingerprint,
        peer.checked_at.map(Millis),
        &peer.waiting,
        peer.waiting_fingerprint,
        peer.waiting_since.map(Millis),
        peer.strong,
        &peer.logo,
        Millis(peer.added_at),
    ))?;
    Ok(())
}

/// One peer.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, id: &str) -> Result<Option<Peer>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM peers WHERE id = ?1");
    Ok(view
        .conn()
        .prepare_cached(&sql)?
        .query_row([id], read)
        .optional()?)
}

/// All of them, by name.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>) -> Result<Vec<Peer>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM peers ORDER BY name, id");
    let mut statement = view.conn().prepare_cached(&sql)?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Removes one; whether there was one.
///
/// # Errors
/// The database could not be written.
pub fn remove(tx: &Tx<'_>, id: &str) -> Result<bool, StoreError> {
    Ok(tx
        .conn()
        .prepare_cached("DELETE FROM peers WHERE id = ?1")?
        .execute([id])?
        > 0)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Peer> {
    Ok(Peer {
        id: row.get(0)?,
        name: row.get(1)?,
        descriptor: row.get(2)?,
        came: row.get(3)?,
        address: row.get(4)?,
        fingerprint: row.get(5)?,
        checked_at: row.get::<_, Option<Millis>>(6)?.map(|time| time.0),
        waiting: row.get(7)?,
        waiting_fingerprint: row.get(8)?,
        waiting_since: row.get::<_, Option<Millis>>(9)?.map(|time| time.0),
        strong: row.get(10)?,
        logo: row.get(11)?,
        added_at: row.get::<_, Millis>(12)?.0,
    })
}
