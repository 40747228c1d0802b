//! Looking again at the description of a hosted app: the vault decides what a change means.

use std::time::Duration;

use tauri::Url;
use vault_connect::Connect;
use vault_core::{SpaceHandle, apps::Renewal};
use vault_store::{AppId, apps::AppKind};

use crate::error::{Answer, AppError};

/// How long a description is waited for.
const PATIENCE: Duration = Duration::from_secs(15);

/// Reads a hosted app's description once more. `None` when it could not be read, or is none: what is stored goes on to hold.
pub(crate) async fn look_again(connect: &Connect, space: &SpaceHandle, id: AppId) -> Answer<Option<Renewal>> {
    let app = space.app(id).await?;
    if app.kind != AppKind::Hosted {
        return Ok(None);
    }
    let url: Url = app.manifest_url.parse().map_err(|_| AppError::new("APP-303"))?;
    let fetched = match tokio::time::timeout(PATIENCE, connect.manifest(&url)).await {
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
    Ok(Some(space.renew_app(id, manifest).await?))
}
