//! The handle of one space. The calls on it live beside what they do: records, connections, disclosure, backpack.

use serde::Serialize;
use vault_crypto::SpaceId;
use vault_store::Database;

use super::{actor::Turn, handle::VaultHandle};
use crate::VaultError;

/// What a space is called, and whether what it holds is invented.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct SpaceInfo {
    /// Its id.
    pub id: SpaceId,
    /// The person's name for it.
    pub name: String,
    /// Whether it was made for made-up data; whatever leaves it carries the mark.
    pub made_up: bool,
}

impl std::fmt::Debug for SpaceInfo {
    /// The name is the person's own word, so it is left out.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("SpaceInfo")
            .field("id", &self.id)
            .field("made_up", &self.made_up)
            .finish_non_exhaustive()
    }
}

/// One space of an unlocked vault. Cheap to clone.
#[derive(Debug, Clone)]
pub struct SpaceHandle {
    vault: VaultHandle,
    info: SpaceInfo,
}

impl SpaceHandle {
    pub(crate) fn new(vault: VaultHandle, info: SpaceInfo) -> Self {
        Self { vault, info }
    }

    /// The space's id.
    #[must_use]
    pub fn id(&self) -> SpaceId {
        self.info.id
    }

    /// The space as it was called when this handle was made.
    #[must_use]
    pub fn info(&self) -> &SpaceInfo {
        &self.info
    }

    /// The vault that the space belongs to.
    #[must_use]
    pub fn vault(&self) -> &VaultHandle {
        &self.vault
    }

    /// Runs a job that may write, on the actor's thread.
    pub(crate) async fn write<T, F>(&self, job: F) -> Result<T, VaultError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Turn<'_>) -> Result<T, VaultError> + Send + 'static,
    {
        let id = self.info.id;
        self.vault.run(move |vault| job(&mut vault.turn(id)?)).await
    }

    /// Runs a job that only reads, on the reading thread.
    pub(crate) async fn read<T, F>(&self, job: F) -> Result<T, VaultError>
    where
        T: Send + 'static,
        F: FnOnce(&Database) -> Result<T, VaultError> + Send + 'static,
    {
        self.vault.read(self.info.id, job).await
    }
}
