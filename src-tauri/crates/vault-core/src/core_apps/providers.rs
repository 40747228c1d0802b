//! Identity providers: for a build of an application the person may say that they are known there by their account at a connection. What
//! the connection calls that account then stands for the person's id in that system, for services that may read it.

use vault_store::{
    AppTypeId, ConnectionId, CoreAppId, Scope, StoreError, View,
    connections::{self, Connection, ConnectionState, ConnectionWay},
    core_providers::{self, Provider},
};

use super::{admission::get, builds::named, changed, invalid};
use crate::{SpaceHandle, VaultError};

/// So many connections one build may know the person by.
const MOST_PROVIDERS: usize = 32;

/// A connection that a build knows the person by, for the person's own eyes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderInfo {
    /// The connection.
    pub connection: Connection,
    /// What it is called in scopes: `vault:external_ids.<system>:get`.
    pub system: String,
}

/// Under which name a connection knows the person. It is not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct KnownAt {
    /// What the connection is called in scopes.
    pub system: String,
    /// The name of the account.
    pub account: String,
    /// Whether the connection works.
    pub works: bool,
}

impl SpaceHandle {
    /// Says that a build knows the person by their account at a connection of this space. That shares nothing by itself: a service of the
    /// application still needs the scope of that system.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] for an application, a build or a connection that is not here; [`VaultError::Exists`] when the build has the
    /// connection, or another of the same platform; [`VaultError::Invalid`] for the person's own entries, for a platform that no scope can
    /// name, and for more than 32.
    pub async fn add_core_provider(
        &self,
        id: CoreAppId,
        identifier: String,
        connection: ConnectionId,
    ) -> Result<(), VaultError> {
        self.write(move |turn| {
            get(turn, id)?;
            turn.space.db.write(|tx| {
                let build = named(tx, id, &identifier)?.id;
                let known = connections::get(tx, connection)?.ok_or(VaultError::NoSuch("connection"))?;
                if known.way == ConnectionWay::Own {
                    return Err(invalid(
                        "connection",
                        "an account at a platform, not the own entries",
                    ));
                }
                let system = system_of(&known.platform)
                    .ok_or(invalid("connection", "a platform whose id a scope can name"))?;
                let all = core_providers::of_build(tx, build)?;
                if all
                    .iter()
                    .any(|one| one.connection == connection || one.system == system)
                {
                    return Err(VaultError::Exists("provider"));
                }
                if all.len() >= MOST_PROVIDERS {
                    return Err(invalid("connection", "at most 32 for one build"));
                }
                let provider = Provider {
                    build,
                    connection,
                    system,
                };
                Ok(core_providers::insert(tx, &provider)?)
            })?;
            changed(turn);
            Ok(())
        })
        .await
    }

    /// Takes a connection from a build: from now on the build knows nothing by it.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] for an application or a build that is not here, or one without this connection.
    pub async fn remove_core_provider(
        &self,
        id: CoreAppId,
        identifier: String,
        connection: ConnectionId,
    ) -> Result<(), VaultError> {
        self.write(move |turn| {
            get(turn, id)?;
            let found = turn.space.db.write(|tx| {
                let build = named(tx, id, &identifier)?.id;
                Ok::<_, VaultError>(core_providers::delete(tx, build, connection)?)
            })?;
            changed(turn);
            found.then_some(()).ok_or(VaultError::NoSuch("connection"))
        })
        .await
    }
}

/// The connections of a build, by system.
pub(super) fn of_build(view: &View<'_>, build: AppTypeId) -> Result<Vec<ProviderInfo>, StoreError> {
    let mut all = Vec::new();
    for provider in core_providers::of_build(view, build)? {
        if let Some(connection) = connections::get(view, provider.connection)? {
            all.push(ProviderInfo {
                connection,
                system: provider.system,
            });
        }
    }
    Ok(all)
}

/// The names under which the connections of a build know the person; one that knows none says nothing.
pub(crate) fn known_at(view: &View<'_>, build: AppTypeId) -> Result<Vec<KnownAt>, StoreError> {
    let all = of_build(view, build)?.into_iter();
    let named = all.filter(|one| !one.connection.account.trim().is_empty());
    Ok(named
        .map(|one| KnownAt {
            works: works(one.connection.state),
            system: one.system,
            account: one.connection.account,
        })
        .collect())
}

/// Whether the account can still be asked. A file was never asked, and the person's own entries are no account.
const fn works(state: ConnectionState) -> bool {
    match state {
        ConnectionState::Working | ConnectionState::Fetching | ConnectionState::LessGranted => true,
        ConnectionState::File
        | ConnectionState::AuthLost
        | ConnectionState::EmailSent
        | ConnectionState::NotFinished
        | ConnectionState::PlatformBusy
        | ConnectionState::PlatformDown
        | ConnectionState::UnknownFormat
        | ConnectionState::Stopped
        | ConnectionState::Gone
        | ConnectionState::Typed => false,
    }
}

/// What a platform is called in scopes: its id with underscores for hyphens; `None` where that is no single leaf.
#[must_use]
pub fn system_of(platform: &str) -> Option<String> {
    let system = platform.replace('-', "_");
    let named = Scope::new(&format!("vault:external_ids.{system}:get")).is_ok();
    (named && !system.contains('.')).then_some(system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_platform_is_one_leaf_or_none() {
        assert_eq!(system_of("demo-rides").as_deref(), Some("demo_rides"));
        assert_eq!(system_of("glovo2").as_deref(), Some("glovo2"));
        for none in ["", "a.b", "Rides", "ri des", "a:get", "café", "a..b"] {
            assert_eq!(system_of(none), None, "{none}");
        }
    }
}
