//! Checking a backpack: whether it is whole, who packed it, and how it stands to a space.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read},
    ops::ControlFlow,
    path::Path,
    sync::Arc,
};

use ::backpack::Keys;
use sha2::{Digest as _, Sha256 as Hasher};
use time::OffsetDateTime;
use vault_crypto::Signer;
use vault_store::{Record, Sha256, StoreError, View, incoming_transfers, peers, records, transfers};

use super::{
    BackpackError, PackProgress, Stop,
    contents::PrivatePems,
    inspect::{InspectedCooperatives, Inspection, SeeRecord, inspect},
    job::{self, Job},
    reading::OnProgress,
};
use crate::{
    SpaceHandle, SpaceInfo, VaultError,
    cooperatives::{own_private_keys, own_public_key},
    vault::{Snapshot, Turn},
};

/// Whose key signed a backpack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedBy {
    /// The issuer key of this vault: it was packed here.
    ThisVault,
    /// Another key, or there is no vault to compare with. Integrity is proved all the same.
    Unknown,
}

/// How a backpack stands to a space: its records, and what it has of cooperatives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Compared {
    /// The space does not have them.
    pub new: u64,
    /// The space has them with the same content.
    pub same: u64,
    /// The space has them with another content.
    pub different: u64,
    /// Cooperatives that the space does not know.
    pub cooperatives: u64,
    /// Transfers, of both ways, that it does not know.
    pub transfers: u64,
}

impl Compared {
    /// Counts what the space does not know of cooperatives.
    fn cooperatives(&mut self, view: &View<'_>, inspected: &InspectedCooperatives) -> Result<(), StoreError> {
        for peer in &inspected.file.peers {
            self.cooperatives += u64::from(peers::get(view, &peer.id)?.is_none());
        }
        for id in &inspected.transfers {
            self.transfers += u64::from(transfers::get(view, *id)?.is_none());
        }
        for id in &inspected.incoming {
            self.transfers += u64::from(incoming_transfers::get(view, *id)?.is_none());
        }
        Ok(())
    }
}

/// A backpack that is whole: everything that it lists is there, intact, and fits together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackpackReport {
    /// The name of the space that was packed.
    pub space: String,
    /// When it was packed.
    pub created: OffsetDateTime,
    /// By which program and version.
    pub software: String,
    /// Records in it.
    pub records: u64,
    /// Cooperatives in it.
    pub cooperatives: u64,
    /// Transfers in it: those that left, and those that came in.
    pub transfers: (u64, u64),
    /// Entries in it.
    pub entries: u64,
    /// How many of what, as it says.
    pub counts: BTreeMap<String, u64>,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// Digest of the file: the fingerprint that was shown when it was packed.
    pub sha256: Sha256,
    /// Whose key signed it.
    pub signed_by: SignedBy,
    /// The fingerprint of that key: SHA-256 of its SubjectPublicKeyInfo, in hexadecimal digits.
    pub signer: String,
    /// Whether it holds sign-ins and keys.
    pub full: bool,
    /// Whether its data is made up.
    pub made_up: bool,
    /// How its records stand to those of the space that checked it; `None` without one.
    pub compared: Option<Compared>,
}

/// Checks a backpack without a vault. It takes as long as reading the whole file: call it off the async threads.
///
/// # Errors
/// The first thing that is wrong. Nothing is written anywhere.
pub fn verify_backpack(
    path: &Path,
    keys: &Keys,
    progress: &mut dyn FnMut(PackProgress) -> ControlFlow<()>,
) -> Result<BackpackReport, BackpackError> {
    let (inspection, file) = inspect_file(path, keys, progress, &mut |_| Ok(()))?;
    Ok(report(&inspection, file, SignedBy::Unknown, None))
}

/// Checks a backpack that is to become a vault of its own. Beside the report it gives the private key of the vault that packed it, if it is
/// a full backpack and signed by that key: with it the new vault signs as the old one did ([`CreateOptions::issuer`](crate::CreateOptions)).
///
/// # Errors
/// The first thing that is wrong. Nothing is written anywhere.
pub fn verify_to_move(
    path: &Path,
    keys: &Keys,
    progress: &mut dyn FnMut(PackProgress) -> ControlFlow<()>,
) -> Result<(BackpackReport, Option<Arc<Signer>>), BackpackError> {
    let (mut inspection, file) = inspect_file(path, keys, progress, &mut |_| Ok(()))?;
    let issuer = inspection.issuer.take().map(Arc::new);
    Ok((report(&inspection, file, SignedBy::Unknown, None), issuer))
}

impl SpaceHandle {
    /// Checks a backpack and compares its records with those of this space. Nothing is changed.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub async fn check_backpack(
        &self,
        path: &Path,
        keys: Keys,
        stop: Stop,
        progress: impl Fn(PackProgress) + Send + 'static,
    ) -> Result<BackpackReport, BackpackError> {
        let path = path.to_path_buf();
        let Prepared { snapshot, key, .. } = self.prepare(false).await?;
        job::run(self, "check", stop, Box::new(progress), move |job| {
            check(job, &path, &keys, &snapshot, &key)
        })
        .await
    }

    /// What long work needs of the actor; for a full backpack the private keys too.
    pub(super) async fn prepare(&self, full: bool) -> Result<Prepared, VaultError> {
        let id = self.id();
        self.vault()
            .run(move |vault| {
                let turn = &mut vault.turn(id)?;
                let info = turn.space.info.clone();
                let key = turn.signer()?.public_key_pem().to_owned();
                let peer_key = own_public_key(turn)?;
                let private = full.then(|| private(turn)).transpose()?;
                let snapshot = vault.snapshot(id)?;
                Ok(Prepared {
                    snapshot,
                    key,
                    peer_key,
                    private,
                    info,
                })
            })
            .await
    }
}

fn private(turn: &mut Turn<'_>) -> Result<PrivatePems, VaultError> {
    let issuer = turn.signer()?.to_pkcs8_pem();
    Ok(PrivatePems {
        issuer: issuer.map_err(|_| VaultError::Internal("the key of the vault could not be written"))?,
        peer: own_private_keys(turn)?,
    })
}

/// A connection of its own for long reading, the keys of that moment, and the space as it is called.
pub(super) struct Prepared {
    pub(super) snapshot: Snapshot,
    /// The public key of the vault, in PEM.
    pub(super) key: String,
    /// Its public key as a peer, in PEM, where it is one.
    pub(super) peer_key: Option<String>,
    /// The private keys, where they were asked for.
    pub(super) private: Option<PrivatePems>,
    pub(super) info: SpaceInfo,
}

fn check(
    job: &Job,
    path: &Path,
    keys: &Keys,
    snapshot: &Snapshot,
    key: &str,
) -> Result<BackpackReport, BackpackError> {
    let outing = snapshot.outing();
    let mut compared = Compared::default();
    let outcome = snapshot.db().read(|view| {
        let mut see = |record: &Record| {
            let one = records::compare(view, std::slice::from_ref(record))?;
            compared.new += one.new;
            compared.same += one.same;
            compared.different += one.changed + one.older + one.set_aside;
            Ok(())
        };
        let read = inspect_file(path, keys, &mut |told| job.tell(outing, told), &mut see)?;
        compared.cooperatives(view, &read.0.cooperatives)?;
        Ok(read)
    });
    let (inspection, file) = outcome.map_err(|error| job.cause(outing, error))?;
    let signed_by = signer(&inspection, key);
    Ok(report(&inspection, file, signed_by, Some(compared)))
}

/// Whether a key, in PEM, signed the backpack.
pub(super) fn signer(inspection: &Inspection, key: &str) -> SignedBy {
    if inspection.report.manifest.signing_key == key {
        SignedBy::ThisVault
    } else {
        SignedBy::Unknown
    }
}

/// Size and digest of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileDigest {
    pub(super) bytes: u64,
    pub(super) sha256: Sha256,
}

/// Reads a backpack from its file.
fn inspect_file(
    path: &Path,
    keys: &Keys,
    progress: &mut OnProgress<'_>,
    see: &mut SeeRecord<'_>,
) -> Result<(Inspection, FileDigest), BackpackError> {
    let file = open(path)?;
    let mut source = Hashing::new(&file);
    let inspection = inspect(&mut source, keys, progress, see)?;
    Ok((inspection, source.finish()))
}

/// Opens a file for reading; anything but a plain file could block for ever.
pub(super) fn open(path: &Path) -> Result<File, BackpackError> {
    let file = File::open(path).map_err(BackpackError::Unreadable)?;
    if file.metadata().map_err(BackpackError::Unreadable)?.is_file() {
        Ok(file)
    } else {
        Err(::backpack::ReadError::NotABackpack.into())
    }
}

fn report(
    inspection: &Inspection,
    file: FileDigest,
    signed_by: SignedBy,
    compared: Option<Compared>,
) -> BackpackReport {
    let manifest = &inspection.report.manifest;
    BackpackReport {
        space: manifest.space.clone(),
        created: manifest.created,
        software: manifest.software.clone(),
        records: inspection.sum.count,
        cooperatives: inspection.cooperatives.file.peers.len() as u64,
        transfers: (
            inspection.cooperatives.transfers.len() as u64,
            inspection.cooperatives.incoming.len() as u64,
        ),
        entries: manifest.entries.len() as u64,
        counts: manifest.counts.clone(),
        bytes: file.bytes,
        sha256: file.sha256,
        signed_by,
        signer: inspection.report.signed_by.to_string(),
        full: manifest.full,
        made_up: manifest.made_up,
        compared,
    }
}

/// A file with the digest of what went through.
pub(super) struct Hashing<F> {
    file: F,
    hasher: Hasher,
    bytes: u64,
}

impl<F> Hashing<F> {
    pub(super) fn new(file: F) -> Self {
        Self {
            file,
            hasher: Hasher::new(),
            bytes: 0,
        }
    }

    pub(super) fn finish(self) -> FileDigest {
        FileDigest {
            bytes: self.bytes,
            sha256: Sha256(self.hasher.finalize().into()),
        }
    }

    fn add(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
    }
}

impl<F: Read> Read for Hashing<F> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buf)?;
        self.add(buf.get(..read).unwrap_or_default());
        Ok(read)
    }
}

impl<F: io::Write> io::Write for Hashing<F> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let written = self.file.write(buf)?;
        self.add(buf.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
