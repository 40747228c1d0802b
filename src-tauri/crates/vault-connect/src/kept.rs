//! What a connection keeps for its platform: where it is, and secrets.

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;
use vault_core::SpaceHandle;
use vault_store::{ConnectionId, SecretValue, connections::Connection};

use crate::ConnectError;

/// Where the platform is.
pub(crate) fn base(connection: &Connection) -> Result<Url, ConnectError> {
    detail(connection, "base")
        .and_then(|text| Url::parse(&text).ok())
        .ok_or(ConnectError::NoSession)
}

/// A text of the connection's detail.
pub(crate) fn detail(connection: &Connection, name: &str) -> Option<String> {
    connection.detail.get(name)?.as_str().map(str::to_owned)
}

/// A secret of the connection.
pub(crate) async fn secret(
    space: &SpaceHandle,
    id: ConnectionId,
    name: &'static str,
) -> Result<Option<SecretString>, ConnectError> {
    let stored = space.connection_secret(id, name).await?;
    Ok(stored.and_then(|value| value.expose_str().map(|text| SecretString::from(text.to_owned()))))
}

/// A secret in the form in which it is stored.
pub(crate) fn value(secret: &SecretString) -> SecretValue {
    SecretValue::new(secret.expose_secret().as_bytes().to_vec())
}
