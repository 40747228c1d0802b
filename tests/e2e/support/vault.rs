//! A vault looked at from inside, with the same core as the product: faster than the terminal, and as deep as a test wants.

use std::{path::Path, sync::Arc};

use tokio::runtime::Runtime;
use vault_core::{LockReason, LockedVault, SpaceHandle, VaultError, VaultHandle, clock::SystemClock};
use vault_crypto::Passphrase;
use vault_store::{Record, records::RecordFilter};

/// The passphrase of the vaults of these tests.
pub(crate) const PASSPHRASE: &str = "ocean-lamp-ticket-forest-nine";

/// An open vault; it is locked when the value goes.
pub(crate) struct Opened {
    runtime: Runtime,
    vault: VaultHandle,
}

impl Opened {
    /// Opens a vault.
    pub(crate) fn open(dir: &Path, passphrase: &str) -> Result<Self, VaultError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let locked = LockedVault::open(dir, Arc::new(SystemClock))?;
        let vault = locked.unlock(&Passphrase::new(passphrase.to_owned()))?;
        Ok(Self { runtime, vault })
    }

    /// Asks the first space something.
    pub(crate) fn ask<T, F>(&self, question: impl FnOnce(SpaceHandle) -> F) -> T
    where
        F: Future<Output = Result<T, VaultError>>,
    {
        self.runtime
            .block_on(async { question(self.vault.first_space().await.unwrap()).await.unwrap() })
    }

    /// Every record of the first space, oldest first.
    pub(crate) fn records(&self) -> Vec<Record> {
        self.ask(|space| async move {
            let (mut all, mut cursor) = (Vec::new(), None);
            loop {
                let (page, next) = space
                    .records_after(RecordFilter::default(), cursor, 2_000)
                    .await?;
                if page.is_empty() {
                    return Ok(all);
                }
                all.extend(page);
                cursor = next;
            }
        })
    }

    /// The digest over all records of the first space.
    pub(crate) fn digest(&self) -> String {
        self.ask(|space| async move { space.records_digest().await })
            .to_string()
    }

    /// Reads everything once: nothing is damaged.
    #[track_caller]
    pub(crate) fn assert_whole(&self) {
        let report = self.ask(|space| async move { space.check().await });
        assert!(report.is_whole(), "{report:?}");
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.runtime.block_on(self.vault.lock(LockReason::You));
    }
}
