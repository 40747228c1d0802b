//! `raw_documents`: every byte that came in, compressed, named by its digest; the same bytes are kept once.

use std::io::Read;

use rusqlite::{OptionalExtension, Row};
use sha2::{Digest, Sha256 as Sha256Hasher};
use time::OffsetDateTime;

use crate::sha256::Sha256;
use crate::sql::{Count, Millis};
use crate::{StoreError, Tx, View};

pub(crate) const V1: &str = "CREATE TABLE raw_documents (
    seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    sha256 BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
    size INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    zstd BLOB NOT NULL
) STRICT";

/// The largest document, in bytes before compression.
pub const MAX_DOCUMENT: usize = 1024 * 1024 * 1024;

/// Bytes given out at a time.
const PIECE: usize = 128 * 1024;

/// Compression level of zstd: the fastest that still halves typical JSON several times over.
const LEVEL: i32 = 1;

/// What is known about a raw document, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentInfo {
    /// Digest of the bytes.
    pub sha256: Sha256,
    /// Number of bytes.
    pub size: u64,
    /// Media type, as received or recognised.
    pub media_type: String,
    /// When it was first received.
    pub received_at: OffsetDateTime,
}

/// All raw documents, oldest first, without their bytes.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>) -> Result<Vec<DocumentInfo>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached("SELECT sha256, size, media_type, received_at FROM raw_documents ORDER BY seq")?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What is known about one document.
///
/// # Errors
/// The database could not be read.
pub fn info(view: &View<'_>, sha256: Sha256) -> Result<Option<DocumentInfo>, StoreError> {
    let mut statement = view.conn().prepare_cached(
        "SELECT sha256, size, media_type, received_at FROM raw_documents WHERE sha256 = ?1",
    )?;
    Ok(statement.query_row([sha256], read).optional()?)
}

/// The bytes of a document, exactly as they were received.
///
/// # Errors
/// [`StoreError::Damaged`] if what is kept does not have the digest; the database could not be read.
pub fn bytes(view: &View<'_>, sha256: Sha256) -> Result<Option<Vec<u8>>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached("SELECT size, zstd FROM raw_documents WHERE sha256 = ?1")?;
    let mut rows = statement.query([sha256])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let size = usize::try_from(row.get::<_, Count>(0)?.0).unwrap_or(usize::MAX);
    let packed = row
        .get_ref(1)?
        .as_blob()
        .map_err(|_| StoreError::Damaged { page: None })?;
    let bytes = zstd::bulk::decompress(packed, size.min(MAX_DOCUMENT))
        .map_err(|_| StoreError::Damaged { page: None })?;
    if Sha256::of(&bytes) == sha256 {
        Ok(Some(bytes))
    } else {
        Err(StoreError::Damaged { page: None })
    }
}

/// The bytes of a document in pieces, so that memory does not grow with its size; whether there is such a document. What the
/// closure was given is the document only if this returns without an error.
///
/// # Errors
/// What the closure returns; [`StoreError::Damaged`] if what is kept does not have the digest; the database could not be read.
pub fn each_piece<E: From<StoreError>>(
    view: &View<'_>,
    sha256: Sha256,
    mut take: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<bool, E> {
    let sql = "SELECT zstd FROM raw_documents WHERE sha256 = ?1";
    let mut statement = view.conn().prepare_cached(sql).map_err(StoreError::from)?;
    let mut rows = statement.query([sha256]).map_err(StoreError::from)?;
    let Some(row) = rows.next().map_err(StoreError::from)? else {
        return Ok(false);
    };
    let damaged = || StoreError::Damaged { page: None };
    let packed = row
        .get_ref(0)
        .ok()
        .and_then(|value| value.as_blob().ok())
        .ok_or_else(damaged)?;
    let mut unpacked = zstd::Decoder::with_buffer(packed).map_err(|_| damaged())?;
    let (mut hasher, mut piece) = (Sha256Hasher::new(), vec![0; PIECE]);
    loop {
        let read = unpacked.read(&mut piece).map_err(|_| damaged())?;
        let bytes = piece.get(..read).unwrap_or_default();
        if bytes.is_empty() {
            break;
        }
        hasher.update(bytes);
        take(bytes)?;
    }
    if Sha256(hasher.finalize().into()) == sha256 {
        Ok(true)
    } else {
        Err(damaged().into())
    }
}

/// The row number of the last document; 0 without one. A later document has a larger one.
///
/// # Errors
/// The database could not be read.
pub fn last_place(view: &View<'_>) -> Result<i64, StoreError> {
    let sql = "SELECT coalesce(max(seq), 0) FROM raw_documents";
    Ok(view.conn().prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

/// Number of documents and the sum of their sizes before compression.
///
/// # Errors
/// The database could not be read.
pub fn totals(view: &View<'_>) -> Result<(u64, u64), StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached("SELECT count(*), coalesce(sum(size), 0) FROM raw_documents")?;
    Ok(statement.query_row([], |row| {
        Ok((row.get::<_, Count>(0)?.0, row.get::<_, Count>(1)?.0))
    })?)
}

/// Keeps a document unless the same bytes are here, at `place` if that row number is free; gives its digest and row number.
///
/// # Errors
/// [`StoreError::Io`] if it is larger than [`MAX_DOCUMENT`]; the database could not be written.
pub(crate) fn store(
    tx: &Tx<'_>,
    bytes: &[u8],
    media_type: &str,
    received_at: OffsetDateTime,
    place: Option<i64>,
) -> Result<(Sha256, i64), StoreError> {
    let sha256 = Sha256::of(bytes);
    if let Some(seq) = seq(tx, sha256)? {
        return Ok((sha256, seq));
    }
    if bytes.len() > MAX_DOCUMENT {
        return Err(StoreError::Io(std::io::ErrorKind::FileTooLarge));
    }
    let packed = zstd::bulk::compress(bytes, LEVEL)?;
    let place = match place {
        Some(place) if is_free(tx, place)? => Some(place),
        _ => None,
    };
    tx.conn()
        .prepare_cached(
            "INSERT INTO raw_documents (seq, sha256, size, media_type, received_at, zstd) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute((
            place,
            sha256,
            Count(bytes.len() as u64),
            media_type,
            Millis(received_at),
            packed,
        ))?;
    Ok((sha256, tx.conn().last_insert_rowid()))
}

/// Removes documents that no retrieval names.
pub(crate) fn delete_orphans(tx: &Tx<'_>) -> Result<(), StoreError> {
    let sql = "DELETE FROM raw_documents WHERE seq NOT IN (SELECT document FROM retrieval_documents)";
    tx.conn().prepare_cached(sql)?.execute([])?;
    Ok(())
}

fn is_free(view: &View<'_>, place: i64) -> Result<bool, StoreError> {
    let sql = "SELECT NOT EXISTS (SELECT 1 FROM raw_documents WHERE seq = ?1)";
    Ok(view
        .conn()
        .prepare_cached(sql)?
        .query_row([place], |row| row.get(0))?)
}

fn seq(view: &View<'_>, sha256: Sha256) -> Result<Option<i64>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached("SELECT seq FROM raw_documents WHERE sha256 = ?1")?;
    Ok(statement.query_row([sha256], |row| row.get(0)).optional()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<DocumentInfo> {
    Ok(DocumentInfo {
        sha256: row.get(0)?,
        size: row.get::<_, Count>(1)?.0,
        media_type: row.get(2)?,
        received_at: row.get::<_, Millis>(3)?.0,
    })
}
