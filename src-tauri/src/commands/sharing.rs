//! Who can see what, and what left.

use tauri::{AppHandle, State};
use vault_core::{VaultError, disclosure::Seers};
use vault_store::GrantId;

use super::dialogs::{self, shown};
use crate::{
    desk::Desk,
    error::{Answer, AppError},
    platform::whole_file,
    view::{
        activity::{
            ActivityDetail, ActivityFilter, ActivityList, ActivityRow, GrantRow, LogCheck, LogForm, Seeing,
            entry_id,
        },
        platforms::Platforms,
        sights::{SightRow, party_kind},
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
    Ok(counted(desk.space()?.revoke_all().await?))
}

/// Who sees which platform now.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sights(desk: State<'_, Desk>) -> Answer<Vec<SightRow>> {
    let space = desk.space()?;
    let platforms = Platforms::read(&space).await?;
    let sights = space.sights().await?;
    Ok(sights
        .iter()
        .map(|sight| SightRow::new(sight, &platforms))
        .collect())
}

/// One party sees one platform no more; the number of permissions that let less through.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sight_stop(
    desk: State<'_, Desk>,
    platform: String,
    kind: String,
    party: String,
) -> Answer<u32> {
    let seers = Seers::One(party_kind(&kind)?, party);
    Ok(counted(desk.space()?.stop_platform(&platform, seers).await?))
}

/// Nobody sees a platform any more.
#[tauri::command]
#[specta::specta]
pub(crate) async fn platform_stop(desk: State<'_, Desk>, platform: String) -> Answer<u32> {
    Ok(counted(desk.space()?.stop_platform(&platform, Seers::All).await?))
}

/// One party sees nothing any more.
#[tauri::command]
#[specta::specta]
pub(crate) async fn party_stop(desk: State<'_, Desk>, kind: String, party: String) -> Answer<u32> {
    Ok(counted(
        desk.space()?.revoke_party(party_kind(&kind)?, &party).await?,
    ))
}

fn counted(stopped: usize) -> u32 {
    u32::try_from(stopped).unwrap_or(u32::MAX)
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
pub(crate) async fn log_save(app: AppHandle, desk: State<'_, Desk>, form: LogForm) -> Answer<Option<String>> {
    let space = desk.space()?;
    let name = format!(
        "Satchel log of {} {}.{}",
        space.info().name.replace('/', "-"),
        iso(desk.clock.now().date()),
        form.extension()
    );
    let Some(path) = dialogs::save(&app, "Save the log", &name).await else {
        return Ok(None);
    };
    let file = whole_file::begin(&path).map_err(VaultError::from)?;
    let (file, _) = space.export_log(file, form.into()).await?;
    whole_file::end(file, &path).map_err(VaultError::from)?;
    Ok(Some(shown(&path)))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn seeing(desk: State<'_, Desk>) -> Answer<Seeing> {
    let open = desk.open().ok_or_else(|| AppError::new("VLT-103"))?;
    Ok(Seeing::of(&open.space.standing_grants().await?))
}
