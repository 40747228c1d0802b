//! Connections: the list, one of them, linking, fetching, ending.

use std::{fs::File, io::Read as _, path::Path, sync::Arc};

use tauri::{AppHandle, State};
use time::OffsetDateTime;
use vault_connect::{
    AddressOptions, Addressed, Connector, LinkOptions, Revocation, VerifiedAddress, closed_platforms,
};
use vault_core::{SpaceHandle, VaultError, connections::DeleteData};
use vault_store::{connections::Connection, records::RecordFilter};

use super::dialogs;
use crate::{
    desk::{
        Desk, fetches,
        links::{self, DEMO},
    },
    error::{Answer, AppError},
    platform::browser,
    view::{
        catalogue::{CatalogueItem, PlatformFile},
        connections::{ConnectionDetail, ConnectionRow, Disconnected, EmailConnection, LinkAttempt},
        platforms::Platforms,
        time::stamp,
        words::connection_id,
    },
};

/// How many tries are shown.
const TRIES: u32 = 20;
/// So much is read of a file that may be a connector; the longest connector is shorter, and a longer one has a mistake for that.
const MAX_FILE: u64 = 64 * 1024;

/// The rows of the list.
pub(crate) async fn rows(
    space: &SpaceHandle,
    platforms: &Platforms,
    now: OffsetDateTime,
) -> Result<Vec<ConnectionRow>, VaultError> {
    let mut rows = Vec::new();
    for connection in space.connections().await? {
        let connector = connector_of(space, &connection).await;
        rows.push(row(space, &connection, platforms, connector.as_deref(), now).await?);
    }
    Ok(rows)
}

/// The connector of a connection's platform; own entries have none, and one that this program cannot read is none.
async fn connector_of(space: &SpaceHandle, connection: &Connection) -> Option<Arc<Connector>> {
    vault_connect::connector_in(space, &connection.platform)
        .await
        .ok()
}

async fn row(
    space: &SpaceHandle,
    connection: &Connection,
    platforms: &Platforms,
    connector: Option<&Connector>,
    now: OffsetDateTime,
) -> Result<ConnectionRow, VaultError> {
    let filter = RecordFilter {
        connections: Some(vec![connection.id]),
        ..RecordFilter::default()
    };
    let records = space.record_totals(filter).await?.count;
    Ok(ConnectionRow::new(connection, platforms, connector, records, now))
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
    let (connector, now) = (connector_of(&space, &connection).await, desk.clock.now());
    let row = row(&space, &connection, &platforms, connector.as_deref(), now).await?;
    let tries = space.retrievals(id, TRIES).await?;
    let linked = vault_connect::can_fetch(&space, &connection).await?;
    Ok(ConnectionDetail::new(
        row,
        &connection,
        &tries,
        linked,
        connector.as_deref(),
        now,
    ))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn catalogue(desk: State<'_, Desk>) -> Answer<Vec<CatalogueItem>> {
    let space = desk.space()?;
    let platforms = Platforms::read(&space).await?;
    let all = vault_connect::catalogue_in(&space).await?;
    let open = all
        .iter()
        .filter(|connector| connector.oauth.is_some() || connector.endpoint.is_some())
        .map(|connector| CatalogueItem::new(connector, &platforms));
    // Where somebody added a connector for a closed platform, that one is the way.
    let closed = closed_platforms()
        .iter()
        .filter(|closed| !all.iter().any(|connector| connector.id == closed.id))
        .map(|closed| CatalogueItem::closed(closed, &platforms));
    Ok(open.chain(closed).collect())
}

/// Lets the person choose a connector file and reads it; nothing is added. Nothing when no file was chosen.
#[tauri::command]
#[specta::specta]
pub(crate) async fn platform_choose(app: AppHandle, desk: State<'_, Desk>) -> Answer<Option<PlatformFile>> {
    let space = desk.space()?;
    let Some(path) = dialogs::file(&app, "Choose a platform file", "Platform file", &["toml"]).await else {
        return Ok(None);
    };
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let text = small_text(&path)?;
    let platforms = Platforms::read(&space).await?;
    Ok(Some(
        match vault_connect::check_connector(&text, desk.settings().developer) {
            Ok(read) => {
                let item = CatalogueItem::new(&read, &platforms);
                PlatformFile::good(name, desk.drafts.keep(text), item)
            }
            Err(fault) => PlatformFile::bad(name, &text, &fault),
        },
    ))
}

/// Adds the platform of the file that was shown.
#[tauri::command]
#[specta::specta]
pub(crate) async fn platform_add(desk: State<'_, Desk>, draft: String) -> Answer<CatalogueItem> {
    let space = desk.space()?;
    let text = desk.drafts.take(&draft)?;
    let added = vault_connect::add_connector(&space, &text, desk.settings().developer).await?;
    Ok(CatalogueItem::new(&added, &Platforms::read(&space).await?))
}

/// The text of a small file; one that is too long or no text is no connector file.
fn small_text(path: &Path) -> Answer<String> {
    let mut text = String::new();
    let file = File::open(path).map_err(|_| AppError::new("CON-482"))?;
    file.take(MAX_FILE)
        .read_to_string(&mut text)
        .map_err(|_| AppError::new("CON-482"))?;
    Ok(text)
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
    relay: Option<String>,
) -> Answer<LinkAttempt> {
    let options = LinkOptions {
        base: None,
        client: client_id.map(|id| (id, client_secret.map(Into::into))),
        relay,
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

/// Connects an address with the person's own token at the platform. Where a mail server is set up, the address is asked by mail first;
/// otherwise the first fetch begins.
#[tauri::command]
#[specta::specta]
pub(crate) async fn connect_email(
    app: AppHandle,
    desk: State<'_, Desk>,
    platform: String,
    address: String,
    token: Option<String>,
) -> Answer<EmailConnection> {
    let space = desk.space()?;
    let token = token.ok_or_else(|| AppError::new("CON-417"))?;
    let base = if platform == DEMO {
        Some(desk.demo.base().await?)
    } else {
        None
    };
    let options = AddressOptions {
        base,
        address: VerifiedAddress::on_the_persons_word(&address)?,
        token: token.into(),
    };
    Ok(
        match desk.connect.begin_by_address(&space, &platform, options).await? {
            Addressed::Connected(id) => {
                fetches::start(&app, space, id)?;
                EmailConnection {
                    connection: id.to_string(),
                    until: None,
                }
            }
            Addressed::MailSent { connection, until } => EmailConnection {
                connection: connection.to_string(),
                until: Some(stamp(until)),
            },
        },
    )
}

/// Sends the mail of a connection again; says until when it can be answered.
#[tauri::command]
#[specta::specta]
pub(crate) async fn send_email_again(desk: State<'_, Desk>, connection: String) -> Answer<String> {
    let (space, id) = (desk.space()?, connection_id(&connection)?);
    Ok(stamp(desk.connect.send_mail_again(&space, id).await?))
}

/// Answers the mail of a connection by its code; then the first fetch begins.
#[tauri::command]
#[specta::specta]
pub(crate) async fn confirm_email(desk: State<'_, Desk>, connection: String, code: String) -> Answer<()> {
    let (space, id) = (desk.space()?, connection_id(&connection)?);
    let address = space.connection(id).await?.account;
    Ok(space.confirm_address(&address, &code).await?)
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
    let revocation = desk.connect.disconnect(&space, id, data).await?;
    let words = match AppError::of_revocation(revocation) {
        None => format!("{name} ended the link too."),
        Some(error) => format!("{} {}", error.title, error.todo),
    };
    Ok(Disconnected {
        revoked_at_platform: revocation == Revocation::Told,
        words,
    })
}
