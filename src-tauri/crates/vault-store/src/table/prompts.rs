//! `prompts`: mails that ask whether an address is the person's (spec 1.7). Of the link and the code only digests lie here.

use rusqlite::{OptionalExtension, Row};
use time::OffsetDateTime;

use crate::ids::PromptId;
use crate::sha256::Sha256;
use crate::sql::{Millis, words};
use crate::{StoreError, Tx, View};

pub(crate) const V4: &str = "CREATE TABLE prompts (
    id TEXT NOT NULL PRIMARY KEY,
    address TEXT NOT NULL,
    asker TEXT NOT NULL,
    for_platform INTEGER NOT NULL,
    link BLOB NOT NULL UNIQUE,
    code BLOB NOT NULL,
    wrong INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at INTEGER,
    outcome TEXT
) STRICT";

words! {
    /// How a prompt ended.
    PromptOutcome {
        /// Whoever reads the mail said yes.
        Accepted = "accepted",
        /// They said no.
        Declined = "declined",
        /// A later mail took its place.
        Superseded = "superseded",
        /// Nobody said anything in time.
        Expired = "expired",
        /// The code was guessed at too often.
        Guessed = "guessed",
    }
}

/// A mail that asks.
#[derive(Clone, PartialEq, Eq)]
pub struct Prompt {
    /// Its identifier here; not what the link says.
    pub id: PromptId,
    /// The address that it asks about.
    pub address: String,
    /// Who wants to know, for people.
    pub asker: String,
    /// Whether it is a platform that is to be asked for data; otherwise an app.
    pub for_platform: bool,
    /// Digest of what the link says.
    pub link: Sha256,
    /// Digest of the code.
    pub code: Sha256,
    /// How often a wrong code was typed.
    pub wrong: u32,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// Until when it can be answered.
    pub expires_at: OffsetDateTime,
    /// When it ended.
    pub ended_at: Option<OffsetDateTime>,
    /// How it ended.
    pub outcome: Option<PromptOutcome>,
}

impl std::fmt::Debug for Prompt {
    /// How it stands, and not whom it asks.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prompt")
            .field("id", &self.id)
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}

const COLUMNS: &str =
    "id, address, asker, for_platform, link, code, wrong, created_at, expires_at, ended_at, outcome";

/// Adds one.
///
/// # Errors
/// [`StoreError::Rule`] if the id or the link is taken; the database could not be written.
pub fn insert(tx: &Tx<'_>, prompt: &Prompt) -> Result<(), StoreError> {
    let sql =
        format!("INSERT INTO prompts ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");
    tx.conn().prepare_cached(&sql)?.execute((
        prompt.id,
        &prompt.address,
        &prompt.asker,
        prompt.for_platform,
        prompt.link,
        prompt.code,
        prompt.wrong,
        Millis(prompt.created_at),
        Millis(prompt.expires_at),
        prompt.ended_at.map(Millis),
        prompt.outcome,
    ))?;
    Ok(())
}

/// The one with a link.
///
/// # Errors
/// The database could not be read.
pub fn of_link(view: &View<'_>, link: &Sha256) -> Result<Option<Prompt>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM prompts WHERE link = ?1");
    Ok(view
        .conn()
        .prepare_cached(&sql)?
        .query_row([link], read)
        .optional()?)
}

/// Those that have not ended, oldest first.
///
/// # Errors
/// The database could not be read.
pub fn open(view: &View<'_>) -> Result<Vec<Prompt>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM prompts WHERE ended_at IS NULL ORDER BY created_at, id");
    let mut statement = view.conn().prepare_cached(&sql)?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// When the mails to an address were made since a moment, oldest first.
///
/// # Errors
/// The database could not be read.
pub fn made_since(
    view: &View<'_>,
    address: &str,
    since: OffsetDateTime,
) -> Result<Vec<OffsetDateTime>, StoreError> {
    let sql = "SELECT created_at FROM prompts WHERE address = ?1 AND created_at >= ?2 ORDER BY created_at";
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map((address, Millis(since)), |row| Ok(row.get::<_, Millis>(0)?.0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Says how one ended; one that has ended before stays as it is. Whether it had not.
///
/// # Errors
/// The database could not be written.
pub fn end(
    tx: &Tx<'_>,
    id: PromptId,
    outcome: PromptOutcome,
    now: OffsetDateTime,
) -> Result<bool, StoreError> {
    let sql = "UPDATE prompts SET ended_at = ?2, outcome = ?3 WHERE id = ?1 AND ended_at IS NULL";
    Ok(tx
        .conn()
        .prepare_cached(sql)?
        .execute((id, Millis(now), outcome))?
        > 0)
}

/// Counts a wrong code.
///
/// # Errors
/// The database could not be written.
pub fn count_wrong(tx: &Tx<'_>, id: PromptId) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached("UPDATE prompts SET wrong = wrong + 1 WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

/// Forgets those that ended before a moment.
///
/// # Errors
/// The database could not be written.
pub fn forget_before(tx: &Tx<'_>, moment: OffsetDateTime) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached("DELETE FROM prompts WHERE ended_at < ?1")?
        .execute([Millis(moment)])?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Prompt> {
    Ok(Prompt {
        id: row.get(0)?,
        address: row.get(1)?,
        asker: row.get(2)?,
        for_platform: row.get(3)?,
        link: row.get(4)?,
        code: row.get(5)?,
        wrong: row.get(6)?,
        created_at: row.get::<_, Millis>(7)?.0,
        expires_at: row.get::<_, Millis>(8)?.0,
        ended_at: row.get::<_, Option<Millis>>(9)?.map(|at| at.0),
        outcome: row.get(10)?,
    })
}
