//! `service_rules`: for whom a service of ours is stopped.

use std::fmt;

use rusqlite::Row;
use serde::{Deserialize, Serialize};

use crate::sql::words;
use crate::{StoreError, Tx, View};

pub(crate) const V6: &str = "CREATE TABLE service_rules (
    service TEXT NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    peer TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (service, kind, value, peer)
) STRICT, WITHOUT ROWID";

words! {
    /// What a rule looks at.
    RuleKind {
        /// The sender.
        Peer = "peer",
        /// The member number (`innerid`).
        Member = "member",
        /// The tax number (`nif`).
        Nif = "nif",
        /// A role (`peerroles`).
        Role = "role",
    }
}

/// A rule. `Debug` leaves out its value: it may be a person's number.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceRule {
    /// What it looks at.
    pub kind: RuleKind,
    /// Which one is stopped.
    pub value: String,
    /// Only for this peer; `None` for all.
    pub peer: Option<String>,
}

impl fmt::Debug for ServiceRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceRule")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// Writes the rules of a service in place of those it had.
///
/// # Errors
/// The database could not be written.
pub fn replace(tx: &Tx<'_>, service: &str, rules: &[ServiceRule]) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached("DELETE FROM service_rules WHERE service = ?1")?
        .execute([service])?;
    let sql = "INSERT OR IGNORE INTO service_rules (service, kind, value, peer) VALUES (?1, ?2, ?3, ?4)";
    let mut statement = tx.conn().prepare_cached(sql)?;
    for rule in rules {
        statement.execute((
            service,
            rule.kind,
            &rule.value,
            rule.peer.as_deref().unwrap_or_default(),
        ))?;
    }
    Ok(())
}

/// The rules of a service.
///
/// # Errors
/// The database could not be read.
pub fn of_service(view: &View<'_>, service: &str) -> Result<Vec<ServiceRule>, StoreError> {
    let sql = "SELECT kind, value, peer FROM service_rules WHERE service = ?1 ORDER BY kind, value, peer";
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map([service], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<ServiceRule> {
    let peer: String = row.get(2)?;
    Ok(ServiceRule {
        kind: row.get(0)?,
        value: row.get(1)?,
        peer: (!peer.is_empty()).then_some(peer),
    })
}
