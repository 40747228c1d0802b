//! `satchel-cli vault`.

use std::{io::Write as _, path::Path, sync::Arc};

use serde_json::json;
use vault_core::{
    CreateOptions, LockReason, LockedVault, VaultError,
    clock::{Clock as _, SystemClock},
};
use vault_crypto::{RecoveryCode, parse_recovery_file};

use super::{arguments::Vault, failure::Failure, output, session::Session, terminal};

pub(super) async fn run(session: &Session, command: Vault) -> Result<(), Failure> {
    match command {
        Vault::Create { port, recovery_out } => create(session, port, recovery_out.as_deref()).await,
        Vault::Status => status(session),
        Vault::Check => check(session).await,
        Vault::Passphrase { new_passphrase_file } => {
            passphrase(session, new_passphrase_file.as_deref()).await
        }
        Vault::Recover { recovery_key_file } => recover(session, &recovery_key_file).await,
        Vault::Repair => repair(session),
        Vault::RotateKey => rotate_key(session).await,
    }
}

async fn create(session: &Session, port: Option<u16>, recovery_out: Option<&Path>) -> Result<(), Failure> {
    let place = session.place();
    let passphrase = session.chosen_passphrase("Choose a passphrase: ")?;
    // Opened before the vault is made: a kit that cannot be written must not be the last to know.
    let kit = recovery_out.map(terminal::new_private_file).transpose()?;
    let name = session.vault_name();
    let options = CreateOptions {
        port,
        name: name.clone(),
        ..CreateOptions::default()
    };
    let made = tokio::task::spawn_blocking(move || {
        LockedVault::create(&place, &passphrase, &options, Arc::new(SystemClock))
    });
    let made = made.await.map_err(|_| Failure::new("SYS-710"))?;
    let (locked, vault, code) = match made {
        Ok(made) => made,
        Err(error) => {
            if let Some(path) = recovery_out {
                let _ = std::fs::remove_file(path);
            }
            return Err(error.into());
        }
    };
    vault.lock(LockReason::You).await;
    match kit {
        // The code is shown this once, one way or the other.
        Some(file) => write_kit(file, &code, &name).inspect_err(|_| show_code(&code))?,
        None => show_code(&code),
    }
    let facts = locked.facts()?;
    output::object(
        session.json(),
        &json!({ "id": facts.id, "name": name, "place": locked.dir(), "port": facts.port, "recovery_kit": recovery_out }),
    )
}

fn write_kit(mut file: std::fs::File, code: &RecoveryCode, name: &str) -> Result<(), Failure> {
    let text = code.kit_file_text(name, SystemClock.now().unix_timestamp());
    file.write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(VaultError::from)?;
    Ok(())
}

pub(super) fn show_code(code: &RecoveryCode) {
    output::say(
        "Your recovery code. It is shown this once; write it down and keep it away from this computer:\n",
    );
    output::say(&code.groups().join(" "));
    output::say("");
}

fn status(session: &Session) -> Result<(), Failure> {
    let locked = session.locked()?;
    let facts = locked.facts()?;
    let copied = locked
        .safe_copy_time()
        .and_then(|at| at.format(&time::format_description::well_known::Rfc3339).ok());
    output::object(
        session.json(),
        &json!({
            "state": "locked", "id": facts.id, "name": session.vault_name(), "place": locked.dir(), "port": facts.port,
            "spaces": facts.spaces, "recovery_kit": facts.has_recovery, "keyring": facts.has_keyring, "safe_copy": copied,
        }),
    )
}

async fn check(session: &Session) -> Result<(), Failure> {
    let json = session.json();
    session
        .in_vault(|vault| async move {
            let (mut records, mut unreadable, mut whole) = (0, 0, true);
            for info in vault.spaces().await? {
                let space = vault.space(info.id).await?;
                let report = space.check().await?;
                whole &= report.is_whole();
                unreadable += report.unreadable;
                records += report.records;
                if report.is_whole() {
                    space.make_safe_copy().await?;
                }
            }
            let facts = json!({ "whole": whole, "records": records, "unreadable": unreadable });
            if whole {
                output::object(json, &facts)
            } else {
                Err(Failure::new("VLT-120").with_facts(facts))
            }
        })
        .await
}

async fn passphrase(session: &Session, file: Option<&Path>) -> Result<(), Failure> {
    let locked = session.locked()?;
    let current = session.passphrase("Current passphrase: ")?;
    let next = match file {
        Some(path) => terminal::from_file(path)?,
        None => terminal::ask_twice("New passphrase: ")?,
    };
    let vault = locked.unlock(&current)?;
    let changed = match session.code(&vault).await {
        Ok(()) => vault
            .change_passphrase(current, next)
            .await
            .map_err(Failure::from),
        Err(failure) => Err(failure),
    };
    vault.lock(LockReason::You).await;
    changed?;
    output::object(session.json(), &json!({ "changed": true }))
}

async fn rotate_key(session: &Session) -> Result<(), Failure> {
    let locked = session.locked()?;
    let passphrase = session.passphrase("Passphrase: ")?;
    let vault = locked.unlock(&passphrase)?;
    let rotated = match session.code(&vault).await {
        Ok(()) => vault.rotate_issuer_key(passphrase).await.map_err(Failure::from),
        Err(failure) => Err(failure),
    };
    let keys = vault.issuer_keys().await;
    vault.lock(LockReason::You).await;
    rotated?;
    let keys: Vec<String> = keys?.iter().map(|key| key.kid().to_string()).collect();
    output::object(session.json(), &json!({ "rotated": true, "keys": keys }))
}

async fn recover(session: &Session, kit: &Path) -> Result<(), Failure> {
    let locked = session.locked()?;
    let text = terminal::small_file(kit)?;
    let key = parse_recovery_file(&text)
        .map_err(|error| crate::error::AppError::new("VLT-105").with_details(error.to_string()))?;
    let next = session.chosen_passphrase("New passphrase: ")?;
    let vault = locked.recover(&key, &next)?;
    vault.lock(LockReason::You).await;
    output::object(session.json(), &json!({ "recovered": true }))
}

fn repair(session: &Session) -> Result<(), Failure> {
    let locked = session.locked()?;
    let passphrase = session.passphrase("Passphrase: ")?;
    let report = locked.repair(&passphrase)?;
    let copied = report
        .copied_at
        .and_then(|at| at.format(&time::format_description::well_known::Rfc3339).ok());
    output::object(
        session.json(),
        &json!({ "header": report.header, "spaces": report.spaces, "safe_copy": copied }),
    )
}
