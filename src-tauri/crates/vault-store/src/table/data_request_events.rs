//! `data_request_events`: what happened with a request for data, with the person's notes.

use rusqlite::Row;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::ids::DataRequestId;
use crate::sql::{Millis, words};
use crate::{StoreError, Tx, View};

pub(crate) const V8: &str = "CREATE TABLE data_request_events (
    seq INTEGER NOT NULL PRIMARY KEY,
    request TEXT NOT NULL REFERENCES data_requests (id),
    at INTEGER NOT NULL,
    what TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX data_request_events_by_request ON data_request_events (request, at);";

words! {
    /// What happened.
    DataRequestStep {
        /// The person sent the letter.
        Sent = "sent",
        /// The platform said that the letter arrived.
        Arrived = "arrived",
        /// The platform wants proof of who the person is.
        Identity = "identity",
        /// The platform needs two months more.
        Extended = "extended",
        /// The platform refused.
        Refused = "refused",
        /// The data came.
        Answered = "answered",
        /// A note of the person.
        Note = "note",
        /// The person asks no longer.
        Stopped = "stopped",
    }
}

/// Something that happened.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataRequestEvent {
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// What.
    pub what: DataRequestStep,
    /// The person's note; empty without one.
    pub note: String,
}

impl std::fmt::Debug for DataRequestEvent {
    /// What happened, and not what the person notes of it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DataRequestEvent")
            .field("at", &self.at)
            .field("what", &self.what)
            .finish_non_exhaustive()
    }
}

/// Adds what happened.
///
/// # Errors
/// The database could not be written.
pub fn insert(tx: &Tx<'_>, request: DataRequestId, event: &DataRequestEvent) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached("INSERT INTO data_request_events (request, at, what, note) VALUES (?1, ?2, ?3, ?4)")?
        .execute((request, Millis(event.at), event.what, &event.note))?;
    Ok(())
}

/// What happened with a request, in order.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>, request: DataRequestId) -> Result<Vec<DataRequestEvent>, StoreError> {
    let sql = "SELECT at, what, note FROM data_request_events WHERE request = ?1 ORDER BY at, seq";
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map([request], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<DataRequestEvent> {
    Ok(DataRequestEvent {
        at: row.get::<_, Millis>(0)?.0,
        what: row.get(1)?,
        note: row.get(2)?,
    })
}
