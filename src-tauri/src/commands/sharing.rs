//! Who can see what, and what left.

use std::io::BufWriter;

use tauri::{AppHandle, State};
use vault_core::VaultError;
use vault_store::GrantId;

use super::dialogs::{self, shown};
use crate::{
    desk::Desk,
    error::{Answer, AppError},
    view::{
        activity::{
            ActivityDetail, ActivityFilter, ActivityList, ActivityRow, GrantRow, LogCheck, Seeing, entry_id,
        },
        time::iso,
    },
};

/// The most rows that are handed to a page at once.
const MOST_ROWS: u32 = 500;

#[tauri::command]
#[specta::specta]
pub(crate) async fn grants(desk: State<'_, Desk>) -> Answer<Vec<GrantRow>> {
    let grants = desk.space()?.grants().await?;
    let now = desk.clock.now();
    Ok(grants.iter().map(|view| GrantRow::new(view, now)).collect())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn grant_revoke(desk: State<'_, Desk>, id: String) -> Answer<()> {
    let id: GrantId = id.parse().map_err(|_| AppError::new("APP-333"))?;
    Ok(desk.space()?.revoke(id).await?)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn grant_revoke_all(desk: State<'_, Desk>) -> Answer<u32> {
    let ended = desk.space()?.revoke_all().await?;
    Ok(u32::try_from(ended).unwrap_or(u32::MAX))
}

/// The person has gone through what is shared.
#[tauri::command]
#[specta::specta]
pub(crate) async fn grants_reviewed(desk: State<'_, Desk>) -> Answer<()> {
    Ok(desk.space()?.grants_reviewed().await?)
}

/// Saves the consent receipt of a permission; says where, or nothing when the person chose no place.
#[tauri::command]
#[specta::specta]
pub(crate) async fn receipt_save(
    app: AppHandle,
    desk: State<'_, Desk>,
    id: String,
) -> Answer<Option<String>> {
    let id: GrantId = id.parse().map_err(|_| AppError::new("APP-333"))?;
    let space = desk.space()?;
    let receipt = space.receipt(id).await?.ok_or_else(|| AppError::new("APP-335"))?;
    let name = format!("Satchel consent receipt {}.json", iso(receipt.at.date()));
    let Some(path) = dialogs::save(&app, "Save the receipt", &name).await else {
        return Ok(None);
    };
    dialogs::write(&path, &receipt.to_file()?)?;
    Ok(Some(shown(&path)))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn activity(
    desk: State<'_, Desk>,
    filter: ActivityFilter,
    offset: u32,
    limit: u32,
) -> Answer<ActivityList> {
    let filter = filter.at(desk.clock.now());
    let page = desk
        .space()?
        .activity(filter, u64::from(offset), limit.min(MOST_ROWS))
        .await?;
    Ok(ActivityList {
        rows: page.items.iter().map(ActivityRow::from).collect(),
        total: page.total,
        parties: page.parties,
    })
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn activity_entry(desk: State<'_, Desk>, id: String) -> Answer<ActivityDetail> {
    let detail = desk.space()?.activity_entry(entry_id(&id)?).await?;
    Ok(ActivityDetail::new(&detail, desk.clock.now()))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn log_verify(desk: State<'_, Desk>) -> Answer<LogCheck> {
    Ok(LogCheck::from(&desk.space()?.verify_log().await?))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn log_save(app: AppHandle, desk: State<'_, Desk>) -> Answer<Option<String>> {
    let space = desk.space()?;
    let name = format!(
        "Satchel log of {} {}.ndjson",
        space.info().name.replace('/', "-"),
        iso(desk.clock.now().date())
    );
    let Some(path) = dialogs::save(&app, "Save the log", &name).await else {
        return Ok(None);
    };
    let folder = path.parent().unwrap_or(std::path::Path::new("."));
    let temporary = tempfile::NamedTempFile::new_in(folder).map_err(VaultError::from)?;
    let (out, _) = space.export_log(BufWriter::new(temporary)).await?;
    let temporary = out
        .into_inner()
        .map_err(|error| VaultError::from(error.into_error()))?;
    temporary.as_file().sync_all().map_err(VaultError::from)?;
    temporary
        .persist(&path)
        .map_err(|error| VaultError::from(error.error))?;
    Ok(Some(shown(&path)))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn seeing(desk: State<'_, Desk>) -> Answer<Seeing> {
    let open = desk.open().ok_or_else(|| AppError::new("VLT-103"))?;
    Ok(Seeing::of(&open.space.standing_grants().await?))
}
