//! Telling causes apart when a file cannot be opened or written: wrong key, damage, a lost end, a full disk, a
//! read-only folder.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use rusqlite::Connection;

use crate::database::{create_private, with_suffix};
use crate::key::KeyPragma;
use crate::{OpenMode, StoreError, opening};

/// Bytes per page, given by SQLCipher 4.
pub(crate) const PAGE: u64 = 4096;

/// Bytes written to find out whether a disk is full.
static PROBE: [u8; 64 * 1024] = [0; 64 * 1024];

/// Refuses a file that cannot be a whole database, before anything reads it. With a write-ahead log the file itself may
/// be behind, so only an empty one is certain to have lost its content.
pub(crate) fn check_length(path: &Path) -> Result<(), StoreError> {
    let actual = fs::metadata(path)?.len();
    let broken = actual < PAGE || (actual % PAGE != 0 && !has_log(path));
    if broken {
        Err(StoreError::Truncated {
            expected: None,
            actual,
        })
    } else {
        Ok(())
    }
}

/// Compares the length of the file with the number of pages it says it has.
pub(crate) fn check_pages(path: &Path, conn: &Connection) -> Result<(), StoreError> {
    let pages: u32 = conn.query_row("PRAGMA page_count", [], |row| row.get(0))?;
    let (actual, expected) = (fs::metadata(path)?.len(), u64::from(pages) * PAGE);
    if actual < expected && !has_log(path) {
        return Err(StoreError::Truncated {
            expected: Some(expected),
            actual,
        });
    }
    Ok(())
}

/// Finds the cause for which a database could not be opened.
pub(crate) fn explain(error: StoreError, path: &Path, key: &KeyPragma) -> StoreError {
    if matches!(error, StoreError::Damaged { .. }) {
        explain_unreadable(path, key)
    } else {
        explain_io(error, path)
    }
}

/// Finds the cause of an input or output error that the library reports in general terms.
pub(crate) fn explain_io(error: StoreError, path: &Path) -> StoreError {
    if matches!(error, StoreError::Io(_) | StoreError::ReadOnly) {
        probe_folder(path).err().unwrap_or(error)
    } else {
        error
    }
}

/// The pages, counted from 1, whose authentication code does not fit.
pub(crate) fn damaged_pages(conn: &Connection) -> Result<Vec<u32>, StoreError> {
    let mut statement = conn.prepare("PRAGMA cipher_integrity_check")?;
    let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
    let mut pages = Vec::new();
    for line in lines {
        pages.extend(page_number(&line?));
    }
    Ok(pages)
}

/// The pages of an open database that are damaged indeed. The library's check looks at the file alone; a page that was written to the
/// log and not yet moved into the file does not fit there, and yet every reader gets it whole. So a finding counts only when reading
/// everything the way readers do finds something wrong as well.
pub(crate) fn lost_pages(conn: &Connection) -> Result<Vec<u32>, StoreError> {
    let suspects = damaged_pages(conn)?;
    if suspects.is_empty() || !has_log(Path::new(conn.path().unwrap_or_default())) {
        return Ok(suspects);
    }
    let sound = conn.query_row("PRAGMA integrity_check(1)", [], |row| row.get::<_, String>(0));
    Ok(if sound.is_ok_and(|word| word == "ok") {
        Vec::new()
    } else {
        suspects
    })
}

/// No page readable: wrong key. Some: damage. All of them, and yet the database is not whole: its end is missing. The salt
/// at the very beginning is covered by no authentication code, so it is tried as the key says it should be, too.
fn explain_unreadable(path: &Path, key: &KeyPragma) -> StoreError {
    let actual = fs::metadata(path).map_or(0, |found| found.len());
    let some_readable = |pages: &Vec<u32>| (pages.len() as u64) < actual / PAGE;
    match scan(path, key, false).ok().filter(some_readable) {
        Some(pages) if pages.is_empty() && !has_log(path) => StoreError::Truncated {
            expected: None,
            actual,
        },
        Some(pages) => StoreError::Damaged {
            page: pages.first().copied(),
        },
        None => match scan(path, key, true).ok().filter(some_readable) {
            Some(_) => StoreError::Damaged { page: Some(1) },
            None => StoreError::WrongKey,
        },
    }
}

fn scan(path: &Path, key: &KeyPragma, own_salt: bool) -> Result<Vec<u32>, StoreError> {
    let conn = opening::open_file(path, OpenMode::ReadOnly)?;
    key.apply(&conn)?;
    if own_salt {
        key.apply_salt(&conn)?;
    }
    damaged_pages(&conn)
}

/// Reads the number at the end of `HMAC verification failed for page N`.
fn page_number(line: &str) -> Option<u32> {
    line.rsplit(' ').next()?.parse().ok()
}

fn has_log(path: &Path) -> bool {
    fs::metadata(with_suffix(path, "-wal")).is_ok_and(|log| log.len() > 0)
}

/// Tries to write beside the database and says what stands in the way.
fn probe_folder(path: &Path) -> Result<(), StoreError> {
    let probe = with_suffix(path, "-probe");
    let _ = fs::remove_file(&probe);
    let outcome = write_probe(&probe);
    let _ = fs::remove_file(&probe);
    match outcome {
        Err(StoreError::DiskFull) => Err(StoreError::DiskFull),
        Err(StoreError::ReadOnly) => Err(StoreError::ReadOnly),
        _ => Ok(()),
    }
}

fn write_probe(probe: &Path) -> Result<(), StoreError> {
    create_private(probe)?;
    let mut file = File::options().write(true).open(probe)?;
    file.write_all(&PROBE)?;
    Ok(file.sync_all()?)
}
