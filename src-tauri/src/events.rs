//! What the pages are told: payloads, and the way from the vault's events to them.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use serde::Serialize;
use specta::Type;
use tauri::{AppHandle, Emitter as _, EventTarget, Manager as _};
use tokio::sync::broadcast::{Receiver, error::RecvError};
use vault_core::{LockReason, VaultEvent};
use vault_crypto::SpaceId;
use vault_store::{ConnectionId, ImportId};

use crate::{
    consent,
    desk::{desk, fetches},
    error::AppError,
    exits, frames, lock, notices,
    view::{settings::Settings, words::count},
    windows,
};

/// Changes are collected for so long before the pages read again.
const GATHER: Duration = Duration::from_millis(200);

/// Which part of the data changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum What {
    Records,
    Connections,
    Apps,
    Sharing,
    Backpack,
    Persona,
}

/// Data changed.
#[derive(Clone, Serialize, Type)]
pub(crate) struct DataChanged {
    what: What,
}

/// What kind of long work goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum ProgressJob {
    Fetch,
    Pack,
    Restore,
    Check,
}

/// Long work moved on.
#[derive(Clone, Serialize, Type)]
pub(crate) struct Progress {
    pub(crate) job: ProgressJob,
    pub(crate) id: String,
    pub(crate) done: u64,
    pub(crate) total: Option<u64>,
    pub(crate) words: String,
    pub(crate) finished: bool,
}

impl Progress {
    /// A piece of work is over, whatever came of it.
    pub(crate) fn ended(job: ProgressJob) -> Self {
        Self {
            job,
            id: String::new(),
            done: 0,
            total: None,
            words: String::new(),
            finished: true,
        }
    }
}

/// Linking an account came to its end.
#[derive(Clone, Serialize, Type)]
pub(crate) struct LinkFinished {
    pub(crate) attempt: String,
    pub(crate) connection: Option<String>,
    pub(crate) error: Option<AppError>,
}

/// An import, or a look before one, moved on; an empty id stands for none in particular.
#[derive(Clone, Serialize, Type)]
pub(crate) struct ImportChanged {
    pub(crate) id: String,
}

/// The main window goes to a page.
#[derive(Clone, Serialize, Type)]
pub(crate) struct Navigate {
    pub(crate) to: String,
}

/// The state of the vault, the space or the settings changed. Every window of ours may know that.
pub(crate) fn vault_changed(app: &AppHandle) {
    tell(app, windows::MAIN, "vaultChanged", ());
}

/// How linking ended.
pub(crate) fn link_finished(app: &AppHandle, finished: LinkFinished) {
    tell(app, windows::MAIN, "linkFinished", finished);
}

/// How far long work is.
pub(crate) fn progress(app: &AppHandle, progress: Progress) {
    tell(app, windows::MAIN, "progress", progress);
}

/// Shows a page of the main window.
pub(crate) fn navigate(app: &AppHandle, to: &str) {
    tell(app, windows::MAIN, "navigate", Navigate { to: to.to_owned() });
}

/// A cooperative, a transfer or something that arrived changed.
pub(crate) fn cooperatives_changed(app: &AppHandle) {
    tell(app, windows::MAIN, "cooperativesChanged", ());
}

/// An import, or a look before one, moved on.
pub(crate) fn import_changed(app: &AppHandle, id: ImportId) {
    tell(
        app,
        windows::MAIN,
        "importChanged",
        ImportChanged { id: id.to_string() },
    );
}

/// What lies in the watched folder changed.
pub(crate) fn found_changed(app: &AppHandle) {
    tell(
        app,
        windows::MAIN,
        "importChanged",
        ImportChanged { id: String::new() },
    );
}

fn data_changed(app: &AppHandle, what: What) {
    tell(app, windows::MAIN, "dataChanged", DataChanged { what });
}

/// Tells one window and no other.
pub(crate) fn tell<T: Serialize + Clone>(app: &AppHandle, label: &str, event: &str, payload: T) {
    if app.get_webview_window(label).is_none() {
        return;
    }
    if let Err(error) = app.emit_to(EventTarget::webview_window(label), event, payload) {
        tracing::debug!(%error, event, "a window could not be told");
    }
}

/// Passes on what the vault tells, until it is locked.
pub(crate) fn watch(app: &AppHandle, events: Receiver<VaultEvent>) {
    tauri::async_runtime::spawn(pass_on(app.clone(), events));
}

async fn pass_on(app: AppHandle, mut events: Receiver<VaultEvent>) {
    let mut gathered = Gathered::default();
    loop {
        let event = if gathered.is_empty() {
            Some(events.recv().await)
        } else {
            tokio::time::timeout(GATHER, events.recv()).await.ok()
        };
        match event {
            Some(Ok(VaultEvent::Locked { reason })) => return locked(&app, reason),
            Some(Ok(event)) => gathered.take(&app, event),
            Some(Err(RecvError::Lagged(_))) => gathered.all(),
            Some(Err(RecvError::Closed)) => return,
            None => gathered.flush(&app).await,
        }
    }
}

/// The vault was locked by somebody else than this window's own buttons; then windows and web data are still there.
fn locked(app: &AppHandle, reason: LockReason) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move { lock::lock(&app, reason).await });
}

/// Changes that the pages were not told yet.
#[derive(Default)]
struct Gathered {
    data: BTreeSet<What>,
    settings: bool,
    /// What apps may know of the person.
    view: bool,
    /// Imports that moved on since their page was told, and when one was told last.
    imports: BTreeSet<ImportId>,
    told: Option<Instant>,
}

impl Gathered {
    fn is_empty(&self) -> bool {
        self.data.is_empty() && !self.settings && !self.view && self.imports.is_empty()
    }

    fn all(&mut self) {
        self.data.extend([
            What::Records,
            What::Connections,
            What::Apps,
            What::Sharing,
            What::Backpack,
            What::Persona,
        ]);
        self.settings = true;
        self.view = true;
    }

    fn take(&mut self, app: &AppHandle, event: VaultEvent) {
        match event {
            VaultEvent::RecordsChanged { space } => self.note(app, space, What::Records),
            VaultEvent::ConnectionsChanged { space } | VaultEvent::RetrievalFinished { space, .. } => {
                self.note(app, space, What::Connections);
            }
            VaultEvent::AppsChanged { space } => {
                self.view = true;
                self.note(app, space, What::Apps);
            }
            // The list of apps changes with it, which is an event of its own.
            VaultEvent::AppNotified {
                space,
                app: id,
                message,
            } => notices::kept(app, space, id, message),
            VaultEvent::ServiceWanted {
                app: caller, target, ..
            } => exits::service_wanted(app, caller, target),
            VaultEvent::FetchWanted { space, connection } => fetch_wanted(app, space, connection),
            VaultEvent::PersonaChanged { space } => {
                self.view = true;
                self.note(app, space, What::Persona);
            }
            VaultEvent::BackpackSaved { space } => self.note(app, space, What::Backpack),
            VaultEvent::Logged { space } => self.note(app, space, What::Sharing),
            VaultEvent::GrantChanged { space, .. } => {
                self.view = true;
                self.note(app, space, What::Sharing);
            }
            // One that waits quietly is not brought by the prompt; the strip of its app shows it.
            VaultEvent::ConsentRequested { .. } => consent::follow_soon(app),
            VaultEvent::ConsentResolved { space, .. } => {
                consent::follow_soon(app);
                self.note(app, space, What::Sharing);
            }
            VaultEvent::SettingsChanged { .. }
            | VaultEvent::SpacesChanged
            | VaultEvent::SecondFactorChanged => self.settings = true,
            VaultEvent::Progress {
                job, id, done, total, ..
            } => progress(app, news(job, id, done, total)),
            // The pages of cooperatives are told by an event of their own.
            VaultEvent::CooperativesChanged { space } => {
                cooperatives_changed(app);
                self.note(app, space, What::Sharing);
            }
            VaultEvent::ImportChanged { space, import } => self.note_import(app, space, import),
            VaultEvent::Locked { .. } | VaultEvent::DeliveriesQueued { .. } => {}
        }
    }

    /// Batches come without a pause, so their page is told meanwhile, as often as it can draw.
    fn note_import(&mut self, app: &AppHandle, space: SpaceId, import: ImportId) {
        if desk(app).open().is_some_and(|open| open.space.id() == space) {
            self.imports.insert(import);
        }
        if self.told.is_none_or(|told| told.elapsed() >= GATHER) {
            self.tell_imports(app);
        }
    }

    fn tell_imports(&mut self, app: &AppHandle) {
        for import in std::mem::take(&mut self.imports) {
            self.told = Some(Instant::now());
            import_changed(app, import);
        }
    }

    fn note(&mut self, app: &AppHandle, space: SpaceId, what: What) {
        if desk(app).open().is_some_and(|open| open.space.id() == space) {
            self.data.insert(what);
        }
    }

    async fn flush(&mut self, app: &AppHandle) {
        self.tell_imports(app);
        for what in std::mem::take(&mut self.data) {
            data_changed(app, what);
        }
        if std::mem::take(&mut self.view) {
            frames::view_changed(app).await;
        }
        if std::mem::take(&mut self.settings) {
            reread_settings(app).await;
            vault_changed(app);
        }
    }
}

/// An app that may see what a connection brings wants it fetched; one that is being fetched already is enough.
fn fetch_wanted(app: &AppHandle, space: SpaceId, connection: ConnectionId) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let Ok(vault) = desk(&app).vault() else { return };
        if let Ok(space) = vault.space(space).await
            && fetches::start(&app, space, connection).is_err()
        {
            tracing::debug!("a connection is being fetched already");
        }
    });
}

async fn reread_settings(app: &AppHandle) {
    let Some(open) = desk(app).open() else { return };
    if let Ok(settings) = Settings::read(&open.space).await {
        let theme = settings.theme;
        desk(app).set_settings(settings);
        windows::set_theme(app, theme);
    }
}

fn news(job: &'static str, id: String, done: u64, total: Option<u64>) -> Progress {
    let (job, words) = match job {
        "pack" => (ProgressJob::Pack, "Packing".to_owned()),
        "check" => (ProgressJob::Check, "Comparing".to_owned()),
        "restore" => (ProgressJob::Restore, "Restoring".to_owned()),
        _ => (
            ProgressJob::Fetch,
            format!("Fetching, {} so far", count(done, "record", "records")),
        ),
    };
    Progress {
        job,
        id,
        done,
        total,
        words,
        finished: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_has_words() {
        assert_eq!(
            news("fetch", String::new(), 1_500, None).words,
            "Fetching, 1,500 records so far"
        );
        assert_eq!(news("pack", String::new(), 5, Some(10)).job, ProgressJob::Pack);
    }
}
