//! The key that the vault signs tokens, receipts and metadata with.

use tauri::State;
use vault_core::VaultHandle;
use vault_crypto::Passphrase;

use crate::{
    desk::Desk,
    error::{Answer, AppError},
};

/// Its fingerprint, as services and apps name it (`kid`).
#[tauri::command]
#[specta::specta]
pub(crate) async fn issuer_key(desk: State<'_, Desk>) -> Answer<String> {
    fingerprint(&desk.vault()?).await
}

/// Makes another one, which takes a few seconds, and signs with it from now on. Its fingerprint.
#[tauri::command]
#[specta::specta]
pub(crate) async fn issuer_key_rotate(desk: State<'_, Desk>, passphrase: String) -> Answer<String> {
    let vault = desk.vault()?;
    vault.rotate_issuer_key(Passphrase::new(passphrase)).await?;
    fingerprint(&vault).await
}

async fn fingerprint(vault: &VaultHandle) -> Answer<String> {
    let keys = vault.issuer_keys().await?;
    let current = keys.first().ok_or_else(|| AppError::new("SYS-710"))?;
    Ok(current.kid().to_string())
}
