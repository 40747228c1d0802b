//! `incoming_transfers`: what peers sent here. One that was discarded or expired leaves a row without its text, so that a package that
//! comes again is known.

use std::fmt;

use rusqlite::{OptionalExtension, Row};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::ids::IncomingId;
use crate::sql::{Millis, words};
use crate::{Sha256, StoreError, Tx, View};

pub(crate) const V6: &str = "CREATE TABLE incoming_transfers (
    id TEXT NOT NULL PRIMARY KEY,
    peer TEXT NOT NULL,
    peer_name TEXT NOT NULL,
    service TEXT NOT NULL DEFAULT '',
    payload TEXT,
    sha256 BLOB NOT NULL,
    envelope BLOB,
    message TEXT,
    state TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    repeats INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX incoming_transfers_by_text ON incoming_transfers (peer, sha256);
CREATE UNIQUE INDEX incoming_transfers_by_message ON incoming_transfers (peer, message) WHERE message IS NOT NULL;";

words! {
    /// How an incoming transfer stands.
    IncomingState {
        /// The person has not looked at it.
        Waiting = "waiting",
        /// The person keeps it.
        Accepted = "accepted",
        /// The person did not want it.
        Discarded = "discarded",
        /// Nobody looked at it in time.
        Expired = "expired",
    }
}

/// An incoming transfer. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incoming {
    /// Its id, a UUID of version 4: the `uuid` on the wire.
    pub id: IncomingId,
    /// Peer id of the sender.
    pub peer: String,
    /// The sender's name, as it was.
    pub peer_name: String,
    /// Id of the service that it is for; empty if it names none.
    pub service: String,
    /// The text that was signed; `None` once it is gone.
    pub payload: Option<String>,
    /// SHA-256 of that text.
    pub sha256: Sha256,
    /// The whole package as it came; goes with the text.
    pub envelope: Option<Vec<u8>>,
    /// Its `messageId`, if it has one.
    pub message: Option<String>,
    /// How it stands.
    pub state: IncomingState,
    /// When it came.
    #[serde(with = "time::serde::rfc3339")]
    pub received_at: OffsetDateTime,
    /// When it goes: what waits, unless the person keeps it; the row of what was let go, once nobody can send it again.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
    /// How often it came again.
    pub repeats: u32,
}

impl fmt::Debug for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Incoming")
            .field("id", &self.id)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

const COLUMNS: &str = "id, peer, peer_name, service, payload, sha256, envelope, message, state, received_at, expires_at, repeats";

/// Adds one, or replaces all that is kept of it.
///
/// # Errors
/// [`StoreError::Rule`] if the peer sent the same text or `messageId` in another; the database could not be written.
pub fn put(tx: &Tx<'_>, one: &Incoming) -> Result<(), StoreError> {
    let sql = format!(
        "INSERT INTO incoming_transfers ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) \
         ON CONFLICT (id) DO UPDATE SET payload = excluded.payload, envelope = excluded.envelope, state = excluded.state, \
         expires_at = excluded.expires_at, repeats = excluded.repeats"
    );
    tx.conn().prepare_cached(&sql)?.execute((
        one.id,
        &one.peer,
        &one.peer_name,
        &one.service,
        &one.payload,
        one.sha256,
        &one.envelope,
        &one.message,
        one.state,
        Millis(one.received_at),
        Millis(one.expires_at),
        one.repeats,
    ))?;
    Ok(())
}

/// One of them.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, id: IncomingId) -> Result<Option<Incoming>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM incoming_transfers WHERE id = ?1");
    Ok(view
        .conn()
        .prepare_cached(&sql)?
        .query_row([id], read)
        .optional()?)
}

/// The one of a peer with this text.
///
/// # Errors
/// The database could not be read.
pub fn of_text(view: &View<'_>, peer: &str, sha256: Sha256) -> Result<Option<Incoming>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM incoming_transfers WHERE peer = ?1 AND sha256 = ?2");
    Ok(view
        .conn()
        .prepare_cached(&sql)?
        .query_row((peer, sha256), read)
        .optional()?)
}

/// The one of a peer with this `messageId`.
///
/// # Errors
/// The database could not be read.
pub fn of_message(view: &View<'_>, peer: &str, message: &str) -> Result<Option<Incoming>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM incoming_transfers WHERE peer = ?1 AND message = ?2");
    Ok(view
        .conn()
        .prepare_cached(&sql)?
        .query_row((peer, message), read)
        .optional()?)
}

/// All of them, newest first.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>) -> Result<Vec<Incoming>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM incoming_transfers ORDER BY received_at DESC, id");
    let mut statement = view.conn().prepare_cached(&sql)?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// All of them by id, each with the moment when it came.
///
/// # Errors
/// The database could not be read.
pub fn ids(view: &View<'_>) -> Result<Vec<(IncomingId, OffsetDateTime)>, StoreError> {
    let sql = "SELECT id, received_at FROM incoming_transfers ORDER BY id";
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, Millis>(1)?.0)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many of a peer wait for the person.
///
/// # Errors
/// The database could not be read.
pub fn waiting_of(view: &View<'_>, peer: &str) -> Result<u32, StoreError> {
    let sql = "SELECT count(*) FROM incoming_transfers WHERE peer = ?1 AND state = 'waiting'";
    Ok(view
        .conn()
        .prepare_cached(sql)?
        .query_row([peer], |row| row.get(0))?)
}

/// How many wait for the person.
///
/// # Errors
/// The database could not be read.
pub fn waiting(view: &View<'_>) -> Result<u32, StoreError> {
    let sql = "SELECT count(*) FROM incoming_transfers WHERE state = 'waiting'";
    Ok(view.conn().prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

/// Those that wait and whose time is over.
///
/// # Errors
/// The database could not be read.
pub fn overdue(view: &View<'_>, now: OffsetDateTime) -> Result<Vec<Incoming>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM incoming_transfers WHERE state = 'waiting' AND expires_at <= ?1");
    let mut statement = view.conn().prepare_cached(&sql)?;
    let rows = statement.query_map([Millis(now)], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Removes the rows of what was let go, where the time of the row is over or its sender is known no more; how many there were.
///
/// # Errors
/// The database could not be written.
pub fn prune(tx: &Tx<'_>, now: OffsetDateTime) -> Result<usize, StoreError> {
    let sql = "DELETE FROM incoming_transfers WHERE state IN ('discarded', 'expired') \
               AND (expires_at <= ?1 OR peer NOT IN (SELECT id FROM peers))";
    Ok(tx.conn().prepare_cached(sql)?.execute([Millis(now)])?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Incoming> {
    Ok(Incoming {
        id: row.get(0)?,
        peer: row.get(1)?,
        peer_name: row.get(2)?,
        service: row.get(3)?,
        payload: row.get(4)?,
        sha256: row.get(5)?,
        envelope: row.get(6)?,
        message: row.get(7)?,
        state: row.get(8)?,
        received_at: row.get::<_, Millis>(9)?.0,
        expires_at: row.get::<_, Millis>(10)?.0,
        repeats: row.get(11)?,
    })
}
