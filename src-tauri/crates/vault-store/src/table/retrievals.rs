//! `retrievals`: every fetch, import and entry, with its outcome.

use rusqlite::{OptionalExtension, Row};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::ids::{ConnectionId, RetrievalId};
use crate::sql::{Count, Millis, words};
use crate::{StoreError, Tx, View};

pub(crate) const V1: &str = "CREATE TABLE retrievals (
    seq INTEGER NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    connection INTEGER NOT NULL REFERENCES connections (seq),
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    outcome TEXT NOT NULL,
    new INTEGER NOT NULL DEFAULT 0,
    same INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    set_aside INTEGER NOT NULL DEFAULT 0,
    code TEXT NOT NULL DEFAULT '',
    checkpoint TEXT
) STRICT;
CREATE INDEX retrievals_by_connection ON retrievals (connection, started_at);";

words! {
    /// How a retrieval brought its data.
    RetrievalKind {
        /// This vault fetched it. A later fetch is the truth, even if it brings back an earlier state.
        Fetch = "fetch",
        /// The person gave a file. A file that was received earlier never overwrites what a later one brought.
        Import = "import",
        /// The person typed it.
        Typed = "typed",
    }
}

words! {
    /// How a retrieval ended.
    RetrievalOutcome {
        /// It is under way, or was when the program ended.
        Running = "running",
        /// All of it came in.
        Done = "done",
        /// It failed; what came in before stays.
        Failed = "failed",
        /// The person stopped it.
        Stopped = "stopped",
    }
}

/// What intake did with the records it was given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntakeCounts {
    /// Records the vault did not have.
    pub new: u64,
    /// Records the vault had, with the same content (or with a later one than an old file brings).
    pub same: u64,
    /// Records whose content is another one; the earlier one is kept as a version.
    pub changed: u64,
    /// Records that break a rule and were left out.
    pub set_aside: u64,
}

impl IntakeCounts {
    /// Records read: the sum of all four.
    #[must_use]
    pub const fn read(&self) -> u64 {
        self.new + self.same + self.changed + self.set_aside
    }
}

impl std::ops::AddAssign for IntakeCounts {
    fn add_assign(&mut self, other: Self) {
        self.new += other.new;
        self.same += other.same;
        self.changed += other.changed;
        self.set_aside += other.set_aside;
    }
}

/// One fetch, import or entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retrieval {
    /// Its identifier.
    pub id: RetrievalId,
    /// The connection it is for.
    pub connection: ConnectionId,
    /// How it brings its data.
    pub kind: RetrievalKind,
    /// The reader and its version, for example `oauth:demo-platform/1`; records name it as their source.
    pub source: String,
    /// When it began.
    #[serde(with = "time::serde::rfc3339")]
    pub started_at: OffsetDateTime,
    /// When it ended.
    #[serde(with = "time::serde::rfc3339::option")]
    pub finished_at: Option<OffsetDateTime>,
    /// How it ended.
    pub outcome: RetrievalOutcome,
    /// What came in.
    pub counts: IntakeCounts,
    /// Code of the message that explains a failure, for example `CON-204`; empty if there is none.
    pub code: String,
    /// Where to go on: a cursor of the platform, or a place in a file.
    pub checkpoint: Option<String>,
}

impl Retrieval {
    /// A retrieval that begins.
    #[must_use]
    pub fn begin(connection: ConnectionId, kind: RetrievalKind, source: &str, at: OffsetDateTime) -> Self {
        Self {
            id: RetrievalId::new(),
            connection,
            kind,
            source: source.to_owned(),
            started_at: at,
            finished_at: None,
            outcome: RetrievalOutcome::Running,
            counts: IntakeCounts::default(),
            code: String::new(),
            checkpoint: None,
        }
    }
}

const SELECT: &str = "SELECT r.id, c.id, r.kind, r.source, r.started_at, r.finished_at, r.outcome, r.new, r.same, \
     r.changed, r.set_aside, r.code, r.checkpoint FROM retrievals r JOIN connections c ON c.seq = r.connection";

/// Adds a retrieval.
///
/// # Errors
/// [`StoreError::NoSuchRow`] if there is no such connection; the database could not be written.
pub fn insert(tx: &Tx<'_>, retrieval: &Retrieval) -> Result<(), StoreError> {
    let connection = super::connections::seq(tx, retrieval.connection)?;
    let sql = "INSERT INTO retrievals (id, connection, kind, source, started_at, finished_at, outcome, new, same, \
               changed, set_aside, code, checkpoint) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
    tx.conn().prepare_cached(sql)?.execute((
        retrieval.id,
        connection,
        retrieval.kind,
        &retrieval.source,
        Millis(retrieval.started_at),
        retrieval.finished_at.map(Millis),
        retrieval.outcome,
        Count(retrieval.counts.new),
        Count(retrieval.counts.same),
        Count(retrieval.counts.changed),
        Count(retrieval.counts.set_aside),
        &retrieval.code,
        &retrieval.checkpoint,
    ))?;
    Ok(())
}

/// Adds to the counts of a retrieval and notes where to go on. Intake calls it in the transaction of the records.
///
/// # Errors
/// [`StoreError::NoSuchRow`]; the database could not be written.
pub fn advance(
    tx: &Tx<'_>,
    id: RetrievalId,
    counts: IntakeCounts,
    checkpoint: Option<&str>,
) -> Result<(), StoreError> {
    let sql = "UPDATE retrievals SET new = new + ?2, same = same + ?3, changed = changed + ?4, \
               set_aside = set_aside + ?5, checkpoint = ?6 WHERE id = ?1";
    let changed = tx.conn().prepare_cached(sql)?.execute((
        id,
        Count(counts.new),
        Count(counts.same),
        Count(counts.changed),
        Count(counts.set_aside),
        checkpoint,
    ))?;
    if changed == 0 {
        Err(StoreError::NoSuchRow)
    } else {
        Ok(())
    }
}

/// Ends a retrieval. After success the connection's `last_fetch_at` is `at`.
///
/// # Errors
/// [`StoreError::NoSuchRow`]; the database could not be written.
pub fn finish(
    tx: &Tx<'_>,
    id: RetrievalId,
    at: OffsetDateTime,
    outcome: RetrievalOutcome,
    code: &str,
) -> Result<(), StoreError> {
    let sql = "UPDATE retrievals SET finished_at = ?2, outcome = ?3, code = ?4 WHERE id = ?1";
    let changed = tx
        .conn()
        .prepare_cached(sql)?
        .execute((id, Millis(at), outcome, code))?;
    if changed == 0 {
        return Err(StoreError::NoSuchRow);
    }
    if outcome == RetrievalOutcome::Done {
        let sql = "UPDATE connections SET last_fetch_at = ?2 \
                   WHERE seq = (SELECT connection FROM retrievals WHERE id = ?1)";
        tx.conn().prepare_cached(sql)?.execute((id, Millis(at)))?;
    }
    Ok(())
}

/// One retrieval.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, id: RetrievalId) -> Result<Option<Retrieval>, StoreError> {
    let mut statement = view.conn().prepare_cached(&format!("{SELECT} WHERE r.id = ?1"))?;
    Ok(statement.query_row([id], read).optional()?)
}

/// The latest retrievals of a connection, newest first.
///
/// # Errors
/// The database could not be read.
pub fn of_connection(view: &View<'_>, id: ConnectionId, limit: u32) -> Result<Vec<Retrieval>, StoreError> {
    let sql = format!("{SELECT} WHERE c.id = ?1 ORDER BY r.started_at DESC, r.seq DESC LIMIT ?2");
    let mut statement = view.conn().prepare_cached(&sql)?;
    let rows = statement.query_map((id, limit), read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// All retrievals, oldest first: for the backpack.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>) -> Result<Vec<Retrieval>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached(&format!("{SELECT} ORDER BY r.started_at, r.id"))?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Retrievals that were under way when the program ended, or are.
///
/// # Errors
/// The database could not be read.
pub fn running(view: &View<'_>) -> Result<Vec<Retrieval>, StoreError> {
    let sql = format!("{SELECT} WHERE r.outcome = 'running' ORDER BY r.started_at, r.seq");
    let mut statement = view.conn().prepare_cached(&sql)?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The row number of a retrieval with its kind and its connection's row number.
pub(crate) fn seq(view: &View<'_>, id: RetrievalId) -> Result<(i64, RetrievalKind, i64), StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached("SELECT seq, kind, connection FROM retrievals WHERE id = ?1")?;
    Ok(statement.query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?)
}

pub(crate) fn delete_connection(tx: &Tx<'_>, connection: i64) -> Result<(), StoreError> {
    let sql = "DELETE FROM retrieval_documents WHERE retrieval IN (SELECT seq FROM retrievals WHERE connection = ?1)";
    tx.conn().prepare_cached(sql)?.execute([connection])?;
    tx.conn()
        .prepare_cached("DELETE FROM retrievals WHERE connection = ?1")?
        .execute([connection])?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Retrieval> {
    Ok(Retrieval {
        id: row.get(0)?,
        connection: row.get(1)?,
        kind: row.get(2)?,
        source: row.get(3)?,
        started_at: row.get::<_, Millis>(4)?.0,
        finished_at: row.get::<_, Option<Millis>>(5)?.map(|time| time.0),
        outcome: row.get(6)?,
        counts: IntakeCounts {
            new: row.get::<_, Count>(7)?.0,
            same: row.get::<_, Count>(8)?.0,
            changed: row.get::<_, Count>(9)?.0,
            set_aside: row.get::<_, Count>(10)?.0,
        },
        code: row.get(11)?,
        checkpoint: row.get(12)?,
    })
}
