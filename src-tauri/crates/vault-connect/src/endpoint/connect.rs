//! Connecting by an address and a token.

use std::sync::Arc;

use secrecy::SecretString;
use serde_json::{Map, json};
use url::Url;
use vault_core::{SpaceHandle, addresses::PROOF, connections::NewConnection};
use vault_store::{
    ConnectionId,
    connections::{Connection, ConnectionState, ConnectionWay},
};

use super::{VerifiedAddress, ask};
use crate::{Connect, ConnectError, Connector, connector::connector_in, http::check_address, kept};

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
        let proof = options.address.proof();
        let id = self
            .prepare_address(space, platform, options, Some(proof))
            .await?;
        space
            .set_connection_state(id, ConnectionState::Working, None)
            .await?;
        Ok(id)
    }

    /// Keeps an address and its token as a connection that is not finished, or with one that is there already. Without a proof nothing is
    /// fetched over it.
    pub(crate) async fn prepare_address(
        &self,
        space: &SpaceHandle,
        platform: &str,
        options: AddressOptions,
        proof: Option<&'static str>,
    ) -> Result<ConnectionId, ConnectError> {
        let (connector, base) = endpoint_of(space, platform, options.base).await?;
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
        let mut members = vec![
            ("base", Some(json!(base.as_str()))),
            (PROOF, proof.map(|proof| json!(proof))),
        ];
        members.extend(ask::no_troubles());
        let token = (ask::TOKEN, kept::value(&options.token));
        space.set_connection_secrets(id, vec![token]).await?;
        space.note_connection(id, members).await?;
        Ok(id)
    }
}

/// A platform that can be asked by address, and where it is.
pub(crate) async fn endpoint_of(
    space: &SpaceHandle,
    platform: &str,
    base: Option<Url>,
) -> Result<(Arc<Connector>, Url), ConnectError> {
    let connector = connector_in(space, platform).await?;
    let base = match base {
        Some(base) => base,
        None => Url::parse(connector.base()).map_err(|_| ConnectError::UnknownPlatform)?,
    };
    check_address(&connector.endpoint_at(&base)?)?;
    Ok((connector, base))
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
