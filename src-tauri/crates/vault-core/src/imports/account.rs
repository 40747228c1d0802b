//! The account at a platform that files belong to.

use serde_json::Map;
use time::OffsetDateTime;
use vault_store::{
    ConnectionId, Tx, View,
    connections::{self, Connection, ConnectionState, ConnectionWay},
};

use crate::VaultError;

/// Longest name of an account, in characters.
const LONGEST: usize = 200;

/// The account that files belong to, by the platform and the account's own name.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// Id of the platform.
    pub platform: String,
    /// The platform's name for people.
    pub platform_name: String,
    /// The account's name at the platform; empty where there is one account only.
    pub name: String,
}

impl std::fmt::Debug for Account {
    /// Where, and not whose.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Account")
            .field("platform", &self.platform)
            .finish_non_exhaustive()
    }
}

impl Account {
    /// Whether the name can be one.
    pub(super) fn check(&self) -> Result<(), VaultError> {
        let fine = self.name.chars().count() <= LONGEST && !self.name.chars().any(char::is_control);
        if fine && !self.platform.is_empty() {
            return Ok(());
        }
        Err(VaultError::Invalid {
            field: "account",
            why: "at most 200 visible characters",
        })
    }

    /// The connection of the account. Without a name it is the only one of the platform; with one, the one of that name.
    pub(super) fn find(&self, view: &View<'_>) -> Result<Option<Connection>, VaultError> {
        let mut all = connections::list(view)?;
        all.retain(|connection| connection.platform == self.platform);
        let only = all.len() == 1;
        Ok(all
            .into_iter()
            .find(|connection| connection.account == self.name || (only && self.name.is_empty())))
    }

    /// The connection of the account, made where there is none.
    pub(super) fn find_or_make(
        &self,
        tx: &Tx<'_>,
        now: OffsetDateTime,
    ) -> Result<(ConnectionId, bool), VaultError> {
        if let Some(connection) = self.find(tx)? {
            return Ok((connection.id, false));
        }
        let connection = Connection {
            id: ConnectionId::new(),
            platform: self.platform.clone(),
            name: self.platform_name.clone(),
            way: ConnectionWay::File,
            state: ConnectionState::File,
            state_since: now,
            account: self.name.clone(),
            detail: Map::new(),
            created_at: now,
            last_fetch_at: None,
            next_try_at: None,
        };
        connections::insert(tx, &connection)?;
        Ok((connection.id, true))
    }
}
