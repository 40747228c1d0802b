//! The session of a connection: which token opens the platform at this moment.

use std::{sync::Arc, time::Duration};

use secrecy::SecretString;
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use url::Url;
use vault_core::SpaceHandle;
use vault_store::{
    ConnectionId,
    connections::{Connection, ConnectionState},
};

use crate::{
    ConnectError,
    connector::{Connector, connector_in},
    http::Http,
    kept,
    oauth::{self, Client, Tokens},
};

/// The names under which a connection's secrets are kept.
const ACCESS: &str = "access_token";
pub(crate) const REFRESH: &str = "refresh_token";
const CLIENT_SECRET: &str = "client_secret";

/// The member of a connection's detail that tells accounts at one platform apart.
pub(crate) const ACCOUNT_ID: &str = "account_id";

/// How long before its end an access token is renewed, unless that were more than half of its life.
const MARGIN: Duration = Duration::from_secs(60);

/// A connection with what is needed to speak to its platform.
pub(crate) struct Session {
    pub(crate) connection: Connection,
    pub(crate) connector: Arc<Connector>,
    pub(crate) base: Url,
    pub(crate) client: Client,
    space: SpaceHandle,
    http: Http,
}

impl Session {
    pub(crate) async fn open(
        space: &SpaceHandle,
        http: &Http,
        connection: Connection,
    ) -> Result<Self, ConnectError> {
        let connector = connector_in(space, &connection.platform).await?;
        let base = kept::base(&connection)?;
        let own = own_client(space, &connection).await?;
        let client = connector.client(&base, own)?;
        Ok(Self {
            connection,
            connector,
            base,
            client,
            space: space.clone(),
            http: http.clone(),
        })
    }

    /// The scopes that the platform granted.
    pub(crate) fn granted(&self) -> Vec<String> {
        granted(&self.connection)
    }

    /// What can be said of the connection as long as the platform answers.
    pub(crate) fn standing(&self) -> ConnectionState {
        standing(&self.connector, &self.connection)
    }

    /// The id of the account at the platform, where the platform told it.
    pub(crate) fn account_id(&self) -> Option<String> {
        kept::detail(&self.connection, ACCOUNT_ID)
    }

    /// A token that is good by its own account; renewed first when it is about to end.
    pub(crate) async fn bearer(&mut self) -> Result<SecretString, ConnectError> {
        let ends = kept::detail(&self.connection, "renew_at")
            .and_then(|text| OffsetDateTime::parse(&text, &Rfc3339).ok());
        let now = self.space.vault().clock().now();
        if ends.is_some_and(|ends| ends <= now) {
            return self.renew().await;
        }
        match kept::secret(&self.space, self.connection.id, ACCESS).await? {
            Some(token) => Ok(token),
            None => self.renew().await,
        }
    }

    /// Renews the session. What the platform sends is on the disk before it is used.
    pub(crate) async fn renew(&mut self) -> Result<SecretString, ConnectError> {
        let token = kept::secret(&self.space, self.connection.id, REFRESH)
            .await?
            .ok_or(ConnectError::NoSession)?;
        let tokens = oauth::refresh(&self.http, &self.client, &token, &self.granted()).await?;
        store(&self.space, &mut self.connection, &tokens).await?;
        Ok(tokens.access)
    }

    /// Ends the session at the platform; the refresh token, which ends all of it, or else the access token.
    pub(crate) async fn revoke(&self) -> Result<(), ConnectError> {
        let refresh = kept::secret(&self.space, self.connection.id, REFRESH).await?;
        let token = match refresh {
            Some(token) => Some(token),
            None => kept::secret(&self.space, self.connection.id, ACCESS).await?,
        };
        match token {
            Some(token) => Ok(oauth::revoke(&self.http, &self.client, &token).await?),
            None => Err(ConnectError::NoSession),
        }
    }
}

/// Ends a session that was never kept.
pub(crate) async fn give_back(http: &Http, client: &Client, tokens: &Tokens) -> Result<(), ConnectError> {
    let token = tokens.refresh.as_ref().unwrap_or(&tokens.access);
    Ok(oauth::revoke(http, client, token).await?)
}

/// The person's own client id at the platform and its secret, where the connection was made with them.
pub(crate) async fn own_client(
    space: &SpaceHandle,
    connection: &Connection,
) -> Result<Option<(String, Option<SecretString>)>, ConnectError> {
    let Some(client_id) = kept::detail(connection, "client_id") else {
        return Ok(None);
    };
    Ok(Some((
        client_id,
        kept::secret(space, connection.id, CLIENT_SECRET).await?,
    )))
}

/// The scopes that a platform granted to a connection.
#[must_use]
pub fn granted(connection: &Connection) -> Vec<String> {
    let list = connection.detail.get("granted").and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect()
}

/// Whether all that the connector asks for was granted, as a state of the connection.
pub(crate) fn standing(connector: &Connector, connection: &Connection) -> ConnectionState {
    let granted = granted(connection);
    if connector.scope_names().iter().all(|name| granted.contains(name)) {
        ConnectionState::Working
    } else {
        ConnectionState::LessGranted
    }
}

/// Keeps tokens, then what is known of them. In this order: a token that was rotated must not be lost.
pub(crate) async fn store(
    space: &SpaceHandle,
    connection: &mut Connection,
    tokens: &Tokens,
) -> Result<(), ConnectError> {
    let mut secrets = vec![(ACCESS, kept::value(&tokens.access))];
    if let Some(refresh) = &tokens.refresh {
        secrets.push((REFRESH, kept::value(refresh)));
    }
    space.set_connection_secrets(connection.id, secrets).await?;
    let ends = tokens
        .expires_in
        .and_then(|span| renewed_at(space.vault().clock().now(), span))
        .and_then(|moment| moment.format(&Rfc3339).ok());
    let known = [
        ("renew_at", ends.map_or(Value::Null, Value::String)),
        ("granted", json!(tokens.scopes)),
    ];
    for (name, value) in &known {
        connection.detail.insert((*name).into(), value.clone());
    }
    let members = known.map(|(name, value)| (name, Some(value)));
    Ok(space.note_connection(connection.id, members.into()).await?)
}

/// When a token that is good for `span` is renewed. A life beyond the end of the calendar has no such moment.
fn renewed_at(now: OffsetDateTime, span: Duration) -> Option<OffsetDateTime> {
    let good_for = span - MARGIN.min(span / 2);
    now.checked_add(time::Duration::try_from(good_for).ok()?)
}

/// Keeps the secret of the person's own client.
pub(crate) async fn store_client_secret(
    space: &SpaceHandle,
    id: ConnectionId,
    secret: &SecretString,
) -> Result<(), ConnectError> {
    Ok(space
        .set_connection_secrets(id, vec![(CLIENT_SECRET, kept::value(secret))])
        .await?)
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_token_is_renewed_before_its_end_and_not_at_every_use() {
        let now = datetime!(2026-11-24 12:00 UTC);
        let after =
            |seconds| renewed_at(now, Duration::from_secs(seconds)).map(|at| (at - now).whole_seconds());
        assert_eq!(after(3600), Some(3540));
        assert_eq!(after(30), Some(15));
        assert_eq!(after(0), Some(0));
        for endless in [u64::MAX, u64::MAX / 2, 400_000_000_000_000] {
            assert_eq!(after(endless), None);
        }
    }
}
