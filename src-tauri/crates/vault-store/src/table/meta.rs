//! `meta`: the one row that says what this file is.

use rusqlite::OptionalExtension;
use time::OffsetDateTime;
use vault_crypto::SpaceId;

use crate::sql::Millis;
use crate::{StoreError, Tx, View};

pub(crate) const V1: &str = "CREATE TABLE meta (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    space TEXT NOT NULL,
    made_up INTEGER NOT NULL CHECK (made_up IN (0, 1)),
    created_at INTEGER NOT NULL
) STRICT";

/// What a database file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    /// The space it belongs to.
    pub space: SpaceId,
    /// Whether its data is made up; then everything that leaves carries the mark.
    pub made_up: bool,
    /// When it was made.
    pub created_at: OffsetDateTime,
}

/// What this file is; `None` until [`set`] was called once.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>) -> Result<Option<Meta>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached("SELECT space, made_up, created_at FROM meta")?;
    let row = statement.query_row([], |row| {
        let space: String = row.get(0)?;
        Ok((space, row.get(1)?, row.get::<_, Millis>(2)?.0))
    });
    let Some((space, made_up, created_at)) = row.optional()? else {
        return Ok(None);
    };
    let space = space.parse().map_err(|_| StoreError::Damaged { page: None })?;
    Ok(Some(Meta {
        space,
        made_up,
        created_at,
    }))
}

/// Says what this file is.
///
/// # Errors
/// The database could not be written.
pub fn set(tx: &Tx<'_>, meta: &Meta) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached(
            "INSERT OR REPLACE INTO meta (one, space, made_up, created_at) VALUES (1, ?1, ?2, ?3)",
        )?
        .execute((meta.space.to_string(), meta.made_up, Millis(meta.created_at)))?;
    Ok(())
}
