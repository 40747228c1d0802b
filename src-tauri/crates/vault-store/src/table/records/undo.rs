//! Undoing an import: what only its documents said goes, and what others said before or since comes back.

use rusqlite::OptionalExtension;
use time::OffsetDateTime;

use super::row::{Place, Writer, read};
use crate::ids::{ConnectionId, RecordId, RetrievalId};
use crate::record::{Assurance, Record};
use crate::record_rules::Content;
use crate::sha256::Sha256;
use crate::sql::{Json, Millis, millis};
use crate::table::record_sources::{self, Source};
use crate::table::{raw_documents, record_versions, retrievals};
use crate::{StoreError, Tx, View};

/// How far undoing has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Undone {
    /// Records that are gone.
    pub removed: u64,
    /// Records that say again what another document says.
    pub put_back: u64,
    /// Whether nothing of the retrieval is left.
    pub finished: bool,
}

/// Undoes a part of a retrieval: at most about `limit` rows, so that no transaction is long. Called until it says that it is finished; killed in
/// between it goes on where it stopped. The row of the retrieval stays, its raw documents go unless another retrieval names them.
///
/// # Errors
/// [`StoreError::NoSuchRow`] if there is no such retrieval; the database could not be written.
pub fn undo_step(tx: &Tx<'_>, retrieval: RetrievalId, limit: u32) -> Result<Undone, StoreError> {
    let (seq, _, _) = retrievals::seq(tx, retrieval)?;
    let mut undone = Undone::default();
    if versions_step(tx, retrieval, seq, limit)? > 0 || record_sources::delete_retrieval(tx, seq, limit)? > 0
    {
        return Ok(undone);
    }
    let sql = "SELECT r.id FROM records r WHERE r.origin IN (SELECT seq FROM retrieval_documents WHERE retrieval = ?1) LIMIT ?2";
    let ids: Vec<RecordId> = tx
        .conn()
        .prepare_cached(sql)?
        .query_map((seq, limit), |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    if ids.is_empty() {
        let sql = "DELETE FROM retrieval_documents WHERE retrieval = ?1";
        tx.conn().prepare_cached(sql)?.execute([seq])?;
        raw_documents::delete_orphans(tx)?;
        undone.finished = true;
        return Ok(undone);
    }
    for id in ids {
        if take_back(tx, id)? {
            undone.put_back += 1;
        } else {
            undone.removed += 1;
        }
    }
    Ok(undone)
}

/// Whether a document of a retrieval says a record of this key: as the one that counts, or beside another.
///
/// # Errors
/// [`StoreError::NoSuchRow`] if there is no such retrieval; the database could not be read.
pub fn says(
    view: &View<'_>,
    retrieval: RetrievalId,
    connection: &ConnectionId,
    source_key: &str,
) -> Result<bool, StoreError> {
    let (seq, _, _) = retrievals::seq(view, retrieval)?;
    let sql = "SELECT EXISTS (SELECT 1 FROM records r JOIN retrieval_documents o ON o.seq = r.origin WHERE r.id = ?1 AND o.retrieval = ?2) \
               OR EXISTS (SELECT 1 FROM record_sources s JOIN retrieval_documents o ON o.seq = s.origin WHERE s.id = ?1 AND o.retrieval = ?2) \
               OR EXISTS (SELECT 1 FROM record_versions v WHERE v.id = ?1 AND v.record ->> '$.provenance.retrieval' = ?3)";
    let id = RecordId::derive(connection, source_key);
    let mut statement = view.conn().prepare_cached(sql)?;
    Ok(statement.query_row((id, seq, retrieval), |row| row.get(0))?)
}

/// Earlier states that the retrieval brought: they go, or belong to another document that said the same.
fn versions_step(tx: &Tx<'_>, retrieval: RetrievalId, seq: i64, limit: u32) -> Result<usize, StoreError> {
    let sql = "SELECT v.seq, v.record FROM record_versions v JOIN retrievals t ON t.connection = v.connection \
               WHERE t.seq = ?1 AND v.record ->> '$.provenance.retrieval' = ?2 LIMIT ?3";
    let mut statement = tx.conn().prepare_cached(sql)?;
    let versions: Vec<(i64, Record)> = statement
        .query_map((seq, retrieval, limit), |row| {
            Ok((row.get(0)?, row.get::<_, Json<Record>>(1)?.0))
        })?
        .collect::<Result<_, _>>()?;
    for (version, mut record) in versions.iter().cloned() {
        let content = Content::of_record(&record).digest();
        let mut others = record_sources::of_record(tx, record.id)?;
        others.retain(|source| source.content == content);
        let mut other = None;
        for source in others {
            let place = Told::of(tx, source.origin)?;
            if place.retrieval != retrieval {
                other = Some((source, place));
                break;
            }
        }
        match other {
            Some((source, place)) => {
                record_sources::delete(tx, record.id, source.origin, &source.path)?;
                place.rename(&mut record, &source.path);
                tx.conn()
                    .prepare_cached("UPDATE record_versions SET record = ?2 WHERE seq = ?1")?
                    .execute((version, Json(&record)))?;
            }
            None => delete_version(tx, version)?,
        }
    }
    Ok(versions.len())
}

/// Takes a record back to what else was said of it; whether something was.
fn take_back(tx: &Tx<'_>, id: RecordId) -> Result<bool, StoreError> {
    let sql = format!("{} WHERE r.id = ?1", super::row::SELECT);
    let (mut now, seq) = tx
        .conn()
        .prepare_cached(&sql)?
        .query_row([id], |row| Ok((read(row)?, row.get::<_, i64>(super::row::SEQ)?)))?;
    let content = Content::of_record(&now).digest();
    let sources = record_sources::of_record(tx, id)?;
    let agreeing = best(tx, sources.iter().filter(|source| source.content == content))?;
    let version = best_version(tx, id, &sources)?;
    let agrees_most = match (&agreeing, &version) {
        (Some((_, mine)), Some(other)) => {
            (mine.assurance, mine.as_of.map(millis), content.as_bytes()) >= other.weight()
        }
        (Some(_), None) => true,
        (None, Some(_) | None) => false,
    };
    if let Some((source, _)) = agreeing.as_ref().filter(|_| agrees_most) {
        super::row::move_to(tx, seq, source.origin, &source.path)?;
        record_sources::delete(tx, id, source.origin, &source.path)?;
        return Ok(true);
    }
    let Some(version) = version else {
        super::delete(tx, id)?;
        return Ok(false);
    };
    if let Some((source, place)) = agreeing {
        // What stops to count here is still what another document says.
        place.rename(&mut now, &source.path);
        record_sources::delete(tx, id, source.origin, &source.path)?;
        record_versions::insert(tx, place.connection, &now, now.provenance.retrieved_at)?;
    }
    super::remove_row(tx, seq)?;
    delete_version(tx, version.seq)?;
    let place = Place {
        connection: version.told.connection,
        origin: version.origin,
        received_at: version.record.provenance.retrieved_at,
    };
    let written = Content::of_record(&version.record);
    Writer::new(tx)?.write(
        id,
        &place,
        &written,
        &version.record.provenance.path,
        version.content,
    )?;
    Ok(true)
}

/// Of the documents that say the same, the one that knows most.
fn best<'s>(
    view: &View<'_>,
    sources: impl Iterator<Item = &'s Source>,
) -> Result<Option<(Source, Told)>, StoreError> {
    let mut best: Option<(Source, Told)> = None;
    for source in sources {
        let told = Told::of(view, source.origin)?;
        let more = best.as_ref().is_none_or(|(_, known)| {
            (told.assurance, told.as_of.map(millis)) > (known.assurance, known.as_of.map(millis))
        });
        if more {
            best = Some((source.clone(), told));
        }
    }
    Ok(best)
}

struct Version {
    seq: i64,
    record: Record,
    origin: i64,
    told: Told,
    content: Sha256,
    /// The latest moment up to which a document that says this knows.
    as_of: Option<OffsetDateTime>,
}

impl Version {
    fn weight(&self) -> (Assurance, Option<i64>, &[u8; 32]) {
        (
            self.told.assurance,
            self.as_of.map(millis),
            self.content.as_bytes(),
        )
    }
}

/// Of the other states of a record, the one that counts most.
fn best_version(view: &View<'_>, id: RecordId, sources: &[Source]) -> Result<Option<Version>, StoreError> {
    let sql = "SELECT seq, record FROM record_versions WHERE id = ?1 ORDER BY seq";
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows: Vec<(i64, Record)> = statement
        .query_map([id], |row| Ok((row.get(0)?, row.get::<_, Json<Record>>(1)?.0)))?
        .collect::<Result<_, _>>()?;
    let mut best: Option<Version> = None;
    for (seq, record) in rows {
        // A version whose document went with an earlier undo cannot come back.
        let Some(origin) = origin_of(view, &record)? else {
            continue;
        };
        let told = Told::of(view, origin)?;
        let content = Content::of_record(&record).digest();
        let mut as_of = told.as_of;
        for source in sources.iter().filter(|source| source.content == content) {
            as_of = as_of.max(Told::of(view, source.origin)?.as_of);
        }
        let version = Version {
            seq,
            record,
            origin,
            told,
            content,
            as_of,
        };
        // Where documents do not say how much they know, the latest counts, as when they came in.
        if best.as_ref().is_none_or(|known| version.is_at_least(known)) {
            best = Some(version);
        }
    }
    Ok(best)
}

impl Version {
    fn is_at_least(&self, other: &Self) -> bool {
        if self.as_of.is_none() && other.as_of.is_none() {
            return self.told.assurance >= other.told.assurance;
        }
        self.weight() >= other.weight()
    }
}

fn origin_of(view: &View<'_>, record: &Record) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT o.seq FROM retrieval_documents o JOIN retrievals t ON t.seq = o.retrieval \
               JOIN raw_documents d ON d.seq = o.document WHERE t.id = ?1 AND d.sha256 = ?2";
    let mut statement = view.conn().prepare_cached(sql)?;
    let key = (record.provenance.retrieval, record.provenance.sha256);
    Ok(statement.query_row(key, |row| row.get(0)).optional()?)
}

fn delete_version(tx: &Tx<'_>, seq: i64) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached("DELETE FROM record_versions WHERE seq = ?1")?
        .execute([seq])?;
    Ok(())
}

/// What a row of `retrieval_documents` says of where it came from.
struct Told {
    connection: i64,
    source: String,
    retrieval: RetrievalId,
    received_at: OffsetDateTime,
    sha256: Sha256,
    assurance: Assurance,
    as_of: Option<OffsetDateTime>,
}

impl Told {
    fn of(view: &View<'_>, origin: i64) -> Result<Self, StoreError> {
        let sql = "SELECT t.connection, t.source, t.id, o.received_at, d.sha256, o.assurance, o.as_of \
                   FROM retrieval_documents o JOIN retrievals t ON t.seq = o.retrieval \
                   JOIN raw_documents d ON d.seq = o.document WHERE o.seq = ?1";
        let mut statement = view.conn().prepare_cached(sql)?;
        Ok(statement.query_row([origin], |row| {
            Ok(Self {
                connection: row.get(0)?,
                source: row.get(1)?,
                retrieval: row.get(2)?,
                received_at: row.get::<_, Millis>(3)?.0,
                sha256: row.get(4)?,
                assurance: row.get(5)?,
                as_of: row.get::<_, Option<Millis>>(6)?.map(|time| time.0),
            })
        })?)
    }

    /// Says that a record came from here.
    fn rename(&self, record: &mut Record, path: &str) {
        record.provenance.source.clone_from(&self.source);
        record.provenance.retrieval = self.retrieval;
        record.provenance.retrieved_at = self.received_at;
        record.provenance.sha256 = self.sha256;
        path.clone_into(&mut record.provenance.path);
    }
}
