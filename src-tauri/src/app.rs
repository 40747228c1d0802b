//! The program: its parts put together, its start and its end.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicBool, Ordering},
};

use clap::Parser;
use tauri::{AppHandle, Manager as _, RunEvent, WindowEvent};
use vault_core::LockReason;

use crate::{
    bindings, consent,
    desk::{self, Desk, desk},
    frames, lock, logging,
    platform::scratch::{Purpose, Scratch},
    tray, windows,
};

/// The words of the command line.
#[derive(Debug, Parser)]
#[command(name = "satchel", version, about = "A personal data vault for gig workers")]
struct Arguments {
    /// The folder of the vault.
    #[arg(long, value_name = "DIR", env = "SATCHEL_VAULT")]
    vault: Option<PathBuf>,
}

/// Whether a closed window can be brought back.
struct Tray(AtomicBool);

/// Why the program could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// There is no private place for temporary data.
    #[error("no private folder for temporary data: {0}")]
    Scratch(#[from] std::io::Error),
    /// The TLS library could not be set up.
    #[error("the network library could not be set up: {0}")]
    Connect(#[from] vault_connect::ConnectError),
    /// The window system refused.
    #[error("the window could not be opened: {0}")]
    Window(#[from] tauri::Error),
}

/// Runs the program until its last window is closed.
///
/// # Errors
/// See [`StartError`].
pub fn run() -> Result<(), StartError> {
    let arguments = Arguments::parse();
    logging::start();
    let desk = Desk::new(arguments.vault, Scratch::fresh(Purpose::Web)?)?;
    let mut builder = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _, _| {
            windows::raise_main(app)
        }))
        .plugin(tauri_plugin_dialog::init())
        .manage(desk)
        .manage(Tray(AtomicBool::new(false)))
        .setup(|app| Ok(set_up(app.handle())?))
        .on_window_event(|window, event| {
            if let WindowEvent::CloseRequested { api, .. } = event {
                // Each window has something to do before it goes.
                api.prevent_close();
                close_wanted(window.app_handle(), window.label());
            } else if let WindowEvent::Destroyed = event {
                gone(window.app_handle(), window.label());
            } else if let WindowEvent::ThemeChanged(_) = event {
                frames::appearance_changed(window.app_handle());
            } else if let WindowEvent::Resized(_) = event {
                frames::resized(window.app_handle(), window.label());
            } else if let WindowEvent::Focused(true) = event {
                frames::focused(window.app_handle(), window.label());
            }
        });
    for plugin in bindings::plugins() {
        builder = builder.plugin(plugin);
    }
    let app = builder.build(tauri::generate_context!())?;
    let handle = app.handle().clone();
    app.run_return(|app, event| {
        if let RunEvent::Exit = event {
            tauri::async_runtime::block_on(end(app));
        }
    });
    // Once the windows are gone the engine writes no more.
    handle.state::<Desk>().clear();
    Ok(())
}

/// Ends the program in order.
pub(crate) fn quit(app: &AppHandle) {
    app.exit(0);
}

fn set_up(app: &AppHandle) -> tauri::Result<()> {
    windows::open_main(app)?;
    lock::watch(app);
    desk::watched::watch(app);
    let due = app.clone();
    tauri::async_runtime::spawn(async move {
        loop {
            tokio::time::sleep(vault_connect::LOOK).await;
            desk::fetches::start_due(&due).await;
        }
    });
    let due = app.clone();
    tauri::async_runtime::spawn(async move {
        loop {
            tokio::time::sleep(vault_connect::LOOK).await;
            desk::renewals::look_at_due(&due).await;
        }
    });
    tauri::async_runtime::spawn(end_on_signal(app.clone()));
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        desk::gateway::follow(&app).await;
        let there = tray::put(&app).await;
        app.state::<Tray>().0.store(there, Ordering::SeqCst);
    });
    Ok(())
}

fn close_wanted(app: &AppHandle, label: &str) {
    match label {
        windows::MAIN => main_closed(app),
        windows::CONSENT => consent::dismissed(app),
        _ => {
            let (app, label) = (app.clone(), label.to_owned());
            tauri::async_runtime::spawn(async move { frames::close(&app, &label).await });
        }
    }
}

fn gone(app: &AppHandle, label: &str) {
    if label == windows::CONSENT {
        // Something else may have waited behind it.
        consent::follow_soon(app);
    } else {
        frames::gone(app, label);
    }
}

/// Ends the program in order when the system asks it to.
async fn end_on_signal(app: AppHandle) -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut ended = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut hung_up = signal(SignalKind::hangup())?;
    tokio::select! {
        _ = ended.recv() => {}
        _ = interrupted.recv() => {}
        _ = hung_up.recv() => {}
    }
    quit(&app);
    Ok(())
}

/// The window was closed: with a tray the program stays, and the person chose whether the vault stays open.
fn main_closed(app: &AppHandle) {
    if !app.state::<Tray>().0.load(Ordering::SeqCst) {
        return quit(app);
    }
    if let Some(window) = app.get_webview_window(windows::MAIN)
        && let Err(error) = window.hide()
    {
        tracing::warn!(%error, "the window could not be hidden");
    }
    if desk(app).settings().lock_on_close {
        lock::lock_soon(app, LockReason::Window);
    }
}

async fn end(app: &AppHandle) {
    lock::lock(app, LockReason::Window).await;
    let desk = desk(app);
    desk.gateway.stop().await;
    desk.demo.stop().await;
}
