//! `transfers`: signed transfers to cooperatives, from the first look to the receipt.

use std::fmt;

use rusqlite::{OptionalExtension, Row};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::ids::{DisclosureId, TransferId};
use crate::sql::{Count, Millis, words};
use crate::{Sha256, StoreError, Tx, View};

pub(crate) const V6: &str = "CREATE TABLE transfers (
    id TEXT NOT NULL PRIMARY KEY,
    peer TEXT NOT NULL,
    peer_name TEXT NOT NULL,
    service TEXT NOT NULL,
    service_name TEXT NOT NULL,
    state TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    frozen_at INTEGER,
    payload TEXT,
    sha256 BLOB,
    size INTEGER NOT NULL DEFAULT 0,
    message TEXT,
    expires_at INTEGER,
    envelope TEXT,
    address TEXT NOT NULL DEFAULT '',
    their_key BLOB,
    sent_at INTEGER,
    ended_at INTEGER,
    fault TEXT NOT NULL DEFAULT '',
    answer_status INTEGER,
    answer_type TEXT,
    answer BLOB,
    receipt TEXT,
    disclosure TEXT
) STRICT;
CREATE INDEX transfers_by_peer ON transfers (peer, service, begun_at);";

words! {
    /// How a transfer stands.
    TransferState {
        /// It is looked at; nothing is frozen yet.
        Drafted = "drafted",
        /// Its text is frozen and waits for the person's word.
        Prepared = "prepared",
        /// It was signed and is on its way.
        Sending = "sending",
        /// The other side has it.
        Accepted = "accepted",
        /// The other side refused it.
        Refused = "refused",
        /// It did not leave.
        NotSent = "not_sent",
        /// It may have arrived.
        Unknown = "unknown",
    }
}

/// A transfer. `Debug` shows no value of the person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// Its id.
    pub id: TransferId,
    /// Peer id of the receiver.
    pub peer: String,
    /// The receiver's name, as it was.
    pub peer_name: String,
    /// Id of the service.
    pub service: String,
    /// The service's name, as it was.
    pub service_name: String,
    /// How it stands.
    pub state: TransferState,
    /// When it was begun.
    #[serde(with = "time::serde::rfc3339")]
    pub begun_at: OffsetDateTime,
    /// When its text was frozen.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub frozen_at: Option<OffsetDateTime>,
    /// The frozen text; `None` before it is frozen and after it was forgotten.
    pub payload: Option<String>,
    /// SHA-256 of that text.
    pub sha256: Option<Sha256>,
    /// Its length in bytes.
    pub size: u32,
    /// Its `messageId`.
    pub message: Option<String>,
    /// Until when it is good.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub expires_at: Option<OffsetDateTime>,
    /// The envelope as it was sent; forgotten with the text.
    pub envelope: Option<String>,
    /// Where it goes.
    pub address: String,
    /// Fingerprint of the receiver's key when the text was frozen.
    pub their_key: Option<Sha256>,
    /// When it was sent.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub sent_at: Option<OffsetDateTime>,
    /// When its outcome was known.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub ended_at: Option<OffsetDateTime>,
    /// What was wrong, as a code; empty if nothing was.
    pub fault: String,
    /// HTTP status of the answer.
    pub answer_status: Option<u16>,
    /// Its content type.
    pub answer_type: Option<String>,
    /// Its body. It may hold a token.
    pub answer: Option<Vec<u8>>,
    /// The receipt, as JSON.
    pub receipt: Option<String>,
    /// The log entry of the release.
    pub disclosure: Option<DisclosureId>,
}

impl fmt::Debug for Transfer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transfer")
            .field("id", &self.id)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

const COLUMNS: &str = "id, peer, peer_name, service, service_name, state, begun_at, frozen_at, payload, sha256, size, message, \
                       expires_at, envelope, address, their_key, sent_at, ended_at, fault, answer_status, answer_type, answer, \
                       receipt, disclosure";

/// Adds a transfer, or replaces all that is kept of it.
///
/// # Errors
/// The database could not be written.
pub fn put(tx: &Tx<'_>, one: &Transfer) -> Result<(), StoreError> {
    let sql = format!(
        "INSERT OR REPLACE INTO transfers ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, \
         ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)"
    );
    let conn = tx.conn();
    let mut statement = conn.prepare_cached(&sql)?;
    statement.execute(rusqlite::params![
        one.id,
        one.peer,
        one.peer_name,
        one.service,
        one.service_name,
        one.state,
        Millis(one.begun_at),
        one.frozen_at.map(Millis),
        one.payload,
        one.sha256,
        one.size,
        one.message,
        one.expires_at.map(Millis),
        one.envelope,
        one.address,
        one.their_key,
        one.sent_at.map(Millis),
        one.ended_at.map(Millis),
        one.fault,
        one.answer_status,
        one.answer_type,
        one.answer,
        one.receipt,
        one.disclosure,
    ])?;
    Ok(())
}

/// One transfer.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, id: TransferId) -> Result<Option<Transfer>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM transfers WHERE id = ?1");
    Ok(view
        .conn()
        .prepare_cached(&sql)?
        .query_row([id], read)
        .optional()?)
}

/// All of them, newest first.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>) -> Result<Vec<Transfer>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM transfers ORDER BY begun_at DESC, id DESC");
    let mut statement = view.conn().prepare_cached(&sql)?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Those that left or were to leave, by id, each with the moment of its last change.
///
/// # Errors
/// The database could not be read.
pub fn sent(view: &View<'_>) -> Result<Vec<(TransferId, OffsetDateTime)>, StoreError> {
    let sql = "SELECT id, coalesce(ended_at, sent_at, begun_at) FROM transfers \
               WHERE state NOT IN ('drafted', 'prepared') ORDER BY id";
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, Millis>(1)?.0)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many left or were to leave, by peer.
///
/// # Errors
/// The database could not be read.
pub fn sent_by_peer(view: &View<'_>) -> Result<Vec<(String, u64)>, StoreError> {
    let sql = "SELECT peer, count(*) FROM transfers WHERE state NOT IN ('drafted', 'prepared') GROUP BY peer";
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, Count>(1)?.0)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Removes one; whether there was one.
///
/// # Errors
/// The database could not be written.
pub fn remove(tx: &Tx<'_>, id: TransferId) -> Result<bool, StoreError> {
    Ok(tx
        .conn()
        .prepare_cached("DELETE FROM transfers WHERE id = ?1")?
        .execute([id])?
        > 0)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Transfer> {
    let time = |at: usize| -> rusqlite::Result<Option<OffsetDateTime>> {
        Ok(row.get::<_, Option<Millis>>(at)?.map(|time| time.0))
    };
    Ok(Transfer {
        id: row.get(0)?,
        peer: row.get(1)?,
        peer_name: row.get(2)?,
        service: row.get(3)?,
        service_name: row.get(4)?,
        state: row.get(5)?,
        begun_at: row.get::<_, Millis>(6)?.0,
        frozen_at: time(7)?,
        payload: row.get(8)?,
        sha256: row.get(9)?,
        size: row.get(10)?,
        message: row.get(11)?,
        expires_at: time(12)?,
        envelope: row.get(13)?,
        address: row.get(14)?,
        their_key: row.get(15)?,
        sent_at: time(16)?,
        ended_at: time(17)?,
        fault: row.get(18)?,
        answer_status: row.get(19)?,
        answer_type: row.get(20)?,
        answer: row.get(21)?,
        receipt: row.get(22)?,
        disclosure: row.get(23)?,
    })
}
