//! What apps tell, on the desktop: only what the vault kept because the person allowed it, and only while the app's window is not in front.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use tauri::{AppHandle, Manager as _};
use vault_core::VaultError;
use vault_crypto::SpaceId;
use vault_store::{AppId, MessageId};

use crate::{desk::desk, frames, platform::notice};

/// So many are on the desktop at once, at most.
const MOST: usize = 8;

/// After so long nobody waits for it to be followed any more.
const LIFE: Duration = Duration::from_secs(15 * 60);

static SHOWN: AtomicUsize = AtomicUsize::new(0);

/// Shows a notification that was just kept.
pub(crate) fn kept(app: &AppHandle, space: SpaceId, id: AppId, message: MessageId) {
    if in_front(app, id) {
        return;
    }
    if SHOWN.fetch_add(1, Ordering::SeqCst) >= MOST {
        SHOWN.fetch_sub(1, Ordering::SeqCst);
        return;
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if let Err(error) = show(&app, space, id, message).await {
            tracing::debug!(%error, "a notification was over before it was shown");
        }
        SHOWN.fetch_sub(1, Ordering::SeqCst);
    });
}

fn in_front(app: &AppHandle, id: AppId) -> bool {
    let window = desk(app)
        .frames
        .label_of(id)
        .and_then(|label| app.get_webview_window(&label));
    window.is_some_and(|window| window.is_focused().unwrap_or(false))
}

async fn show(app: &AppHandle, space: SpaceId, id: AppId, message: MessageId) -> Result<(), VaultError> {
    let Some(open) = desk(app).open().filter(|open| open.space.id() == space) else {
        return Ok(());
    };
    let name = open.space.app(id).await?.manifest.name;
    let kept = open.space.app_messages(id).await?;
    let Some(kept) = kept.into_iter().find(|kept| kept.id == message) else {
        return Ok(());
    };
    // Nothing of the vault is held while it is on the desktop.
    drop(open);
    match tokio::time::timeout(LIFE, notice::show(&name, &kept.body)).await {
        Ok(Ok(true)) => follow(app, space, id, message).await,
        Ok(Ok(false)) | Err(_) => {}
        Ok(Err(_)) => tracing::info!("no notification service on the session bus"),
    }
    Ok(())
}

/// The person followed one; the vault may be locked by now.
async fn follow(app: &AppHandle, space: SpaceId, id: AppId, message: MessageId) {
    let Some(open) = desk(app).open().filter(|open| open.space.id() == space) else {
        return;
    };
    if let Err(error) = frames::follow_message(app, open.space, id, message).await {
        tracing::warn!(code = error.code, "a notification led nowhere");
    }
}
