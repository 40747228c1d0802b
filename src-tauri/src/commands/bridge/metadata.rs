//! What an app is told of itself and the person: the answer to its first message, and to a path of `/v1`.

use std::time::Duration;

use openplatform::{
    message::{CallbackId, HostMessage},
    metadata::{Facts, message_reply, portable, with_own},
};
use serde_json::{Value, json};
use tauri::{AppHandle, WebviewWindow};
use vault_core::disclosure::v1::Caller;
use vault_store::DisclosureId;

use super::post;
use crate::{
    desk::{desk, frames::Frame},
    error::{Answer, AppError},
    frames,
    view::frame::FrameEffect,
    windows,
};

/// When an app is told its size, and what changed, after it came up (specification 3.3).
const SIZE_AFTER: Duration = Duration::from_millis(100);
const CHANGES_AFTER: Duration = Duration::from_millis(1000);
/// When an app of P5 is told where it should go (specification 3.7).
const PATH_AFTER: Duration = Duration::from_millis(50);

/// The answer to an app's first message, and what waits for it.
pub(super) async fn first(
    app: &AppHandle,
    window: &WebviewWindow,
    frame: &Frame,
    callback: CallbackId,
    for_the_first_time: bool,
) -> Answer<Vec<FrameEffect>> {
    let parcels = desk(app).frames.parcels.take(frame.app);
    let opened_with = parcels.iter().find_map(|parcel| parcel.opened_with.clone());
    let facts = facts(app, window, frame, opened_with).await?;
    let changed = facts.app.old_version.as_deref().filter(|_| for_the_first_time);
    let changed = match changed {
        Some(before) => {
            let now = frame.space.app(frame.app).await?.manifest.version;
            Some(format!("{before} {now}"))
        }
        None => None,
    };
    let mut effects = vec![told(window, frame, &facts, callback).await];
    let waiting = parcels.iter().flat_map(|parcel| &parcel.messages);
    effects.extend(waiting.map(|message| post(frame, message)));
    let (label, size) = (window.label(), windows::measures(window));
    frames::post_later(
        app,
        label,
        SIZE_AFTER,
        HostMessage::resize(size.width, size.height),
    );
    if let Some(versions) = changed {
        frames::post_later(app, label, CHANGES_AFTER, HostMessage::changelog(&versions));
    }
    Ok(effects)
}

/// The answer to the first message of P5, and what waits for it.
pub(super) async fn init(app: &AppHandle, window: &WebviewWindow, frame: &Frame) -> Answer<Vec<FrameEffect>> {
    let look = frames::look(window, frame).await?;
    let mut parcels = desk(app).frames.parcels.take(frame.app).into_iter();
    let first = parcels.next().map(|parcel| parcel.messages);
    let remembered = || {
        desk(app)
            .frames
            .path(frame.app)
            .map(|path| vec![HostMessage::path(&path)])
    };
    let waiting = first.or_else(remembered).unwrap_or_default();
    for message in waiting
        .into_iter()
        .chain(parcels.flat_map(|parcel| parcel.messages))
    {
        frames::post_later(app, window.label(), PATH_AFTER, message);
    }
    Ok(vec![
        post(frame, &HostMessage::init()),
        post(frame, &HostMessage::appearance(&look, None)),
    ])
}

/// The answer to `meta`: itself, and the person as far as shared.
pub(super) async fn again(
    app: &AppHandle,
    window: &WebviewWindow,
    frame: &Frame,
    callback: CallbackId,
) -> Answer<FrameEffect> {
    let facts = facts(app, window, frame, None).await?;
    Ok(told(window, frame, &facts, callback).await)
}

async fn facts(
    app: &AppHandle,
    window: &WebviewWindow,
    frame: &Frame,
    opened_with: Option<Value>,
) -> Answer<Facts> {
    let metadata = frame.space.app_metadata(frame.app).await?;
    let disclosure = metadata.disclosure;
    let dark = windows::is_dark(window, desk(app).settings().theme);
    let mut facts = metadata.into_facts(frames::base(app).await?, frame.token(), Some(dark));
    facts.opening.data = opened_with;
    delivered(frame, disclosure).await;
    Ok(facts)
}

/// The answer, and what the app's own server checks it by, as far as the app gets that.
async fn told(window: &WebviewWindow, frame: &Frame, facts: &Facts, callback: CallbackId) -> FrameEffect {
    let mut body = message_reply(facts, &windows::measures(window));
    let told = portable(facts, &body);
    match frame.space.attest_metadata(frame.app, told).await {
        Ok(Some(attested)) => body = with_own(body, attested.to_member()),
        Ok(None) => {}
        Err(error) => tracing::warn!(%error, "metadata was not signed"),
    }
    post(frame, &HostMessage::verify_reply(body, callback))
}

/// The apps that this one may see, as `launched` lists them; none where it may see none.
pub(super) async fn launched(app: &AppHandle, frame: &Frame, callback: CallbackId) -> Answer<FrameEffect> {
    let metadata = frame.space.app_metadata(frame.app).await?;
    let disclosure = metadata.disclosure;
    let facts = metadata.into_facts(frames::base(app).await?, frame.token(), None);
    let apps: Vec<Value> = facts
        .user_apps
        .iter()
        .map(|one| {
            json!({
                "id": one.id.as_str(), "icon": one.icon, "name": one.name, "title": one.title,
                "version": one.version, "type": one.kind,
            })
        })
        .collect();
    delivered(frame, disclosure).await;
    Ok(post(frame, &HostMessage::launched_reply(apps, callback)))
}

/// The answer to a path of `/v1`. What is not shared yet raises a question, and the answer waits for the person.
pub(super) async fn path(frame: &Frame, get: &str, callback: CallbackId) -> Answer<FrameEffect> {
    let answer = frame.space.answer_v1(Caller::App(frame.app), get, None).await?;
    let json = serde_json::from_slice(&answer.body).map_err(|_| AppError::new("SYS-710"))?;
    delivered(frame, answer.disclosure).await;
    Ok(post(
        frame,
        &HostMessage::vault_reply(answer.status, json, callback),
    ))
}

/// The answer is in the window of the app from here on.
async fn delivered(frame: &Frame, disclosure: Option<DisclosureId>) {
    let Some(id) = disclosure else { return };
    if let Err(error) = frame.space.delivered(id).await {
        tracing::warn!(%error, "that an answer arrived was not noted");
    }
}
