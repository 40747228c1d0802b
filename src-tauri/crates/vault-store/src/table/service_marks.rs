//! `service_marks`: services of cooperatives that the person says have stopped.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::sql::Millis;
use crate::{StoreError, Tx, View};

pub(crate) const V6: &str = "CREATE TABLE service_marks (
    peer TEXT NOT NULL,
    service TEXT NOT NULL,
    stopped_at INTEGER NOT NULL,
    PRIMARY KEY (peer, service)
) STRICT, WITHOUT ROWID";

/// A service that has stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceMark {
    /// At which cooperative.
    pub peer: String,
    /// Which service.
    pub service: String,
    /// When the person said so.
    #[serde(with = "time::serde::rfc3339")]
    pub stopped_at: OffsetDateTime,
}

/// Marks a service as stopped.
///
/// # Errors
/// The database could not be written.
pub fn put(tx: &Tx<'_>, mark: &ServiceMark) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached(
            "INSERT OR REPLACE INTO service_marks (peer, service, stopped_at) VALUES (?1, ?2, ?3)",
        )?
        .execute((&mark.peer, &mark.service, Millis(mark.stopped_at)))?;
    Ok(())
}

/// Takes a mark away; whether there was one.
///
/// # Errors
/// The database could not be written.
pub fn remove(tx: &Tx<'_>, peer: &str, service: &str) -> Result<bool, StoreError> {
    Ok(tx
        .conn()
        .prepare_cached("DELETE FROM service_marks WHERE peer = ?1 AND service = ?2")?
        .execute((peer, service))?
        > 0)
}

/// All marks.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>) -> Result<Vec<ServiceMark>, StoreError> {
    let sql = "SELECT peer, service, stopped_at FROM service_marks ORDER BY peer, service";
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map([], |row| {
        Ok(ServiceMark {
            peer: row.get(0)?,
            service: row.get(1)?,
            stopped_at: row.get::<_, Millis>(2)?.0,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
