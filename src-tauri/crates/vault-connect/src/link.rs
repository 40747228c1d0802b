//! Linking an account: the attempt in the browser, the comparison of asked and granted, the connection.

use secrecy::SecretString;
use serde_json::{Map, Value, json};
use url::Url;
use vault_core::{SpaceHandle, connections::NewConnection};
use vault_store::{
    ConnectionId,
    connections::{ConnectionState, ConnectionWay},
};

use crate::{
    Connect, ConnectError,
    connector::{Connector, below, connector},
    http::check_address,
    oauth::{Attempt, Tokens},
    session,
};

/// The account's description is small; beyond this it is something else.
const ACCOUNT_LIMIT: usize = 64 * 1024;

/// What a link is made with.
#[derive(Debug, Clone, Default)]
pub struct LinkOptions {
    /// Where the platform is, when it is not at its usual address.
    pub base: Option<Url>,
    /// The person's own client id and its secret.
    pub client: Option<(String, Option<SecretString>)>,
    /// The connection that is signed in again, instead of a new one.
    pub renew: Option<ConnectionId>,
}

/// A link under way. Dropping it ends the attempt; nothing was changed then.
#[derive(Debug)]
pub struct Linking {
    connect: Connect,
    space: SpaceHandle,
    connector: &'static Connector,
    base: Url,
    options: LinkOptions,
    attempt: Attempt,
}

/// An account that is linked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// The connection.
    pub connection: ConnectionId,
    /// The scopes that were asked for and not granted.
    pub missing: Vec<String>,
}

impl Connect {
    /// Begins to link an account.
    ///
    /// # Errors
    /// Unknown platform, an address that Satchel does not call, or no free port.
    pub async fn link(
        &self,
        space: &SpaceHandle,
        platform: &str,
        options: LinkOptions,
    ) -> Result<Linking, ConnectError> {
        let connector = connector(platform)?;
        let base = self.base(space, connector, &options).await?;
        check_address(&base)?;
        let client = connector.client(&base, options.client.clone())?;
        let attempt = Attempt::start(client, &connector.scope_names()).await?;
        Ok(Linking {
            connect: self.clone(),
            space: space.clone(),
            connector,
            base,
            options,
            attempt,
        })
    }

    /// The address named for this link, else the one of the connection that is renewed, else the platform's usual one.
    async fn base(
        &self,
        space: &SpaceHandle,
        connector: &Connector,
        options: &LinkOptions,
    ) -> Result<Url, ConnectError> {
        if let Some(base) = &options.base {
            return Ok(base.clone());
        }
        let known = match options.renew {
            Some(id) => space
                .connection(id)
                .await?
                .detail
                .get("base")
                .and_then(Value::as_str)
                .map(str::to_owned),
            None => None,
        };
        let base = known.unwrap_or_else(|| connector.base.to_owned());
        Url::parse(&base).map_err(|_| ConnectError::UnknownPlatform)
    }
}

impl Linking {
    /// The address for the person's browser.
    #[must_use]
    pub fn url(&self) -> &Url {
        self.attempt.url()
    }

    /// Waits for the browser, exchanges the code, and makes or renews the connection.
    ///
    /// # Errors
    /// The person refused at the platform, or the platform did not answer as it should. Then there is no connection.
    pub async fn finish(self) -> Result<Linked, ConnectError> {
        let Self {
            connect,
            space,
            connector,
            base,
            options,
            attempt,
        } = self;
        let tokens = attempt.finish(&connect.http).await?;
        let account = account(&connect, connector, &base, &tokens).await;
        let missing: Vec<String> = connector
            .scope_names()
            .into_iter()
            .filter(|asked| !tokens.scopes.contains(asked))
            .collect();
        let state = if missing.is_empty() {
            ConnectionState::Working
        } else {
            ConnectionState::LessGranted
        };
        let id = match options.renew {
            Some(id) => id,
            None => {
                let detail = Map::from_iter([("base".to_owned(), json!(base.as_str()))]);
                space
                    .add_connection(NewConnection {
                        platform: connector.id.into(),
                        name: connector.name.into(),
                        way: ConnectionWay::Link,
                        state: ConnectionState::NotFinished,
                        account: String::new(),
                        detail,
                    })
                    .await?
            }
        };
        let mut connection = space.connection(id).await?;
        // A platform may have moved since the account was linked.
        connection.detail.insert("base".into(), json!(base.as_str()));
        if let Some((client_id, secret)) = &options.client {
            connection.detail.insert("client_id".into(), json!(client_id));
            if let Some(secret) = secret {
                session::store_client_secret(&space, id, secret).await?;
            }
        }
        if let Some(account) = account {
            connection.account = account;
        }
        session::store(&space, &mut connection, &tokens).await?;
        space.set_connection_state(id, state, None).await?;
        Ok(Linked {
            connection: id,
            missing,
        })
    }
}

/// Whose account it is, where the platform tells.
async fn account(connect: &Connect, connector: &Connector, base: &Url, tokens: &Tokens) -> Option<String> {
    use secrecy::ExposeSecret as _;
    let (path, scope) = connector.account;
    if !tokens.scopes.iter().any(|granted| granted == scope) {
        return None;
    }
    let url = below(base, path).ok()?;
    let bytes = connect
        .http
        .get(url, Some(tokens.access.expose_secret()), ACCOUNT_LIMIT)
        .await
        .ok()?;
    let answer: Value = serde_json::from_slice(&bytes).ok()?;
    let named = answer.get("email").or_else(|| answer.get("name"))?.as_str()?;
    Some(
        named
            .chars()
            .filter(|symbol| !symbol.is_control())
            .take(200)
            .collect(),
    )
}
