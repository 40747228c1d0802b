//! `service_accounts` and `service_instances`: backends with standing access, each for the applications of its instances.

use rusqlite::{OptionalExtension, Row};
use time::OffsetDateTime;

use crate::ids::{CoreAppId, ServiceAccountId};
use crate::sql::{Json, Millis};
use crate::{Scope, StoreError, Tx, View};

pub(crate) const V7: &str = "CREATE TABLE service_accounts (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    service TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE TABLE service_instances (
    account TEXT NOT NULL REFERENCES service_accounts (id) ON DELETE CASCADE,
    app TEXT NOT NULL REFERENCES core_apps (id) ON DELETE CASCADE,
    scopes TEXT NOT NULL,
    PRIMARY KEY (account, app)
) STRICT, WITHOUT ROWID;";

/// A backend with standing access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceAccount {
    /// Its id.
    pub id: ServiceAccountId,
    /// Its name.
    pub name: String,
    /// The service that it belongs to; empty for none.
    pub service: String,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it ends, whatever its grants say.
    pub expires_at: OffsetDateTime,
}

/// A service account in one application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceInstance {
    /// The account.
    pub account: ServiceAccountId,
    /// The application.
    pub app: CoreAppId,
    /// What the person is asked to let it see.
    pub scopes: Vec<Scope>,
}

const COLUMNS: &str = "id, name, service, created_at, expires_at";

/// All of them, in the order in which they were made.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>) -> Result<Vec<ServiceAccount>, StoreError> {
    let mut statement = view.conn().prepare_cached(&format!(
        "SELECT {COLUMNS} FROM service_accounts ORDER BY created_at, id"
    ))?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One of them.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, id: ServiceAccountId) -> Result<Option<ServiceAccount>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached(&format!("SELECT {COLUMNS} FROM service_accounts WHERE id = ?1"))?;
    Ok(statement.query_row([id], read).optional()?)
}

/// Adds one.
///
/// # Errors
/// [`StoreError::Rule`] if the id is taken; the database could not be written.
pub fn insert(tx: &Tx<'_>, account: &ServiceAccount) -> Result<(), StoreError> {
    let sql = format!("INSERT INTO service_accounts ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5)");
    tx.conn().prepare_cached(&sql)?.execute((
        account.id,
        &account.name,
        &account.service,
        Millis(account.created_at),
        Millis(account.expires_at),
    ))?;
    Ok(())
}

/// Gives one another end; whether there is one.
///
/// # Errors
/// The database could not be written.
pub fn set_end(tx: &Tx<'_>, id: ServiceAccountId, expires_at: OffsetDateTime) -> Result<bool, StoreError> {
    Ok(tx
        .conn()
        .prepare_cached("UPDATE service_accounts SET expires_at = ?2 WHERE id = ?1")?
        .execute((id, Millis(expires_at)))?
        > 0)
}

/// Removes one with its instances and credentials; whether there was one. Its grants and tokens are ended by disclosure.
///
/// # Errors
/// The database could not be written.
pub fn delete(tx: &Tx<'_>, id: ServiceAccountId) -> Result<bool, StoreError> {
    Ok(tx
        .conn()
        .prepare_cached("DELETE FROM service_accounts WHERE id = ?1")?
        .execute([id])?
        > 0)
}

/// The instances of an account.
///
/// # Errors
/// The database could not be read.
pub fn instances(view: &View<'_>, account: ServiceAccountId) -> Result<Vec<ServiceInstance>, StoreError> {
    let mut statement = view.conn().prepare_cached(
        "SELECT account, app, scopes FROM service_instances WHERE account = ?1 ORDER BY app",
    )?;
    let rows = statement.query_map([account], |row| {
        Ok(ServiceInstance {
            account: row.get(0)?,
            app: row.get(1)?,
            scopes: row.get::<_, Json<_>>(2)?.0,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Adds an instance, or replaces that of the same application.
///
/// # Errors
/// [`StoreError::Rule`] if there is no such account or application; the database could not be written.
pub fn put_instance(tx: &Tx<'_>, instance: &ServiceInstance) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached(
            "INSERT OR REPLACE INTO service_instances (account, app, scopes) VALUES (?1, ?2, ?3)",
        )?
        .execute((instance.account, instance.app, Json(&instance.scopes)))?;
    Ok(())
}

/// Takes an account out of an application; whether it was in it.
///
/// # Errors
/// The database could not be written.
pub fn delete_instance(tx: &Tx<'_>, account: ServiceAccountId, app: CoreAppId) -> Result<bool, StoreError> {
    Ok(tx
        .conn()
        .prepare_cached("DELETE FROM service_instances WHERE account = ?1 AND app = ?2")?
        .execute((account, app))?
        > 0)
}

fn read(row: &Row<'_>) -> rusqlite::Result<ServiceAccount> {
    Ok(ServiceAccount {
        id: row.get(0)?,
        name: row.get(1)?,
        service: row.get(2)?,
        created_at: row.get::<_, Millis>(3)?.0,
        expires_at: row.get::<_, Millis>(4)?.0,
    })
}
