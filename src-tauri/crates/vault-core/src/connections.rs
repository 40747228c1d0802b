//! Connections: the person's accounts at platforms, their secrets, and what was tried.

use serde_json::{Map, Value};
use time::OffsetDateTime;
use vault_store::{
    ConnectionId, SecretValue, connection_secrets,
    connections::{self, Connection, ConnectionState, ConnectionWay},
    connectors, projects,
    retrievals::{self, Retrieval},
};

use crate::{SpaceHandle, VaultError, VaultEvent, disclosure::connection_changed, vault::Turn};

/// So much time lies at least between two fetches of a connection that others ask for.
const SPACING: time::Duration = time::Duration::minutes(10);

/// The platform id of the person's own entries.
pub const OWN_PLATFORM: &str = "own";

/// What a connection begins with.
#[derive(Clone)]
pub struct NewConnection {
    /// Id of the platform.
    pub platform: String,
    /// The platform's name for people.
    pub name: String,
    /// How data comes in.
    pub way: ConnectionWay,
    /// What can be said about it at first.
    pub state: ConnectionState,
    /// The account's name at the platform; empty when unknown.
    pub account: String,
    /// What the connector wants to remember; never a secret.
    pub detail: Map<String, Value>,
}

impl std::fmt::Debug for NewConnection {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("NewConnection")
            .field("platform", &self.platform)
            .finish_non_exhaustive()
    }
}

/// What happens to the records of a connection that ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeleteData {
    /// They stay, and the connection with them, stopped.
    Keep,
    /// They go, with their raw documents.
    Delete,
}

impl SpaceHandle {
    /// All connections, in the order in which they were made.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn connections(&self) -> Result<Vec<Connection>, VaultError> {
        self.read(|db| Ok(db.read(connections::list)?)).await
    }

    /// One connection.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`].
    pub async fn connection(&self, id: ConnectionId) -> Result<Connection, VaultError> {
        self.read(move |db| {
            db.read(|view| connections::get(view, id))?
                .ok_or(VaultError::NoSuch("connection"))
        })
        .await
    }

    /// Adds a connection.
    ///
    /// # Errors
    /// The database could not be written.
    pub async fn add_connection(&self, new: NewConnection) -> Result<ConnectionId, VaultError> {
        self.write(move |turn| {
            let connection = begin(new, turn.now());
            turn.space.db.write(|tx| connections::insert(tx, &connection))?;
            changed(turn);
            Ok(connection.id)
        })
        .await
    }

    /// Replaces what is known of a connection.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], or the database could not be written.
    pub async fn update_connection(&self, connection: Connection) -> Result<(), VaultError> {
        self.write(move |turn| {
            turn.space.db.write(|tx| connections::update(tx, &connection))?;
            changed(turn);
            Ok(())
        })
        .await
    }

    /// Sets members of what a connection remembers, or takes them away. All else about it stays as it is at that moment, also what changed
    /// since the caller last looked.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], or the database could not be written.
    pub async fn note_connection(
        &self,
        id: ConnectionId,
        members: Vec<(&'static str, Option<Value>)>,
    ) -> Result<(), VaultError> {
        self.write(move |turn| {
            turn.space.db.write(|tx| {
                let mut connection = connections::get(tx, id)?.ok_or(VaultError::NoSuch("connection"))?;
                for (name, value) in members {
                    match value {
                        Some(value) => connection.detail.insert(name.into(), value),
                        None => connection.detail.remove(name),
                    };
                }
                Ok::<_, VaultError>(connections::update(tx, &connection)?)
            })?;
            changed(turn);
            Ok(())
        })
        .await
    }

    /// Says what can be said about a connection at the end of a fetch. Where somebody said something else while the fetch ran (the person
    /// paused or ended the connection, connected anew, or its address is asked by mail), that holds.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], or the database could not be written.
    pub async fn end_fetching(
        &self,
        id: ConnectionId,
        state: ConnectionState,
        next_try_at: Option<OffsetDateTime>,
    ) -> Result<(), VaultError> {
        self.write(move |turn| {
            let now = turn.now();
            turn.space.db.write(|tx| {
                let connection = connections::get(tx, id)?.ok_or(VaultError::NoSuch("connection"))?;
                if connection.state == ConnectionState::Fetching {
                    connections::set_state(tx, id, state, now, next_try_at)?;
                }
                Ok::<_, VaultError>(())
            })?;
            changed(turn);
            Ok(())
        })
        .await
    }

    /// Sets what can be said about a connection, and when it is tried next.
    ///
    /// # Errors
    /// No such connection, or the database could not be written.
    pub async fn set_connection_state(
        &self,
        id: ConnectionId,
        state: ConnectionState,
        next_try_at: Option<OffsetDateTime>,
    ) -> Result<(), VaultError> {
        self.write(move |turn| {
            let now = turn.now();
            turn.space
                .db
                .write(|tx| connections::set_state(tx, id, state, now, next_try_at))?;
            changed(turn);
            Ok(())
        })
        .await
    }

    /// A secret of a connection, such as its refresh token.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn connection_secret(
        &self,
        id: ConnectionId,
        name: &'static str,
    ) -> Result<Option<SecretValue>, VaultError> {
        self.write(move |turn| {
            Ok(turn
                .space
                .db
                .read(|view| connection_secrets::get(view, id, name))?)
        })
        .await
    }

    /// Stores secrets of a connection in one transaction: all of them are on the disk when this returns, or none.
    ///
    /// # Errors
    /// No such connection, or the database could not be written.
    pub async fn set_connection_secrets(
        &self,
        id: ConnectionId,
        secrets: Vec<(&'static str, SecretValue)>,
    ) -> Result<(), VaultError> {
        self.write(move |turn| {
            turn.space.db.write(|tx| {
                for (name, value) in &secrets {
                    connection_secrets::set(tx, id, name, value)?;
                }
                Ok::<_, VaultError>(())
            })
        })
        .await
    }

    /// Ends a connection: its secrets go, and its records when the person wants that. Returns how many records went.
    ///
    /// # Errors
    /// No such connection, or the database could not be written.
    pub async fn end_connection(&self, id: ConnectionId, data: DeleteData) -> Result<u64, VaultError> {
        self.write(move |turn| {
            let now = turn.now();
            let ending = turn.space.db.read(|view| connections::get(view, id))?;
            let gone = turn.space.db.write(|tx| {
                if let Some(ending) = &ending {
                    connection_changed(tx, ending, now)?;
                }
                match data {
                    DeleteData::Delete => Ok::<_, VaultError>(connections::delete(tx, id)?),
                    DeleteData::Keep => {
                        connection_secrets::clear(tx, id)?;
                        connections::set_state(tx, id, ConnectionState::Stopped, now, None)?;
                        Ok(0)
                    }
                }
            })?;
            changed(turn);
            turn.tell(VaultEvent::RecordsChanged {
                space: turn.space.info.id,
            });
            Ok(gone)
        })
        .await
    }

    /// The text of a connector that the person added.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn connector(&self, platform: &str) -> Result<Option<String>, VaultError> {
        let platform = platform.to_owned();
        self.read(move |db| Ok(db.read(|view| connectors::get(view, &platform))?))
            .await
    }

    /// The texts of all connectors that the person added, by id, but for those of platforms under test.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn connectors(&self) -> Result<Vec<String>, VaultError> {
        self.read(|db| {
            db.read(|view| {
                let hidden = projects::platforms_under_test(view)?;
                Ok(connectors::list(view)?
                    .into_iter()
                    .filter(|(id, _)| !hidden.contains(id))
                    .map(|(_, text)| text)
                    .collect())
            })
        })
        .await
    }

    /// Keeps the text of a connector, in place of an earlier one for the same platform. Whoever calls this has checked it.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be written.
    pub async fn put_connector(&self, platform: &str, text: &str) -> Result<(), VaultError> {
        let (platform, text) = (platform.to_owned(), text.to_owned());
        self.write(move |turn| {
            let now = turn.now();
            Ok(turn
                .space
                .db
                .write(|tx| connectors::put(tx, &platform, &text, now))?)
        })
        .await
    }

    /// Somebody who may see what a connection brings wants it fetched. Whoever fetches is told, unless it was fetched a moment ago.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`].
    pub async fn want_fetch(&self, id: ConnectionId) -> Result<(), VaultError> {
        self.write(move |turn| {
            let connection = turn
                .space
                .db
                .read(|view| connections::get(view, id))?
                .ok_or(VaultError::NoSuch("connection"))?;
            let now = turn.now();
            let lately = connection.last_fetch_at.is_some_and(|last| now - last < SPACING);
            let able = matches!(
                connection.state,
                ConnectionState::Working | ConnectionState::LessGranted
            );
            if able && !lately && connection.way.is_asked() {
                turn.tell(VaultEvent::FetchWanted {
                    space: turn.space.info.id,
                    connection: id,
                });
            }
            Ok(())
        })
        .await
    }

    /// The last tries of a connection, newest first.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn retrievals(&self, id: ConnectionId, limit: u32) -> Result<Vec<Retrieval>, VaultError> {
        self.read(move |db| Ok(db.read(|view| retrievals::of_connection(view, id, limit))?))
            .await
    }
}

/// The connection of the person's own entries, made when the first entry needs it.
pub(crate) fn own(turn: &mut Turn<'_>) -> Result<ConnectionId, VaultError> {
    let known = turn.space.db.read(connections::list)?;
    if let Some(connection) = known
        .into_iter()
        .find(|connection| connection.platform == OWN_PLATFORM)
    {
        return Ok(connection.id);
    }
    let new = NewConnection {
        platform: OWN_PLATFORM.into(),
        name: "Own entries".into(),
        way: ConnectionWay::Own,
        state: ConnectionState::Typed,
        account: String::new(),
        detail: Map::new(),
    };
    let connection = begin(new, turn.now());
    turn.space.db.write(|tx| connections::insert(tx, &connection))?;
    changed(turn);
    Ok(connection.id)
}

fn begin(new: NewConnection, now: OffsetDateTime) -> Connection {
    Connection {
        id: ConnectionId::new(),
        platform: new.platform,
        name: new.name,
        way: new.way,
        state: new.state,
        state_since: now,
        account: new.account,
        detail: new.detail,
        created_at: now,
        last_fetch_at: None,
        next_try_at: None,
    }
}

fn changed(turn: &Turn<'_>) {
    turn.tell(VaultEvent::ConnectionsChanged {
        space: turn.space.info.id,
    });
}
