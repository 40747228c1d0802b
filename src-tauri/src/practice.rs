//! Trying Satchel: a vault with made-up data, thrown away when it is locked.

use secrecy::ExposeSecret as _;
use tauri::AppHandle;
use vault_connect::LinkOptions;
use vault_core::{CreateOptions, LockedVault, SpaceHandle, VaultError};
use vault_crypto::{Passphrase, suggest_passphrase};

use crate::{
    desk::{desk, links, opening},
    error::{Answer, AppError},
    platform::scratch::{Purpose, Scratch},
};

/// The name of spaces with made-up data.
pub(crate) const NAME: &str = "Made-up data";

/// Makes a practice vault, opens it, and links its space to the demo platform like any other.
pub(crate) async fn begin(app: &AppHandle) -> Answer<()> {
    let desk = desk(app);
    let turn = desk.turning.lock().await;
    if desk.open().is_some() {
        return Err(AppError::new("VLT-102"));
    }
    let folder = Scratch::fresh(Purpose::Practice).map_err(VaultError::from)?;
    let dir = folder.path().join(crate::platform::paths::folder_name(NAME));
    let clock = desk.clock.clone();
    // Nobody is told the passphrase: the vault is never opened again.
    let passphrase = Passphrase::new(suggest_passphrase().expose_secret().to_owned());
    let options = CreateOptions {
        name: NAME.into(),
        made_up: true,
        ..CreateOptions::default()
    };
    let (locked, vault, _) =
        opening::slowly(move || LockedVault::create(&dir, &passphrase, &options, clock)).await?;
    desk.keep_practice(folder);
    opening::opened(app, locked, vault).await?;
    drop(turn);
    let space = desk.space()?;
    link(app, space);
    Ok(())
}

/// Links a made-up space to the demo platform. How it ends is told by an event.
pub(crate) fn link(app: &AppHandle, space: SpaceHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if let Err(error) = links::start(&app, space, links::DEMO, LinkOptions::default()).await {
            tracing::warn!(code = error.code, "the demo platform could not be linked");
        }
    });
}
