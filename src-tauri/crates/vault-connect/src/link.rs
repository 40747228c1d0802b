//! Linking an account: the attempt in the browser, the comparison of asked and granted, the connection.

use std::sync::Arc;

use secrecy::SecretString;
use serde_json::{Map, Value, json};
use url::Url;
use vault_core::{SpaceHandle, connections::NewConnection};
use vault_store::{
    ConnectionId,
    connections::{Connection, ConnectionState, ConnectionWay},
};

use crate::{
    Connect, ConnectError,
    connector::Asked,
    connector::{Connector, connector_in},
    graphql,
    http::check_address,
    mapping,
    oauth::{Attempt, Client, Tokens},
    session::{self, ACCOUNT_ID},
};

/// The account's description is small; beyond this it is something else.
const ACCOUNT_LIMIT: usize = 64 * 1024;

/// The port of the redirect for clients that a person registered: `http://127.0.0.1:49021/oauth/redirect`.
const OWN_CLIENT_PORT: u16 = 49021;

/// The member of a connection's detail that holds the person's relay.
const RELAY: &str = "relay";

/// The address that a person registers with a platform for a client of their own, letter by letter.
pub const OWN_REDIRECT: &str = "http://127.0.0.1:49021/oauth/redirect";

/// What a link is made with.
#[derive(Debug, Clone, Default)]
pub struct LinkOptions {
    /// Where the platform is, when it is not at its usual address.
    pub base: Option<Url>,
    /// The person's own client id and its secret.
    pub client: Option<(String, Option<SecretString>)>,
    /// The person's relay: an https address that sends the browser on to this computer, or the name that the platform gave to it.
    pub relay: Option<String>,
    /// The connection that is signed in again, instead of a new one.
    pub renew: Option<ConnectionId>,
}

/// A link under way. Dropping it ends the attempt; nothing was changed then.
#[derive(Debug)]
pub struct Linking {
    connect: Connect,
    space: SpaceHandle,
    connector: Arc<Connector>,
    base: Url,
    options: LinkOptions,
    attempt: Attempt,
}

/// An account that is linked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// The connection; an earlier one when the account was linked before.
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
        let connector = connector_in(space, platform).await?;
        let mut options = options;
        if let (None, Some(id)) = (&options.client, options.renew) {
            options.client = session::own_client(space, &space.connection(id).await?).await?;
        }
        let base = self.base(space, &connector, &options).await?;
        check_address(&base)?;
        if let (None, Some(id)) = (&options.relay, options.renew) {
            options.relay = text(&space.connection(id).await?, RELAY);
        }
        let mut client = connector.client(&base, options.client.clone())?;
        client.redirect = connector.link()?.redirect(options.relay.as_deref())?;
        options.relay.clone_from(&client.redirect);
        // A client of the person's own is registered with one exact address, and a relay sends to the same.
        let port = if connector.link()?.client_id.is_none() || client.redirect.is_some() {
            OWN_CLIENT_PORT
        } else {
            0
        };
        let attempt = Attempt::start(client, &connector.scope_names(), port).await?;
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
            Some(id) => text(&space.connection(id).await?, "base"),
            None => None,
        };
        match known {
            Some(base) => Url::parse(&base).map_err(|_| ConnectError::UnknownPlatform),
            None => Ok(connector.link()?.base.clone()),
        }
    }
}

impl Linking {
    /// The address for the person's browser.
    #[must_use]
    pub fn url(&self) -> &Url {
        self.attempt.url()
    }

    /// Waits for the browser, exchanges the code, and makes or renews the connection. An account that was linked before is renewed.
    ///
    /// # Errors
    /// The person refused at the platform or signed in to another account than the one that is renewed, or the platform did not answer
    /// as it should. Then nothing was changed.
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
        let client = connector.client(&base, options.client.clone())?;
        let account = account(&connect, &connector, &base, &client, &tokens).await;
        let account_id = account.as_ref().and_then(|account| account.id.as_deref());
        let known = match same_account(&space, &connector, options.renew, account_id).await {
            Ok(known) => known,
            Err(error) => {
                // Nobody will use these tokens; a platform that does not hear of it lets them lapse.
                let _ = session::give_back(&connect.http, &client, &tokens).await;
                return Err(error);
            }
        };
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
        let id = match known {
            Some(id) => id,
            None => {
                let detail = Map::from_iter([("base".to_owned(), json!(base.as_str()))]);
                space
                    .add_connection(NewConnection {
                        platform: connector.id.clone(),
                        name: connector.name.clone(),
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
        match &options.client {
            Some((client_id, secret)) => {
                connection.detail.insert("client_id".into(), json!(client_id));
                if let Some(secret) = secret {
                    session::store_client_secret(&space, id, secret).await?;
                }
            }
            None => drop(connection.detail.remove("client_id")),
        }
        match options.relay {
            Some(relay) => drop(connection.detail.insert(RELAY.into(), json!(relay))),
            None => drop(connection.detail.remove(RELAY)),
        }
        if let Some(account) = account {
            connection.account = account.name;
            if let Some(id) = account.id {
                connection.detail.insert(ACCOUNT_ID.into(), json!(id));
            }
        }
        session::store(&space, &mut connection, &tokens).await?;
        space.update_connection(connection).await?;
        space.set_connection_state(id, state, None).await?;
        Ok(Linked {
            connection: id,
            missing,
        })
    }
}

/// The connection that the tokens are for: the one that is signed in again, or an earlier link of the same account, whose records
/// would otherwise come in twice.
async fn same_account(
    space: &SpaceHandle,
    connector: &Connector,
    renew: Option<ConnectionId>,
    account_id: Option<&str>,
) -> Result<Option<ConnectionId>, ConnectError> {
    let id_of = |connection: &Connection| text(connection, ACCOUNT_ID);
    let Some(id) = renew else {
        let all = space.connections().await?;
        let same = |connection: &&Connection| {
            connection.platform == connector.id
                && account_id.is_some()
                && id_of(connection).as_deref() == account_id
        };
        return Ok(all.iter().find(same).map(|connection| connection.id));
    };
    match (id_of(&space.connection(id).await?), account_id) {
        (Some(before), Some(signed_in)) if before != signed_in => Err(ConnectError::OtherAccount),
        _ => Ok(Some(id)),
    }
}

/// An account as its platform describes it.
struct Account {
    /// What never changes about it.
    id: Option<String>,
    /// For people.
    name: String,
}

/// Whose account it is, where the platform tells.
async fn account(
    connect: &Connect,
    connector: &Connector,
    base: &Url,
    client: &Client,
    tokens: &Tokens,
) -> Option<Account> {
    use secrecy::ExposeSecret as _;
    let (place, oauth) = (connector.account.as_ref()?, connector.link().ok()?);
    if !tokens.scopes.contains(&place.scope) {
        return None;
    }
    let url = connector.place(base, &place.path).ok()?;
    let token = tokens.access.expose_secret();
    let key = oauth.client_header(client);
    let key = key.as_ref().map(|(name, value)| (*name, value));
    let json = match &place.asked {
        Asked::Plain => None,
        Asked::GraphQl { query, variables } => Some(graphql::body(query, variables)),
    };
    let bytes = connect
        .http
        .ask(url, json, &oauth.auth, token, key, ACCOUNT_LIMIT)
        .await
        .ok()??;
    let answer: Value = serde_json::from_slice(&bytes).ok()?;
    if place.asked != Asked::Plain {
        graphql::refused(&answer).ok()?;
    }
    let word = |members: &Vec<String>| match mapping::at(&answer, members)? {
        Value::String(text) => Some(one_line(text)),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    let id = word(&place.id);
    let name = place.name.iter().find_map(word).or_else(|| id.clone())?;
    Some(Account { id, name })
}

/// A text of a connection's detail.
fn text(connection: &Connection, name: &str) -> Option<String> {
    connection.detail.get(name)?.as_str().map(str::to_owned)
}

fn one_line(text: &str) -> String {
    let printable = text.chars().filter(|symbol| !symbol.is_control());
    printable.take(200).collect()
}
