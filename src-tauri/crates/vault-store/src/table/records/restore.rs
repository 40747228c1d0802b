//! Putting back records that were exported: the same ids, the same provenance.

use rusqlite::OptionalExtension;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::intake::replace;
use super::row::{Place, Writer};
use crate::record::Record;
use crate::record_rules::Content;
use crate::sha256::Sha256;
use crate::sql::{Millis, millis};
use crate::{StoreError, Tx};

/// What became of records that were put back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    /// The vault did not have them.
    pub new: u64,
    /// The vault has them with the same content.
    pub same: u64,
    /// The vault had earlier ones, which are kept as versions.
    pub changed: u64,
    /// The vault has later ones, which stay.
    pub older: u64,
    /// They break a rule and were left out.
    pub set_aside: u64,
}

/// Puts back records. Their connections, their retrievals and the raw documents within these retrievals have to be there
/// already ([`crate::connections::insert`], [`crate::retrievals::insert`], [`crate::retrieval_documents::store`]). Of two
/// contents the one that was retrieved later stays, so that restoring twice gives what restoring once gave.
///
/// # Errors
/// [`StoreError::NoSuchRow`] if a connection, retrieval or document is missing; the database could not be written.
pub fn restore(tx: &Tx<'_>, records: &[Record]) -> Result<Restored, StoreError> {
    let mut writer = Writer::new(tx)?;
    let mut restored = Restored::default();
    for record in records {
        let counter = match put_back(tx, &mut writer, record)? {
            Outcome::New => &mut restored.new,
            Outcome::Same => &mut restored.same,
            Outcome::Changed => &mut restored.changed,
            Outcome::Older => &mut restored.older,
            Outcome::SetAside => &mut restored.set_aside,
        };
        *counter += 1;
    }
    Ok(restored)
}

/// What would become of a record, without putting it back: for the report before a restore.
///
/// # Errors
/// The database could not be read.
pub fn compare(view: &crate::View<'_>, records: &[Record]) -> Result<Restored, StoreError> {
    let mut restored = Restored::default();
    for record in records {
        let content = Content::of_record(record);
        let counter = match existing(view, record)? {
            _ if content.fault().is_some() => &mut restored.set_aside,
            None => &mut restored.new,
            Some(existing) if existing.digest == content.digest() => &mut restored.same,
            Some(existing) if existing.is_later(record) => &mut restored.older,
            Some(_) => &mut restored.changed,
        };
        *counter += 1;
    }
    Ok(restored)
}

enum Outcome {
    New,
    Same,
    Changed,
    Older,
    SetAside,
}

struct Existing {
    seq: i64,
    digest: Sha256,
    retrieved_at: OffsetDateTime,
}

impl Existing {
    fn is_later(&self, record: &Record) -> bool {
        millis(self.retrieved_at) >= millis(record.provenance.retrieved_at)
    }
}

fn put_back(tx: &Tx<'_>, writer: &mut Writer<'_>, record: &Record) -> Result<Outcome, StoreError> {
    let content = Content::of_record(record);
    if content.fault().is_some() {
        return Ok(Outcome::SetAside);
    }
    let place = place_of(tx, record)?;
    let digest = content.digest();
    let mut outcome = Outcome::New;
    match existing(tx, record)? {
        Some(existing) if existing.digest == digest => return Ok(Outcome::Same),
        Some(existing) if existing.is_later(record) => return Ok(Outcome::Older),
        Some(existing) => {
            replace(tx, place.connection, existing.seq, record.provenance.retrieved_at)?;
            outcome = Outcome::Changed;
        }
        None => {}
    }
    writer.write(record.id, &place, &content, &record.provenance.path, digest)?;
    Ok(outcome)
}

fn place_of(tx: &Tx<'_>, record: &Record) -> Result<Place, StoreError> {
    let sql = "SELECT c.seq, o.seq FROM connections c JOIN retrievals t ON t.connection = c.seq \
               JOIN retrieval_documents o ON o.retrieval = t.seq JOIN raw_documents d ON d.seq = o.document \
               WHERE c.id = ?1 AND t.id = ?2 AND d.sha256 = ?3";
    let mut statement = tx.conn().prepare_cached(sql)?;
    let key = (
        record.connection,
        record.provenance.retrieval,
        record.provenance.sha256,
    );
    let (connection, origin) = statement.query_row(key, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(Place {
        connection,
        origin,
        received_at: record.provenance.retrieved_at,
    })
}

fn existing(view: &crate::View<'_>, record: &Record) -> Result<Option<Existing>, StoreError> {
    let sql = "SELECT r.seq, r.content, o.received_at FROM records r \
               JOIN retrieval_documents o ON o.seq = r.origin WHERE r.id = ?1";
    let mut statement = view.conn().prepare_cached(sql)?;
    let row = statement.query_row([record.id], |row| {
        Ok(Existing {
            seq: row.get(0)?,
            digest: row.get(1)?,
            retrieved_at: row.get::<_, Millis>(2)?.0,
        })
    });
    Ok(row.optional()?)
}
