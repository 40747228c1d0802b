//! `satchel-cli backpack`.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::Arc,
};

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use vault_core::{
    CreateOptions, LockReason, LockedVault, SpaceHandle, VaultHandle,
    backpack::{
        BackpackError, BackpackReport, Compared, Identities, Keys, LockPassphrase, Locks, PackRequest,
        Recipients, RestoreReport, SignedBy, Stop, verify_backpack, verify_to_move,
    },
    clock::SystemClock,
    cooperatives::{ArrivedPeers, OwnKeyOutcome},
};
use vault_crypto::Passphrase;
use zeroize::Zeroizing;

use super::{
    arguments::{Backpack, OpenKey},
    failure::Failure,
    output,
    session::Session,
    terminal,
    watch::Watch,
};

pub(super) async fn run(session: &Session, command: Backpack) -> Result<(), Failure> {
    let by_passphrase = match &command {
        Backpack::Verify { key, .. } | Backpack::Restore { key, .. } => key.identity_file.is_none(),
        Backpack::Export { .. } => false,
    };
    carry_out(session, command)
        .await
        .map_err(|failure| failure.of_backpack(by_passphrase))
}

async fn carry_out(session: &Session, command: Backpack) -> Result<(), Failure> {
    match command {
        Backpack::Export {
            file,
            full,
            recipient,
            backpack_passphrase_file,
        } => {
            let locks = locks(&recipient, backpack_passphrase_file.as_deref())?;
            export(session, file, locks, full).await
        }
        Backpack::Verify { file, key } => verify(session, &file, Opener::read(&key)?.keys()?).await,
        Backpack::Restore {
            file,
            key,
            into: None,
        } => {
            let keys = Opener::read(&key)?.keys()?;
            let json = session.json();
            session
                .in_space(|space| async move { restore(&space, &file, keys, json).await })
                .await
        }
        Backpack::Restore {
            file,
            key,
            into: Some(place),
        } => restore_into(session, &file, &key, &place).await,
    }
}

fn locks(recipients: &[String], passphrase: Option<&Path>) -> Result<Locks, Failure> {
    if !recipients.is_empty() {
        return Ok(Locks::Recipients(
            Recipients::parse(recipients).map_err(BackpackError::from)?,
        ));
    }
    let passphrase = match passphrase {
        Some(path) => terminal::from_file(path)?,
        None => terminal::ask_twice("Choose a passphrase for the backpack: ")?,
    };
    let text = SecretString::from(passphrase.expose_secret().to_owned());
    Ok(Locks::Passphrase(
        LockPassphrase::new(text).map_err(BackpackError::from)?,
    ))
}

/// The secret that opens a backpack. It is read once: a prompt is not repeated, and a pipe gives it only once.
enum Opener {
    Passphrase(Passphrase),
    KeyFile(Zeroizing<String>),
}

impl Opener {
    fn read(key: &OpenKey) -> Result<Self, Failure> {
        if let Some(path) = &key.identity_file {
            return Ok(Self::KeyFile(terminal::small_file(path)?));
        }
        Ok(Self::Passphrase(match &key.backpack_passphrase_file {
            Some(path) => terminal::from_file(path)?,
            None => terminal::ask("Passphrase of the backpack: ")?,
        }))
    }

    fn keys(&self) -> Result<Keys, Failure> {
        Ok(match self {
            Self::KeyFile(text) => Keys::Identities(Identities::parse(text).map_err(BackpackError::from)?),
            Self::Passphrase(passphrase) => {
                Keys::Passphrase(SecretString::from(passphrase.expose_secret().to_owned()))
            }
        })
    }
}

async fn export(session: &Session, path: PathBuf, locks: Locks, full: bool) -> Result<(), Failure> {
    let json = session.json();
    let path = std::path::absolute(path).map_err(vault_core::VaultError::from)?;
    session
        .in_space(|space| async move {
            session.code(space.vault()).await?;
            let stop = Stop::default();
            let _watch = watch(&space, &stop);
            let packed = space.pack(PackRequest { path, locks, full }, stop, |_| {}).await?;
            output::object(
                json,
                &json!({
                    "file": packed.file, "records": packed.records, "entries": packed.entries, "bytes": packed.bytes,
                    "sha256": packed.sha256, "proved": true, "full": full,
                }),
            )
        })
        .await
}

/// Needs no vault: anybody who can open a backpack can check it. With one that opens, it also says whether it was packed there.
async fn verify(session: &Session, file: &Path, keys: Keys) -> Result<(), Failure> {
    let report = match opened(session).await {
        Some(vault) => {
            let report = check(session, &vault, file, keys).await;
            vault.lock(LockReason::You).await;
            report?
        }
        None => verify_backpack(file, &keys, &mut |_| ControlFlow::Continue(()))?,
    };
    output::object(session.json(), &facts(&report))
}

/// The vault, if the command line names its passphrase and it is not in use: nobody is asked for it, and its troubles are no matter here.
async fn opened(session: &Session) -> Option<VaultHandle> {
    session.renewed_passphrase().ok().flatten()?;
    session.unlocked().await.ok()
}

async fn check(
    session: &Session,
    vault: &VaultHandle,
    file: &Path,
    keys: Keys,
) -> Result<BackpackReport, Failure> {
    let space = session.space_of(vault).await?;
    Ok(space.check_backpack(file, keys, Stop::default(), |_| {}).await?)
}

fn facts(report: &BackpackReport) -> Value {
    json!({
        "whole": true, "space": report.space, "created": output::moment(report.created), "software": report.software,
        "records": report.records, "cooperatives": report.cooperatives, "transfers": report.transfers.0,
        "incoming_transfers": report.transfers.1, "entries": report.entries, "counts": report.counts, "bytes": report.bytes,
        "sha256": report.sha256, "signed_by": signed_by(report.signed_by), "signer": report.signer, "full": report.full,
        "made_up": report.made_up, "compared": report.compared.map(compared),
    })
}

fn compared(compared: Compared) -> Value {
    json!({
        "new": compared.new, "same": compared.same, "different": compared.different,
        "new_cooperatives": compared.cooperatives, "new_transfers": compared.transfers,
    })
}

async fn restore(space: &SpaceHandle, file: &Path, keys: Keys, json: bool) -> Result<(), Failure> {
    let stop = Stop::default();
    let _watch = watch(space, &stop);
    let report = space.restore(file, keys, stop, |_| {}).await?;
    output::object(json, &restored(&report, space).await?)
}

/// Makes a vault in a folder and brings the backpack into it. When that fails there is no vault.
async fn restore_into(session: &Session, file: &Path, key: &OpenKey, place: &Path) -> Result<(), Failure> {
    let opener = Opener::read(key)?;
    let (report, issuer) = verify_to_move(file, &opener.keys()?, &mut |_| ControlFlow::Continue(()))?;
    let keys = opener.keys()?;
    let passphrase = session.chosen_passphrase("Choose a passphrase for the vault: ")?;
    let options = CreateOptions {
        name: report.space.clone(),
        made_up: report.made_up,
        issuer,
        ..CreateOptions::default()
    };
    let (locked, vault, code) = LockedVault::create(place, &passphrase, &options, Arc::new(SystemClock))?;
    let space = vault.first_space().await?;
    let stop = Stop::default();
    let watch = watch(&space, &stop);
    let outcome = match space.restore(file, keys, stop, |_| {}).await {
        Ok(report) => restored(&report, &space).await,
        Err(error) => Err(error.into()),
    };
    drop(watch);
    vault.lock(LockReason::You).await;
    let facts = match outcome {
        Ok(facts) => facts,
        Err(failure) => {
            locked.delete()?;
            return Err(failure);
        }
    };
    super::vault::show_code(&code);
    output::object(session.json(), &facts)
}

async fn restored(report: &RestoreReport, space: &SpaceHandle) -> Result<Value, Failure> {
    let outcome = &report.outcome;
    Ok(json!({
        "space": space.info().name, "records": report.records, "new": outcome.new, "same": outcome.same,
        "changed": outcome.changed, "older": outcome.older, "set_aside": outcome.set_aside,
        "connections": report.connections, "grants": report.grants, "transfers": report.transfers,
        "incoming_transfers": report.incoming, "cooperatives": cooperatives(&report.cooperatives), "signed_by": signed_by(report.signed_by),
        "digest": space.records_digest().await?,
    }))
}

fn cooperatives(arrived: &ArrivedPeers) -> Value {
    json!({
        "new": arrived.added, "keys_compared": arrived.as_packed, "other_key_waits": arrived.waiting,
        "left_out": arrived.left_out, "offered_services": arrived.offered,
        "own_key": match arrived.own_key {
            OwnKeyOutcome::None => "none",
            OwnKeyOutcome::Same => "same",
            OwnKeyOutcome::Came => "came",
            OwnKeyOutcome::Kept => "kept_the_one_here",
            OwnKeyOutcome::Lost => "not_in_the_backpack",
        },
    })
}

/// Ctrl C stops the work at its next look; then nothing was changed.
fn watch(space: &SpaceHandle, stop: &Stop) -> Watch {
    let stop = stop.clone();
    Watch::over(space.vault(), move || stop.stop())
}

fn signed_by(signer: SignedBy) -> &'static str {
    match signer {
        SignedBy::ThisVault => "this_vault",
        SignedBy::Unknown => "unknown",
    }
}
