//! The folder that is watched for files of platforms.

use tauri::{AppHandle, State};
use vault_core::settings::Setting;

use crate::{
    commands::dialogs::{self, shown},
    desk::Desk,
    error::Answer,
    view::imports::FoundFile,
};

#[tauri::command]
#[specta::specta]
pub(crate) async fn watched_folder(desk: State<'_, Desk>) -> Answer<Option<String>> {
    let folder = desk.space()?.setting(Setting::ImportFolder).await?;
    Ok((!folder.is_empty()).then_some(folder))
}

/// Asks for a folder, and watches it for files of platforms. Nothing is imported by itself.
#[tauri::command]
#[specta::specta]
pub(crate) async fn watch_folder(app: AppHandle, desk: State<'_, Desk>) -> Answer<Option<String>> {
    let space = desk.space()?;
    let Some(folder) = dialogs::folder(&app, "Choose the folder to watch").await else {
        return Ok(None);
    };
    let folder = shown(&folder);
    space.set_setting(Setting::ImportFolder, &folder).await?;
    Ok(Some(folder))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn stop_watching(desk: State<'_, Desk>) -> Answer<()> {
    let space = desk.space()?;
    space.set_setting(Setting::ImportFolder, "").await?;
    desk.imports.set_found(space.id(), Vec::new());
    Ok(())
}

/// The files in the watched folder that were recognised.
#[tauri::command]
#[specta::specta]
pub(crate) async fn found_in_folder(desk: State<'_, Desk>) -> Answer<Vec<FoundFile>> {
    Ok(desk.imports.found(desk.space()?.id()))
}
