//! `erasures`: requests of the person that a recipient erase what it has, and how they were answered.

use rusqlite::{OptionalExtension, Row};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::ids::DisclosureId;
use crate::party::{Party, PartyKind};
use crate::sql::{Millis, words};
use crate::{StoreError, Tx, View};

pub(crate) const V2: &str = "CREATE TABLE erasures (
    id TEXT NOT NULL PRIMARY KEY,
    party_kind TEXT NOT NULL,
    party_id TEXT NOT NULL,
    party_name TEXT NOT NULL,
    way TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    asked_again_at INTEGER,
    state TEXT NOT NULL,
    answered_at INTEGER
) STRICT;
CREATE INDEX erasures_by_party ON erasures (party_kind, party_id, asked_at);";

words! {
    /// How a request to erase goes to the recipient.
    ErasureWay {
        /// A letter on paper, or a text to paste.
        Letter = "letter",
        /// The mail program of the person.
        Mail = "mail",
        /// A page of the recipient.
        Link = "link",
    }
}

words! {
    /// How a request to erase stands.
    ErasureState {
        /// The recipient has not answered.
        Waiting = "waiting",
        /// It says that it has erased.
        Erased = "erased",
        /// It says that it will not.
        Refused = "refused",
    }
}

/// A request to erase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// The log entry that says that it was asked.
    pub id: DisclosureId,
    /// Who was asked.
    pub party: Party,
    /// How.
    pub way: ErasureWay,
    /// When; the recipient has one month from here (GDPR, Art. 12(3)).
    #[serde(with = "time::serde::rfc3339")]
    pub asked_at: OffsetDateTime,
    /// When it was asked again last.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub asked_again_at: Option<OffsetDateTime>,
    /// How it stands.
    pub state: ErasureState,
    /// When it was answered.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub answered_at: Option<OffsetDateTime>,
}

const COLUMNS: &str =
    "id, party_kind, party_id, party_name, way, asked_at, asked_again_at, state, answered_at";

/// Adds a request, or replaces everything about it but its id.
///
/// # Errors
/// The database could not be written.
pub fn put(tx: &Tx<'_>, erasure: &Erasure) -> Result<(), StoreError> {
    let sql =
        format!("INSERT OR REPLACE INTO erasures ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
    tx.conn().prepare_cached(&sql)?.execute((
        erasure.id,
        erasure.party.kind,
        &erasure.party.id,
        &erasure.party.name,
        erasure.way,
        Millis(erasure.asked_at),
        erasure.asked_again_at.map(Millis),
        erasure.state,
        erasure.answered_at.map(Millis),
    ))?;
    Ok(())
}

/// One request.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, id: DisclosureId) -> Result<Option<Erasure>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM erasures WHERE id = ?1");
    Ok(view
        .conn()
        .prepare_cached(&sql)?
        .query_row([id], read)
        .optional()?)
}

/// The latest request to a party.
///
/// # Errors
/// The database could not be read.
pub fn last_of(view: &View<'_>, kind: PartyKind, party: &str) -> Result<Option<Erasure>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM erasures WHERE party_kind = ?1 AND party_id = ?2 ORDER BY asked_at DESC, id DESC LIMIT 1"
    );
    Ok(view
        .conn()
        .prepare_cached(&sql)?
        .query_row((kind, party), read)
        .optional()?)
}

/// All requests, oldest first.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>) -> Result<Vec<Erasure>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM erasures ORDER BY asked_at, id");
    let mut statement = view.conn().prepare_cached(&sql)?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Erasure> {
    Ok(Erasure {
        id: row.get(0)?,
        party: Party {
            kind: row.get(1)?,
            id: row.get(2)?,
            name: row.get(3)?,
        },
        way: row.get(4)?,
        asked_at: row.get::<_, Millis>(5)?.0,
        asked_again_at: row.get::<_, Option<Millis>>(6)?.map(|time| time.0),
        state: row.get(7)?,
        answered_at: row.get::<_, Option<Millis>>(8)?.map(|time| time.0),
    })
}
