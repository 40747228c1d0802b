//! What the desktop tells about the network: whether its bytes are paid for one by one.

use std::time::Duration;

use vault_core::{SpaceHandle, VaultError, settings::Setting};
use zbus::{Connection, zvariant::OwnedValue};

/// How long the desktop may take to say so.
const PATIENCE: Duration = Duration::from_secs(2);

/// `NM_METERED_YES` and `NM_METERED_GUESS_YES` of NetworkManager.
const METERED: [u32; 2] = [1, 3];

/// Whether the network is metered, as far as NetworkManager knows. Where nothing tells, it is not.
pub async fn is_metered() -> bool {
    tokio::time::timeout(PATIENCE, ask())
        .await
        .ok()
        .and_then(Result::ok)
        .is_some_and(|said| METERED.contains(&said))
}

/// Whether what is due in a space may be fetched now without anybody asking.
///
/// # Errors
/// The vault is locked, or the database could not be read.
pub async fn may_fetch(space: &SpaceHandle) -> Result<bool, VaultError> {
    Ok(space.setting(Setting::FetchMetered).await? == "true" || !is_metered().await)
}

async fn ask() -> zbus::Result<u32> {
    let bus = Connection::system().await?;
    let reply = bus
        .call_method(
            Some("org.freedesktop.NetworkManager"),
            "/org/freedesktop/NetworkManager",
            Some("org.freedesktop.DBus.Properties"),
            "Get",
            &("org.freedesktop.NetworkManager", "Metered"),
        )
        .await?;
    let value: OwnedValue = reply.body().deserialize()?;
    Ok(u32::try_from(value)?)
}
