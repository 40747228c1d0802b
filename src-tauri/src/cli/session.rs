//! What every command needs: the vault, unlocked, and the space.

use std::{path::PathBuf, sync::Arc};

use vault_connect::Connect;
use vault_core::{LockReason, LockedVault, SpaceHandle, VaultError, VaultHandle, clock::SystemClock};
use vault_crypto::Passphrase;
use zeroize::Zeroizing;

use super::{arguments::Global, failure::Failure, terminal};
use crate::platform::paths;

/// The global options, and how they open the vault.
pub(super) struct Session {
    global: Global,
}

impl Session {
    pub(super) fn new(global: Global) -> Self {
        Self { global }
    }

    pub(super) fn json(&self) -> bool {
        self.global.json
    }

    /// The folder of the vault.
    pub(super) fn place(&self) -> PathBuf {
        self.global.vault.clone().unwrap_or_else(paths::default_vault)
    }

    /// The name that people know the vault by: that of its folder.
    pub(super) fn vault_name(&self) -> String {
        paths::vault_name(&self.place())
    }

    /// The vault, locked, held by this process.
    pub(super) fn locked(&self) -> Result<LockedVault, Failure> {
        Ok(LockedVault::open(&self.place(), Arc::new(SystemClock))?)
    }

    /// Whether the command line says where the passphrase is.
    pub(super) fn has_passphrase(&self) -> bool {
        self.global.passphrase_file.is_some() || self.global.passphrase_fd.is_some()
    }

    /// The vault's passphrase, from wherever the options say.
    pub(super) fn passphrase(&self, prompt: &str) -> Result<Passphrase, Failure> {
        match (&self.global.passphrase_file, self.global.passphrase_fd) {
            (Some(path), _) => terminal::from_file(path),
            (None, Some(number)) => terminal::from_descriptor(number),
            (None, None) => terminal::ask(prompt),
        }
    }

    /// The passphrase once more, when the command line names it: the renewed passphrase of high-risk shares.
    pub(super) fn renewed_passphrase(&self) -> Result<Option<Passphrase>, Failure> {
        match &self.global.passphrase_file {
            Some(path) => Ok(Some(terminal::from_file(path)?)),
            None => Ok(None),
        }
    }

    /// Before what is guarded: takes a code, where the vault has a second factor.
    pub(super) async fn code(&self, vault: &VaultHandle) -> Result<(), Failure> {
        if vault.second_factor().await?.since.is_none() {
            return Ok(());
        }
        let code = match &self.global.code_file {
            Some(path) => terminal::small_file(path)?,
            None => terminal::ask_code("Code of your second factor: ")?,
        };
        let line = code.lines().next().unwrap_or_default();
        Ok(vault.take_code(Zeroizing::new(line.to_owned())).await?)
    }

    /// A passphrase that is being chosen: typed twice when it is typed.
    pub(super) fn chosen_passphrase(&self, prompt: &str) -> Result<Passphrase, Failure> {
        match (&self.global.passphrase_file, self.global.passphrase_fd) {
            (None, None) => terminal::ask_twice(prompt),
            _ => self.passphrase(prompt),
        }
    }

    /// The vault, unlocked. It is held first, so that a vault in use is said before a passphrase is asked for.
    pub(super) async fn unlocked(&self) -> Result<VaultHandle, Failure> {
        let locked = self.locked()?;
        locked.facts()?;
        let passphrase = self.passphrase("Passphrase: ")?;
        let opened = tokio::task::spawn_blocking(move || locked.unlock(&passphrase)).await;
        let vault = opened.map_err(|_| Failure::new("SYS-710"))??;
        for info in vault.spaces().await? {
            Connect::settle(&vault.space(info.id).await?).await?;
        }
        Ok(vault)
    }

    /// The space that the options name, or the first.
    pub(super) async fn space_of(&self, vault: &VaultHandle) -> Result<SpaceHandle, Failure> {
        let Some(name) = &self.global.space else {
            return Ok(vault.first_space().await?);
        };
        let spaces = vault.spaces().await?;
        let found = spaces
            .into_iter()
            .find(|space| space.name == *name)
            .ok_or(VaultError::NoSuchSpace)?;
        Ok(vault.space(found.id).await?)
    }

    /// Unlocks, does something in the space, and locks again whatever came of it.
    pub(super) async fn in_space<T, F>(&self, job: impl FnOnce(SpaceHandle) -> F) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        let vault = self.unlocked().await?;
        let outcome = match self.space_of(&vault).await {
            Ok(space) => job(space).await,
            Err(failure) => Err(failure),
        };
        vault.lock(LockReason::You).await;
        outcome
    }

    /// Unlocks, does something with the vault, and locks again whatever came of it.
    pub(super) async fn in_vault<T, F>(&self, job: impl FnOnce(VaultHandle) -> F) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        let vault = self.unlocked().await?;
        let outcome = job(vault.clone()).await;
        vault.lock(LockReason::You).await;
        outcome
    }
}
