//! `requests`: questions to the person, and how they ended.

use rusqlite::{OptionalExtension, Row};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use time::OffsetDateTime;

use crate::ids::RequestId;
use crate::party::{Face, Party, PartyKind};
use crate::scope::Scope;
use crate::sql::{Json, Millis, words};
use crate::{StoreError, Tx, View};

pub(crate) const V1: &str = "CREATE TABLE requests (
    id TEXT NOT NULL PRIMARY KEY,
    recipient_kind TEXT NOT NULL,
    recipient_id TEXT NOT NULL,
    recipient_name TEXT NOT NULL,
    face TEXT NOT NULL,
    purpose TEXT NOT NULL DEFAULT '',
    asks TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '{}',
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    ended_at INTEGER
) STRICT;
CREATE INDEX requests_by_state ON requests (state, created_at);";

words! {
    /// How a question stands.
    RequestState {
        /// It waits for the person.
        Pending = "pending",
        /// The person shared something.
        Granted = "granted",
        /// The person refused, or the vault locked.
        Refused = "refused",
        /// Nobody answered in time.
        Expired = "expired",
        /// The one who asked is gone.
        Withdrawn = "withdrawn",
    }
}

/// One thing that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// What.
    pub scope: Scope,
    /// Whether the recipient says it cannot do without.
    pub required: bool,
    /// Why, in the recipient's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
}

/// A question to the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Its identifier.
    pub id: RequestId,
    /// Who asks.
    pub recipient: Party,
    /// Through which protocol.
    pub face: Face,
    /// What for, in the recipient's words; empty if it gave none.
    pub purpose: String,
    /// What is asked for.
    pub asks: Vec<Ask>,
    /// What the face needs to answer, for example the digest of the payload a transfer is bound to. Never a secret.
    pub detail: Map<String, Value>,
    /// When it was asked.
    pub created_at: OffsetDateTime,
    /// When it ends as refused.
    pub expires_at: OffsetDateTime,
    /// How it stands.
    pub state: RequestState,
    /// When it ended.
    pub ended_at: Option<OffsetDateTime>,
}

const COLUMNS: &str = "id, recipient_kind, recipient_id, recipient_name, face, purpose, asks, detail, created_at, \
     expires_at, state, ended_at";

/// Adds a question.
///
/// # Errors
/// [`StoreError::Rule`] if the id is taken; the database could not be written.
pub fn insert(tx: &Tx<'_>, request: &Request) -> Result<(), StoreError> {
    let sql = format!(
        "INSERT INTO requests ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
    );
    tx.conn().prepare_cached(&sql)?.execute((
        request.id,
        request.recipient.kind,
        &request.recipient.id,
        &request.recipient.name,
        request.face,
        &request.purpose,
        Json(&request.asks),
        Json(&request.detail),
        Millis(request.created_at),
        Millis(request.expires_at),
        request.state,
        request.ended_at.map(Millis),
    ))?;
    Ok(())
}

/// Ends a waiting question; whether it was waiting.
///
/// # Errors
/// The database could not be written.
pub fn end(tx: &Tx<'_>, id: RequestId, state: RequestState, at: OffsetDateTime) -> Result<bool, StoreError> {
    let sql = "UPDATE requests SET state = ?2, ended_at = ?3 WHERE id = ?1 AND state = 'pending'";
    Ok(tx.conn().prepare_cached(sql)?.execute((id, state, Millis(at)))? > 0)
}

/// Replaces what a face needs to answer, for example after the grant was made.
///
/// # Errors
/// [`StoreError::NoSuchRow`]; the database could not be written.
pub fn set_detail(tx: &Tx<'_>, id: RequestId, detail: &Map<String, Value>) -> Result<(), StoreError> {
    let changed = tx
        .conn()
        .prepare_cached("UPDATE requests SET detail = ?2 WHERE id = ?1")?
        .execute((id, Json(detail)))?;
    if changed == 0 {
        Err(StoreError::NoSuchRow)
    } else {
        Ok(())
    }
}

/// One question.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, id: RequestId) -> Result<Option<Request>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached(&format!("SELECT {COLUMNS} FROM requests WHERE id = ?1"))?;
    Ok(statement.query_row([id], read).optional()?)
}

/// The questions that wait, oldest first.
///
/// # Errors
/// The database could not be read.
pub fn pending(view: &View<'_>) -> Result<Vec<Request>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM requests WHERE state = 'pending' ORDER BY created_at, id");
    let mut statement = view.conn().prepare_cached(&sql)?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The questions of one recipient, newest first.
///
/// # Errors
/// The database could not be read.
pub fn of_recipient(
    view: &View<'_>,
    kind: PartyKind,
    recipient: &str,
    limit: u32,
) -> Result<Vec<Request>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM requests WHERE recipient_kind = ?1 AND recipient_id = ?2 \
         ORDER BY created_at DESC, id DESC LIMIT ?3"
    );
    let mut statement = view.conn().prepare_cached(&sql)?;
    let rows = statement.query_map((kind, recipient, limit), read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Request> {
    Ok(Request {
        id: row.get(0)?,
        recipient: Party {
            kind: row.get(1)?,
            id: row.get(2)?,
            name: row.get(3)?,
        },
        face: row.get(4)?,
        purpose: row.get(5)?,
        asks: row.get::<_, Json<_>>(6)?.0,
        detail: row.get::<_, Json<_>>(7)?.0,
        created_at: row.get::<_, Millis>(8)?.0,
        expires_at: row.get::<_, Millis>(9)?.0,
        state: row.get(10)?,
        ended_at: row.get::<_, Option<Millis>>(11)?.map(|time| time.0),
    })
}
