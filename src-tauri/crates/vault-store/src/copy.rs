//! The safe copy: the same database under the same key, consistent and proved, put in place in one step.

use std::fs::{self, File};
use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use crate::database::{create_private, remove_all, with_suffix};
use crate::diagnosis::{explain_io, lost_pages};
use crate::{Database, OpenMode, StoreError, opening};

/// Pages copied at a time; between two steps others may write.
const STEP: i32 = 2048;

/// How long to wait while somebody else holds the database, and how often.
const WAIT: Duration = Duration::from_millis(20);
const MAX_WAITS: u32 = 500;

impl Database {
    /// Makes a consistent copy of this database in a file that only its owner may read. The file appears, or is replaced,
    /// when the copy is complete, every page of it has been read back and it has reached the disk.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if a page of this database cannot be read; [`StoreError::DiskFull`],
    /// [`StoreError::ReadOnly`] and the like if the copy cannot be written. An earlier copy then stays.
    pub fn safe_copy(&self, to: &Path) -> Result<(), StoreError> {
        self.safe_copy_until(to, || false).map(drop)
    }

    /// The same, unless `over` says before its end that it is wanted no more; whether the copy was made.
    ///
    /// # Errors
    /// As [`Database::safe_copy`].
    pub fn safe_copy_until(&self, to: &Path, over: impl Fn() -> bool) -> Result<bool, StoreError> {
        let staged = with_suffix(to, ".part");
        remove_all(&staged);
        let outcome = self.copy_to(&staged, over).and_then(|copied| {
            if copied {
                put_in_place(&staged, to)?;
            }
            Ok(copied)
        });
        if !matches!(outcome, Ok(true)) {
            remove_all(&staged);
        }
        outcome.map_err(|error| explain_io(error, to))
    }

    fn copy_to(&self, staged: &Path, over: impl Fn() -> bool) -> Result<bool, StoreError> {
        // The library copies a page that it cannot read as an empty one, so the source is looked at first.
        prove(&self.conn)?;
        create_private(staged)?;
        let mut copy = opening::open_file(staged, OpenMode::ReadWrite)?;
        self.key.apply(&copy)?;
        // The staged file is written once and thrown away if anything fails: it needs no journal.
        copy.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")?;
        if !copy_pages(&self.conn, &mut copy, over)? {
            return Ok(false);
        }
        prove(&copy)?;
        copy.close().map_err(|(_, error)| error)?;
        Ok(true)
    }
}

/// Reads every page and compares its authentication code.
fn prove(conn: &Connection) -> Result<(), StoreError> {
    match lost_pages(conn)?.first() {
        Some(page) => Err(StoreError::Damaged { page: Some(*page) }),
        None => Ok(()),
    }
}

/// Copies all pages, or stops when it is over; whether all were copied.
fn copy_pages(from: &Connection, to: &mut Connection, over: impl Fn() -> bool) -> Result<bool, StoreError> {
    let backup = Backup::new(from, to)?;
    let mut waits = 0;
    loop {
        if over() {
            return Ok(false);
        }
        let step = backup.step(STEP)?;
        if step == StepResult::Done {
            return Ok(true);
        }
        if matches!(step, StepResult::Busy | StepResult::Locked) {
            waits += 1;
            if waits > MAX_WAITS {
                return Err(StoreError::Busy);
            }
            std::thread::sleep(WAIT);
        }
    }
}

fn put_in_place(staged: &Path, to: &Path) -> Result<(), StoreError> {
    File::open(staged)?.sync_all()?;
    fs::rename(staged, to)?;
    if let Some(folder) = to.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
