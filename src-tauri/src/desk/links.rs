//! Accounts that are being linked in the browser.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tauri::{AppHandle, async_runtime::JoinHandle};
use url::Url;
use uuid::Uuid;
use vault_connect::{LinkOptions, Linking};
use vault_core::SpaceHandle;

use super::{desk, fetches};
use crate::{
    error::{Answer, AppError},
    events::{self, LinkFinished},
    platform::browser,
    view::connections::LinkAttempt,
};

/// The platform that the program itself can start.
pub(crate) const DEMO: &str = "demo";

/// The attempts that go on.
#[derive(Default)]
pub(crate) struct Links(Mutex<HashMap<String, Under>>);

struct Under {
    url: Url,
    task: JoinHandle<()>,
}

impl Links {
    fn all(&self) -> MutexGuard<'_, HashMap<String, Under>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The address of an attempt that goes on.
    pub(crate) fn url(&self, attempt: &str) -> Answer<Url> {
        self.all()
            .get(attempt)
            .map(|under| under.url.clone())
            .ok_or_else(|| AppError::new("CON-408"))
    }

    /// Ends an attempt; one that ended before is no error.
    pub(crate) fn cancel(&self, attempt: &str) {
        if let Some(under) = self.all().remove(attempt) {
            under.task.abort();
        }
    }

    /// Ends all attempts.
    pub(crate) fn cancel_all(&self) {
        self.all().drain().for_each(|(_, under)| under.task.abort());
    }
}

/// Begins to link an account and opens the browser. How it ends is told by an event; then the first fetch begins.
pub(crate) async fn start(
    app: &AppHandle,
    space: SpaceHandle,
    platform: &str,
    options: LinkOptions,
) -> Answer<LinkAttempt> {
    let desk = desk(app);
    let mut options = options;
    if platform == DEMO && options.base.is_none() {
        options.base = Some(desk.demo.base().await?);
    }
    let linking = desk.connect.link(&space, platform, options).await?;
    let url = linking.url().clone();
    let attempt = Uuid::new_v4().simple().to_string();
    {
        // Held meanwhile, so that the attempt is listed before its task can end.
        let mut all = desk.links.all();
        let task = tauri::async_runtime::spawn(finish(app.clone(), attempt.clone(), space, linking));
        all.insert(
            attempt.clone(),
            Under {
                url: url.clone(),
                task,
            },
        );
    }
    let opened = browser::open_and_see(&url).await;
    Ok(LinkAttempt {
        attempt,
        url: url.into(),
        opened,
    })
}

async fn finish(app: AppHandle, attempt: String, space: SpaceHandle, linking: Linking) {
    let linked = linking.finish().await;
    desk(&app).links.all().remove(&attempt);
    let (connection, error) = match &linked {
        Ok(linked) => (Some(linked.connection), None),
        Err(_) => (None, linked.err().map(AppError::from)),
    };
    events::link_finished(
        &app,
        LinkFinished {
            attempt,
            connection: connection.map(|id| id.to_string()),
            error,
        },
    );
    if let Some(id) = connection
        && let Err(error) = fetches::start(&app, space, id)
    {
        tracing::info!(code = error.code, "the first fetch did not begin");
    }
}
