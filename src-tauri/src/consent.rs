//! Questions: the window that asks them one at a time, and the apps that stand still meanwhile.

use std::sync::Arc;

use serde::Serialize;
use specta::Type;
use tauri::{AppHandle, Manager as _};
use vault_core::{
    SpaceHandle, VaultError, VaultHandle,
    disclosure::{ConsentPrompt, is_quiet},
};
use vault_crypto::SpaceId;
use vault_store::{PartyKind, RequestId, requests::Request};

use crate::{
    desk::{desk, frames::Frame, signing::Next},
    error::{Answer, AppError},
    events, transfers,
    view::words::count,
    windows,
};

/// Whether an app's window stands still, and why.
#[derive(Clone, Serialize, Type)]
pub(crate) struct FramePaused {
    paused: bool,
    words: String,
    /// Questions of this app that wait quietly.
    quiet: u32,
}

/// A question with the space in which it was asked.
pub(crate) struct Waiting {
    pub(crate) space: SpaceHandle,
    pub(crate) request: Request,
}

/// Brings questions before the person in the window of their own.
struct Window(AppHandle);

impl ConsentPrompt for Window {
    fn asked(&self, _: SpaceId, _: RequestId) {
        follow_soon(&self.0);
    }
}

/// Answers for a vault from here on, questions that were left waiting included.
pub(crate) async fn attend(app: &AppHandle, vault: &VaultHandle) -> Result<(), VaultError> {
    vault.set_prompt(Arc::new(Window(app.clone()))).await?;
    follow_soon(app);
    Ok(())
}

/// The questions of all spaces that wait for the person, oldest first; not those that wait quietly.
pub(crate) async fn waiting(app: &AppHandle) -> Result<Vec<Waiting>, VaultError> {
    let Some(open) = desk(app).open() else {
        return Ok(Vec::new());
    };
    let mut all = Vec::new();
    for info in open.vault.spaces().await? {
        let space = open.vault.space(info.id).await?;
        let requests = space.pending_requests().await?;
        let loud = requests.into_iter().filter(|request| !is_quiet(request));
        all.extend(loud.map(|request| Waiting {
            space: space.clone(),
            request,
        }));
    }
    all.sort_by_key(|waiting| waiting.request.created_at);
    Ok(all)
}

/// The question of an id, as long as it waits.
pub(crate) async fn find(app: &AppHandle, id: &str) -> Answer<Waiting> {
    let over = || AppError::new("APP-330");
    let id: RequestId = id.parse().map_err(|_| over())?;
    waiting(app)
        .await?
        .into_iter()
        .find(|waiting| waiting.request.id == id)
        .ok_or_else(over)
}

/// The same as [`follow`], without waiting for it.
pub(crate) fn follow_soon(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move { follow(&app).await });
}

/// Brings the windows to where the questions are: the window with a question is there as long as one waits, and apps stand still meanwhile.
pub(crate) async fn follow(app: &AppHandle) {
    let desk = desk(app);
    let _turn = desk.asking.lock().await;
    let waiting = waiting(app).await.unwrap_or_default();
    let is_open = app.get_webview_window(windows::CONSENT).is_some();
    match desk.signing.next(is_open, !waiting.is_empty()) {
        Next::Stay if is_open => events::tell(app, windows::CONSENT, "questionChanged", ()),
        Next::Stay => {}
        Next::Close => windows::destroy(app, windows::CONSENT),
        Next::Open(transfer) => {
            if let Err(error) = windows::open_consent(app, transfer) {
                tracing::error!(%error, "the window for a question could not be opened");
            }
        }
    }
    for label in desk.frames.labels() {
        tell_frame(app, &label, &waiting).await;
    }
}

/// Tells one app's window whether it stands still, when it has just come up.
pub(crate) async fn tell_pause(app: &AppHandle, label: &str) {
    tell_frame(app, label, &waiting(app).await.unwrap_or_default()).await;
}

async fn tell_frame(app: &AppHandle, label: &str, waiting: &[Waiting]) {
    let quiet = match desk(app).frames.of(label) {
        Some(frame) => quiet_of(&frame).await.unwrap_or_default(),
        None => 0,
    };
    let paused = pause(waiting, quiet);
    windows::set_enabled(app, label, !paused.paused);
    events::tell(app, label, "framePaused", paused);
}

/// How many questions of an app wait quietly.
async fn quiet_of(frame: &Frame) -> Result<u32, VaultError> {
    let (party, requests) = (frame.app.to_string(), frame.space.pending_requests().await?);
    let quiet = requests
        .iter()
        .filter(|request| request.recipient.kind == PartyKind::App && request.recipient.id == party)
        .filter(|request| is_quiet(request))
        .count();
    Ok(u32::try_from(quiet).unwrap_or(u32::MAX))
}

/// The window with a question was closed: that is a no to what it showed.
pub(crate) fn dismissed(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if let Some(asked) = desk(&app).signing.shown() {
            transfers::refused(&app, &asked).await;
            return;
        }
        let first = waiting(&app).await.ok().and_then(|all| all.into_iter().next());
        if let Some(first) = first
            && let Err(error) = first.space.refuse(first.request.id).await
        {
            tracing::debug!(%error, "a question was over before it was dismissed");
        }
        follow(&app).await;
    });
}

fn pause(waiting: &[Waiting], quiet: u32) -> FramePaused {
    let words = waiting.first().map(|first| {
        let name = &first.request.recipient.name;
        let theirs = waiting
            .iter()
            .filter(|other| other.request.recipient == first.request.recipient)
            .count();
        format!("{name} has {}", count(theirs as u64, "question", "questions"))
    });
    FramePaused {
        paused: words.is_some(),
        words: words.unwrap_or_default(),
        quiet,
    }
}
