//! The sign in the desktop's tray, where there is a tray.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tauri::{
    AppHandle,
    menu::{Menu, MenuItem},
    tray::TrayIconBuilder,
};
use vault_core::LockReason;

use crate::{lock, windows};

/// Who keeps the trays of the session.
const WATCHER: &str = "org.kde.StatusNotifierWatcher";

/// Puts the sign into the tray. Returns whether there is one: without it a closed window cannot be brought back, so closing it ends the
/// program.
pub(crate) async fn put(app: &AppHandle) -> bool {
    if !has_tray().await {
        return false;
    }
    let (send, receive) = tokio::sync::oneshot::channel();
    let handle = app.clone();
    let asked = app.run_on_main_thread(move || {
        // The library of the tray panics where its system library is not installed.
        let built = catch_unwind(AssertUnwindSafe(|| build(&handle)));
        let _ = send.send(matches!(built, Ok(Ok(()))));
    });
    asked.is_ok() && receive.await.unwrap_or(false)
}

async fn has_tray() -> bool {
    let Ok(bus) = zbus::Connection::session().await else {
        return false;
    };
    let Ok(registry) = zbus::fdo::DBusProxy::new(&bus).await else {
        return false;
    };
    let Ok(name) = WATCHER.try_into() else {
        return false;
    };
    registry.name_has_owner(name).await.unwrap_or(false)
}

fn build(app: &AppHandle) -> tauri::Result<()> {
    let open = MenuItem::with_id(app, "open", "Open Satchel", true, None::<&str>)?;
    let lock = MenuItem::with_id(app, "lock", "Lock", true, None::<&str>)?;
    let quit = MenuItem::with_id(app, "quit", "Quit", true, None::<&str>)?;
    let menu = Menu::with_items(app, &[&open, &lock, &quit])?;
    let mut tray = TrayIconBuilder::with_id("satchel")
        .tooltip("Satchel")
        .menu(&menu)
        .on_menu_event(|app, event| chosen(app, event.id().as_ref()));
    if let Some(icon) = app.default_window_icon() {
        tray = tray.icon(icon.clone());
    }
    tray.build(app).map(drop)
}

fn chosen(app: &AppHandle, item: &str) {
    match item {
        "open" => windows::raise_main(app),
        "lock" => lock::lock_soon(app, LockReason::You),
        "quit" => crate::app::quit(app),
        _ => {}
    }
}
