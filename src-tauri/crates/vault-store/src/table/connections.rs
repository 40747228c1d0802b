//! `connections`: the person's accounts at platforms, with an honest state.

use rusqlite::{OptionalExtension, Row};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use time::OffsetDateTime;

use crate::ids::ConnectionId;
use crate::sql::{Json, Millis, words};
use crate::{StoreError, Tx, View};

pub(crate) const V1: &str = "CREATE TABLE connections (
    seq INTEGER NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    platform TEXT NOT NULL,
    name TEXT NOT NULL,
    way TEXT NOT NULL,
    state TEXT NOT NULL,
    state_since INTEGER NOT NULL,
    account TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT '{}',
    created_at INTEGER NOT NULL,
    last_fetch_at INTEGER,
    next_try_at INTEGER
) STRICT";

words! {
    /// How data comes in over a connection.
    ConnectionWay {
        /// A linked account (OAuth 2.0).
        Link = "link",
        /// An address that a platform's endpoint is asked for.
        Email = "email",
        /// Files that the person gives.
        File = "file",
        /// An answer to a request for data.
        Request = "request",
        /// The person's own entries.
        Own = "own",
    }
}

impl ConnectionWay {
    /// Whether a platform is asked, so that there is something to fetch.
    #[must_use]
    pub const fn is_asked(self) -> bool {
        match self {
            Self::Link | Self::Email => true,
            Self::File | Self::Request | Self::Own => false,
        }
    }
}

words! {
    /// What can be said about a connection.
    ConnectionState {
        /// Data comes in as it should.
        Working = "working",
        /// It came from a file; nothing is fetched.
        File = "file",
        /// A fetch is under way.
        Fetching = "fetching",
        /// The platform asks the person to sign in again.
        AuthLost = "authLost",
        /// The platform granted less than was asked.
        LessGranted = "lessGranted",
        /// A mail was sent to the address, and nobody has answered it.
        EmailSent = "emailSent",
        /// Linking was begun and not finished.
        NotFinished = "notFinished",
        /// The platform asks to wait.
        PlatformBusy = "platformBusy",
        /// The platform does not answer.
        PlatformDown = "platformDown",
        /// The platform answers in a form that is not known.
        UnknownFormat = "unknownFormat",
        /// The person stopped it.
        Stopped = "stopped",
        /// The account is no more.
        Gone = "gone",
        /// The person's own entries.
        Typed = "typed",
    }
}

/// An account of the person at a platform.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Its identifier.
    pub id: ConnectionId,
    /// Id of the platform; `own` for the person's own entries.
    pub platform: String,
    /// Name of the platform as shown.
    pub name: String,
    /// How data comes in.
    pub way: ConnectionWay,
    /// What can be said about it.
    pub state: ConnectionState,
    /// Since when.
    #[serde(with = "time::serde::rfc3339")]
    pub state_since: OffsetDateTime,
    /// The account's name at the platform, for example an e-mail address; empty if unknown.
    pub account: String,
    /// What the connector wants to remember and show: granted scopes, addresses, faults. Never a secret.
    pub detail: Map<String, Value>,
    /// When it was made.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When data last came in.
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_fetch_at: Option<OffsetDateTime>,
    /// When the scheduler tries next.
    #[serde(with = "time::serde::rfc3339::option")]
    pub next_try_at: Option<OffsetDateTime>,
}

impl std::fmt::Debug for Connection {
    /// Which connection, and not whose account it is.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection")
            .field("id", &self.id)
            .field("platform", &self.platform)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

const COLUMNS: &str =
    "id, platform, name, way, state, state_since, account, detail, created_at, last_fetch_at, next_try_at";

/// All connections, in the order in which they were made.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>) -> Result<Vec<Connection>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM connections ORDER BY created_at, seq");
    let mut statement = view.conn().prepare_cached(&sql)?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One connection.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, id: ConnectionId) -> Result<Option<Connection>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM connections WHERE id = ?1");
    Ok(view
        .conn()
        .prepare_cached(&sql)?
        .query_row([id], read)
        .optional()?)
}

/// Adds a connection.
///
/// # Errors
/// [`StoreError::Rule`] if the id is taken; the database could not be written.
pub fn insert(tx: &Tx<'_>, connection: &Connection) -> Result<(), StoreError> {
    let sql =
        format!("INSERT INTO connections ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");
    write(tx, &sql, connection)
}

/// Replaces everything about a connection but its id.
///
/// # Errors
/// [`StoreError::NoSuchRow`]; the database could not be written.
pub fn update(tx: &Tx<'_>, connection: &Connection) -> Result<(), StoreError> {
    let sql = "UPDATE connections SET platform = ?2, name = ?3, way = ?4, state = ?5, state_since = ?6, account = ?7, \
               detail = ?8, created_at = ?9, last_fetch_at = ?10, next_try_at = ?11 WHERE id = ?1";
    write(tx, sql, connection)
}

/// Sets what can be said about a connection, and when it is tried next. `state_since` stays if the state is the same.
///
/// # Errors
/// [`StoreError::NoSuchRow`]; the database could not be written.
pub fn set_state(
    tx: &Tx<'_>,
    id: ConnectionId,
    state: ConnectionState,
    at: OffsetDateTime,
    next_try_at: Option<OffsetDateTime>,
) -> Result<(), StoreError> {
    let sql = "UPDATE connections SET state_since = iif(state = ?2, state_since, ?3), state = ?2, next_try_at = ?4 \
               WHERE id = ?1";
    let changed = tx
        .conn()
        .prepare_cached(sql)?
        .execute((id, state, Millis(at), next_try_at.map(Millis)))?;
    if changed == 0 {
        Err(StoreError::NoSuchRow)
    } else {
        Ok(())
    }
}

/// Removes a connection with its secrets, its retrievals, its raw documents (as far as no other connection has the same)
/// and its records. Returns the number of records removed.
///
/// # Errors
/// [`StoreError::NoSuchRow`]; the database could not be written.
pub fn delete(tx: &Tx<'_>, id: ConnectionId) -> Result<u64, StoreError> {
    let seq = seq(tx, id)?;
    let records = super::records::delete_connection(tx, seq)?;
    super::retrievals::delete_connection(tx, seq)?;
    super::raw_documents::delete_orphans(tx)?;
    super::connection_secrets::delete_connection(tx, seq)?;
    super::imports::delete_connection(tx, id)?;
    tx.conn()
        .prepare_cached("DELETE FROM connections WHERE seq = ?1")?
        .execute([seq])?;
    Ok(records)
}

/// Deletes the connection that files made, once nothing of them is left: no record, no document, no secret. Whether it was so. Its imports stay
/// as history.
///
/// # Errors
/// [`StoreError::NoSuchRow`]; the database could not be written.
pub fn delete_empty(tx: &Tx<'_>, id: ConnectionId) -> Result<bool, StoreError> {
    let seq = seq(tx, id)?;
    let sql = "SELECT way = 'file' AND NOT EXISTS (SELECT 1 FROM records WHERE connection = ?1) \
               AND NOT EXISTS (SELECT 1 FROM retrieval_documents o JOIN retrievals t ON t.seq = o.retrieval WHERE t.connection = ?1) \
               AND NOT EXISTS (SELECT 1 FROM imports i WHERE i.connection = ?2 AND i.state IN ('running', 'paused')) \
               FROM connections WHERE seq = ?1";
    let empty: bool = tx
        .conn()
        .prepare_cached(sql)?
        .query_row((seq, id), |row| row.get(0))?;
    if empty {
        super::record_versions::delete_connection(tx, seq)?;
        super::retrievals::delete_connection(tx, seq)?;
        super::connection_secrets::delete_connection(tx, seq)?;
        tx.conn()
            .prepare_cached("DELETE FROM connections WHERE seq = ?1")?
            .execute([seq])?;
    }
    Ok(empty)
}

/// The row number of a connection, by which other tables refer to it.
pub(crate) fn seq(view: &View<'_>, id: ConnectionId) -> Result<i64, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached("SELECT seq FROM connections WHERE id = ?1")?;
    Ok(statement.query_row([id], |row| row.get(0))?)
}

fn write(tx: &Tx<'_>, sql: &str, connection: &Connection) -> Result<(), StoreError> {
    let changed = tx.conn().prepare_cached(sql)?.execute((
        connection.id,
        &connection.platform,
        &connection.name,
        connection.way,
        connection.state,
        Millis(connection.state_since),
        &connection.account,
        Json(&connection.detail),
        Millis(connection.created_at),
        connection.last_fetch_at.map(Millis),
        connection.next_try_at.map(Millis),
    ))?;
    if changed == 0 {
        Err(StoreError::NoSuchRow)
    } else {
        Ok(())
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Connection> {
    Ok(Connection {
        id: row.get(0)?,
        platform: row.get(1)?,
        name: row.get(2)?,
        way: row.get(3)?,
        state: row.get(4)?,
        state_since: row.get::<_, Millis>(5)?.0,
        account: row.get(6)?,
        detail: row.get::<_, Json<_>>(7)?.0,
        created_at: row.get::<_, Millis>(8)?.0,
        last_fetch_at: row.get::<_, Option<Millis>>(9)?.map(|time| time.0),
        next_try_at: row.get::<_, Option<Millis>>(10)?.map(|time| time.0),
    })
}
