//! `record_sources`: which other documents say what a record says, so that undoing an import takes away only what nobody else brought.

use crate::ids::RecordId;
use crate::sha256::Sha256;
use crate::{StoreError, Tx, View};

pub(crate) const V8: &str = "CREATE TABLE record_sources (
    id BLOB NOT NULL,
    origin INTEGER NOT NULL REFERENCES retrieval_documents (seq),
    path TEXT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (id, origin, path)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_sources_by_origin ON record_sources (origin);";

/// A document that says something of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    /// Row number of the document within its retrieval.
    pub(crate) origin: i64,
    /// Where in it.
    pub(crate) path: String,
    /// Digest of the content that it says.
    pub(crate) content: Sha256,
}

/// Notes that a document says a content of a record. Noted before, it changes nothing but the content.
pub(crate) fn insert(
    tx: &Tx<'_>,
    id: RecordId,
    origin: i64,
    path: &str,
    content: Sha256,
) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached(
            "INSERT OR REPLACE INTO record_sources (id, origin, path, content) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute((id, origin, path, content))?;
    Ok(())
}

/// The other documents that say something of a record.
pub(crate) fn of_record(view: &View<'_>, id: RecordId) -> Result<Vec<Source>, StoreError> {
    let sql = "SELECT origin, path, content FROM record_sources WHERE id = ?1 ORDER BY origin, path";
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map([id], |row| {
        Ok(Source {
            origin: row.get(0)?,
            path: row.get(1)?,
            content: row.get(2)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(crate) fn delete(tx: &Tx<'_>, id: RecordId, origin: i64, path: &str) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached("DELETE FROM record_sources WHERE id = ?1 AND origin = ?2 AND path = ?3")?
        .execute((id, origin, path))?;
    Ok(())
}

pub(crate) fn delete_record(tx: &Tx<'_>, id: RecordId) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached("DELETE FROM record_sources WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

/// Forgets what the documents of a retrieval said; how many rows, at most `limit`.
pub(crate) fn delete_retrieval(tx: &Tx<'_>, retrieval: i64, limit: u32) -> Result<u64, StoreError> {
    let sql = "DELETE FROM record_sources WHERE (id, origin, path) IN (SELECT s.id, s.origin, s.path FROM \
               record_sources s WHERE s.origin IN (SELECT seq FROM retrieval_documents WHERE retrieval = ?1) LIMIT ?2)";
    Ok(tx.conn().prepare_cached(sql)?.execute((retrieval, limit))? as u64)
}

pub(crate) fn delete_connection(tx: &Tx<'_>, connection: i64) -> Result<(), StoreError> {
    let sql = "DELETE FROM record_sources WHERE origin IN (SELECT o.seq FROM retrieval_documents o \
               JOIN retrievals t ON t.seq = o.retrieval WHERE t.connection = ?1)";
    tx.conn().prepare_cached(sql)?.execute([connection])?;
    Ok(())
}
