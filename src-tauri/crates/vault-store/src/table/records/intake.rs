//! The one way in: records of a raw document, written so that the same bytes twice change nothing.

use std::collections::HashSet;

use rusqlite::{CachedStatement, OptionalExtension};

use time::OffsetDateTime;

use super::row::{Place, Writer, read};
use crate::ids::{ConnectionId, RecordId, RetrievalId};
use crate::record::{NewRecord, Provenance, Record};
use crate::record_rules::{Content, RecordFault, UNDATED, key_fault};
use crate::sha256::Sha256;
use crate::sql::{Millis, millis};
use crate::table::retrieval_documents::StoredDocument;
use crate::table::retrievals::{IntakeCounts, RetrievalKind};
use crate::table::{record_sources, record_versions};
use crate::{Assurance, StoreError, Tx, View};

const FIND: &str = "SELECT r.seq, r.content, r.path, o.document, r.origin, o.assurance, o.as_of FROM records r \
     JOIN retrieval_documents o ON o.seq = r.origin WHERE r.id = ?1";

/// What became of a batch of records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Intake {
    /// How many were new, same, changed, set aside.
    pub counts: IntakeCounts,
    /// Which were set aside and why: index into the batch.
    pub set_aside: Vec<(usize, RecordFault)>,
    /// What became of each, in the order of the batch.
    pub became: Vec<Became>,
}

/// What became of one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Became {
    /// It breaks a rule.
    SetAside,
    /// The vault has it, or what counts more.
    Same,
    /// It says something else than before, and counts.
    Changed,
    /// The vault did not have it.
    New,
}

/// Writes records that were read from a document. Call it in batches of some thousands, each in its own transaction
/// together with [`crate::retrievals::advance`], so that a killed program goes on where it stopped.
///
/// A record is the same one if its connection and `source_key` are; it is changed if its content (not its place) differs.
/// Then a fetch always replaces what was there, while an imported file replaces it only if no file that was received
/// later has said something else, and within one document the first record of a key counts.
///
/// A document that says up to when it knows ([`StoredDocument`]'s `as_of`) is weighed instead, so that files in any order and repetition
/// end with the same records: the better assurance counts, then the later `as_of`, then the greater digest of the content. Whatever does not
/// count is kept beside the record, so that [`super::undo_step`] can put it back.
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
        beside: None,
    };
    let mut intake = Intake::default();
    for (at, new) in records.iter().enumerate() {
        let became = match batch.take(new)? {
            Outcome::New => {
                intake.counts.new += 1;
                Became::New
            }
            Outcome::Same => {
                intake.counts.same += 1;
                Became::Same
            }
            Outcome::Changed => {
                intake.counts.changed += 1;
                Became::Changed
            }
            Outcome::SetAside(fault) => {
                intake.counts.set_aside += 1;
                intake.set_aside.push((at, fault));
                Became::SetAside
            }
        };
        intake.became.push(became);
    }
    Ok(intake)
}

/// What would become of records, without writing them: for the look at a file before it is imported. `as_of` is that of the file, and the
/// records are those of an import.
///
/// # Errors
/// The database could not be read.
pub fn foresee(
    view: &View<'_>,
    connection: ConnectionId,
    as_of: OffsetDateTime,
    records: &[NewRecord],
) -> Result<Vec<Became>, StoreError> {
    let mut find = view.conn().prepare_cached(FIND)?;
    let mut all = Vec::with_capacity(records.len());
    for new in records {
        let content = Content::of_new(new, &connection, Assurance::Imported);
        if key_fault(new).or_else(|| content.fault()).is_some() {
            all.push(Became::SetAside);
            continue;
        }
        let id = RecordId::derive(&connection, &new.source_key);
        let existing = find.query_row([id], Existing::read).optional()?;
        let digest = content.digest();
        all.push(match existing {
            None => Became::New,
            Some(existing) if existing.digest == digest => Became::Same,
            Some(existing) if existing.is_less_than(Assurance::Imported, as_of, digest) => Became::Changed,
            Some(_) => Became::Same,
        });
    }
    Ok(all)
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
    origin: i64,
    assurance: Assurance,
    as_of: Option<OffsetDateTime>,
}

impl Existing {
    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            seq: row.get(0)?,
            digest: row.get(1)?,
            path: row.get(2)?,
            document: row.get(3)?,
            origin: row.get(4)?,
            assurance: row.get(5)?,
            as_of: row.get::<_, Option<Millis>>(6)?.map(|time| time.0),
        })
    }

    /// Whether what comes counts more: by what both say, never by which came first.
    fn is_less_than(&self, assurance: Assurance, as_of: OffsetDateTime, digest: Sha256) -> bool {
        let mine = (self.assurance, self.as_of.map(millis), self.digest.as_bytes());
        mine < (assurance, Some(millis(as_of)), digest.as_bytes())
    }
}

struct Batch<'t> {
    tx: &'t Tx<'t>,
    document: &'t StoredDocument,
    place: Place,
    writer: Writer<'t>,
    find: CachedStatement<'t>,
    seen: HashSet<RecordId>,
    assurance: Assurance,
    /// What a record that does not count is kept with, once one is met.
    beside: Option<Origin>,
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
        if let Some(as_of) = self.document.as_of {
            return self.weigh(id, &existing, as_of, &content, digest, new);
        }
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

    /// Decides between what is here and what a dated document says.
    fn weigh(
        &mut self,
        id: RecordId,
        existing: &Existing,
        as_of: OffsetDateTime,
        content: &Content<'_>,
        digest: Sha256,
        new: &NewRecord,
    ) -> Result<Outcome, StoreError> {
        let here = existing.origin == self.place.origin && existing.path == new.path;
        if existing.digest == digest {
            if here {
                return Ok(Outcome::Same);
            }
            if existing.as_of.map(millis) < Some(millis(as_of)) {
                // The same words, from a file that knows more: they count as its own.
                record_sources::insert(self.tx, id, existing.origin, &existing.path, digest)?;
                record_sources::delete(self.tx, id, self.place.origin, &new.path)?;
                super::row::move_to(self.tx, existing.seq, self.place.origin, &new.path)?;
            } else {
                record_sources::insert(self.tx, id, self.place.origin, &new.path, digest)?;
            }
            return Ok(Outcome::Same);
        }
        // The same row of the same bytes: it was read otherwise this time.
        let again = existing.document == self.document.document && existing.path == new.path;
        if !again && !existing.is_less_than(self.assurance, as_of, digest) {
            self.keep_beside(id, content, digest, new)?;
            return Ok(Outcome::Same);
        }
        self.keep_version(existing)?;
        self.writer.write(id, &self.place, content, &new.path, digest)?;
        Ok(Outcome::Changed)
    }

    /// Keeps what does not count: as a version of its own, or as one more source of a version that says the same.
    fn keep_beside(
        &mut self,
        id: RecordId,
        content: &Content<'_>,
        digest: Sha256,
        new: &NewRecord,
    ) -> Result<(), StoreError> {
        let versions = record_versions::list(self.tx, id)?;
        let same = versions
            .iter()
            .find(|version| Content::of_record(&version.record).digest() == digest);
        let origin = match &self.beside {
            Some(origin) => origin,
            None => self.beside.insert(Origin::of(self.tx, self.place.origin)?),
        };
        if let Some(version) = same {
            let provenance = &version.record.provenance;
            let here = provenance.retrieval == origin.retrieval
                && provenance.sha256 == self.document.sha256
                && provenance.path == new.path;
            if !here {
                record_sources::insert(self.tx, id, self.place.origin, &new.path, digest)?;
            }
            return Ok(());
        }
        let record = origin.record(id, self.document, content, &new.path);
        record_versions::insert(self.tx, self.place.connection, &record, self.document.received_at)
    }

    /// The record that is here was read from another place of the same document.
    fn is_second_in_document(&self, existing: &Existing, new: &NewRecord) -> bool {
        existing.document == self.document.document && existing.path != new.path
    }

    fn existing(&mut self, id: RecordId) -> Result<Option<Existing>, StoreError> {
        Ok(self.find.query_row([id], Existing::read).optional()?)
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

/// What a version says of where it came from, beside what its document says.
struct Origin {
    platform: String,
    source: String,
    retrieval: RetrievalId,
    assurance: Assurance,
}

impl Origin {
    fn of(view: &View<'_>, origin: i64) -> Result<Self, StoreError> {
        let sql = "SELECT c.platform, t.source, t.id, o.assurance FROM retrieval_documents o \
                   JOIN retrievals t ON t.seq = o.retrieval JOIN connections c ON c.seq = t.connection WHERE o.seq = ?1";
        let mut statement = view.conn().prepare_cached(sql)?;
        Ok(statement.query_row([origin], |row| {
            Ok(Self {
                platform: row.get(0)?,
                source: row.get(1)?,
                retrieval: row.get(2)?,
                assurance: row.get(3)?,
            })
        })?)
    }

    fn record(&self, id: RecordId, document: &StoredDocument, content: &Content<'_>, path: &str) -> Record {
        let mut extra = content.extra.clone();
        if content.start.is_none() {
            extra.insert(UNDATED.to_owned(), true.into());
        }
        Record {
            id,
            kind: content.kind,
            platform: self.platform.clone(),
            connection: document.connection_id,
            start: content.start.unwrap_or(document.received_at),
            end: content.end,
            type_name: content.type_name.map(str::to_owned),
            title: content.title.map(str::to_owned),
            status: content.status.map(str::to_owned),
            distance_m: content.distance_m,
            duration_s: content.duration_s,
            amount: content.amount,
            rating: content.rating.cloned(),
            text: content.text.map(str::to_owned),
            work: content.work,
            extra,
            provenance: Provenance {
                source: self.source.clone(),
                retrieval: self.retrieval,
                retrieved_at: document.received_at,
                path: path.to_owned(),
                sha256: document.sha256,
                assurance: self.assurance,
            },
        }
    }
}

/// Makes room for another content of a record: keeps the earlier one as a version and removes its row.
pub(super) fn replace(tx: &Tx<'_>, connection: i64, seq: i64, at: OffsetDateTime) -> Result<(), StoreError> {
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
