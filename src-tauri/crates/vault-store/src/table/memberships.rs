//! `memberships`: what is true of the person at one cooperative only: the member number and the roles there.

use rusqlite::Row;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::sql::{Json, Millis};
use crate::{StoreError, Tx, View};

pub(crate) const V2: &str = "CREATE TABLE memberships (
    cooperative TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    number TEXT NOT NULL DEFAULT '',
    roles TEXT NOT NULL DEFAULT '[]',
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID";

/// The person at a cooperative.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// The cooperative's peer id.
    pub cooperative: String,
    /// Its name, for people.
    pub name: String,
    /// The member number there (Intercoop `innerid`); empty if there is none.
    pub number: String,
    /// The roles there (Intercoop `peerroles`), for example `member` and `worker`.
    pub roles: Vec<String>,
    /// When the person wrote it.
    #[serde(with = "time::serde::rfc3339")]
    pub updated_at: OffsetDateTime,
}

impl std::fmt::Debug for Membership {
    /// Which cooperative, and nothing of what it says.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Membership").finish_non_exhaustive()
    }
}

/// Adds a membership, or replaces the one at the same cooperative.
///
/// # Errors
/// The database could not be written.
pub fn put(tx: &Tx<'_>, membership: &Membership) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO memberships (cooperative, name, number, roles, updated_at) VALUES (?1, ?2, ?3, ?4, ?5)";
    tx.conn().prepare_cached(sql)?.execute((
        &membership.cooperative,
        &membership.name,
        &membership.number,
        Json(&membership.roles),
        Millis(membership.updated_at),
    ))?;
    Ok(())
}

/// Removes a membership; whether there was one.
///
/// # Errors
/// The database could not be written.
pub fn remove(tx: &Tx<'_>, cooperative: &str) -> Result<bool, StoreError> {
    Ok(tx
        .conn()
        .prepare_cached("DELETE FROM memberships WHERE cooperative = ?1")?
        .execute([cooperative])?
        > 0)
}

/// All memberships, by name.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>) -> Result<Vec<Membership>, StoreError> {
    let sql =
        "SELECT cooperative, name, number, roles, updated_at FROM memberships ORDER BY name, cooperative";
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Membership> {
    Ok(Membership {
        cooperative: row.get(0)?,
        name: row.get(1)?,
        number: row.get(2)?,
        roles: row.get::<_, Json<_>>(3)?.0,
        updated_at: row.get::<_, Millis>(4)?.0,
    })
}
