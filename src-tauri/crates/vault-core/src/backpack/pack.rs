//! Packing: one state of the space into a draft, the draft read back and compared, then its name.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use ::backpack::{Keys, Locks, Marks, Packing, Written};
use time::OffsetDateTime;
use vault_store::{
    DisclosureId, Face, Sha256,
    backpacks::{self, PackedBackpack},
    disclosures::{self, DisclosureKind},
};

use super::{
    BackpackError, PackProgress, SOFTWARE, Stop,
    check::{FileDigest, Hashing, Prepared},
    contents::SpaceContents,
    draft::Draft,
    error::of_writing,
    inspect::inspect,
    job::{self, Job},
    page::page,
    sum::Sum,
};
use crate::{
    SpaceHandle, VaultError, VaultEvent,
    disclosure::{append_log, log_entry, log_saved, tell_logged},
    vault::{Outing, Turn},
};

/// What is to be packed.
#[derive(Debug)]
pub struct PackRequest {
    /// The file. One that is there is replaced, when the new one is proved.
    pub path: PathBuf,
    /// Who can open it.
    pub locks: Locks,
    /// With sign-ins, for the move to another computer.
    pub full: bool,
}

/// A backpack that was packed and proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackReport {
    /// When.
    pub at: OffsetDateTime,
    /// The file.
    pub file: PathBuf,
    /// Records in it.
    pub records: u64,
    /// Entries in it.
    pub entries: u64,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// Digest of the file: its fingerprint.
    pub sha256: Sha256,
    /// Digest of its list of contents, which is what the vault signed.
    pub contents_sha256: Sha256,
}

/// What the writing gave, to be held against what the reading gives.
struct Expected {
    written: Written,
    sum: Sum,
    file: FileDigest,
}

impl SpaceHandle {
    /// Packs this space into a file, reads it back, and gives it its name only when everything in it is as it was read from the space.
    /// Writing to the space goes on meanwhile; what is packed is its state at the beginning.
    ///
    /// # Errors
    /// [`VaultError::NeedsSecondFactor`] before anything else. Whatever the cause, a lock of the vault and [`Stop`] included, there is no new file then, and one that was there is as it was.
    pub async fn pack(
        &self,
        request: PackRequest,
        stop: Stop,
        progress: impl Fn(PackProgress) + Send + 'static,
    ) -> Result<PackReport, BackpackError> {
        let path = std::path::absolute(&request.path).map_err(VaultError::from)?;
        outside(&path, self.vault().dir())?;
        self.vault().pass_guard().await?;
        let request = PackRequest { path, ..request };
        self.sign_log_head().await?;
        let prepared = self.prepare(request.full).await?;
        job::run(self, "pack", stop, Box::new(progress), move |job| {
            pack(job, request, prepared)
        })
        .await
    }
}

/// A backpack has no place among the files of the vault.
fn outside(target: &Path, vault: &Path) -> Result<(), VaultError> {
    let folder = target.parent().and_then(|folder| folder.canonicalize().ok());
    let vault = vault.canonicalize()?;
    if folder.is_some_and(|folder| folder.starts_with(vault)) {
        return Err(VaultError::Invalid {
            field: "file",
            why: "a place outside the folder of the vault",
        });
    }
    Ok(())
}

fn pack(job: &Job, request: PackRequest, mut prepared: Prepared) -> Result<PackReport, BackpackError> {
    let draft = Draft::create(&request.path)?;
    let (locks, proof) = request.locks.with_proof();
    let expected = write(job, &draft, &locks, &mut prepared)
        .map_err(|error| job.cause(prepared.snapshot.outing(), error))?;
    // From here on the space is not read any more.
    let outing = prepared.snapshot.into_outing();
    prove(job, &draft, &proof, &expected, &outing).map_err(|error| job.cause(&outing, error))?;
    if let Some(cause) = job.halt(&outing) {
        return Err(cause.into());
    }
    finish(job, draft, &expected, request.path, request.full, &outing)
}

fn write(
    job: &Job,
    draft: &Draft,
    locks: &Locks,
    prepared: &mut Prepared,
) -> Result<Expected, BackpackError> {
    let private = prepared.private.take();
    let full = private.is_some();
    let Prepared {
        snapshot,
        key,
        peer_key,
        info,
        ..
    } = prepared;
    let outing = snapshot.outing();
    snapshot.db().read(|view| {
        let mut contents = SpaceContents::new(view, info.id, private, peer_key.as_deref())?;
        let page = page(view, &info.name, &contents)?;
        let packing = Packing {
            locks,
            space: &info.name,
            software: SOFTWARE,
            created: job.space.vault().clock().now(),
            counts: contents.counts()?,
            marks: Marks {
                full,
                made_up: info.made_up,
            },
            signing_key: key,
            page: &page,
        };
        let mut file = Hashing::new(draft.file());
        let sign = |message: &[u8]| sign(&job.space, outing, message);
        let mut tell = |progress: ::backpack::Progress| job.tell(outing, progress.into());
        let written = packing
            .write(&mut contents, sign, &mut tell, &mut file)
            .map_err(|error| of_writing(error, contents.take_cause()))?;
        Ok(Expected {
            written,
            sum: contents.sum(),
            file: file.finish(),
        })
    })
}

/// Has the list of contents signed by the actor, which alone has the key.
fn sign(space: &SpaceHandle, outing: &Outing, message: &[u8]) -> Result<Vec<u8>, VaultError> {
    let id = space.id();
    let message = message.to_vec();
    space.vault().run_from(outing, move |vault| {
        let signature = vault.turn(id)?.signer()?.sign_pss_sha256(&message);
        signature.map_err(|_| VaultError::Internal("the backpack could not be signed"))
    })
}

/// Opens the draft as a stranger would, and holds everything in it against what was read from the space.
fn prove(
    job: &Job,
    draft: &Draft,
    keys: &Keys,
    expected: &Expected,
    outing: &Outing,
) -> Result<(), BackpackError> {
    let mut file = Hashing::new(draft.read_back()?);
    let mut tell = |told| job.tell(outing, told);
    let inspection = match inspect(&mut file, keys, &mut tell, &mut |_| Ok(())) {
        Ok(inspection) => inspection,
        Err(BackpackError::Vault(VaultError::Cancelled)) => return Err(VaultError::Cancelled.into()),
        Err(error) => {
            tracing::warn!(%error, "a backpack could not be read back");
            return Err(BackpackError::NotProved);
        }
    };
    let manifest = &expected.written.manifest;
    let counted = |(name, found): (&str, usize)| manifest.counts.get(name) == Some(&(found as u64));
    let same = inspection.report.manifest_sha256 == expected.written.manifest_sha256
        && inspection.report.manifest == *manifest
        && inspection.counts().into_iter().all(counted)
        && inspection.sum == expected.sum
        && file.finish() == expected.file;
    same.then_some(()).ok_or(BackpackError::NotProved)
}

/// Enters the backpack into the log, then gives it its name, then into the list of backpacks: a file without an entry of the log cannot
/// come about, and the list never names a file that is not there.
fn finish(
    job: &Job,
    draft: Draft,
    expected: &Expected,
    path: PathBuf,
    full: bool,
    outing: &Outing,
) -> Result<PackReport, BackpackError> {
    let report = PackReport {
        at: job.space.vault().clock().now(),
        records: expected.sum.count,
        entries: expected.written.manifest.entries.len() as u64,
        bytes: expected.file.bytes,
        sha256: expected.file.sha256,
        contents_sha256: Sha256(*expected.written.manifest_sha256.as_bytes()),
        file: path,
    };
    let packed = PackedBackpack {
        at: report.at,
        file: report.file.to_string_lossy().into_owned(),
        bytes: report.bytes,
        records: report.records,
        sha256: report.sha256,
        proved: true,
    };
    let counts = BTreeMap::from([
        ("records".to_owned(), report.records),
        ("bytes".to_owned(), report.bytes),
    ]);
    let text = words(report.records, full);
    let entry = on_turn(job, outing, move |turn| {
        log_saved(turn, Face::Backpack, &text, counts)
    })?;
    if let Err(error) = draft.keep() {
        // Not being able to say so either must not hide why.
        let _ = on_turn(job, outing, move |turn| failed(turn, entry));
        return Err(error.into());
    }
    let listed = on_turn(job, outing, move |turn| {
        turn.space.db.write(|tx| backpacks::insert(tx, &packed))?;
        turn.tell(VaultEvent::BackpackSaved {
            space: turn.space.info.id,
        });
        Ok(())
    });
    if let Err(error) = listed {
        tracing::warn!(%error, "a backpack was packed and is missing in the list");
    }
    Ok(report)
}

fn on_turn<T: Send + 'static>(
    job: &Job,
    outing: &Outing,
    work: impl FnOnce(&mut Turn<'_>) -> Result<T, VaultError> + Send + 'static,
) -> Result<T, VaultError> {
    let id = job.space.id();
    job.space
        .vault()
        .run_from(outing, move |vault| work(&mut vault.turn(id)?))
}

/// The outcome of an entry that said a file was saved: it was not.
fn failed(turn: &mut Turn<'_>, saved: DisclosureId) -> Result<(), VaultError> {
    turn.space.db.write(|tx| {
        let first = disclosures::get(tx, saved)?.ok_or(VaultError::NoSuch("entry"))?;
        let mut entry = log_entry(
            turn.clock.now(),
            DisclosureKind::Failed,
            &first.party,
            Face::Backpack,
        );
        entry.refers_to = Some(saved);
        append_log(tx, entry)
    })?;
    tell_logged(turn);
    Ok(())
}

/// What the log says about it.
fn words(records: u64, full: bool) -> String {
    let what = if records == 1 {
        "1 record in a file".to_owned()
    } else {
        format!("{records} records in a file")
    };
    if full {
        format!("{what}, with sign-ins")
    } else {
        what
    }
}
