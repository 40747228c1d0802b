//! `core_accounts`: under which id a Core application knows the person in this space. Two applications have two, so that they cannot
//! compare them.

use rusqlite::OptionalExtension;
use time::OffsetDateTime;

use crate::ids::{AccountId, CoreAppId};
use crate::sql::Millis;
use crate::{StoreError, Tx, View};

pub(crate) const V7: &str = "CREATE TABLE core_accounts (
    app TEXT NOT NULL PRIMARY KEY REFERENCES core_apps (id) ON DELETE CASCADE,
    account TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID";

/// The person's account with an application.
///
/// # Errors
/// The database could not be read.
pub fn of_app(view: &View<'_>, app: CoreAppId) -> Result<Option<AccountId>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached("SELECT account FROM core_accounts WHERE app = ?1")?;
    Ok(statement.query_row([app], |row| row.get(0)).optional()?)
}

/// Keeps the account of an application that has none.
///
/// # Errors
/// [`StoreError::Rule`] if it has one or there is no such application; the database could not be written.
pub fn insert(tx: &Tx<'_>, app: CoreAppId, account: AccountId, at: OffsetDateTime) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached("INSERT INTO core_accounts (app, account, created_at) VALUES (?1, ?2, ?3)")?
        .execute((app, account, Millis(at)))?;
    Ok(())
}

/// Removes the account of an application; it had this one. The next one is another.
///
/// # Errors
/// The database could not be written.
pub fn take(tx: &Tx<'_>, app: CoreAppId) -> Result<Option<AccountId>, StoreError> {
    let found = of_app(tx, app)?;
    tx.conn()
        .prepare_cached("DELETE FROM core_accounts WHERE app = ?1")?
        .execute([app])?;
    Ok(found)
}
