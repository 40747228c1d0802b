//! What follows once a vault is open: order is made, watchers begin, windows are told.

use tauri::AppHandle;
use vault_connect::Connect;
use vault_core::{LockedVault, VaultError, VaultHandle};

use super::{Open, desk, fetches, gateway};
use crate::{
    consent,
    error::{Answer, AppError},
    events, frames,
    view::settings::Settings,
    windows,
};

/// Takes an open vault: makes order in every space and shows the first one.
pub(crate) async fn opened(app: &AppHandle, locked: LockedVault, vault: VaultHandle) -> Answer<()> {
    // Watching begins first, so that nothing is missed.
    let watched = vault.events();
    for info in vault.spaces().await? {
        let space = vault.space(info.id).await?;
        Connect::settle(&space).await?;
        frames::admit_included(&space).await?;
    }
    let space = vault.first_space().await?;
    let settings = Settings::read(&space).await?;
    let desk = desk(app);
    windows::set_theme(app, settings.theme);
    desk.set_settings(settings);
    let watched_over = vault.clone();
    desk.set_open(Open { locked, vault, space });
    gateway::follow(app).await;
    consent::attend(app, &watched_over).await?;
    events::watch(app, watched);
    events::vault_changed(app);
    let app = app.clone();
    tauri::async_runtime::spawn(async move { fetches::start_due(&app).await });
    Ok(())
}

/// Runs something that derives a key, off the threads that answer windows.
pub(crate) async fn slowly<T, F>(job: F) -> Answer<T>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T, VaultError> + Send + 'static,
{
    let done = tauri::async_runtime::spawn_blocking(job).await;
    done.map_err(|_| AppError::new("SYS-710"))?
        .map_err(AppError::from)
}
