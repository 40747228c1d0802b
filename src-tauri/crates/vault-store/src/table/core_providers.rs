//! `core_providers`: for a build of a Core application, the connections by whose accounts the person says that they are known there
//! (identity providers, configured for each application type).

use crate::ids::{AppTypeId, ConnectionId};
use crate::{StoreError, Tx, View};

pub(crate) const V9: &str = "CREATE TABLE core_providers (
    app_type TEXT NOT NULL REFERENCES core_app_types (id) ON DELETE CASCADE,
    connection TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    system TEXT NOT NULL,
    PRIMARY KEY (app_type, connection),
    UNIQUE (app_type, system)
) STRICT, WITHOUT ROWID;
CREATE INDEX core_providers_by_connection ON core_providers (connection);";

/// A connection that a build knows the person by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// The build.
    pub build: AppTypeId,
    /// The connection.
    pub connection: ConnectionId,
    /// What the connection is called in scopes: `vault:external_ids.<system>:get`.
    pub system: String,
}

/// The connections of a build, by system.
///
/// # Errors
/// The database could not be read.
pub fn of_build(view: &View<'_>, build: AppTypeId) -> Result<Vec<Provider>, StoreError> {
    let mut statement = view.conn().prepare_cached(
        "SELECT app_type, connection, system FROM core_providers WHERE app_type = ?1 ORDER BY system",
    )?;
    let rows = statement.query_map([build], |row| {
        Ok(Provider {
            build: row.get(0)?,
            connection: row.get(1)?,
            system: row.get(2)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Adds a connection to a build.
///
/// # Errors
/// [`StoreError::Rule`] if the build has the connection or one of the same system, or either is not there; the database could not be written.
pub fn insert(tx: &Tx<'_>, provider: &Provider) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached("INSERT INTO core_providers (app_type, connection, system) VALUES (?1, ?2, ?3)")?
        .execute((provider.build, provider.connection, &provider.system))?;
    Ok(())
}

/// Takes a connection from a build; whether it had it.
///
/// # Errors
/// The database could not be written.
pub fn delete(tx: &Tx<'_>, build: AppTypeId, connection: ConnectionId) -> Result<bool, StoreError> {
    Ok(tx
        .conn()
        .prepare_cached("DELETE FROM core_providers WHERE app_type = ?1 AND connection = ?2")?
        .execute((build, connection))?
        > 0)
}
