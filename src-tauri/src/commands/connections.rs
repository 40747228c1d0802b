//! Connections: the list, one of them, linking, fetching, ending.

use tauri::{AppHandle, State};
use time::OffsetDateTime;
use vault_connect::LinkOptions;
use vault_core::{SpaceHandle, VaultError, connections::DeleteData};
use vault_store::{connections::Connection, records::RecordFilter};

use crate::{
    desk::{Desk, fetches, links},
    error::{Answer, AppError},
    platform::browser,
    view::{
        connections::{CatalogueItem, ConnectionDetail, ConnectionRow, Disconnected, LinkAttempt},
        platforms::Platforms,
        words::connection_id,
    },
};

/// How many tries are shown.
const TRIES: u32 = 20;

/// The rows of the list.
pub(crate) async fn rows(
    space: &SpaceHandle,
    platforms: &Platforms,
    now: OffsetDateTime,
) -> Result<Vec<ConnectionRow>, VaultError> {
    let mut rows = Vec::new();
    for connection in space.connections().await? {
        rows.push(row(space, &connection, platforms, now).await?);
    }
    Ok(rows)
}

async fn row(
    space: &SpaceHandle,
    connection: &Connection,
    platforms: &Platforms,
    now: OffsetDateTime,
) -> Result<ConnectionRow, VaultError> {
    let filter = RecordFilter {
        connections: Some(vec![connection.id]),
        ..RecordFilter::default()
    };
    let records = space.record_totals(filter).await?.count;
    Ok(ConnectionRow::new(connection, platforms, records, now))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn connections(desk: State<'_, Desk>) -> Answer<Vec<ConnectionRow>> {
    let space = desk.space()?;
    let platforms = Platforms::read(&space).await?;
    Ok(rows(&space, &platforms, desk.clock.now()).await?)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn connection_detail(desk: State<'_, Desk>, id: String) -> Answer<ConnectionDetail> {
    let (space, id) = (desk.space()?, connection_id(&id)?);
    let connection = space.connection(id).await?;
    let platforms = Platforms::read(&space).await?;
    let row = row(&space, &connection, &platforms, desk.clock.now()).await?;
    let tries = space.retrievals(id, TRIES).await?;
    let connector = vault_connect::connector_in(&space, &connection.platform)
        .await
        .ok();
    let linked = space.connection_secret(id, "refresh_token").await?.is_some()
        || space.connection_secret(id, "platform_token").await?.is_some();
    Ok(ConnectionDetail::new(
        row,
        &connection,
        &tries,
        linked,
        connector.as_deref(),
        desk.clock.now(),
    ))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn catalogue(desk: State<'_, Desk>) -> Answer<Vec<CatalogueItem>> {
    let space = desk.space()?;
    let platforms = Platforms::read(&space).await?;
    let all = vault_connect::catalogue_in(&space).await?;
    Ok(all
        .iter()
        .filter(|connector| connector.oauth.is_some())
        .map(|connector| CatalogueItem::new(connector, &platforms))
        .collect())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn link_start(
    app: AppHandle,
    desk: State<'_, Desk>,
    platform: String,
    connection: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
) -> Answer<LinkAttempt> {
    let options = LinkOptions {
        base: None,
        client: client_id.map(|id| (id, client_secret.map(Into::into))),
        relay: None,
        renew: connection.as_deref().map(connection_id).transpose()?,
    };
    links::start(&app, desk.space()?, &platform, options).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn link_open_again(desk: State<'_, Desk>, attempt: String) -> Answer<()> {
    let url = desk.links.url(&attempt)?;
    if browser::open_and_see(&url).await {
        Ok(())
    } else {
        Err(AppError::new("CON-460"))
    }
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn link_cancel(desk: State<'_, Desk>, attempt: String) -> Answer<()> {
    desk.links.cancel(&attempt);
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn fetch_now(app: AppHandle, desk: State<'_, Desk>, id: String) -> Answer<()> {
    fetches::start(&app, desk.space()?, connection_id(&id)?)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn fetch_pause(desk: State<'_, Desk>, id: String) -> Answer<()> {
    desk.space()?;
    desk.fetches.stop(connection_id(&id)?);
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn disconnect(desk: State<'_, Desk>, id: String, delete_data: bool) -> Answer<Disconnected> {
    let (space, id) = (desk.space()?, connection_id(&id)?);
    desk.fetches.stop(id);
    let name = space.connection(id).await?.name;
    let data = if delete_data {
        DeleteData::Delete
    } else {
        DeleteData::Keep
    };
    let revoked_at_platform = desk.connect.disconnect(&space, id, data).await?;
    let words = if revoked_at_platform {
        format!("{name} ended the link too.")
    } else {
        let error = AppError::new("CON-410");
        format!("{} {}", error.title, error.todo)
    };
    Ok(Disconnected {
        revoked_at_platform,
        words,
    })
}
