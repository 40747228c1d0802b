//! Quick unlock's secret in the system's keyring (Secret Service on Linux).

use keyring::{Entry, Error};
use vault_core::{KeyVault, KeyVaultError};
use vault_crypto::{KeyringSecret, VaultId};
use zeroize::Zeroizing;

/// The service name under which the desktop shows the entry.
const SERVICE: &str = "Satchel";

/// The keyring of the person's desktop session.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemKeyring;

impl KeyVault for SystemKeyring {
    fn store(&self, vault: VaultId, secret: &KeyringSecret) -> Result<(), KeyVaultError> {
        entry(vault)?.set_password(&secret.to_text()).map_err(cause)
    }

    fn load(&self, vault: VaultId) -> Result<KeyringSecret, KeyVaultError> {
        let text = Zeroizing::new(entry(vault)?.get_password().map_err(cause)?);
        KeyringSecret::parse(&text).map_err(|_| KeyVaultError::Damaged)
    }

    fn forget(&self, vault: VaultId) -> Result<(), KeyVaultError> {
        match entry(vault)?.delete_credential().map_err(cause) {
            Ok(()) | Err(KeyVaultError::Missing) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn entry(vault: VaultId) -> Result<Entry, KeyVaultError> {
    Entry::new(SERVICE, &format!("vault {vault}")).map_err(cause)
}

/// The keyring's own text is dropped: it may quote what was asked for.
fn cause(error: Error) -> KeyVaultError {
    match error {
        Error::NoEntry => KeyVaultError::Missing,
        Error::NoStorageAccess(_) => KeyVaultError::Locked,
        Error::PlatformFailure(_) => KeyVaultError::NotRunning,
        Error::BadEncoding(_) => KeyVaultError::Damaged,
        _ => KeyVaultError::Refused,
    }
}
