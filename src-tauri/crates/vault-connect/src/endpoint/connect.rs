//! Connecting by an address and a token.

use secrecy::SecretString;
use serde_json::{Map, json};
use url::Url;
use vault_core::{SpaceHandle, connections::NewConnection};
use vault_store::{
    ConnectionId,
    connections::{Connection, ConnectionState, ConnectionWay},
};

use super::{VerifiedAddress, ask};
use crate::{Connect, ConnectError, connector::connector_in, http::check_address, kept};

/// What a connection by address is made with.
#[derive(Debug, Clone)]
pub struct AddressOptions {
    /// Where the platform is, when it is not at its usual address.
    pub base: Option<Url>,
    /// Whose data it is.
    pub address: VerifiedAddress,
    /// The person's own token at the platform.
    pub token: SecretString,
}

impl Connect {
    /// Connects an address at a platform. The same address again is the same connection, with the new token, and revived if it was
    /// suspended (`spec/gigdata.md` 3.10: E09; upstream never does, 12: R4). Another address is another connection, and the earlier one
    /// stays as it is (12: D3).
    ///
    /// # Errors
    /// Unknown platform, one that has no endpoint, an address that Satchel does not call, or the vault refused.
    pub async fn connect_by_address(
        &self,
        space: &SpaceHandle,
        platform: &str,
        options: AddressOptions,
    ) -> Result<ConnectionId, ConnectError> {
        let id = self.prepare_address(space, platform, options).await?;
        space
            .set_connection_state(id, ConnectionState::Working, None)
            .await?;
        Ok(id)
    }

    /// Keeps an address and its token as a connection that is not finished, or with one that is there already.
    pub(crate) async fn prepare_address(
        &self,
        space: &SpaceHandle,
        platform: &str,
        options: AddressOptions,
    ) -> Result<ConnectionId, ConnectError> {
        let connector = connector_in(space, platform).await?;
        let base = match options.base {
            Some(base) => base,
            None => Url::parse(connector.base()).map_err(|_| ConnectError::UnknownPlatform)?,
        };
        check_address(&connector.endpoint_at(&base)?)?;
        let address = options.address;
        let id = match same_address(space, &connector.id, &address).await? {
            Some(id) => id,
            None => {
                space
                    .add_connection(NewConnection {
                        platform: connector.id.clone(),
                        name: connector.name.clone(),
                        way: ConnectionWay::Email,
                        state: ConnectionState::NotFinished,
                        account: address.as_str().into(),
                        detail: Map::new(),
                    })
                    .await?
            }
        };
        let mut connection = space.connection(id).await?;
        ask::forget_troubles(&mut connection);
        connection.detail.insert("base".into(), json!(base.as_str()));
        connection
            .detail
            .insert("address_proof".into(), json!(address.proof()));
        let token = (ask::TOKEN, kept::value(&options.token));
        space.set_connection_secrets(id, vec![token]).await?;
        space.update_connection(connection).await?;
        Ok(id)
    }
}

async fn same_address(
    space: &SpaceHandle,
    platform: &str,
    address: &VerifiedAddress,
) -> Result<Option<ConnectionId>, ConnectError> {
    let same = |connection: &&Connection| {
        connection.platform == platform
            && connection.way == ConnectionWay::Email
            && connection.account == address.as_str()
    };
    let all = space.connections().await?;
    Ok(all.iter().find(same).map(|connection| connection.id))
}
