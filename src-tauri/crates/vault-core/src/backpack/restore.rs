//! Bringing a backpack into a space. Everything has an id of its own, so a second time, or going on after an interruption, changes nothing
//! that is there already.

mod apps;
mod cooperatives;
mod erasures;
mod ground;
mod log;
mod originals;
mod records;
mod requests;
mod transfers;

use std::{
    fs::File,
    io::{Seek as _, SeekFrom},
    path::Path,
    sync::{Arc, OnceLock},
};

use ::backpack::{Keys, ReadError};
use time::OffsetDateTime;
use vault_store::records::Restored;

use super::{
    BackpackError, PackProgress, PackStep, Stop,
    check::{Prepared, SignedBy, open, signer},
    inspect::{Inspection, inspect},
    job::{self, Job, Watcher},
    layout::Part,
    reading::{Incomer, read},
};
use crate::{
    SpaceHandle, VaultError, VaultEvent, VaultHandle,
    cooperatives::ArrivedPeers,
    vault::{Outing, Turn},
};

/// The key under which a space keeps which part of its log came with a backpack.
pub(super) const CAME_WITH: &str = "log.came_with";

/// What became of the log of a backpack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogOutcome {
    /// The space has all of it.
    Same,
    /// The log of the space went on with so many entries of it.
    Continued(u64),
    /// The space has a log of its own: it is kept as an original document.
    KeptAside,
}

/// What was brought back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreReport {
    /// The name of the space that was packed.
    pub space: String,
    /// When it was packed.
    pub packed_at: OffsetDateTime,
    /// Whether this vault packed it.
    pub signed_by: SignedBy,
    /// Records of the backpack.
    pub records: u64,
    /// What became of them.
    pub outcome: Restored,
    /// Connections that the space did not have.
    pub connections: u64,
    /// Fields of the persona that were empty.
    pub persona: u64,
    /// Cooperatives of the person that the space did not have.
    pub memberships: u64,
    /// Cooperatives whose key is known, what is offered to them, and the vault's own key.
    pub cooperatives: ArrivedPeers,
    /// Transfers that the space did not know.
    pub transfers: u64,
    /// Transfers to this vault that it did not know.
    pub incoming: u64,
    /// Apps that were not installed; the person has to look at them before they open.
    pub apps: u64,
    /// Grants that came back as history.
    pub grants: u64,
    /// The log.
    pub log: LogOutcome,
    /// Whether sign-ins came with it.
    pub full: bool,
    /// Whether its data is made up.
    pub made_up: bool,
}

impl SpaceHandle {
    /// Brings a backpack into this space. It is read to its end before anything is written; then it comes in in pieces, and a second call
    /// completes what an interruption left undone. What the space has is never overwritten by what is older.
    ///
    /// # Errors
    /// [`BackpackError::Mixed`] when one of the two holds made-up data and the other real ones; the first thing that is wrong with the file.
    pub async fn restore(
        &self,
        path: &Path,
        keys: Keys,
        stop: Stop,
        progress: impl Fn(PackProgress) + Send + 'static,
    ) -> Result<RestoreReport, BackpackError> {
        let space = self.clone();
        let target = move |_: &Outing, inspection: &Inspection| {
            if inspection.report.manifest.made_up == space.info().made_up {
                Ok(space)
            } else {
                Err(BackpackError::Mixed)
            }
        };
        let (_, report) = restore(self, path, keys, stop, Box::new(progress), target).await?;
        Ok(report)
    }
}

impl VaultHandle {
    /// Brings a backpack into a space of its own, which is named after the one that was packed unless `name` says otherwise. A backpack of
    /// made-up data makes a space that is marked so.
    ///
    /// # Errors
    /// The first thing that is wrong with the file; a space that was made is then removed.
    pub async fn restore_into_new_space(
        &self,
        path: &Path,
        keys: Keys,
        name: Option<String>,
        stop: Stop,
        progress: impl Fn(PackProgress) + Send + 'static,
    ) -> Result<(SpaceHandle, RestoreReport), BackpackError> {
        let taken: Vec<String> = self.spaces().await?.into_iter().map(|space| space.name).collect();
        let (vault, made) = (self.clone(), Arc::new(OnceLock::new()));
        let noted = Arc::clone(&made);
        let target = move |outing: &Outing, inspection: &Inspection| {
            let manifest = &inspection.report.manifest;
            let name = name.unwrap_or_else(|| free_name(&manifest.space, &taken));
            let space = vault.add_space_from(outing, &name, manifest.made_up)?;
            let _ = noted.set(space.id());
            Ok(space)
        };
        let first = self.first_space().await?;
        let outcome = restore(&first, path, keys, stop, Box::new(progress), target).await;
        if let (Err(_), Some(id)) = (&outcome, made.get()) {
            // When the vault was locked meanwhile the space stays; restoring into it completes it.
            let _ = self.remove_space(*id).await;
        }
        outcome
    }
}

/// A name that no space has yet, from one that somebody else chose.
fn free_name(name: &str, taken: &[String]) -> String {
    let plain: String = name
        .chars()
        .filter(|symbol| !symbol.is_control())
        .take(50)
        .collect();
    let plain = match plain.trim() {
        "" => "Backpack",
        plain => plain,
    };
    let is_free = |name: &String| !taken.contains(name);
    let numbered = (2_u32..).map(|number| format!("{plain} {number}"));
    std::iter::once(plain.to_owned())
        .chain(numbered)
        .find(is_free)
        .unwrap_or_default()
}

/// Restores on a thread of its own. `target` chooses the space once the whole file is known to be sound.
async fn restore(
    space: &SpaceHandle,
    path: &Path,
    keys: Keys,
    stop: Stop,
    watcher: Watcher,
    target: impl FnOnce(&Outing, &Inspection) -> Result<SpaceHandle, BackpackError> + Send + 'static,
) -> Result<(SpaceHandle, RestoreReport), BackpackError> {
    let path = path.to_path_buf();
    let Prepared { snapshot, key, .. } = space.prepare(false).await?;
    let (space, report) = job::run(space, "restore", stop, watcher, move |job| {
        let outing = snapshot.into_outing();
        let outcome = bring(job, &path, &keys, &key, &outing, target);
        outcome.map_err(|error| job.cause(&outing, error))
    })
    .await?;
    if let Err(error) = space.make_safe_copy().await {
        tracing::warn!(%error, "no safe copy was made after a restore");
    }
    Ok((space, report))
}

fn bring(
    job: &Job,
    path: &Path,
    keys: &Keys,
    key: &str,
    outing: &Outing,
    target: impl FnOnce(&Outing, &Inspection) -> Result<SpaceHandle, BackpackError>,
) -> Result<(SpaceHandle, RestoreReport), BackpackError> {
    let file = open(path)?;
    let inspection = inspect(&file, keys, &mut |told| job.tell(outing, told), &mut |_| Ok(()))?;
    if let Some(cause) = job.halt(outing) {
        return Err(cause.into());
    }
    let space = target(outing, &inspection)?;
    let manifest = &inspection.report.manifest;
    let mut report = RestoreReport {
        space: manifest.space.clone(),
        packed_at: manifest.created,
        signed_by: signer(&inspection, key),
        records: inspection.sum.count,
        outcome: Restored::default(),
        connections: 0,
        persona: 0,
        memberships: 0,
        cooperatives: ArrivedPeers::NOTHING,
        transfers: 0,
        incoming: 0,
        apps: 0,
        grants: 0,
        log: LogOutcome::Same,
        full: manifest.full,
        made_up: manifest.made_up,
    };
    let bringing = Bringing {
        job,
        outing,
        space: &space,
        file: &file,
        keys,
        inspection: &inspection,
    };
    // First, while it can still be told whether this vault is made of the backpack.
    report.cooperatives = bringing.cooperatives(report.signed_by)?;
    report.connections = bringing.connections()?;
    report.persona = bringing.persona()?;
    report.memberships = bringing.memberships()?;
    bringing.settings()?;
    bringing.originals()?;
    bringing.records(&mut report)?;
    report.apps = bringing.apps()?;
    report.grants = bringing.grants()?;
    bringing.erasures()?;
    bringing.requests()?;
    bringing.receipts()?;
    bringing.write(|turn| {
        tell(turn);
        Ok(())
    })?;
    Ok((space, report))
}

fn tell(turn: &Turn<'_>) {
    let space = turn.space.info.id;
    for event in [
        VaultEvent::RecordsChanged { space },
        VaultEvent::ConnectionsChanged { space },
        VaultEvent::PersonaChanged { space },
        VaultEvent::SettingsChanged { space },
        VaultEvent::AppsChanged { space },
        VaultEvent::CooperativesChanged { space },
        VaultEvent::Logged { space },
    ] {
        turn.tell(event);
    }
}

/// A restore under way.
struct Bringing<'b> {
    job: &'b Job,
    outing: &'b Outing,
    space: &'b SpaceHandle,
    file: &'b File,
    keys: &'b Keys,
    inspection: &'b Inspection,
}

impl Bringing<'_> {
    /// Has the actor write a piece, unless the work is to stop.
    fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Turn<'_>) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, BackpackError> {
        if let Some(cause) = self.job.halt(self.outing) {
            return Err(cause.into());
        }
        let id = self.space.id();
        let vault = self.space.vault();
        Ok(vault.run_from(self.outing, move |vault| work(&mut vault.turn(id)?))?)
    }

    /// Reads the file once more, and insists that it is the one that was inspected.
    fn again(
        &self,
        take: impl FnMut(Part, Incomer<'_>) -> Result<(), BackpackError>,
    ) -> Result<(), BackpackError> {
        let mut file = self.file;
        file.seek(SeekFrom::Start(0)).map_err(VaultError::from)?;
        let mut tell = |told| self.job.tell(self.outing, told);
        let report = read(file, self.keys, PackStep::Restoring, &mut tell, take)?;
        if report.manifest_sha256 == self.inspection.report.manifest_sha256 {
            Ok(())
        } else {
            Err(ReadError::Changed.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_space_has_a_name_of_its_own() {
        let taken = ["Personal".to_owned(), "Personal 2".to_owned()];
        assert_eq!(free_name("Personal", &taken), "Personal 3");
        assert_eq!(free_name(" Work\n", &taken), "Work");
        assert_eq!(free_name("\u{7}", &taken), "Backpack");
        assert_eq!(free_name(&"x".repeat(999), &taken).len(), 50);
    }
}
