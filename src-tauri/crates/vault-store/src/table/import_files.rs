//! `import_files`: the files inside an import, with their sums and where to go on in each.

use rusqlite::Row;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::ids::ImportId;
use crate::sql::{Count, Millis, words};
use crate::{StoreError, Tx, View};

pub(crate) const V8: &str = "CREATE TABLE import_files (
    import INTEGER NOT NULL REFERENCES imports (seq),
    position INTEGER NOT NULL,
    path TEXT NOT NULL,
    what TEXT NOT NULL,
    layout TEXT NOT NULL,
    state TEXT NOT NULL,
    people INTEGER NOT NULL,
    total INTEGER NOT NULL,
    next_row INTEGER NOT NULL,
    as_of INTEGER NOT NULL,
    counter INTEGER,
    read INTEGER NOT NULL DEFAULT 0,
    new INTEGER NOT NULL DEFAULT 0,
    had INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    contained INTEGER NOT NULL DEFAULT 0,
    aside INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (import, position),
    CHECK (new + had + changed + contained + aside = read)
) STRICT, WITHOUT ROWID";

words! {
    /// How a file of an import stands.
    ImportFileState {
        /// It was not begun.
        Waiting = "waiting",
        /// A part of it is in.
        Reading = "reading",
        /// All of it is in.
        Done = "done",
        /// It is left out.
        LeftOut = "leftOut",
    }
}

/// What became of the rows of a file. `new + had + changed + contained + aside = read`, always; the database refuses anything else.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportSums {
    /// Rows that were read.
    pub read: u64,
    /// Rows with a record that the vault did not have.
    pub new: u64,
    /// Rows whose records the vault has.
    pub had: u64,
    /// Rows with a record that says something else than the vault's.
    pub changed: u64,
    /// Rows that repeat what others say, such as a payout of rows that are there.
    pub contained: u64,
    /// Rows that were set aside.
    pub aside: u64,
}

impl std::ops::AddAssign for ImportSums {
    fn add_assign(&mut self, other: Self) {
        self.read += other.read;
        self.new += other.new;
        self.had += other.had;
        self.changed += other.changed;
        self.contained += other.contained;
        self.aside += other.aside;
    }
}

/// A file inside an import.
#[derive(Clone, PartialEq, Eq)]
pub struct ImportFile {
    /// Its place in the import.
    pub position: u32,
    /// Its path inside the archive or folder.
    pub path: String,
    /// What it holds, in words.
    pub what: String,
    /// The layout that it is read by.
    pub layout: String,
    /// How it stands.
    pub state: ImportFileState,
    /// Whether it holds data of other people.
    pub people: bool,
    /// Rows in it, as the look before counted them.
    pub total: u64,
    /// The row to go on with, as a person counts them: the header is row 1.
    pub next_row: u64,
    /// Up to when it knows what happened.
    pub as_of: OffsetDateTime,
    /// The platform's own counter in it, where it has one.
    pub counter: Option<u64>,
    /// What became of its rows.
    pub sums: ImportSums,
}

impl std::fmt::Debug for ImportFile {
    /// Where it stands, and not its name.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ImportFile")
            .field("position", &self.position)
            .field("sums", &self.sums)
            .finish_non_exhaustive()
    }
}

const COLUMNS: &str = "position, path, what, layout, state, people, total, next_row, as_of, counter, read, new, had, changed, \
     contained, aside";

/// Adds a file.
///
/// # Errors
/// [`StoreError::NoSuchRow`] without its import; the database could not be written.
pub fn insert(tx: &Tx<'_>, import: ImportId, file: &ImportFile) -> Result<(), StoreError> {
    let import = super::imports::seq(tx, import)?;
    let sql = format!(
        "INSERT INTO import_files (import, {COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)"
    );
    let values: [&dyn rusqlite::ToSql; 17] = [
        &import,
        &file.position,
        &file.path,
        &file.what,
        &file.layout,
        &file.state,
        &file.people,
        &Count(file.total),
        &Count(file.next_row),
        &Millis(file.as_of),
        &file.counter.map(Count),
        &Count(file.sums.read),
        &Count(file.sums.new),
        &Count(file.sums.had),
        &Count(file.sums.changed),
        &Count(file.sums.contained),
        &Count(file.sums.aside),
    ];
    tx.conn().prepare_cached(&sql)?.execute(values)?;
    Ok(())
}

/// Adds to the sums of a file, and notes where to go on: in the transaction of the records.
///
/// # Errors
/// [`StoreError::NoSuchRow`]; the database could not be written.
pub fn advance(
    tx: &Tx<'_>,
    import: ImportId,
    position: u32,
    sums: ImportSums,
    next_row: u64,
    state: ImportFileState,
) -> Result<(), StoreError> {
    let import = super::imports::seq(tx, import)?;
    let sql = "UPDATE import_files SET read = read + ?3, new = new + ?4, had = had + ?5, changed = changed + ?6, \
               contained = contained + ?7, aside = aside + ?8, next_row = ?9, state = ?10 \
               WHERE import = ?1 AND position = ?2";
    let changed = tx.conn().prepare_cached(sql)?.execute((
        import,
        position,
        Count(sums.read),
        Count(sums.new),
        Count(sums.had),
        Count(sums.changed),
        Count(sums.contained),
        Count(sums.aside),
        Count(next_row),
        state,
    ))?;
    if changed == 0 {
        Err(StoreError::NoSuchRow)
    } else {
        Ok(())
    }
}

/// Counts rows that were set aside as what became of them since; as many rows as before were read.
///
/// # Errors
/// [`StoreError::NoSuchRow`]; the database refuses more rows than were set aside, and could not be written.
pub fn take_aside(
    tx: &Tx<'_>,
    import: ImportId,
    position: u32,
    became: ImportSums,
) -> Result<(), StoreError> {
    let import = super::imports::seq(tx, import)?;
    let sql = "UPDATE import_files SET new = new + ?3, had = had + ?4, changed = changed + ?5, contained = contained + ?6, \
               aside = aside - ?3 - ?4 - ?5 - ?6 WHERE import = ?1 AND position = ?2 AND aside >= ?3 + ?4 + ?5 + ?6";
    let changed = tx.conn().prepare_cached(sql)?.execute((
        import,
        position,
        Count(became.new),
        Count(became.had),
        Count(became.changed),
        Count(became.contained),
    ))?;
    if changed == 0 {
        Err(StoreError::NoSuchRow)
    } else {
        Ok(())
    }
}

/// The files of an import, in order.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>, import: ImportId) -> Result<Vec<ImportFile>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM import_files WHERE import = (SELECT seq FROM imports WHERE id = ?1) ORDER BY position"
    );
    let mut statement = view.conn().prepare_cached(&sql)?;
    let rows = statement.query_map([import], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<ImportFile> {
    Ok(ImportFile {
        position: row.get(0)?,
        path: row.get(1)?,
        what: row.get(2)?,
        layout: row.get(3)?,
        state: row.get(4)?,
        people: row.get(5)?,
        total: row.get::<_, Count>(6)?.0,
        next_row: row.get::<_, Count>(7)?.0,
        as_of: row.get::<_, Millis>(8)?.0,
        counter: row.get::<_, Option<Count>>(9)?.map(|count| count.0),
        sums: ImportSums {
            read: row.get::<_, Count>(10)?.0,
            new: row.get::<_, Count>(11)?.0,
            had: row.get::<_, Count>(12)?.0,
            changed: row.get::<_, Count>(13)?.0,
            contained: row.get::<_, Count>(14)?.0,
            aside: row.get::<_, Count>(15)?.0,
        },
    })
}
