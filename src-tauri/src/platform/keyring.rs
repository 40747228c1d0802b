//! Quick unlock's secret in the system's keyring (Secret Service on Linux).

use std::{collections::HashMap, time::Duration};

use keyring::{Entry, Error};
use vault_core::{KeyVault, KeyVaultError};
use vault_crypto::{KeyringSecret, VaultId};
use zbus::{Connection, fdo::DBusProxy, zvariant::OwnedObjectPath};
use zeroize::Zeroizing;

/// The service name under which the desktop shows the entry.
const SERVICE: &str = "Satchel";

/// The Secret Service on the session bus.
const SECRETS: &str = "org.freedesktop.secrets";

/// A keyring that says nothing for so long counts as not running.
const PATIENCE: Duration = Duration::from_secs(3);

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

/// Whether the keyring can be used, found out without asking the person for anything. With `kept`, whether it also holds something for
/// this vault.
///
/// # Errors
/// Why it cannot be used.
pub async fn usable(vault: VaultId, kept: bool) -> Result<(), KeyVaultError> {
    match tokio::time::timeout(PATIENCE, look(vault, kept)).await {
        Ok(Ok(true)) => Ok(()),
        Ok(Ok(false)) => Err(KeyVaultError::Missing),
        Ok(Err(_)) | Err(_) => Err(KeyVaultError::NotRunning),
    }
}

async fn look(vault: VaultId, kept: bool) -> zbus::Result<bool> {
    let bus = Connection::session().await?;
    let registry = DBusProxy::new(&bus).await?;
    let runs = registry.name_has_owner(SECRETS.try_into()?).await?;
    if !runs
        && !registry
            .list_activatable_names()
            .await?
            .iter()
            .any(|name| name.as_str() == SECRETS)
    {
        return Err(zbus::Error::Unsupported);
    }
    if !kept {
        return Ok(true);
    }
    let user = user(vault);
    let attributes = HashMap::from([("service", SERVICE), ("username", user.as_str())]);
    let path = "/org/freedesktop/secrets";
    let reply = bus
        .call_method(
            Some(SECRETS),
            path,
            Some("org.freedesktop.Secret.Service"),
            "SearchItems",
            &attributes,
        )
        .await?;
    let (unlocked, locked): (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) = reply.body().deserialize()?;
    Ok(!unlocked.is_empty() || !locked.is_empty())
}

fn user(vault: VaultId) -> String {
    format!("vault {vault}")
}

fn entry(vault: VaultId) -> Result<Entry, KeyVaultError> {
    Entry::new(SERVICE, &user(vault)).map_err(cause)
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the library may learn further causes; all of them are refusals"
)]
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
