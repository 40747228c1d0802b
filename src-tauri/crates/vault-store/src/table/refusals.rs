//! `refusals`: what the person always refuses a recipient, without being asked.

use time::OffsetDateTime;

use crate::party::{Party, PartyKind};
use crate::scope::Scope;
use crate::sql::Millis;
use crate::{StoreError, Tx, View};

pub(crate) const V2: &str = "CREATE TABLE refusals (
    party_kind TEXT NOT NULL,
    party_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    party_name TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (party_kind, party_id, scope)
) STRICT, WITHOUT ROWID";

/// A rule of the person: this recipient never gets this, and is never asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingRefusal {
    /// Who.
    pub party: Party,
    /// What; a leaf.
    pub scope: Scope,
    /// Since when.
    pub at: OffsetDateTime,
}

/// Adds a rule; one that is there already stays as it is.
///
/// # Errors
/// The database could not be written.
pub fn insert(tx: &Tx<'_>, rule: &StandingRefusal) -> Result<(), StoreError> {
    let sql = "INSERT OR IGNORE INTO refusals (party_kind, party_id, scope, party_name, at) VALUES (?1, ?2, ?3, ?4, ?5)";
    tx.conn().prepare_cached(sql)?.execute((
        rule.party.kind,
        &rule.party.id,
        &rule.scope,
        &rule.party.name,
        Millis(rule.at),
    ))?;
    Ok(())
}

/// Takes a rule back; whether there was one.
///
/// # Errors
/// The database could not be written.
pub fn remove(tx: &Tx<'_>, kind: PartyKind, party: &str, scope: &Scope) -> Result<bool, StoreError> {
    let sql = "DELETE FROM refusals WHERE party_kind = ?1 AND party_id = ?2 AND scope = ?3";
    Ok(tx.conn().prepare_cached(sql)?.execute((kind, party, scope))? > 0)
}

/// Takes back all rules of a recipient.
///
/// # Errors
/// The database could not be written.
pub fn remove_party(tx: &Tx<'_>, kind: PartyKind, party: &str) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached("DELETE FROM refusals WHERE party_kind = ?1 AND party_id = ?2")?
        .execute((kind, party))?;
    Ok(())
}

/// The rules of a recipient.
///
/// # Errors
/// The database could not be read.
pub fn of_party(view: &View<'_>, kind: PartyKind, party: &str) -> Result<Vec<StandingRefusal>, StoreError> {
    let sql = "SELECT party_kind, party_id, party_name, scope, at FROM refusals \
               WHERE party_kind = ?1 AND party_id = ?2 ORDER BY at, scope";
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map((kind, party), read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<StandingRefusal> {
    Ok(StandingRefusal {
        party: Party {
            kind: row.get(0)?,
            id: row.get(1)?,
            name: row.get(2)?,
        },
        scope: row.get(3)?,
        at: row.get::<_, Millis>(4)?.0,
    })
}
