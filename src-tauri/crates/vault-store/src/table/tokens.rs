//! `tokens`: digests of the tokens and codes that were handed out. The tokens themselves are nowhere.

use rusqlite::{OptionalExtension, Row};
use time::OffsetDateTime;

use crate::ids::{AppTypeId, GrantId};
use crate::party::PartyKind;
use crate::sha256::Sha256;
use crate::sql::Millis;
use crate::{StoreError, Tx, View};

pub(crate) const V1: &str = "CREATE TABLE tokens (
    sha256 BLOB NOT NULL PRIMARY KEY CHECK (length(sha256) = 32),
    party_kind TEXT NOT NULL,
    party_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    grant_id TEXT
) STRICT;
CREATE INDEX tokens_by_party ON tokens (party_kind, party_id);
CREATE INDEX tokens_by_grant ON tokens (grant_id) WHERE grant_id IS NOT NULL;";

/// Ids of builds are never given again, so what names one that is gone names none.
pub(crate) const V9: &str = "ALTER TABLE tokens ADD COLUMN app_type TEXT";

/// A token that was handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedToken {
    /// Digest of the token.
    pub sha256: Sha256,
    /// Kind of the party that holds it.
    pub party_kind: PartyKind,
    /// The party that holds it.
    pub party_id: String,
    /// What it is for, for example `openplatform`, `code`, `bearer`.
    pub kind: String,
    /// When it was handed out.
    pub created_at: OffsetDateTime,
    /// When it stops working; `None` for never.
    pub expires_at: Option<OffsetDateTime>,
    /// The grant it stands for, if it stands for one only.
    pub grant: Option<GrantId>,
    /// The build of a Core application that asked for it, if one did.
    pub build: Option<AppTypeId>,
}

const COLUMNS: &str = "sha256, party_kind, party_id, kind, created_at, expires_at, grant_id, app_type";

/// Notes a token that is handed out.
///
/// # Errors
/// [`StoreError::Rule`] if the digest is there; the database could not be written.
pub fn insert(tx: &Tx<'_>, token: &IssuedToken) -> Result<(), StoreError> {
    let sql = format!("INSERT INTO tokens ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    tx.conn().prepare_cached(&sql)?.execute((
        token.sha256,
        token.party_kind,
        &token.party_id,
        &token.kind,
        Millis(token.created_at),
        token.expires_at.map(Millis),
        token.grant,
        token.build,
    ))?;
    Ok(())
}

/// The token with this digest, also one that no longer works: its holder is told something else than a stranger.
///
/// # Errors
/// The database could not be read.
pub fn find(view: &View<'_>, sha256: Sha256) -> Result<Option<IssuedToken>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached(&format!("SELECT {COLUMNS} FROM tokens WHERE sha256 = ?1"))?;
    Ok(statement.query_row([sha256], read).optional()?)
}

/// Takes a token away, so that it works once; `None` if it is not there.
///
/// # Errors
/// The database could not be written.
pub fn take(tx: &Tx<'_>, sha256: Sha256) -> Result<Option<IssuedToken>, StoreError> {
    let found = find(tx, sha256)?;
    if found.is_some() {
        tx.conn()
            .prepare_cached("DELETE FROM tokens WHERE sha256 = ?1")?
            .execute([sha256])?;
    }
    Ok(found)
}

/// Ends the tokens of one party, or of every party of a kind. They stay known as ours.
///
/// # Errors
/// The database could not be written.
pub fn expire(
    tx: &Tx<'_>,
    kind: PartyKind,
    party: Option<&str>,
    at: OffsetDateTime,
) -> Result<u64, StoreError> {
    let sql = "UPDATE tokens SET expires_at = ?3 WHERE party_kind = ?1 AND (?2 IS NULL OR party_id = ?2) \
               AND (expires_at IS NULL OR expires_at > ?3)";
    Ok(tx
        .conn()
        .prepare_cached(sql)?
        .execute((kind, party, Millis(at)))? as u64)
}

/// Ends the tokens that stand for a grant. They stay known as ours.
///
/// # Errors
/// The database could not be written.
pub fn expire_grant(tx: &Tx<'_>, grant: GrantId, at: OffsetDateTime) -> Result<u64, StoreError> {
    let sql =
        "UPDATE tokens SET expires_at = ?2 WHERE grant_id = ?1 AND (expires_at IS NULL OR expires_at > ?2)";
    Ok(tx.conn().prepare_cached(sql)?.execute((grant, Millis(at)))? as u64)
}

/// Forgets all tokens of a party, as when its app is removed.
///
/// # Errors
/// The database could not be written.
pub fn delete_party(tx: &Tx<'_>, kind: PartyKind, id: &str) -> Result<u64, StoreError> {
    let sql = "DELETE FROM tokens WHERE party_kind = ?1 AND party_id = ?2";
    Ok(tx.conn().prepare_cached(sql)?.execute((kind, id))? as u64)
}

/// Forgets tokens that stopped working before `before`.
///
/// # Errors
/// The database could not be written.
pub fn purge(tx: &Tx<'_>, before: OffsetDateTime) -> Result<u64, StoreError> {
    let sql = "DELETE FROM tokens WHERE expires_at < ?1";
    Ok(tx.conn().prepare_cached(sql)?.execute([Millis(before)])? as u64)
}

fn read(row: &Row<'_>) -> rusqlite::Result<IssuedToken> {
    Ok(IssuedToken {
        sha256: row.get(0)?,
        party_kind: row.get(1)?,
        party_id: row.get(2)?,
        kind: row.get(3)?,
        created_at: row.get::<_, Millis>(4)?.0,
        expires_at: row.get::<_, Option<Millis>>(5)?.map(|time| time.0),
        grant: row.get(6)?,
        build: row.get(7)?,
    })
}
