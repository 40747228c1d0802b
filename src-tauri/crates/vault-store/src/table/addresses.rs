//! `addresses`: the person's addresses of e-mail, and whether they were shown to be theirs.

use rusqlite::{OptionalExtension, Row};
use time::OffsetDateTime;

use crate::sql::{Millis, words};
use crate::{StoreError, Tx, View};

pub(crate) const V4: &str = "CREATE TABLE addresses (
    address TEXT NOT NULL PRIMARY KEY,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID";

words! {
    /// What is known of an address, in the words of the Gigdata wire (spec 1.2).
    AddressState {
        /// Nothing shows that it is the person's.
        Unverified = "Unverified",
        /// A mail is under way to it for the first time.
        AwaitingVerification = "AwaitingVerification",
        /// Whoever reads its mail said that it is theirs.
        Verified = "Verified",
    }
}

/// An address.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// The address, in lower case.
    pub address: String,
    /// What is known of it.
    pub state: AddressState,
    /// When it was first named.
    pub created_at: OffsetDateTime,
    /// When its state changed last.
    pub changed_at: OffsetDateTime,
}

impl std::fmt::Debug for Address {
    /// How it stands, and not whose it is.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Address")
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// All of them.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>) -> Result<Vec<Address>, StoreError> {
    let sql = "SELECT address, state, created_at, changed_at FROM addresses ORDER BY created_at, address";
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One of them.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, address: &str) -> Result<Option<Address>, StoreError> {
    let sql = "SELECT address, state, created_at, changed_at FROM addresses WHERE address = ?1";
    let mut statement = view.conn().prepare_cached(sql)?;
    Ok(statement.query_row([address], read).optional()?)
}

/// Adds one, or says how it stands now.
///
/// # Errors
/// The database could not be written.
pub fn put(tx: &Tx<'_>, address: &str, state: AddressState, now: OffsetDateTime) -> Result<(), StoreError> {
    let sql = "INSERT INTO addresses (address, state, created_at, changed_at) VALUES (?1, ?2, ?3, ?3)
        ON CONFLICT (address) DO UPDATE SET state = ?2, changed_at = ?3";
    tx.conn()
        .prepare_cached(sql)?
        .execute((address, state, Millis(now)))?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Address> {
    Ok(Address {
        address: row.get(0)?,
        state: row.get(1)?,
        created_at: row.get::<_, Millis>(2)?.0,
        changed_at: row.get::<_, Millis>(3)?.0,
    })
}
