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
        let staged = with_suffix(to, ".part");
        remove_all(&staged);
        let outcome = self.copy_to(&staged).and_then(|()| put_in_place(&staged, to));
        if outcome.is_err() {
            remove_all(&staged);
        }
        outcome.map_err(|error| explain_io(error, to))
    }

    fn copy_to(&self, staged: &Path) -> Result<(), StoreError> {
        // The library copies a page that it cannot read as an empty one, so the source is looked at first.
        prove(&self.conn)?;
        create_private(staged)?;
        let mut copy = opening::open_file(staged, OpenMode::ReadWrite)?;
        self.key.apply(&copy)?;
        // The staged file is written once and thrown away if anything fails: it needs no journal.
        copy.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")?;
        copy_pages(&self.conn, &mut copy)?;
        prove(&copy)?;
        Ok(copy.close().map_err(|(_, error)| error)?)
    }
}

/// Reads every page and compares its authentication code.
fn prove(conn: &Connection) -> Result<(), StoreError> {
    match lost_pages(conn)?.first() {
        Some(page) => Err(StoreError::Damaged { page: Some(*page) }),
        None => Ok(()),
    }
}

fn copy_pages(from: &Connection, to: &mut Connection) -> Result<(), StoreError> {
    let backup = Backup::new(from, to)?;
    let mut waits = 0;
    loop {
        let step = backup.step(STEP)?;
        if step == StepResult::Done {
            return Ok(());
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
