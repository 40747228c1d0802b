//! Opening a connection: the key, and the settings under which every statement runs.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use crate::key::KeyPragma;
use crate::{OpenMode, StoreError};

/// How long a statement waits for another process before it gives up as busy.
const BUSY: Duration = Duration::from_secs(5);

/// Prepared statements kept per connection.
const STATEMENTS: usize = 256;

/// Opens an existing, encrypted file. Fails as damaged if its first page cannot be read with the key.
pub(crate) fn connect(path: &Path, key: &KeyPragma, mode: OpenMode) -> Result<Connection, StoreError> {
    let conn = open_file(path, mode)?;
    key.apply(&conn)?;
    configure(&conn, mode)?;
    Ok(conn)
}

/// Opens a file that was made a moment ago and is still empty.
pub(crate) fn connect_first(path: &Path, key: &KeyPragma) -> Result<Connection, StoreError> {
    let conn = open_file(path, OpenMode::ReadWrite)?;
    key.apply(&conn)?;
    key.apply_salt(&conn)?;
    configure(&conn, OpenMode::ReadWrite)?;
    Ok(conn)
}

/// Opens the file without touching it. `cipher_memory_security` wipes what the library frees, so it comes before the key.
pub(crate) fn open_file(path: &Path, mode: OpenMode) -> Result<Connection, StoreError> {
    let access = match mode {
        OpenMode::ReadWrite => OpenFlags::SQLITE_OPEN_READ_WRITE,
        OpenMode::ReadOnly => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_EXRESCODE;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(BUSY)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    // The library would print its faults to standard error; they are told by our own errors.
    conn.execute_batch("PRAGMA cipher_log_level = NONE; PRAGMA cipher_memory_security = ON")?;
    assert_encrypting(&conn)?;
    Ok(conn)
}

fn assert_encrypting(conn: &Connection) -> Result<(), StoreError> {
    let version: Result<String, _> = conn.query_row("PRAGMA cipher_version", [], |row| row.get(0));
    match version {
        Ok(version) if !version.is_empty() => Ok(()),
        _ => Err(StoreError::NotEncrypting),
    }
}

fn configure(conn: &Connection, mode: OpenMode) -> Result<(), StoreError> {
    defend(conn)?;
    // The first statement that reads the file: with a wrong key it fails here.
    conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| {
        row.get::<_, i64>(0)
    })?;
    // Full: a commit has reached the disk when it returns, so that neither a kill nor a power cut can undo it or leave half of it.
    conn.execute_batch(
        "PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON; PRAGMA foreign_keys = ON; \
         PRAGMA synchronous = FULL; PRAGMA cache_size = -32768; PRAGMA mmap_size = 0; \
         PRAGMA recursive_triggers = ON;",
    )?;
    if mode == OpenMode::ReadOnly {
        conn.execute_batch("PRAGMA query_only = ON")?;
    }
    Ok(())
}

/// Prepares a connection for writing. It may write itself, so the version of the file is looked at before.
pub(crate) fn write_ahead(conn: &Connection) -> Result<(), StoreError> {
    let journal: String = conn.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if journal != "wal" {
        return Err(StoreError::ReadOnly);
    }
    // `secure_delete` overwrites what is deleted; the limit gives back the space of a large import. Ids are digests, so that a writer
    // comes to every page of their index again and again: with a million records a smaller cache costs an import nearly half its speed.
    conn.execute_batch(
        "PRAGMA secure_delete = FAST; PRAGMA journal_size_limit = 8388608; PRAGMA cache_size = -49152;",
    )?;
    Ok(())
}

/// Takes away what Satchel never uses, so that a damaged or forged file has less to work with. Plans do not look at the values of
/// parameters: a cached statement whose plan did would be prepared anew at every use.
fn defend(conn: &Connection) -> Result<(), StoreError> {
    for (setting, value) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true),
    ] {
        conn.set_db_config(setting, value)?;
    }
    for (limit, value) in [
        (Limit::SQLITE_LIMIT_ATTACHED, 0),
        (Limit::SQLITE_LIMIT_LENGTH, 512 * 1024 * 1024),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, 64 * 1024),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 200),
        (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 8),
        (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1024),
        (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
    ] {
        conn.set_limit(limit, value)?;
    }
    Ok(())
}
