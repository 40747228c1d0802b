//! Fetches that go on, and the ones that are due.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tauri::AppHandle;
use vault_connect::{Stop, due};
use vault_core::SpaceHandle;
use vault_store::ConnectionId;

use super::desk;
use crate::{
    error::{Answer, AppError},
    events::{self, Progress, ProgressJob},
    platform::network,
    view::words::count,
};

/// The fetches that go on.
#[derive(Default)]
pub(crate) struct Fetches(Mutex<HashMap<ConnectionId, Stop>>);

impl Fetches {
    fn all(&self) -> MutexGuard<'_, HashMap<ConnectionId, Stop>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stops one before its next page.
    pub(crate) fn stop(&self, id: ConnectionId) {
        if let Some(stop) = self.all().get(&id) {
            stop.stop();
        }
    }

    /// Stops all.
    pub(crate) fn stop_all(&self) {
        self.all().values().for_each(Stop::stop);
    }
}

/// Begins a fetch; progress and end are told by events.
pub(crate) fn start(app: &AppHandle, space: SpaceHandle, id: ConnectionId) -> Answer<()> {
    let stop = Stop::default();
    {
        let desk = desk(app);
        let mut all = desk.fetches.all();
        if all.contains_key(&id) {
            return Err(AppError::new("CON-470"));
        }
        all.insert(id, stop.clone());
    }
    tauri::async_runtime::spawn(run(app.clone(), space, id, stop));
    Ok(())
}

async fn run(app: AppHandle, space: SpaceHandle, id: ConnectionId, stop: Stop) {
    let desk = desk(&app);
    let outcome = desk.connect.fetch(&space, id, &stop).await;
    desk.fetches.all().remove(&id);
    let (done, words) = match outcome {
        Ok(fetched) => (
            fetched.counts.read(),
            format!("{} read", count(fetched.counts.read(), "record", "records")),
        ),
        Err(error) => (0, AppError::from(error).title),
    };
    events::progress(
        &app,
        Progress {
            job: ProgressJob::Fetch,
            id: id.to_string(),
            done,
            total: Some(done),
            words,
            finished: true,
        },
    );
}

/// Begins every fetch of the vault that is due.
pub(crate) async fn start_due(app: &AppHandle) {
    let Ok(vault) = desk(app).vault() else { return };
    for info in vault.spaces().await.unwrap_or_default() {
        let Ok(space) = vault.space(info.id).await else {
            continue;
        };
        let due = due(&space).await.unwrap_or_default();
        if due.is_empty() || !network::may_fetch(&space).await.unwrap_or_default() {
            continue;
        }
        for id in due {
            if start(app, space.clone(), id).is_err() {
                tracing::debug!("a connection is being fetched already");
            }
        }
    }
}
