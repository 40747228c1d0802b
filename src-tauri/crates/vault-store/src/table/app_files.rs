//! `app_files`: the files of packaged apps, as they were unpacked and checked.

use rusqlite::{OptionalExtension, params};

use crate::ids::AppId;
use crate::sql::{Count, words};
use crate::{StoreError, Tx, View};

pub(crate) const V5: &str = "CREATE TABLE app_files (
    app TEXT NOT NULL REFERENCES apps (id),
    version TEXT NOT NULL,
    path TEXT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (app, version, path)
) STRICT";

words! {
    /// Which version of a package a file belongs to.
    FileVersion {
        /// The one that is opened.
        Held = "held",
        /// The newer one that waits for the person's look.
        Offered = "offered",
    }
}

/// A file of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppFile {
    /// Its path on the app's site, with a slash at the start.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// One file.
///
/// # Errors
/// The database could not be read.
pub fn get(
    view: &View<'_>,
    app: AppId,
    version: FileVersion,
    path: &str,
) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "SELECT bytes FROM app_files WHERE app = ?1 AND version = ?2 AND path = ?3";
    Ok(view
        .conn()
        .prepare_cached(sql)?
        .query_row((app, version, path), |row| row.get(0))
        .optional()?)
}

/// All files of a version, in the order of their paths.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>, app: AppId, version: FileVersion) -> Result<Vec<AppFile>, StoreError> {
    let sql = "SELECT path, bytes FROM app_files WHERE app = ?1 AND version = ?2 ORDER BY path";
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map((app, version), |row| {
        Ok(AppFile {
            path: row.get(0)?,
            bytes: row.get(1)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Bytes that the files of an app take, in both versions.
///
/// # Errors
/// The database could not be read.
pub fn size(view: &View<'_>, app: AppId) -> Result<u64, StoreError> {
    let sql = "SELECT coalesce(sum(length(bytes)), 0) FROM app_files WHERE app = ?1";
    Ok(view
        .conn()
        .prepare_cached(sql)?
        .query_row([app], |row| row.get::<_, Count>(0))?
        .0)
}

/// Puts these files in the place of all that a version had.
///
/// # Errors
/// [`StoreError::Rule`] if the app is not installed or a path comes twice; the database could not be written.
pub fn replace(tx: &Tx<'_>, app: AppId, version: FileVersion, files: &[AppFile]) -> Result<(), StoreError> {
    forget(tx, app, version)?;
    let sql = "INSERT INTO app_files (app, version, path, bytes) VALUES (?1, ?2, ?3, ?4)";
    let mut statement = tx.conn().prepare_cached(sql)?;
    for file in files {
        statement.execute(params![app, version, &file.path, &file.bytes])?;
    }
    Ok(())
}

/// Forgets the files of a version.
///
/// # Errors
/// The database could not be written.
pub fn forget(tx: &Tx<'_>, app: AppId, version: FileVersion) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached("DELETE FROM app_files WHERE app = ?1 AND version = ?2")?
        .execute((app, version))?;
    Ok(())
}

pub(crate) fn clear(tx: &Tx<'_>, app: AppId) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached("DELETE FROM app_files WHERE app = ?1")?
        .execute([app])?;
    Ok(())
}
