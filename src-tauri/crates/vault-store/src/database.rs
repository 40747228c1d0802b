//! An open database of a space, and the transactions on it.

use std::cell::Cell;
use std::fs::OpenOptions;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use vault_crypto::DatabaseKey;

use crate::key::KeyPragma;
use crate::{StoreError, diagnosis, migrations, opening};

/// Whether an open database may be written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenMode {
    /// Reads and writes; brings an older file up to date.
    ReadWrite,
    /// Only reads, beside a connection that writes.
    ReadOnly,
}

/// An open database of a space. Holds the key for as long as it lives.
pub struct Database {
    pub(crate) conn: Connection,
    pub(crate) key: KeyPragma,
    pub(crate) path: PathBuf,
    pub(crate) mode: OpenMode,
    /// Whether a part of the longer transaction under way has failed.
    spoilt: Cell<bool>,
}

/// One consistent state of a database, for reading.
pub struct View<'c> {
    conn: &'c Connection,
}

/// A transaction that writes: all of it happens, or nothing.
pub struct Tx<'c> {
    view: View<'c>,
}

impl Database {
    /// Makes a database: a file that only its owner may read, with all tables and no rows.
    ///
    /// # Errors
    /// [`StoreError::AlreadyExists`] if there is a file; [`StoreError::ReadOnly`], [`StoreError::DiskFull`] or
    /// [`StoreError::NotFound`] (no such folder) if it cannot be written. What was begun is then removed.
    pub fn create(path: &Path, key: &DatabaseKey) -> Result<Self, StoreError> {
        Self::create_with(path, key.into())
    }

    /// Opens a database. For writing, an older file is brought up to date in one transaction.
    ///
    /// # Errors
    /// Every variant of [`StoreError`] that names a state of the file or its folder.
    pub fn open(path: &Path, key: &DatabaseKey, mode: OpenMode) -> Result<Self, StoreError> {
        Self::open_with(path, key.into(), mode)
    }

    /// Reads one consistent state; inside a longer transaction ([`Database::begin`]) the state of that.
    ///
    /// # Errors
    /// What the closure returns, or the cause for which no transaction could be begun.
    pub fn read<T, E: From<StoreError>>(&self, job: impl FnOnce(&View<'_>) -> Result<T, E>) -> Result<T, E> {
        let view = View { conn: &self.conn };
        if self.is_within() {
            return job(&view);
        }
        let transaction = self.transaction("BEGIN DEFERRED")?;
        let answer = job(&view)?;
        // Nothing was written: this only gives back the state that was read.
        self.commit(transaction)?;
        Ok(answer)
    }

    /// Writes in one transaction: committed, and on the disk, when the closure returns `Ok`; undone when it returns
    /// `Err` or panics. Inside a longer transaction ([`Database::begin`]) it is a part of that, and on the disk with it; a part that fails
    /// undoes the whole, because undoing it alone would cost as much as a transaction of its own.
    ///
    /// # Errors
    /// What the closure returns, or the cause for which the transaction could not be begun or committed.
    pub fn write<T, E: From<StoreError>>(&self, job: impl FnOnce(&Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        let tx = Tx {
            view: View { conn: &self.conn },
        };
        if self.is_within() {
            return job(&tx).inspect_err(|_| self.spoilt.set(true));
        }
        let transaction = self.transaction("BEGIN IMMEDIATE")?;
        let answer = job(&tx)?;
        self.commit(transaction)?;
        Ok(answer)
    }

    /// Begins a transaction that lasts over several calls of [`Database::read`] and [`Database::write`]: a call that makes many of them
    /// spends more on their transactions than on their work. [`Database::end`] must follow; without it nothing is on the disk.
    ///
    /// # Errors
    /// The cause for which no transaction could be begun.
    pub fn begin(&self) -> Result<(), StoreError> {
        let transaction = self.transaction("BEGIN IMMEDIATE")?;
        self.spoilt.set(false);
        // It goes on.
        std::mem::forget(transaction);
        Ok(())
    }

    /// Whether a transaction is under way.
    #[must_use]
    pub fn is_within(&self) -> bool {
        !self.conn.is_autocommit()
    }

    /// Ends what [`Database::begin`] began: committed, and on the disk, or undone.
    ///
    /// # Errors
    /// The cause for which it could not be committed, or [`StoreError::Spoilt`] when a part of it had failed; it is undone then.
    pub fn end(&self, commit: bool) -> Result<(), StoreError> {
        let transaction = Transaction(&self.conn);
        match (commit, self.spoilt.take()) {
            (true, false) => self.commit(transaction),
            (true, true) => Err(StoreError::Spoilt),
            (false, _) => Ok(()),
        }
    }

    /// Encrypts the whole file anew with another key, in one transaction.
    ///
    /// # Errors
    /// [`StoreError::DiskFull`] and the like; the file then still has the old key.
    pub fn rekey(&mut self, key: &DatabaseKey) -> Result<(), StoreError> {
        self.rekey_with(key.into())
    }

    /// Whether this database may be written to.
    #[must_use]
    pub fn mode(&self) -> OpenMode {
        self.mode
    }

    pub(crate) fn create_with(path: &Path, key: KeyPragma) -> Result<Self, StoreError> {
        create_private(path)?;
        Self::fill(path, key).inspect_err(|_| remove_all(path))
    }

    pub(crate) fn open_with(path: &Path, key: KeyPragma, mode: OpenMode) -> Result<Self, StoreError> {
        let attempt = || {
            diagnosis::check_length(path)?;
            let conn = opening::connect(path, &key, mode)?;
            diagnosis::check_pages(path, &conn)?;
            bring_up_to_date(&conn, mode)?;
            Ok(conn)
        };
        match attempt() {
            Ok(conn) => Ok(Self {
                conn,
                key,
                path: path.to_owned(),
                mode,
                spoilt: Cell::new(false),
            }),
            Err(error) => Err(diagnosis::explain(error, path, &key)),
        }
    }

    pub(crate) fn rekey_with(&mut self, key: KeyPragma) -> Result<(), StoreError> {
        key.rekey(&self.conn).map_err(|error| self.explain(error))?;
        self.key = key;
        // Until the log is merged, the file itself still lies under the old key. A reader can hold this up; then it
        // happens when the last connection closes.
        let _ = self
            .conn
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        Ok(())
    }

    /// Finds the real cause of an error that the library reports in general terms.
    pub(crate) fn explain(&self, error: StoreError) -> StoreError {
        diagnosis::explain_io(error, &self.path)
    }

    fn fill(path: &Path, key: KeyPragma) -> Result<Self, StoreError> {
        let attempt = || {
            let conn = opening::connect_first(path, &key)?;
            opening::write_ahead(&conn)?;
            migrations::run(&conn)?;
            Ok(conn)
        };
        match attempt() {
            Ok(conn) => Ok(Self {
                conn,
                key,
                path: path.to_owned(),
                mode: OpenMode::ReadWrite,
                spoilt: Cell::new(false),
            }),
            Err(error) => Err(diagnosis::explain_io(error, path)),
        }
    }

    fn transaction(&self, begin: &str) -> Result<Transaction<'_>, StoreError> {
        Transaction::begin(&self.conn, begin).map_err(|error| self.explain(error))
    }

    fn commit(&self, transaction: Transaction<'_>) -> Result<(), StoreError> {
        transaction.commit().map_err(|error| self.explain(error))
    }
}

/// A transaction whose statements are prepared once for the connection: a short call would spend more on preparing them than on its work.
/// Dropped without a commit, it is undone.
struct Transaction<'c>(&'c Connection);

impl<'c> Transaction<'c> {
    fn begin(conn: &'c Connection, how: &str) -> Result<Self, StoreError> {
        conn.prepare_cached(how)?.execute([])?;
        Ok(Self(conn))
    }

    fn commit(self) -> Result<(), StoreError> {
        self.0.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if !self.0.is_autocommit() {
            // It fails only where the transaction is over already.
            let _ = self.0.execute_batch("ROLLBACK");
        }
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database")
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}

impl View<'_> {
    pub(crate) fn conn(&self) -> &Connection {
        self.conn
    }
}

impl<'c> Deref for Tx<'c> {
    type Target = View<'c>;

    fn deref(&self) -> &View<'c> {
        &self.view
    }
}

fn bring_up_to_date(conn: &Connection, mode: OpenMode) -> Result<(), StoreError> {
    let found = migrations::version(conn)?;
    let supported = migrations::current();
    match mode {
        _ if found > supported => Err(StoreError::NewerVersion { found, supported }),
        OpenMode::ReadOnly if found < supported => Err(StoreError::OlderVersion { found }),
        OpenMode::ReadOnly => Ok(()),
        OpenMode::ReadWrite => {
            opening::write_ahead(conn)?;
            migrations::run(conn)
        }
    }
}

/// Makes an empty file that only its owner may read; SQLite gives its companions (`-wal`, `-shm`) the same mode.
pub(crate) fn create_private(path: &Path) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?;
    Ok(())
}

/// Removes a database file and its companions, as far as they exist.
pub(crate) fn remove_all(path: &Path) {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let _ = std::fs::remove_file(with_suffix(path, suffix));
    }
}

/// The path of a companion file: `space.db` with `-wal` is `space.db-wal`.
pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
