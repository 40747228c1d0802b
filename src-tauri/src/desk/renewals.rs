//! Looking again at the apps of the space that is shown, while the vault is open.

use tauri::AppHandle;
use vault_core::apps::Renewal;

use super::desk;
use crate::{frames, platform::network, renewal};

/// The most apps that are looked at in one round; the longest waiting come first.
const MOST: usize = 20;

/// Looks at every app whose turn it is, one after the other. The person is not taken for present by it.
pub(crate) async fn look_at_due(app: &AppHandle) {
    let desk = desk(app);
    let Some(open) = desk.open() else { return };
    let space = open.space;
    let due = space.apps_to_renew().await.unwrap_or_default();
    if due.is_empty() || !network::may_fetch(&space).await.unwrap_or_default() {
        return;
    }
    for id in due.into_iter().take(MOST) {
        match renewal::look_again(&desk.connect, &space, id).await {
            Ok(Some(Renewal::Paused)) => frames::paused(app, id).await,
            Ok(Some(Renewal::Same | Renewal::Taken | Renewal::Offered) | None) => {}
            // Locked meanwhile, most likely.
            Err(error) => return tracing::debug!(code = error.code, "an app could not be looked at again"),
        }
    }
}
