//! `retrieval_documents`: which raw documents a retrieval brought; records point here for their provenance.

use rusqlite::OptionalExtension;
use time::OffsetDateTime;

use crate::ids::{ConnectionId, RetrievalId};
use crate::record::Assurance;
use crate::sha256::Sha256;
use crate::sql::{Count, Millis};
use crate::table::retrievals::RetrievalKind;
use crate::{StoreError, Tx, View};

pub(crate) const V1: &str = "CREATE TABLE retrieval_documents (
    seq INTEGER NOT NULL PRIMARY KEY,
    retrieval INTEGER NOT NULL REFERENCES retrievals (seq),
    document INTEGER NOT NULL REFERENCES raw_documents (seq),
    position INTEGER NOT NULL,
    locator TEXT NOT NULL,
    assurance TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    UNIQUE (retrieval, document)
) STRICT;
CREATE INDEX retrieval_documents_by_document ON retrieval_documents (document);";

/// What a document says of its own age decides between two files that say different things of one record.
pub(crate) const V8: &str = "ALTER TABLE retrieval_documents ADD COLUMN as_of INTEGER";

/// Raw bytes on their way in.
#[derive(Clone, Copy)]
pub struct NewDocument<'a> {
    /// The bytes as they were received.
    pub bytes: &'a [u8],
    /// Their media type.
    pub media_type: &'a str,
    /// Where they were: the path of a request, the name of a file inside an archive. Without secrets.
    pub locator: &'a str,
    /// Place within the retrieval, from 0.
    pub position: u32,
    /// When they were received.
    pub received_at: OffsetDateTime,
    /// How far what they say can be trusted.
    pub assurance: Assurance,
    /// Up to when the file that they are a part of knows what happened; `None` for a source that does not say. Of two files that say
    /// different things of one record the later one counts, whichever came first.
    pub as_of: Option<OffsetDateTime>,
}

/// A document that is in the vault as part of a retrieval: what records are taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredDocument {
    /// Digest of its bytes.
    pub sha256: Sha256,
    pub(crate) origin: i64,
    pub(crate) document: i64,
    pub(crate) connection: i64,
    pub(crate) connection_id: ConnectionId,
    pub(crate) kind: RetrievalKind,
    pub(crate) received_at: OffsetDateTime,
    pub(crate) as_of: Option<OffsetDateTime>,
}

/// A document as a retrieval names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetrievalDocument {
    /// Digest of its bytes.
    pub sha256: Sha256,
    /// Number of bytes.
    pub size: u64,
    /// Media type.
    pub media_type: String,
    /// Where it was.
    pub locator: String,
    /// Place within the retrieval.
    pub position: u32,
    /// When the retrieval received it.
    pub received_at: OffsetDateTime,
    /// How far what it says can be trusted.
    pub assurance: Assurance,
    /// Up to when its file knows what happened.
    pub as_of: Option<OffsetDateTime>,
}

/// Keeps the raw bytes of a retrieval: the first half of intake. Bytes that are here already are not kept twice, and a
/// document that this retrieval named before is the same document.
///
/// # Errors
/// [`StoreError::NoSuchRow`] if there is no such retrieval; the database could not be written.
pub fn store(
    tx: &Tx<'_>,
    retrieval: RetrievalId,
    new: &NewDocument<'_>,
) -> Result<StoredDocument, StoreError> {
    store_at(tx, retrieval, new, None)
}

/// Puts back the raw bytes of a retrieval that was exported, at a row number if it is free: of two documents, the one with
/// the smaller number was received earlier.
///
/// # Errors
/// As [`store`].
pub fn restore(
    tx: &Tx<'_>,
    retrieval: RetrievalId,
    new: &NewDocument<'_>,
    place: i64,
) -> Result<StoredDocument, StoreError> {
    store_at(tx, retrieval, new, Some(place))
}

fn store_at(
    tx: &Tx<'_>,
    retrieval: RetrievalId,
    new: &NewDocument<'_>,
    place: Option<i64>,
) -> Result<StoredDocument, StoreError> {
    let (retrieval_seq, kind, connection) = super::retrievals::seq(tx, retrieval)?;
    let (sha256, document) =
        super::raw_documents::store(tx, new.bytes, new.media_type, new.received_at, place)?;
    let (origin, received_at) = match origin_of(tx, retrieval_seq, document)? {
        Some(known) => known,
        None => (insert(tx, retrieval_seq, document, new)?, new.received_at),
    };
    let connection_id = tx
        .conn()
        .prepare_cached("SELECT id FROM connections WHERE seq = ?1")?
        .query_row([connection], |row| row.get(0))?;
    Ok(StoredDocument {
        sha256,
        origin,
        document,
        connection,
        connection_id,
        kind,
        received_at,
        as_of: new.as_of,
    })
}

/// The documents of a retrieval, in order.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>, retrieval: RetrievalId) -> Result<Vec<RetrievalDocument>, StoreError> {
    let sql =
        "SELECT d.sha256, d.size, d.media_type, o.locator, o.position, o.received_at, o.assurance, o.as_of
               FROM retrieval_documents o JOIN raw_documents d ON d.seq = o.document
               JOIN retrievals r ON r.seq = o.retrieval WHERE r.id = ?1 ORDER BY o.position, o.seq";
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map([retrieval], |row| {
        Ok(RetrievalDocument {
            sha256: row.get(0)?,
            size: row.get::<_, Count>(1)?.0,
            media_type: row.get(2)?,
            locator: row.get(3)?,
            position: row.get(4)?,
            received_at: row.get::<_, Millis>(5)?.0,
            assurance: row.get(6)?,
            as_of: row.get::<_, Option<Millis>>(7)?.map(|time| time.0),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Where a document of this digest was in a retrieval: the file name or path shown to the person.
///
/// # Errors
/// The database could not be read.
pub fn locator(
    view: &View<'_>,
    retrieval: RetrievalId,
    sha256: Sha256,
) -> Result<Option<String>, StoreError> {
    let sql = "SELECT o.locator FROM retrieval_documents o JOIN raw_documents d ON d.seq = o.document
               JOIN retrievals r ON r.seq = o.retrieval WHERE r.id = ?1 AND d.sha256 = ?2";
    Ok(view
        .conn()
        .prepare_cached(sql)?
        .query_row((retrieval, sha256), |row| row.get(0))
        .optional()?)
}

/// The row that ties a retrieval to a document, and when the retrieval received it.
fn origin_of(
    view: &View<'_>,
    retrieval: i64,
    document: i64,
) -> Result<Option<(i64, OffsetDateTime)>, StoreError> {
    let sql = "SELECT seq, received_at FROM retrieval_documents WHERE retrieval = ?1 AND document = ?2";
    let mut statement = view.conn().prepare_cached(sql)?;
    let row = statement.query_row((retrieval, document), |row| {
        Ok((row.get(0)?, row.get::<_, Millis>(1)?.0))
    });
    Ok(row.optional()?)
}

fn insert(tx: &Tx<'_>, retrieval: i64, document: i64, new: &NewDocument<'_>) -> Result<i64, StoreError> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO retrieval_documents (retrieval, document, position, locator, assurance, received_at, as_of)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute((
            retrieval,
            document,
            new.position,
            new.locator,
            new.assurance,
            Millis(new.received_at),
            new.as_of.map(Millis),
        ))?;
    Ok(tx.conn().last_insert_rowid())
}
