//! `imports`: files that the person gave, each taken in as one retrieval, with where it stands.

use rusqlite::{OptionalExtension, Row};
use serde_json::Value;
use time::OffsetDateTime;

use crate::ids::{ConnectionId, ImportId, RetrievalId};
use crate::sha256::Sha256;
use crate::sql::{Count, Json, Millis, words};
use crate::{StoreError, Tx, View};

pub(crate) const V8: &str = "CREATE TABLE imports (
    seq INTEGER NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    retrieval TEXT NOT NULL,
    connection TEXT NOT NULL,
    platform TEXT NOT NULL,
    platform_name TEXT NOT NULL,
    layout TEXT NOT NULL,
    state TEXT NOT NULL,
    code TEXT NOT NULL DEFAULT '',
    places TEXT NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    digest BLOB NOT NULL,
    without_people INTEGER NOT NULL,
    time_zone TEXT,
    findings TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    undo_until INTEGER
) STRICT;
CREATE INDEX imports_by_connection ON imports (connection);";

words! {
    /// How an import stands.
    ImportState {
        /// It is under way, or was when the program ended.
        Running = "running",
        /// The person paused it, the vault was locked, or the program ended; it goes on from its checkpoint.
        Paused = "paused",
        /// All of it came in.
        Done = "done",
        /// The person stopped it, and what it brought is being taken away.
        Stopped = "stopped",
        /// It failed; what came in before stays.
        Failed = "failed",
        /// What it brought is gone.
        Undone = "undone",
    }
}

/// Files that the person gave.
#[derive(Clone, PartialEq, Eq)]
pub struct Import {
    /// Its identifier.
    pub id: ImportId,
    /// The retrieval that its records name.
    pub retrieval: RetrievalId,
    /// The account that they belong to.
    pub connection: ConnectionId,
    /// Id of the platform.
    pub platform: String,
    /// The platform's name.
    pub platform_name: String,
    /// What the files were recognised as.
    pub layout: String,
    /// How it stands.
    pub state: ImportState,
    /// Code of the message that explains a failure; empty without one.
    pub code: String,
    /// The files' paths on this computer: where they are looked for when it goes on.
    pub places: Vec<String>,
    /// The name of the file or folder.
    pub name: String,
    /// Bytes of the file or folder.
    pub size: u64,
    /// What identifies the files.
    pub digest: Sha256,
    /// Whether other people's data is left out.
    pub without_people: bool,
    /// The zone of times that say none, where the person chose one.
    pub time_zone: Option<String>,
    /// What the look before it found, as the shell words it.
    pub findings: Value,
    /// When it began.
    pub started_at: OffsetDateTime,
    /// When its state changed last.
    pub changed_at: OffsetDateTime,
    /// Until when it can be undone.
    pub undo_until: Option<OffsetDateTime>,
}

impl std::fmt::Debug for Import {
    /// Which import, and not what is in its files.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Import")
            .field("id", &self.id)
            .field("platform", &self.platform)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

const COLUMNS: &str = "id, retrieval, connection, platform, platform_name, layout, state, code, places, name, size, digest, \
     without_people, time_zone, findings, started_at, changed_at, undo_until";

/// Adds an import.
///
/// # Errors
/// The database could not be written.
pub fn insert(tx: &Tx<'_>, import: &Import) -> Result<(), StoreError> {
    let sql = format!(
        "INSERT INTO imports ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)"
    );
    let values: [&dyn rusqlite::ToSql; 18] = [
        &import.id,
        &import.retrieval,
        &import.connection,
        &import.platform,
        &import.platform_name,
        &import.layout,
        &import.state,
        &import.code,
        &Json(&import.places),
        &import.name,
        &Count(import.size),
        &import.digest,
        &import.without_people,
        &import.time_zone,
        &Json(&import.findings),
        &Millis(import.started_at),
        &Millis(import.changed_at),
        &import.undo_until.map(Millis),
    ];
    tx.conn().prepare_cached(&sql)?.execute(values)?;
    Ok(())
}

/// Says how an import stands.
///
/// # Errors
/// [`StoreError::NoSuchRow`]; the database could not be written.
pub fn set_state(
    tx: &Tx<'_>,
    id: ImportId,
    state: ImportState,
    code: &str,
    undo_until: Option<OffsetDateTime>,
    now: OffsetDateTime,
) -> Result<(), StoreError> {
    let sql = "UPDATE imports SET state = ?2, code = ?3, undo_until = ?4, changed_at = ?5 WHERE id = ?1";
    let changed =
        tx.conn()
            .prepare_cached(sql)?
            .execute((id, state, code, undo_until.map(Millis), Millis(now)))?;
    if changed == 0 {
        Err(StoreError::NoSuchRow)
    } else {
        Ok(())
    }
}

/// Says where the files are now.
///
/// # Errors
/// The database could not be written.
pub fn set_places(tx: &Tx<'_>, id: ImportId, places: &[String]) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached("UPDATE imports SET places = ?2 WHERE id = ?1")?
        .execute((id, Json(places)))?;
    Ok(())
}

/// One import.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, id: ImportId) -> Result<Option<Import>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM imports WHERE id = ?1");
    Ok(view
        .conn()
        .prepare_cached(&sql)?
        .query_row([id], read)
        .optional()?)
}

/// All imports, latest first.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>) -> Result<Vec<Import>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM imports ORDER BY started_at DESC, seq DESC");
    let mut statement = view.conn().prepare_cached(&sql)?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Imports that were under way when the program ended, or are.
///
/// # Errors
/// The database could not be read.
pub fn running(view: &View<'_>) -> Result<Vec<ImportId>, StoreError> {
    let sql = "SELECT id FROM imports WHERE state = 'running' ORDER BY seq";
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The greatest counter of the files of imports that came in, per platform: how much work the platform itself says there was.
///
/// # Errors
/// The database could not be read.
pub fn counters(view: &View<'_>) -> Result<Vec<(String, u64)>, StoreError> {
    let sql = "SELECT i.platform, max(f.counter) FROM imports i JOIN import_files f ON f.import = i.seq \
               WHERE f.counter IS NOT NULL AND i.state IN ('done', 'paused', 'running') AND f.state IN ('done', 'reading') \
               GROUP BY 1 ORDER BY 1";
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, Count>(1)?.0)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The row number of an import, by which other tables refer to it.
pub(crate) fn seq(view: &View<'_>, id: ImportId) -> Result<i64, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached("SELECT seq FROM imports WHERE id = ?1")?;
    Ok(statement.query_row([id], |row| row.get(0))?)
}

/// Forgets the imports of a connection that ends.
pub(crate) fn delete_connection(tx: &Tx<'_>, id: ConnectionId) -> Result<(), StoreError> {
    for table in ["import_asides", "import_files"] {
        let sql =
            format!("DELETE FROM {table} WHERE import IN (SELECT seq FROM imports WHERE connection = ?1)");
        tx.conn().prepare_cached(&sql)?.execute([id])?;
    }
    tx.conn()
        .prepare_cached("DELETE FROM imports WHERE connection = ?1")?
        .execute([id])?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Import> {
    Ok(Import {
        id: row.get(0)?,
        retrieval: row.get(1)?,
        connection: row.get(2)?,
        platform: row.get(3)?,
        platform_name: row.get(4)?,
        layout: row.get(5)?,
        state: row.get(6)?,
        code: row.get(7)?,
        places: row.get::<_, Json<_>>(8)?.0,
        name: row.get(9)?,
        size: row.get::<_, Count>(10)?.0,
        digest: row.get(11)?,
        without_people: row.get(12)?,
        time_zone: row.get(13)?,
        findings: row.get::<_, Json<_>>(14)?.0,
        started_at: row.get::<_, Millis>(15)?.0,
        changed_at: row.get::<_, Millis>(16)?.0,
        undo_until: row.get::<_, Option<Millis>>(17)?.map(|time| time.0),
    })
}
