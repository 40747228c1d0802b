//! Where the secret of quick unlock is kept: the system's keyring, or memory in tests.

use std::{collections::HashMap, sync::Mutex};

use thiserror::Error;
use vault_crypto::{KeyringSecret, VaultId};

/// Why the keyring did not do what it was asked. Each cause has its own sentence for the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyVaultError {
    /// No keyring runs in this desktop session.
    #[error("the keyring is not running")]
    NotRunning,
    /// The keyring is locked and was not opened.
    #[error("the keyring is locked")]
    Locked,
    /// The keyring holds nothing for this vault: it was removed in the system's settings.
    #[error("the keyring holds no key for this vault")]
    Missing,
    /// What the keyring holds is not a key of ours.
    #[error("what the keyring holds is not a key of this vault")]
    Damaged,
    /// The keyring refused, for a reason of its own.
    #[error("the keyring refused")]
    Refused,
}

/// Keeps one secret per vault. Two implementations: the system's keyring (in the shell) and [`MemoryKeyVault`].
pub trait KeyVault: Send + Sync + 'static {
    /// Keeps `secret`, replacing an earlier one.
    ///
    /// # Errors
    /// Why the keyring did not take it.
    fn store(&self, vault: VaultId, secret: &KeyringSecret) -> Result<(), KeyVaultError>;

    /// Returns the secret.
    ///
    /// # Errors
    /// Why there is none.
    fn load(&self, vault: VaultId) -> Result<KeyringSecret, KeyVaultError>;

    /// Forgets the secret; forgetting what is not there is no error.
    ///
    /// # Errors
    /// Why the keyring could not be asked.
    fn forget(&self, vault: VaultId) -> Result<(), KeyVaultError>;
}

/// Keeps secrets for as long as the process runs.
#[derive(Default)]
pub struct MemoryKeyVault {
    secrets: Mutex<HashMap<VaultId, String>>,
}

impl std::fmt::Debug for MemoryKeyVault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("MemoryKeyVault").finish_non_exhaustive()
    }
}

impl KeyVault for MemoryKeyVault {
    fn store(&self, vault: VaultId, secret: &KeyringSecret) -> Result<(), KeyVaultError> {
        let mut secrets = self.secrets.lock().map_err(|_| KeyVaultError::Refused)?;
        secrets.insert(vault, secret.to_text().to_string());
        Ok(())
    }

    fn load(&self, vault: VaultId) -> Result<KeyringSecret, KeyVaultError> {
        let secrets = self.secrets.lock().map_err(|_| KeyVaultError::Refused)?;
        let text = secrets.get(&vault).ok_or(KeyVaultError::Missing)?;
        KeyringSecret::parse(text).map_err(|_| KeyVaultError::Damaged)
    }

    fn forget(&self, vault: VaultId) -> Result<(), KeyVaultError> {
        self.secrets
            .lock()
            .map_err(|_| KeyVaultError::Refused)?
            .remove(&vault);
        Ok(())
    }
}
