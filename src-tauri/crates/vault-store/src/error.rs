//! What can go wrong with a database, named for its cause. No variant carries a value of the person.

use rusqlite::ErrorCode;

/// A failure of the store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// There is no file at the path.
    #[error("there is no database at this place")]
    NotFound,
    /// A database was to be created where a file exists already.
    #[error("there is a file at this place already")]
    AlreadyExists,
    /// The file was written by a newer Satchel.
    #[error("the database has version {found}, this Satchel knows versions up to {supported}")]
    NewerVersion {
        /// Version of the file.
        found: u32,
        /// Newest version this program reads.
        supported: u32,
    },
    /// The file has an older version and was opened only for reading.
    #[error("the database has version {found} and must be opened for writing once, to bring it up to date")]
    OlderVersion {
        /// Version of the file.
        found: u32,
    },
    /// The end of the file is missing.
    #[error("the database file is shorter than it was")]
    Truncated {
        /// Bytes the file should have, where that is known.
        expected: Option<u64>,
        /// Bytes it has.
        actual: u64,
    },
    /// The file holds bytes that nobody wrote through Satchel.
    #[error("the database file is damaged{}", page_words(*page))]
    Damaged {
        /// The first damaged page of 4096 bytes, counted from 1, where that is known.
        page: Option<u32>,
    },
    /// No page of the file can be read with this key.
    #[error("the key does not open this database")]
    WrongKey,
    /// The folder or the file cannot be written to.
    #[error("the folder of the database cannot be written to")]
    ReadOnly,
    /// There is no space left on the disk.
    #[error("the disk is full")]
    DiskFull,
    /// Another process holds the database.
    #[error("another process is using the database")]
    Busy,
    /// Reading or writing the file failed for another reason.
    #[error("the database file could not be read or written: {0}")]
    Io(std::io::ErrorKind),
    /// The database library was built without encryption.
    #[error("the database library does not encrypt")]
    NotEncrypting,
    /// A row that was named is not there.
    #[error("there is no such row")]
    NoSuchRow,
    /// A value breaks a rule of its table.
    #[error("a rule of the database was broken (code {0})")]
    Rule(i32),
    /// A part of a longer transaction had failed, and the rest was to be committed: a defect of this program. It was undone.
    #[error("a part of the transaction had failed, so all of it was undone")]
    Spoilt,
    /// The library refused a statement: a defect of this program.
    #[error("the database refused a statement (code {0})")]
    Statement(i32),
}

fn page_words(page: Option<u32>) -> String {
    page.map(|number| format!(" at page {number}"))
        .unwrap_or_default()
}

impl From<rusqlite::Error> for StoreError {
    /// Keeps the cause only: messages of the library can quote what a person typed.
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::Error as Sql;
        #[expect(clippy::wildcard_enum_match_arm, reason = "the library's enum is open")]
        match error {
            Sql::SqliteFailure(failure, _) => from_code(failure),
            Sql::QueryReturnedNoRows => Self::NoSuchRow,
            Sql::FromSqlConversionFailure(..)
            | Sql::IntegralValueOutOfRange(..)
            | Sql::Utf8Error(..)
            | Sql::InvalidColumnType(..) => Self::Damaged { page: None },
            _ => Self::Statement(rusqlite::ffi::SQLITE_MISUSE),
        }
    }
}

fn from_code(failure: rusqlite::ffi::Error) -> StoreError {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the library's enum is open")]
    match failure.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Busy,
        ErrorCode::DiskFull => StoreError::DiskFull,
        ErrorCode::ReadOnly => StoreError::ReadOnly,
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreError::Damaged { page: None },
        ErrorCode::SystemIoFailure | ErrorCode::CannotOpen => StoreError::Io(std::io::ErrorKind::Other),
        ErrorCode::OutOfMemory => StoreError::Io(std::io::ErrorKind::OutOfMemory),
        ErrorCode::ConstraintViolation => StoreError::Rule(failure.extended_code),
        _ => StoreError::Statement(failure.extended_code),
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind as Kind;
        #[expect(clippy::wildcard_enum_match_arm, reason = "the library's enum is open")]
        match error.kind() {
            Kind::NotFound => Self::NotFound,
            Kind::AlreadyExists => Self::AlreadyExists,
            Kind::StorageFull | Kind::QuotaExceeded => Self::DiskFull,
            Kind::PermissionDenied | Kind::ReadOnlyFilesystem => Self::ReadOnly,
            other => Self::Io(other),
        }
    }
}
