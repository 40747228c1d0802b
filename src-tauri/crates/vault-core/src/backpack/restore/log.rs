//! The log of a backpack: the space's own log goes on with it, or it is kept aside.

use std::io::Read;

use ::backpack::EntryPath;
use sha2::{Digest as _, Sha256 as Hasher};
use time::OffsetDateTime;
use uuid::Builder;
use vault_store::{
    Assurance, RetrievalId, View,
    disclosures::{self, Disclosure},
    raw_documents::MAX_DOCUMENT,
    retrieval_documents::{self, NewDocument},
    retrievals::{self, IntakeCounts, Retrieval, RetrievalKind, RetrievalOutcome},
    settings,
};

use super::{Bringing, CAME_WITH, LogOutcome};
use crate::{
    VaultError,
    backpack::{
        BackpackError,
        inspect::Chain,
        lines::{Lines, whole_bytes},
        wire::CameWith,
    },
    connections::own,
    vault::Turn,
};

/// Entries written at once.
const BATCH: usize = 1_000;
/// The reader's name in the provenance of a log that is kept aside.
const SOURCE: &str = "backpack/1";

/// How the log of a backpack stands to that of the space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    /// The space has all of it.
    Same,
    /// The space has the first entries of it, so many, and nothing else.
    Beginning(u64),
    /// The space has other entries.
    Apart,
}

impl Bringing<'_> {
    pub(super) fn log(&self, path: &EntryPath, body: &mut dyn Read) -> Result<LogOutcome, BackpackError> {
        let chain = self.inspection.chain.clone();
        match self.write(move |turn| turn.space.db.read(|view| relation(view, &chain)))? {
            Relation::Same => Ok(LogOutcome::Same),
            Relation::Beginning(has) => self.go_on(path, body, has),
            Relation::Apart => {
                let bytes = whole_bytes(path, body, MAX_DOCUMENT as u64)?;
                self.write(move |turn| keep_aside(turn, &bytes))?;
                Ok(LogOutcome::KeptAside)
            }
        }
    }

    fn go_on(&self, path: &EntryPath, body: &mut dyn Read, has: u64) -> Result<LogOutcome, BackpackError> {
        let mut lines = Lines::new(path, body);
        let mut batch: Vec<Disclosure> = Vec::new();
        while let Some(entry) = lines.next::<Disclosure>()? {
            if entry.seq > has {
                batch.push(entry);
            }
            if batch.len() >= BATCH {
                self.append(std::mem::take(&mut batch), None)?;
            }
        }
        self.append(batch, self.came_with())?;
        let all = self.inspection.chain.hashes.len() as u64;
        Ok(LogOutcome::Continued(all.saturating_sub(has)))
    }

    /// Appends entries as they are; after the last ones, what is known about where they come from.
    fn append(&self, batch: Vec<Disclosure>, came_with: Option<Vec<CameWith>>) -> Result<(), BackpackError> {
        self.write(move |turn| {
            turn.space.db.write(|tx| {
                for entry in &batch {
                    disclosures::restore(tx, entry)?;
                }
                if let Some(came_with) = came_with {
                    let value = serde_json::to_value(came_with)
                        .map_err(|_| VaultError::Internal("where the log comes from could not be written"))?;
                    settings::set(tx, CAME_WITH, &value)?;
                }
                Ok(())
            })
        })
    }

    /// Where the entries come from: the key that signed them is not that of this space.
    fn came_with(&self) -> Option<Vec<CameWith>> {
        let manifest = &self.inspection.report.manifest;
        let hash = *self.inspection.chain.hashes.last()?;
        let mut all = self.inspection.log.came_with.clone();
        all.push(CameWith {
            space: self.inspection.log.space.clone(),
            through: self.inspection.chain.hashes.len() as u64,
            hash,
            packed_at: manifest.created,
            signing_key: manifest.signing_key.clone(),
            head: self.inspection.log.heads.last().cloned(),
        });
        Some(all)
    }
}

fn relation(view: &View<'_>, chain: &Chain) -> Result<Relation, VaultError> {
    let Some((last, id)) = chain.hashes.last().zip(chain.last) else {
        return Ok(Relation::Same);
    };
    if disclosures::get(view, id)?.is_some_and(|entry| entry.hash == *last) {
        return Ok(Relation::Same);
    }
    if chain.broken {
        return Ok(Relation::Apart);
    }
    let Some(here) = disclosures::last(view)? else {
        return Ok(Relation::Beginning(0));
    };
    let at = usize::try_from(here.seq.saturating_sub(1)).unwrap_or(usize::MAX);
    // A hash covers everything before it.
    Ok(match chain.hashes.get(at) {
        Some(hash) if *hash == here.hash => Relation::Beginning(here.seq),
        _ => Relation::Apart,
    })
}

/// Keeps the log as it came, as an original document of the person's own entries.
fn keep_aside(turn: &mut Turn<'_>, bytes: &[u8]) -> Result<(), VaultError> {
    let id = derive(bytes);
    let known = turn.space.db.read(|view| retrievals::get(view, id))?;
    if known.is_some() {
        return Ok(());
    }
    let connection = own(turn)?;
    let now = turn.now();
    let retrieval = Retrieval {
        id,
        connection,
        kind: RetrievalKind::Import,
        source: SOURCE.to_owned(),
        started_at: now,
        finished_at: Some(now),
        outcome: RetrievalOutcome::Done,
        counts: IntakeCounts::default(),
        code: String::new(),
        checkpoint: None,
    };
    turn.space.db.write(|tx| {
        retrievals::insert(tx, &retrieval)?;
        retrieval_documents::store(tx, id, &document(bytes, now))?;
        Ok(())
    })
}

fn document(bytes: &[u8], received_at: OffsetDateTime) -> NewDocument<'_> {
    NewDocument {
        bytes,
        media_type: "application/x-ndjson",
        locator: "disclosures.ndjson",
        position: 0,
        received_at,
        assurance: Assurance::Imported,
        as_of: None,
    }
}

/// The same log has the same id, so that it is kept once.
fn derive(bytes: &[u8]) -> RetrievalId {
    let mut hasher = Hasher::new();
    hasher.update(b"satchel restored log v1\0");
    hasher.update(bytes);
    let digest: [u8; 32] = hasher.finalize().into();
    let mut id = [0; 16];
    for (to, from) in id.iter_mut().zip(digest) {
        *to = from;
    }
    RetrievalId::from_uuid(Builder::from_custom_bytes(id).into_uuid())
}
