//! Records and their earlier states; the log and transfers on the way.

use vault_store::{
    Record,
    record_versions::{self, RecordVersion},
    records::{self, Restored},
};

use super::{Bringing, RestoreReport};
use crate::{
    VaultError,
    backpack::{
        BackpackError,
        inspect::{TransferPairs, read_incoming},
        layout::{Part, PlatformPart},
        lines::Lines,
    },
};

/// Records written at once: some tens of milliseconds, so that the window stays quick.
const BATCH: usize = 500;

impl Bringing<'_> {
    /// Everything that points to connections, retrievals and originals.
    pub(super) fn records(&self, report: &mut RestoreReport) -> Result<(), BackpackError> {
        let mut pairs = TransferPairs::default();
        self.again(|part, entry| {
            #[expect(
                clippy::wildcard_enum_match_arm,
                reason = "the first reading brought the other parts in"
            )]
            match part {
                Part::Platform(_, PlatformPart::Records) => {
                    let mut lines = Lines::new(entry.path, entry.body);
                    while let Some(batch) = next_batch(&mut lines)? {
                        add(&mut report.outcome, self.put_back(batch)?);
                    }
                }
                Part::Platform(_, PlatformPart::Versions) => {
                    let mut lines = Lines::new(entry.path, entry.body);
                    while let Some(batch) = next_batch(&mut lines)? {
                        self.versions(batch)?;
                    }
                }
                Part::Disclosures => report.log = self.log(entry.path, entry.body)?,
                Part::Incoming(id) => {
                    let incoming = read_incoming(id, entry.path, entry.body)?;
                    report.incoming += u64::from(self.incoming(incoming)?);
                }
                Part::Transfer(id, part) => {
                    if let Some(transfer) = pairs.add(id, part, entry.path, entry.body)? {
                        report.transfers += u64::from(self.transfer(transfer)?);
                    }
                }
                _ => {}
            }
            Ok(())
        })
    }

    fn put_back(&self, batch: Vec<Record>) -> Result<Restored, BackpackError> {
        self.write(move |turn| {
            turn.space.db.write(|tx| {
                let outcome = records::restore(tx, &batch)?;
                if outcome.older > 0 {
                    keep_older(tx, batch)?;
                }
                Ok(outcome)
            })
        })
    }

    fn versions(&self, batch: Vec<RecordVersion>) -> Result<(), BackpackError> {
        self.write(move |turn| {
            turn.space.db.write(|tx| {
                for version in &batch {
                    record_versions::restore(tx, version)?;
                }
                Ok(())
            })
        })
    }
}

/// The space has later contents of some records: those of the backpack are kept as what they said before.
fn keep_older(tx: &vault_store::Tx<'_>, batch: Vec<Record>) -> Result<(), VaultError> {
    for record in batch {
        if records::compare(tx, std::slice::from_ref(&record))?.older == 0 {
            continue;
        }
        if let Some(here) = records::get(tx, record.id)? {
            let replaced_at = here.provenance.retrieved_at;
            record_versions::restore(tx, &RecordVersion { replaced_at, record })?;
        }
    }
    Ok(())
}

fn next_batch<T, R>(lines: &mut Lines<'_, R>) -> Result<Option<Vec<T>>, BackpackError>
where
    T: serde::de::DeserializeOwned,
    R: std::io::Read,
{
    let mut batch = Vec::new();
    while batch.len() < BATCH {
        match lines.next()? {
            Some(value) => batch.push(value),
            None => break,
        }
    }
    Ok((!batch.is_empty()).then_some(batch))
}

fn add(all: &mut Restored, more: Restored) {
    all.new += more.new;
    all.same += more.same;
    all.changed += more.changed;
    all.older += more.older;
    all.set_aside += more.set_aside;
}
