//! The key that the vault signs tokens, receipts and metadata with.

use serde::Serialize;
use specta::Type;
use tauri::State;
use vault_core::services::IssuerNames;
use vault_crypto::Passphrase;

use crate::{desk::Desk, error::Answer};

/// The fingerprints by which others know it.
#[derive(Serialize, Type)]
pub(crate) struct IssuerKey {
    /// In tokens: to services.
    tokens: String,
    /// In receipts and signed metadata: to the servers of apps.
    documents: String,
}

impl From<IssuerNames> for IssuerKey {
    fn from(names: IssuerNames) -> Self {
        Self {
            tokens: names.tokens,
            documents: names.documents,
        }
    }
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn issuer_key(desk: State<'_, Desk>) -> Answer<IssuerKey> {
    Ok(desk.vault()?.issuer_names().await?.into())
}

/// Makes another one, which takes a few seconds, and signs with it from now on.
#[tauri::command]
#[specta::specta]
pub(crate) async fn issuer_key_rotate(desk: State<'_, Desk>, passphrase: String) -> Answer<IssuerKey> {
    let vault = desk.vault()?;
    vault.rotate_issuer_key(Passphrase::new(passphrase)).await?;
    Ok(vault.issuer_names().await?.into())
}
