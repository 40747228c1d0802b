//! Asking platforms for the person's data. Nothing is sent by these commands: the person sends, and says so.

use tauri::State;
use vault_core::data_requests::{self, DataRequestId};

use crate::{
    desk::Desk,
    error::{Answer, AppError},
    view::requests::{DataRequest, Letter, LetterKind, RequestHappened, RequestPlatform, moment},
};

#[tauri::command]
#[specta::specta]
pub(crate) async fn data_requests(desk: State<'_, Desk>) -> Answer<Vec<DataRequest>> {
    let all = desk.space()?.data_requests().await?;
    Ok(all.into_iter().map(DataRequest::from).collect())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn data_request(desk: State<'_, Desk>, id: String) -> Answer<DataRequest> {
    Ok(desk.space()?.data_request(request_id(&id)?).await?.into())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn begin_request(
    desk: State<'_, Desk>,
    platform: String,
    language: String,
) -> Answer<String> {
    let id = desk.space()?.begin_data_request(&platform, &language).await?;
    Ok(id.to_string())
}

/// The letter, as it stands now. Nothing is sent by it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn request_letter(
    desk: State<'_, Desk>,
    id: String,
    kind: LetterKind,
    language: String,
) -> Answer<Letter> {
    let (space, id) = (desk.space()?, request_id(&id)?);
    let letter = space.data_request_letter(id, kind.into(), &language).await?;
    Ok(letter.into())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn request_sent(desk: State<'_, Desk>, id: String, at: String) -> Answer<DataRequest> {
    let (space, id) = (desk.space()?, request_id(&id)?);
    space.data_request_sent(id, moment(&at)?).await?;
    Ok(space.data_request(id).await?.into())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn request_step(
    desk: State<'_, Desk>,
    id: String,
    what: RequestHappened,
    at: String,
    note: Option<String>,
) -> Answer<DataRequest> {
    let (space, id) = (desk.space()?, request_id(&id)?);
    let note = note.unwrap_or_default();
    space
        .data_request_step(id, what.into(), moment(&at)?, note.trim())
        .await?;
    Ok(space.data_request(id).await?.into())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn stop_request(desk: State<'_, Desk>, id: String) -> Answer<()> {
    Ok(desk.space()?.stop_data_request(request_id(&id)?).await?)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn request_platforms(desk: State<'_, Desk>) -> Answer<Vec<RequestPlatform>> {
    desk.space()?;
    Ok(data_requests::ways()
        .into_iter()
        .map(RequestPlatform::from)
        .collect())
}

fn request_id(text: &str) -> Answer<DataRequestId> {
    text.parse().map_err(|_| AppError::new("SYS-713"))
}
