//! `import_asides`: rows of an import that were set aside, each with its line and the reason.

use rusqlite::Row;

use crate::ids::ImportId;
use crate::sql::Count;
use crate::{StoreError, Tx, View};

pub(crate) const V8: &str = "CREATE TABLE import_asides (
    import INTEGER NOT NULL REFERENCES imports (seq),
    position INTEGER NOT NULL,
    row INTEGER NOT NULL,
    reason TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (import, position, row)
) STRICT, WITHOUT ROWID";

/// A row that was set aside.
#[derive(Clone, PartialEq, Eq)]
pub struct Aside {
    /// Place of its file in the import.
    pub position: u32,
    /// Its row, as a person counts them: the header is row 1.
    pub row: u64,
    /// Why, as a word.
    pub reason: String,
    /// The beginning of the row.
    pub text: String,
}

impl std::fmt::Debug for Aside {
    /// Which row, and not what it says.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Aside")
            .field("position", &self.position)
            .field("row", &self.row)
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}

/// Keeps a row.
///
/// # Errors
/// [`StoreError::NoSuchRow`] without its import; the database could not be written.
pub fn insert(tx: &Tx<'_>, import: ImportId, aside: &Aside) -> Result<(), StoreError> {
    let import = super::imports::seq(tx, import)?;
    tx.conn()
        .prepare_cached(
            "INSERT INTO import_asides (import, position, row, reason, text) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((
            import,
            aside.position,
            Count(aside.row),
            &aside.reason,
            &aside.text,
        ))?;
    Ok(())
}

/// One row that was set aside.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, import: ImportId, position: u32, row: u64) -> Result<Option<Aside>, StoreError> {
    let sql = "SELECT position, row, reason, text FROM import_asides WHERE import = (SELECT seq FROM imports WHERE id = ?1) \
               AND position = ?2 AND row = ?3";
    Ok(rows(view, sql, (import, position, Count(row)))?.pop())
}

/// Forgets a row that is set aside no more; whether it was.
///
/// # Errors
/// The database could not be written.
pub fn delete(tx: &Tx<'_>, import: ImportId, position: u32, row: u64) -> Result<bool, StoreError> {
    let sql = "DELETE FROM import_asides WHERE import = (SELECT seq FROM imports WHERE id = ?1) AND position = ?2 AND row = ?3";
    let gone = tx
        .conn()
        .prepare_cached(sql)?
        .execute((import, position, Count(row)))?;
    Ok(gone > 0)
}

/// The rows that were set aside, in the order of files and rows.
///
/// # Errors
/// The database could not be read.
pub fn page(view: &View<'_>, import: ImportId, offset: u64, limit: u32) -> Result<Vec<Aside>, StoreError> {
    let sql = "SELECT position, row, reason, text FROM import_asides WHERE import = (SELECT seq FROM imports WHERE id = ?1) \
               ORDER BY position, row LIMIT ?3 OFFSET ?2";
    rows(view, sql, (import, Count(offset), limit))
}

/// The rows that were set aside last.
///
/// # Errors
/// The database could not be read.
pub fn latest(view: &View<'_>, import: ImportId, limit: u32) -> Result<Vec<Aside>, StoreError> {
    let sql = "SELECT position, row, reason, text FROM import_asides WHERE import = (SELECT seq FROM imports WHERE id = ?1) \
               ORDER BY position DESC, row DESC LIMIT ?2";
    rows(view, sql, (import, limit))
}

/// How many rows were set aside for each reason, most first.
///
/// # Errors
/// The database could not be read.
pub fn reasons(view: &View<'_>, import: ImportId) -> Result<Vec<(String, u64)>, StoreError> {
    let sql = "SELECT reason, count(*) FROM import_asides WHERE import = (SELECT seq FROM imports WHERE id = ?1) \
               GROUP BY reason ORDER BY 2 DESC, 1";
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map([import], |row| Ok((row.get(0)?, row.get::<_, Count>(1)?.0)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Forgets the rows of an import that is undone.
///
/// # Errors
/// The database could not be written.
pub fn clear(tx: &Tx<'_>, import: ImportId) -> Result<(), StoreError> {
    let sql = "DELETE FROM import_asides WHERE import = (SELECT seq FROM imports WHERE id = ?1)";
    tx.conn().prepare_cached(sql)?.execute([import])?;
    Ok(())
}

fn rows(view: &View<'_>, sql: &str, values: impl rusqlite::Params) -> Result<Vec<Aside>, StoreError> {
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map(values, read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Aside> {
    Ok(Aside {
        position: row.get(0)?,
        row: row.get::<_, Count>(1)?.0,
        reason: row.get(2)?,
        text: row.get(3)?,
    })
}
