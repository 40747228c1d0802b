//! Looking again at the descriptions of hosted apps, and their icons: the vault decides what a change means.

use std::time::Duration;

use tauri::Url;
use vault_connect::{Connect, ConnectError, icon_of};
use vault_core::{SpaceHandle, apps::Renewal};
use vault_store::{AppId, apps::AppKind};

use crate::error::{Answer, AppError};

/// How long a description is waited for, and how long an icon.
const PATIENCE: Duration = Duration::from_secs(15);

/// Reads a hosted app's description once more. `None` when it could not be read, or is none: what is stored goes on to hold. Whether its
/// server answered is noted.
pub(crate) async fn look_again(connect: &Connect, space: &SpaceHandle, id: AppId) -> Answer<Option<Renewal>> {
    let app = space.app(id).await?;
    if app.kind != AppKind::Hosted {
        return Ok(None);
    }
    let url: Url = app.manifest_url.parse().map_err(|_| AppError::new("APP-303"))?;
    let looked = tokio::time::timeout(PATIENCE, connect.manifest(&url)).await;
    // A description with a mistake is an answer.
    let answered = matches!(looked, Ok(Ok(_) | Err(ConnectError::Manifest(_))));
    space.app_looked_for(id, answered).await?;
    let fetched = match looked {
        Ok(Ok(fetched)) if fetched.url == url => fetched,
        Ok(Ok(_)) | Err(_) => return Ok(None),
        Ok(Err(error)) => {
            tracing::debug!(%error, "the description of an app could not be read again");
            return Ok(None);
        }
    };
    let Ok(manifest) = String::from_utf8(fetched.bytes) else {
        return Ok(None);
    };
    let renewal = space.renew_app(id, manifest).await?;
    keep_icon(connect, space, id).await?;
    Ok(Some(renewal))
}

/// Makes the icon of an app anew where the description has another one than was kept. One that cannot be fetched is tried again with the
/// next look.
pub(crate) async fn keep_icon(connect: &Connect, space: &SpaceHandle, id: AppId) -> Answer<()> {
    let app = space.app(id).await?;
    let made_of = icon_of(&app.manifest.icon);
    if space.app_status(id).await?.icon_of == made_of {
        return Ok(());
    }
    // A package has no address; what stands in its own description is made anew all the same.
    let url = Url::parse(&app.manifest_url).or_else(|_| Url::parse(&app.frame_url));
    let url = url.map_err(|_| AppError::new("APP-303"))?;
    let making = connect.icon(&app.manifest.icon, &url);
    let icon = tokio::time::timeout(PATIENCE, making).await.ok().flatten();
    if icon.is_some() || made_of.is_empty() {
        space.set_app_icon(id, made_of, icon).await?;
    }
    Ok(())
}
