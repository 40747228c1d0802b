//! The one way in: records of a raw document, written so that the same bytes twice change nothing.

use std::collections::HashSet;

use rusqlite::{CachedStatement, OptionalExtension};

use super::row::{Place, Writer, read};
use crate::ids::RecordId;
use crate::record::NewRecord;
use crate::record_rules::{Content, RecordFault, key_fault};
use crate::sha256::Sha256;
use crate::table::record_versions;
use crate::table::retrieval_documents::StoredDocument;
use crate::table::retrievals::{IntakeCounts, RetrievalKind};
use crate::{Assurance, StoreError, Tx};

const FIND: &str = "SELECT r.seq, r.content, r.path, o.document FROM records r \
     JOIN retrieval_documents o ON o.seq = r.origin WHERE r.id = ?1";

/// What became of a batch of records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Intake {
    /// How many were new, same, changed, set aside.
    pub counts: IntakeCounts,
    /// Which were set aside and why: index into the batch.
    pub set_aside: Vec<(usize, RecordFault)>,
}

/// Writes records that were read from a document. Call it in batches of some thousands, each in its own transaction
/// together with [`crate::retrievals::advance`], so that a killed program goes on where it stopped.
///
/// A record is the same one if its connection and `source_key` are; it is changed if its content (not its place) differs.
/// Then a fetch always replaces what was there, while an imported file replaces it only if no file that was received
/// later has said something else, and within one document the first record of a key counts.
///
/// # Errors
/// The database could not be written; then nothing of the batch is.
pub fn intake(tx: &Tx<'_>, document: &StoredDocument, records: &[NewRecord]) -> Result<Intake, StoreError> {
    let assurance = assurance_of(tx, document)?;
    let place = Place {
        connection: document.connection,
        origin: document.origin,
        received_at: document.received_at,
    };
    let mut batch = Batch {
        tx,
        document,
        place,
        writer: Writer::new(tx)?,
        find: tx.conn().prepare_cached(FIND)?,
        seen: HashSet::with_capacity(records.len()),
        assurance,
        expect_new: true,
    };
    let mut intake = Intake::default();
    for (at, new) in records.iter().enumerate() {
        match batch.take(new)? {
            Outcome::New => intake.counts.new += 1,
            Outcome::Same => intake.counts.same += 1,
            Outcome::Changed => intake.counts.changed += 1,
            Outcome::SetAside(fault) => {
                intake.counts.set_aside += 1;
                intake.set_aside.push((at, fault));
            }
        }
    }
    Ok(intake)
}

enum Outcome {
    New,
    Same,
    Changed,
    SetAside(RecordFault),
}

struct Existing {
    seq: i64,
    digest: Sha256,
    path: String,
    document: i64,
}

struct Batch<'t> {
    tx: &'t Tx<'t>,
    document: &'t StoredDocument,
    place: Place,
    writer: Writer<'t>,
    find: CachedStatement<'t>,
    seen: HashSet<RecordId>,
    assurance: Assurance,
    /// Whether the record before was new. Then the next one most likely is too, and is written without a look before.
    expect_new: bool,
}

impl Batch<'_> {
    fn take(&mut self, new: &NewRecord) -> Result<Outcome, StoreError> {
        let connection = self.document.connection_id;
        let content = Content::of_new(new, &connection, self.assurance);
        if let Some(fault) = key_fault(new).or_else(|| content.fault()) {
            return Ok(Outcome::SetAside(fault));
        }
        let id = RecordId::derive(&connection, &new.source_key);
        let digest = content.digest();
        let first = self.seen.insert(id);
        let write = |batch: &mut Self| batch.writer.write(id, &batch.place, &content, &new.path, digest);
        if self.expect_new && write(self)? {
            return Ok(Outcome::New);
        }
        let Some(existing) = self.existing(id)? else {
            self.expect_new = true;
            write(self)?;
            return Ok(Outcome::New);
        };
        self.expect_new = false;
        if existing.digest == digest {
            return Ok(Outcome::Same);
        }
        if !first || self.is_second_in_document(&existing, new) {
            return Ok(Outcome::SetAside(RecordFault::Duplicate));
        }
        if self.document.kind == RetrievalKind::Import && self.document.document < existing.document {
            return Ok(Outcome::Same);
        }
        self.keep_version(&existing)?;
        write(self)?;
        Ok(Outcome::Changed)
    }

    /// The record that is here was read from another place of the same document.
    fn is_second_in_document(&self, existing: &Existing, new: &NewRecord) -> bool {
        existing.document == self.document.document && existing.path != new.path
    }

    fn existing(&mut self, id: RecordId) -> Result<Option<Existing>, StoreError> {
        let row = self.find.query_row([id], |row| {
            Ok(Existing {
                seq: row.get(0)?,
                digest: row.get(1)?,
                path: row.get(2)?,
                document: row.get(3)?,
            })
        });
        Ok(row.optional()?)
    }

    fn keep_version(&self, existing: &Existing) -> Result<(), StoreError> {
        replace(
            self.tx,
            self.place.connection,
            existing.seq,
            self.document.received_at,
        )
    }
}

/// Makes room for another content of a record: keeps the earlier one as a version and removes its row.
pub(super) fn replace(
    tx: &Tx<'_>,
    connection: i64,
    seq: i64,
    at: time::OffsetDateTime,
) -> Result<(), StoreError> {
    let sql = format!("{} WHERE r.seq = ?1", super::row::SELECT);
    let earlier = tx.conn().prepare_cached(&sql)?.query_row([seq], read)?;
    record_versions::insert(tx, connection, &earlier, at)?;
    super::remove_row(tx, seq)
}

fn assurance_of(tx: &Tx<'_>, document: &StoredDocument) -> Result<Assurance, StoreError> {
    let mut statement = tx
        .conn()
        .prepare_cached("SELECT assurance FROM retrieval_documents WHERE seq = ?1")?;
    Ok(statement.query_row([document.origin], |row| row.get(0))?)
}
