//! Locking: by button, after a time without use, at sleep, with the screen, with the window. Apps go first, then the keys, then
//! what the web engine kept.

use std::time::Duration;

use tauri::AppHandle;
use vault_core::LockReason;

use crate::{
    desk::{desk, gateway},
    events,
    platform::session::{self, SessionEvent},
    windows,
};

/// How often it is looked whether the window is still used.
const LOOK: Duration = Duration::from_secs(5);

/// Locks the vault. A vault that is locked already is no error.
pub(crate) async fn lock(app: &AppHandle, reason: LockReason) {
    let desk = desk(app);
    let _turn = desk.turning.lock().await;
    let Some(open) = desk.open() else { return };
    desk.kit.forget();
    desk.links.cancel_all();
    desk.fetches.stop_all();
    desk.packing.stop();
    desk.imports.forget();
    windows::end_apps(app).await;
    desk.gateway.close().await;
    open.vault.lock(reason).await;
    drop(open);
    desk.set_locked(reason);
    desk.reviews.forget();
    desk.signing.forget();
    desk.looks.forget();
    desk.drafts.forget();
    gateway::follow(app).await;
    windows::forget_web_data(app);
    events::vault_changed(app);
}

/// Locks without waiting, from places that cannot wait.
pub(crate) fn lock_soon(app: &AppHandle, reason: LockReason) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move { lock(&app, reason).await });
}

/// Watches the clock and the desktop session, for as long as the program runs.
pub(crate) fn watch(app: &AppHandle) {
    let clock = app.clone();
    tauri::async_runtime::spawn(async move {
        loop {
            tokio::time::sleep(LOOK).await;
            if is_away(&clock) {
                lock(&clock, LockReason::Away).await;
            } else {
                tend(&clock).await;
            }
        }
    });
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let mut session = session::watch(&tokio::runtime::Handle::current());
        while let Some(event) = session.recv().await {
            if desk(&app).settings().lock_on_sleep {
                lock(&app, reason(event)).await;
            }
        }
    });
}

/// Ends questions and grants whose time is over, so that the windows know in time, and keeps the safe copies fresh.
async fn tend(app: &AppHandle) {
    let Some(open) = desk(app).open() else { return };
    for info in open.vault.spaces().await.unwrap_or_default() {
        let Ok(space) = open.vault.space(info.id).await else {
            continue;
        };
        if let Err(error) = space.tend().await {
            tracing::debug!(%error, "a space could not be tended");
        }
        // Not waited for: a lock must not come later because of it, and ends it.
        tauri::async_runtime::spawn(async move {
            if let Err(error) = space.refresh_safe_copy().await {
                tracing::debug!(%error, "no safe copy was made");
            }
        });
    }
}

fn is_away(app: &AppHandle) -> bool {
    let desk = desk(app);
    let limit = desk
        .settings()
        .lock_minutes
        .map(|minutes| Duration::from_secs(u64::from(minutes) * 60));
    desk.open().is_some() && limit.is_some_and(|limit| desk.idle.since() >= limit)
}

const fn reason(event: SessionEvent) -> LockReason {
    match event {
        SessionEvent::Sleep => LockReason::Slept,
        SessionEvent::ScreenLocked => LockReason::Screen,
    }
}
