//! Putting back records that were exported: the same ids, the same provenance.

use rusqlite::OptionalExtension;
use time::OffsetDateTime;

use super::intake::replace;
use super::row::{Place, Writer};
use crate::record::Record;
use crate::record_rules::{Content, RecordFault};
use crate::sha256::Sha256;
use crate::sql::{Millis, millis};
use crate::{StoreError, Tx};

/// What became of a record that was put back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restored {
    /// The vault did not have it.
    New,
    /// The vault has it with the same content.
    Same,
    /// The vault had an earlier one, which is kept as a version.
    Changed,
    /// The vault has a later one, which stays.
    Older,
    /// It breaks a rule and was left out.
    SetAside(RecordFault),
}

/// Puts back a record. Its connection, its retrieval and the raw document within this retrieval have to be there already
/// ([`crate::connections::insert`], [`crate::retrievals::insert`], [`crate::retrieval_documents::store`]). Of two contents the one that was
/// retrieved later stays, so that restoring twice gives what restoring once gave.
///
/// # Errors
/// [`StoreError::NoSuchRow`] if its connection, retrieval or document is missing; the database could not be written.
pub fn restore(tx: &Tx<'_>, record: &Record) -> Result<Restored, StoreError> {
    let content = Content::of_record(record);
    if let Some(fault) = content.fault() {
        return Ok(Restored::SetAside(fault));
    }
    let (connection, origin) = place_of(tx, record)?;
    let place = Place {
        connection,
        origin,
        received_at: record.provenance.retrieved_at,
    };
    let digest = content.digest();
    let mut outcome = Restored::New;
    if let Some((seq, existing, retrieved_at)) = existing(tx, record)? {
        if existing == digest {
            return Ok(Restored::Same);
        }
        if millis(retrieved_at) >= millis(record.provenance.retrieved_at) {
            return Ok(Restored::Older);
        }
        replace(tx, connection, seq, record.provenance.retrieved_at)?;
        outcome = Restored::Changed;
    }
    Writer::new(tx)?.write(record.id, &place, &content, &record.provenance.path, digest)?;
    Ok(outcome)
}

fn place_of(tx: &Tx<'_>, record: &Record) -> Result<(i64, i64), StoreError> {
    let sql = "SELECT c.seq, o.seq FROM connections c \
               JOIN retrievals t ON t.connection = c.seq JOIN retrieval_documents o ON o.retrieval = t.seq \
               JOIN raw_documents d ON d.seq = o.document WHERE c.id = ?1 AND t.id = ?2 AND d.sha256 = ?3";
    let mut statement = tx.conn().prepare_cached(sql)?;
    let key = (
        record.connection,
        record.provenance.retrieval,
        record.provenance.sha256,
    );
    Ok(statement.query_row(key, |row| Ok((row.get(0)?, row.get(1)?)))?)
}

fn existing(tx: &Tx<'_>, record: &Record) -> Result<Option<(i64, Sha256, OffsetDateTime)>, StoreError> {
    let sql = "SELECT r.seq, r.content, o.received_at FROM records r \
               JOIN retrieval_documents o ON o.seq = r.origin WHERE r.id = ?1";
    let mut statement = tx.conn().prepare_cached(sql)?;
    let row = statement.query_row([record.id], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get::<_, Millis>(2)?.0))
    });
    Ok(row.optional()?)
}
