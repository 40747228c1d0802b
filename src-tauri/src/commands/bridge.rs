//! What the window of an app may do, for the app of that very window: no command takes an app's name.

use std::sync::Arc;

use openplatform::{
    message::{AppMessage, CallbackId, HostMessage},
    metadata::{Display, Window, message_reply},
};
use serde_json::{Value, json};
use tauri::{AppHandle, State, WebviewWindow};
use vault_core::disclosure::v1::Caller;
use vault_crypto::personal_stitch;
use vault_store::DisclosureId;

use crate::{
    consent,
    desk::{Desk, desk, frames::Frame},
    error::{Answer, AppError},
    events, frames,
    view::{
        apps::Known,
        frame::{FrameEffect, FrameInfo},
    },
    windows,
};

/// Lets an app notify.
const NOTIFY: &str = "vault:notifications:create";

#[tauri::command]
#[specta::specta]
pub(crate) async fn frame_info(
    app: AppHandle,
    window: WebviewWindow,
    desk: State<'_, Desk>,
) -> Answer<FrameInfo> {
    let frame = of(&window, &desk)?;
    let place = frame
        .space
        .apps()
        .await?
        .iter()
        .position(|app| app.id == frame.app)
        .unwrap_or_default();
    let info = frame.space.app(frame.app).await?;
    let stitch = personal_stitch(frame.space.vault().id()).to_vec();
    let label = window.label().to_owned();
    let address = frames::address(&app, &frame).await?;
    tauri::async_runtime::spawn(async move { consent::tell_pause(&app, &label).await });
    let icon = Known::of(&frame.space, frame.app).await?.icon(&info.manifest);
    Ok(FrameInfo::new(
        &info,
        icon,
        place,
        frame.origin.to_string(),
        address,
        desk.settings().theme,
        stitch,
    ))
}

/// One message of the frame. What does not come from this app, in this opening, is dropped without a word.
#[tauri::command]
#[specta::specta]
pub(crate) async fn frame_message(
    app: AppHandle,
    window: WebviewWindow,
    desk: State<'_, Desk>,
    data: String,
    origin: String,
) -> Answer<Vec<FrameEffect>> {
    let frame = of(&window, &desk)?;
    let Some(envelope) = frame.hear(&data, &origin) else {
        return Ok(Vec::new());
    };
    let effect = match (envelope.message, envelope.callback) {
        (AppMessage::Verify { .. } | AppMessage::Meta { .. }, Some(callback)) => {
            Some(metadata(&app, &window, &frame, callback).await?)
        }
        (AppMessage::Vault { get }, Some(callback)) => Some(answer(&frame, &get, callback).await?),
        (
            AppMessage::Malformed {
                kind: "vault",
                reason,
            },
            Some(callback),
        ) => Some(vault_reply(
            400,
            json!({ "code": "bad_request", "message": reason }),
            callback,
        )),
        (AppMessage::Kill, _) => Some(FrameEffect::Close),
        (AppMessage::Loading(loading), _) => Some(FrameEffect::Loading {
            show: loading.show,
            text: loading.text.unwrap_or_default(),
        }),
        (AppMessage::Notify(notification), _) if may_notify(&frame).await? => Some(FrameEffect::Toast {
            text: notification.body,
        }),
        (AppMessage::Minimize, _) => sized(window.minimize(), &HostMessage::minimize()),
        (AppMessage::Maximize, _) => sized(window.maximize(), &HostMessage::maximize()),
        (
            AppMessage::Verify { .. }
            | AppMessage::Meta { .. }
            | AppMessage::Vault { .. }
            | AppMessage::Malformed { .. }
            | AppMessage::Notify(_)
            | AppMessage::Other { .. },
            _,
        ) => None,
    };
    Ok(effect.into_iter().collect())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn frame_close(app: AppHandle, window: WebviewWindow) -> Answer<()> {
    frames::close(&app, window.label()).await;
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn frame_stop_sharing(window: WebviewWindow, desk: State<'_, Desk>) -> Answer<()> {
    let frame = of(&window, &desk)?;
    frames::stop_sharing(&frame).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn frame_received(
    app: AppHandle,
    window: WebviewWindow,
    desk: State<'_, Desk>,
) -> Answer<()> {
    let frame = of(&window, &desk)?;
    windows::raise_main(&app);
    events::navigate(&app, &format!("/apps/{}?tab=received", frame.app));
    Ok(())
}

/// Shows in the main window how this app is asked to erase what it has.
#[tauri::command]
#[specta::specta]
pub(crate) async fn frame_ask_erase(
    app: AppHandle,
    window: WebviewWindow,
    desk: State<'_, Desk>,
) -> Answer<()> {
    let frame = of(&window, &desk)?;
    windows::raise_main(&app);
    events::navigate(&app, &format!("/apps/{}?erase=1", frame.app));
    Ok(())
}

/// The person opens the questions that this app raised quietly.
#[tauri::command]
#[specta::specta]
pub(crate) async fn frame_questions(window: WebviewWindow, desk: State<'_, Desk>) -> Answer<()> {
    let frame = of(&window, &desk)?;
    frame.space.bring_quiet(frame.app).await?;
    Ok(())
}

fn of(window: &WebviewWindow, desk: &Desk) -> Answer<Arc<Frame>> {
    desk.frames
        .of(window.label())
        .ok_or_else(|| AppError::new("APP-305"))
}

/// The answer to an app's first message: itself, and the person as far as shared.
async fn metadata(
    app: &AppHandle,
    window: &WebviewWindow,
    frame: &Frame,
    callback: CallbackId,
) -> Answer<FrameEffect> {
    let metadata = frame.space.app_metadata(frame.app).await?;
    let disclosure = metadata.disclosure;
    let dark = windows::is_dark(window, desk(app).settings().theme);
    let facts = metadata.into_facts(frames::base(app).await?, frame.token.clone(), Some(dark));
    let reply = HostMessage::verify_reply(message_reply(&facts, &measures(window)), callback);
    delivered(frame, disclosure).await;
    Ok(FrameEffect::Post {
        json: reply.to_text(),
    })
}

/// The answer to a path of `/v1`. What is not shared yet raises a question, and the answer waits for the person.
async fn answer(frame: &Frame, get: &str, callback: CallbackId) -> Answer<FrameEffect> {
    let answer = frame.space.answer_v1(Caller::App(frame.app), get, None).await?;
    let json = serde_json::from_slice(&answer.body).map_err(|_| AppError::new("SYS-710"))?;
    delivered(frame, answer.disclosure).await;
    Ok(vault_reply(answer.status, json, callback))
}

fn vault_reply(status: u16, json: Value, callback: CallbackId) -> FrameEffect {
    FrameEffect::Post {
        json: HostMessage::vault_reply(status, json, callback).to_text(),
    }
}

/// The answer is in the window of the app from here on.
async fn delivered(frame: &Frame, disclosure: Option<DisclosureId>) {
    let Some(id) = disclosure else { return };
    if let Err(error) = frame.space.delivered(id).await {
        tracing::warn!(%error, "that an answer arrived was not noted");
    }
}

async fn may_notify(frame: &Frame) -> Answer<bool> {
    let app = frame.space.app(frame.app).await?;
    Ok(app
        .sees
        .iter()
        .flat_map(|view| &view.grant.scopes)
        .any(|scope| scope.as_str() == NOTIFY))
}

/// The app hears that its window has another size, unless the window kept its own.
fn sized(done: tauri::Result<()>, event: &HostMessage) -> Option<FrameEffect> {
    match done {
        Ok(()) => Some(FrameEffect::Post {
            json: event.to_text(),
        }),
        Err(error) => {
            tracing::debug!(%error, "a window kept its size");
            None
        }
    }
}

/// The frame lies inside the window, below the strip.
fn measures(window: &WebviewWindow) -> Window {
    let scale = window.scale_factor().unwrap_or(1.0);
    let inner = window.inner_size().unwrap_or_default().to_logical::<u32>(scale);
    let width = inner.width.saturating_sub(windows::MARGINS);
    Window {
        width,
        height: inner.height.saturating_sub(windows::STRIP),
        outer_width: inner.width,
        outer_height: inner.height,
        display: Display::of_width(width),
    }
}
