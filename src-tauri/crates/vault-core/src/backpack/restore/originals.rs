//! Original documents, each tied to the retrievals that brought it.

use std::collections::HashMap;

use vault_store::{
    Sha256,
    raw_documents::{self, MAX_DOCUMENT},
    retrieval_documents::{self, NewDocument},
};

use super::Bringing;
use crate::backpack::{BackpackError, layout::Part, lines::whole_bytes, wire::DocumentLine};

/// Bytes and documents written at once.
const BATCH_BYTES: usize = 8 << 20;
const BATCH: usize = 200;

/// A document with its place in the order in which documents were received, and everything that brought it.
struct Original {
    bytes: Vec<u8>,
    place: i64,
    lines: Vec<DocumentLine>,
}

impl Bringing<'_> {
    /// All originals that something brought.
    pub(super) fn originals(&self) -> Result<(), BackpackError> {
        let last = self.write(|turn| Ok(turn.space.db.read(raw_documents::last_place)?))?;
        let mut places = self.places(last);
        let (mut batch, mut size) = (Vec::new(), 0);
        self.again(|part, entry| {
            let Part::Raw(sha256) = part else { return Ok(()) };
            let Some((place, lines)) = places.remove(&sha256) else {
                return Ok(());
            };
            let bytes = whole_bytes(entry.path, entry.body, MAX_DOCUMENT as u64)?;
            size += bytes.len();
            batch.push(Original { bytes, place, lines });
            if batch.len() >= BATCH || size >= BATCH_BYTES {
                size = 0;
                self.store(std::mem::take(&mut batch))?;
            }
            Ok(())
        })?;
        self.store(batch)
    }

    /// What brought each document, and its place. Files are compared by which of them was received first, so their order is kept; those
    /// that the space has already keep the place they have.
    fn places(&self, last: i64) -> HashMap<Sha256, (i64, Vec<DocumentLine>)> {
        let mut lines: Vec<&DocumentLine> = self
            .inspection
            .folders
            .iter()
            .flat_map(|folder| &folder.documents)
            .collect();
        lines.sort_by_key(|line| (line.received_at, line.retrieval, line.position));
        let mut places: HashMap<Sha256, (i64, Vec<DocumentLine>)> = HashMap::new();
        let mut next = last;
        for line in lines {
            let (_, all) = places.entry(line.sha256).or_insert_with(|| {
                next = next.saturating_add(1);
                (next, Vec::new())
            });
            all.push(line.clone());
        }
        places
    }

    fn store(&self, batch: Vec<Original>) -> Result<(), BackpackError> {
        self.write(move |turn| {
            turn.space.db.write(|tx| {
                for original in &batch {
                    for line in &original.lines {
                        let new = NewDocument {
                            bytes: &original.bytes,
                            media_type: &line.media_type,
                            locator: &line.locator,
                            position: line.position,
                            received_at: line.received_at,
                            assurance: line.assurance,
                            as_of: line.as_of,
                        };
                        retrieval_documents::restore(tx, line.retrieval, &new, original.place)?;
                    }
                }
                Ok(())
            })
        })
    }
}
