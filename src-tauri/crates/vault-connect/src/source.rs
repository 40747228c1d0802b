//! Whom a connection asks: a linked account, or an endpoint by address.

use std::time::Duration;

use time::OffsetDateTime;
use vault_core::{SpaceHandle, VaultError};
use vault_store::connections::{Connection, ConnectionState, ConnectionWay};

use crate::{ConnectError, endpoint::EndpointSession, http::Http, session::Session};

/// A connection that is ready to be fetched.
pub(crate) enum Source {
    /// A linked account, list by list.
    Account(Box<Session>),
    /// Everything behind an address, at once.
    Endpoint(Box<EndpointSession>),
}

impl Source {
    pub(crate) async fn open(
        space: &SpaceHandle,
        http: &Http,
        connection: Connection,
    ) -> Result<Self, ConnectError> {
        if connection.way == ConnectionWay::Email {
            let session = EndpointSession::open(space, connection).await?;
            return Ok(Self::Endpoint(Box::new(session)));
        }
        let session = Session::open(space, http, connection).await?;
        Ok(Self::Account(Box::new(session)))
    }

    pub(crate) fn connection(&self) -> &Connection {
        match self {
            Self::Account(session) => &session.connection,
            Self::Endpoint(session) => &session.connection,
        }
    }

    /// The reader and its version, as the provenance of records names it.
    pub(crate) fn reader(&self) -> &str {
        match self {
            Self::Account(session) => &session.connector.source,
            Self::Endpoint(session) => &session.endpoint.source,
        }
    }

    /// What can be said of the connection as long as the platform answers.
    pub(crate) fn standing(&self) -> ConnectionState {
        match self {
            Self::Account(session) => session.standing(),
            // There is nothing to grant by parts.
            Self::Endpoint(_) => ConnectionState::Working,
        }
    }

    /// How long lies between two automatic fetches.
    pub(crate) fn interval(&self) -> Duration {
        let seconds = match self {
            Self::Account(session) => session.connector.interval,
            Self::Endpoint(session) => session.interval,
        };
        Duration::from_secs(seconds.into())
    }

    /// Notes in the connection what an outcome says about it beyond its state.
    pub(crate) async fn note<T>(
        &self,
        space: &SpaceHandle,
        outcome: &Result<T, ConnectError>,
        now: OffsetDateTime,
    ) -> Result<(), ConnectError> {
        let Self::Endpoint(session) = self else {
            return Ok(());
        };
        let news: Vec<_> = session
            .note(outcome, now)
            .into_iter()
            .filter(|(name, value)| session.connection.detail.get(*name) != value.as_ref())
            .collect();
        if news.is_empty() {
            return Ok(());
        }
        Ok(space.note_connection(session.connection.id, news).await?)
    }
}

/// Whether there is something to fetch with: a session at the platform, or a token of the person's.
///
/// # Errors
/// The vault could not be read.
pub async fn can_fetch(space: &SpaceHandle, connection: &Connection) -> Result<bool, VaultError> {
    let name = if connection.way == ConnectionWay::Email {
        crate::endpoint::TOKEN
    } else {
        crate::session::REFRESH
    };
    Ok(space.connection_secret(connection.id, name).await?.is_some())
}
