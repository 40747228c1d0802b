//! `data_requests`: requests of the person that a platform hand over their data (GDPR, Art. 15 and 20), and how they stand.

use rusqlite::{OptionalExtension, Row};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::ids::DataRequestId;
use crate::sql::{Millis, words};
use crate::{StoreError, Tx, View};

pub(crate) const V8: &str = "CREATE TABLE data_requests (
    id TEXT NOT NULL PRIMARY KEY,
    platform TEXT NOT NULL,
    language TEXT NOT NULL,
    state TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    sent_at INTEGER,
    extended_at INTEGER
) STRICT, WITHOUT ROWID";

words! {
    /// How a request for data stands.
    DataRequestState {
        /// The letter is not sent.
        Draft = "draft",
        /// It was sent, and the month runs.
        Sent = "sent",
        /// The platform said that it needs two months more.
        Extended = "extended",
        /// The platform refused.
        Refused = "refused",
        /// The data came.
        Answered = "answered",
        /// The person asks no longer.
        Stopped = "stopped",
    }
}

/// A request for data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataRequest {
    /// Its identifier.
    pub id: DataRequestId,
    /// Id of the platform.
    pub platform: String,
    /// The language of its letters, two small letters.
    pub language: String,
    /// How it stands.
    pub state: DataRequestState,
    /// When it was begun.
    #[serde(with = "time::serde::rfc3339")]
    pub begun_at: OffsetDateTime,
    /// When the person sent it: the month runs from here.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub sent_at: Option<OffsetDateTime>,
    /// When the platform said that it needs longer.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub extended_at: Option<OffsetDateTime>,
}

const COLUMNS: &str = "id, platform, language, state, begun_at, sent_at, extended_at";

/// Adds a request, or replaces what is known of it.
///
/// # Errors
/// The database could not be written.
pub fn put(tx: &Tx<'_>, request: &DataRequest) -> Result<(), StoreError> {
    let sql = format!(
        "INSERT INTO data_requests ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (id) DO UPDATE SET \
         platform = ?2, language = ?3, state = ?4, begun_at = ?5, sent_at = ?6, extended_at = ?7"
    );
    tx.conn().prepare_cached(&sql)?.execute((
        request.id,
        &request.platform,
        &request.language,
        request.state,
        Millis(request.begun_at),
        request.sent_at.map(Millis),
        request.extended_at.map(Millis),
    ))?;
    Ok(())
}

/// One request.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, id: DataRequestId) -> Result<Option<DataRequest>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM data_requests WHERE id = ?1");
    Ok(view
        .conn()
        .prepare_cached(&sql)?
        .query_row([id], read)
        .optional()?)
}

/// All requests, latest first.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>) -> Result<Vec<DataRequest>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM data_requests ORDER BY begun_at DESC, id DESC");
    let mut statement = view.conn().prepare_cached(&sql)?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<DataRequest> {
    Ok(DataRequest {
        id: row.get(0)?,
        platform: row.get(1)?,
        language: row.get(2)?,
        state: row.get(3)?,
        begun_at: row.get::<_, Millis>(4)?.0,
        sent_at: row.get::<_, Option<Millis>>(5)?.map(|time| time.0),
        extended_at: row.get::<_, Option<Millis>>(6)?.map(|time| time.0),
    })
}
