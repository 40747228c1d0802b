//! What the strip above an app says and does.

use openplatform::message::HostMessage;
use serde::Deserialize;
use specta::Type;
use tauri::{AppHandle, State, WebviewWindow};
use vault_crypto::personal_stitch;

use super::{of, post};
use crate::{
    consent,
    desk::Desk,
    error::{Answer, AppError},
    events, frames,
    view::{
        apps::Known,
        frame::{Around, FrameEffect, FrameInfo, FrameNotice},
    },
    windows,
};

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
    let label = window.label().to_owned();
    let around = Around {
        place,
        icon: Known::of(&frame.space, frame.app).await?.icon(&info.manifest),
        origin: frame.origin.to_string(),
        url: frames::address(&app, &frame).await?,
        theme: desk.settings().theme,
        stitch: personal_stitch(frame.space.vault().id()).to_vec(),
        developer: desk.settings().developer,
    };
    tauri::async_runtime::spawn(async move { consent::tell_pause(&app, &label).await });
    Ok(FrameInfo::new(&info, around))
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

/// What the person wants of the app itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum FrameWish {
    /// Print what it shows.
    Print,
    /// Its own menu.
    Options,
    /// Its help.
    Help,
    /// What changed in it.
    Changelog,
    /// Its side menu, as on a small screen.
    Menu,
}

/// Tells the app what the person wants of it. It may do nothing.
#[tauri::command]
#[specta::specta]
pub(crate) async fn frame_wish(
    window: WebviewWindow,
    desk: State<'_, Desk>,
    wish: FrameWish,
) -> Answer<Vec<FrameEffect>> {
    let frame = of(&window, &desk)?;
    let version = frame.space.app(frame.app).await?.manifest.version;
    let message = match wish {
        FrameWish::Print => HostMessage::print(),
        FrameWish::Options => HostMessage::options(),
        FrameWish::Help => HostMessage::help(&version),
        FrameWish::Changelog => HostMessage::changelog(&version),
        FrameWish::Menu => HostMessage::menu(),
    };
    Ok(vec![post(&frame, &message)])
}

/// What the app told the person, newest first. Looking at it is having read it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn frame_notices(window: WebviewWindow, desk: State<'_, Desk>) -> Answer<Vec<FrameNotice>> {
    let frame = of(&window, &desk)?;
    let messages = frame.space.app_messages(frame.app).await?;
    frame.space.read_app_messages(frame.app).await?;
    Ok(messages.into_iter().map(FrameNotice::from).collect())
}

/// The person follows a notification: the app gets back what it had given with it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn frame_follow(
    app: AppHandle,
    window: WebviewWindow,
    desk: State<'_, Desk>,
    id: String,
) -> Answer<()> {
    let frame = of(&window, &desk)?;
    let id = id.parse().map_err(|_| AppError::new("APP-305"))?;
    frames::follow_message(&app, frame.space.clone(), frame.app, id).await
}
