//! `grants`: what recipients may see. A grant is never deleted; it ends.

use rusqlite::{OptionalExtension, Row};
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};

use crate::ids::{ConnectionId, GrantId};
use crate::party::{Face, Party, PartyKind};
use crate::scope::Scope;
use crate::sha256::Sha256;
use crate::sql::{Count, Day, Json, Millis, words};
use crate::{StoreError, Tx, View};

pub(crate) const V1: &str = "CREATE TABLE grants (
    id TEXT NOT NULL PRIMARY KEY,
    recipient_kind TEXT NOT NULL,
    recipient_id TEXT NOT NULL,
    recipient_name TEXT NOT NULL,
    face TEXT NOT NULL,
    purpose TEXT NOT NULL DEFAULT '',
    scopes TEXT NOT NULL,
    connections TEXT,
    from_day INTEGER,
    to_day INTEGER,
    precision TEXT NOT NULL,
    duration TEXT NOT NULL,
    until INTEGER,
    created_at INTEGER NOT NULL,
    shown_sha256 BLOB NOT NULL CHECK (length(shown_sha256) = 32),
    shown_summary TEXT NOT NULL,
    state TEXT NOT NULL,
    ended_at INTEGER,
    last_used_at INTEGER,
    use_count INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX grants_by_recipient ON grants (recipient_kind, recipient_id, state);";

/// What a grant of version 1 let through is what it goes on to let through.
pub(crate) const V2: &str = "ALTER TABLE grants ADD COLUMN amounts TEXT NOT NULL DEFAULT 'exact';
ALTER TABLE grants ADD COLUMN places TEXT NOT NULL DEFAULT 'exact';
ALTER TABLE grants ADD COLUMN people TEXT NOT NULL DEFAULT 'named';";

words! {
    /// How exact what a recipient gets is.
    Precision {
        /// Every record.
        Exact = "exact",
        /// Sums per week.
        Week = "week",
        /// Sums per month.
        Month = "month",
        /// Sums per year.
        Year = "year",
    }
}

words! {
    /// How exact amounts are.
    #[derive(Default)]
    Amounts {
        /// To the cent.
        #[default]
        Exact = "exact",
        /// To two significant digits.
        Rounded = "rounded",
    }
}

words! {
    /// How exact places are, from most to least.
    #[derive(Default)]
    Places {
        /// As they are.
        #[default]
        Exact = "exact",
        /// To a kilometre: no street, and coordinates on a grid.
        Kilometre = "1km",
        /// No place at all.
        Hidden = "hidden",
    }
}

words! {
    /// Whether other people's names are told.
    #[derive(Default)]
    People {
        /// They are.
        #[default]
        Named = "named",
        /// They are removed.
        Removed = "removed",
    }
}

words! {
    /// For how long a grant stands.
    GrantDuration {
        /// For one answer.
        Once = "once",
        /// Until a moment.
        Until = "until",
        /// Until the person stops it.
        UntilStopped = "untilStopped",
    }
}

words! {
    /// Whether a grant still opens anything.
    GrantState {
        /// It does.
        Live = "live",
        /// It was for once, and was used.
        Used = "used",
        /// Its time is over.
        Expired = "expired",
        /// The person stopped it.
        Revoked = "revoked",
    }
}

/// What a recipient may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Its identifier.
    pub id: GrantId,
    /// Who may see it.
    pub recipient: Party,
    /// Through which protocol it was asked.
    pub face: Face,
    /// What for, in the recipient's words; empty if it gave none.
    pub purpose: String,
    /// Leaves only, never a bundle.
    pub scopes: Vec<Scope>,
    /// Only these connections; `None` for all.
    pub connections: Option<Vec<ConnectionId>>,
    /// First day; `None` for the beginning.
    pub from: Option<Date>,
    /// Last day, inclusive; `None` for no end.
    pub to: Option<Date>,
    /// How exact.
    pub precision: Precision,
    /// How exact amounts are; `exact` in grants that were written before there was a choice.
    #[serde(default)]
    pub amounts: Amounts,
    /// How exact places are; `exact` in grants that were written before there was a choice.
    #[serde(default)]
    pub places: Places,
    /// Whether other people's names are told; `named` in grants that were written before there was a choice.
    #[serde(default)]
    pub people: People,
    /// For how long.
    pub duration: GrantDuration,
    /// The moment it ends by itself; set for [`GrantDuration::Until`].
    #[serde(with = "time::serde::rfc3339::option")]
    pub until: Option<OffsetDateTime>,
    /// When the person gave it.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// Digest of the bytes that were shown when it was given.
    pub shown_sha256: Sha256,
    /// What was shown, in a sentence.
    pub shown_summary: String,
    /// Whether it still opens anything.
    pub state: GrantState,
    /// When it ended.
    #[serde(with = "time::serde::rfc3339::option")]
    pub ended_at: Option<OffsetDateTime>,
    /// When it was last used.
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_used_at: Option<OffsetDateTime>,
    /// How often it was used.
    pub use_count: u64,
}

const COLUMNS: &str = "id, recipient_kind, recipient_id, recipient_name, face, purpose, scopes, connections, from_day, \
     to_day, precision, duration, until, created_at, shown_sha256, shown_summary, state, ended_at, last_used_at, \
     use_count, amounts, places, people";

/// All grants, newest first.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>) -> Result<Vec<Grant>, StoreError> {
    let mut statement = view.conn().prepare_cached(&format!(
        "SELECT {COLUMNS} FROM grants ORDER BY created_at DESC, id DESC"
    ))?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One grant.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, id: GrantId) -> Result<Option<Grant>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached(&format!("SELECT {COLUMNS} FROM grants WHERE id = ?1"))?;
    Ok(statement.query_row([id], read).optional()?)
}

/// The grants of a recipient that stand at `now`, newest first. One whose time is over does not stand, whether or not
/// [`expire_due`] has been called since.
///
/// # Errors
/// The database could not be read.
pub fn live_of(
    view: &View<'_>,
    kind: PartyKind,
    recipient: &str,
    now: OffsetDateTime,
) -> Result<Vec<Grant>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM grants WHERE recipient_kind = ?1 AND recipient_id = ?2 AND state = 'live' \
         AND (until IS NULL OR until > ?3) ORDER BY created_at DESC, id DESC"
    );
    let mut statement = view.conn().prepare_cached(&sql)?;
    let rows = statement.query_map((kind, recipient, Millis(now)), read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// All grants that stand at `now`, newest first.
///
/// # Errors
/// The database could not be read.
pub fn live(view: &View<'_>, now: OffsetDateTime) -> Result<Vec<Grant>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM grants WHERE state = 'live' AND (until IS NULL OR until > ?1) \
         ORDER BY created_at DESC, id DESC"
    );
    let mut statement = view.conn().prepare_cached(&sql)?;
    let rows = statement.query_map([Millis(now)], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Adds a grant.
///
/// # Errors
/// [`StoreError::Rule`] if the id is taken; the database could not be written.
pub fn insert(tx: &Tx<'_>, grant: &Grant) -> Result<(), StoreError> {
    let sql = format!(
        "INSERT INTO grants ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, \
         ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)"
    );
    let values: [&dyn rusqlite::ToSql; 23] = [
        &grant.id,
        &grant.recipient.kind,
        &grant.recipient.id,
        &grant.recipient.name,
        &grant.face,
        &grant.purpose,
        &Json(&grant.scopes),
        &grant.connections.as_ref().map(Json),
        &grant.from.map(Day),
        &grant.to.map(Day),
        &grant.precision,
        &grant.duration,
        &grant.until.map(Millis),
        &Millis(grant.created_at),
        &grant.shown_sha256,
        &grant.shown_summary,
        &grant.state,
        &grant.ended_at.map(Millis),
        &grant.last_used_at.map(Millis),
        &Count(grant.use_count),
        &grant.amounts,
        &grant.places,
        &grant.people,
    ];
    tx.conn().prepare_cached(&sql)?.execute(values)?;
    Ok(())
}

/// Notes a use. A grant for once is then used up. Whether the grant stood: if not, nothing may be released under it.
///
/// # Errors
/// The database could not be written.
pub fn use_once(tx: &Tx<'_>, id: GrantId, at: OffsetDateTime) -> Result<bool, StoreError> {
    let sql = "UPDATE grants SET last_used_at = ?2, use_count = use_count + 1, \
               ended_at = iif(duration = 'once', ?2, ended_at), state = iif(duration = 'once', 'used', state) \
               WHERE id = ?1 AND state = 'live' AND (until IS NULL OR until > ?2)";
    Ok(tx.conn().prepare_cached(sql)?.execute((id, Millis(at)))? > 0)
}

/// Notes a use and leaves the grant standing, also one for once: an app's "once" lasts until it closes. Whether the grant
/// stood: if not, nothing may be released under it.
///
/// # Errors
/// The database could not be written.
pub fn note_use(tx: &Tx<'_>, id: GrantId, at: OffsetDateTime) -> Result<bool, StoreError> {
    let sql = "UPDATE grants SET last_used_at = ?2, use_count = use_count + 1 \
               WHERE id = ?1 AND state = 'live' AND (until IS NULL OR until > ?2)";
    Ok(tx.conn().prepare_cached(sql)?.execute((id, Millis(at)))? > 0)
}

/// Ends a grant for once without the person's word: what it was for is over. Whether it stood.
///
/// # Errors
/// The database could not be written.
pub fn use_up(tx: &Tx<'_>, id: GrantId, at: OffsetDateTime) -> Result<bool, StoreError> {
    let sql = "UPDATE grants SET state = 'used', ended_at = ?2 \
               WHERE id = ?1 AND state = 'live' AND duration = 'once'";
    Ok(tx.conn().prepare_cached(sql)?.execute((id, Millis(at)))? > 0)
}

/// Ends a grant by the person's word; whether it stood.
///
/// # Errors
/// The database could not be written.
pub fn revoke(tx: &Tx<'_>, id: GrantId, at: OffsetDateTime) -> Result<bool, StoreError> {
    let sql = "UPDATE grants SET state = 'revoked', ended_at = ?2 WHERE id = ?1 AND state = 'live'";
    Ok(tx.conn().prepare_cached(sql)?.execute((id, Millis(at)))? > 0)
}

/// Leaves a standing grant with these of its connections; one for all connections is for these from now on. It never gets one that it
/// did not have. Whether it stood.
///
/// # Errors
/// The database could not be written.
pub fn keep_connections(tx: &Tx<'_>, id: GrantId, keep: &[ConnectionId]) -> Result<bool, StoreError> {
    let held = get(tx, id)?.and_then(|grant| grant.connections);
    let kept: Vec<ConnectionId> = keep
        .iter()
        .filter(|one| held.as_ref().is_none_or(|held| held.contains(one)))
        .copied()
        .collect();
    let sql = "UPDATE grants SET connections = ?2 WHERE id = ?1 AND state = 'live'";
    Ok(tx.conn().prepare_cached(sql)?.execute((id, Json(&kept)))? > 0)
}

/// Leaves a standing grant with what of its scopes these cover. It never gets one that it did not have. Whether it stood.
///
/// # Errors
/// The database could not be written.
pub fn keep_scopes(tx: &Tx<'_>, id: GrantId, keep: &[Scope]) -> Result<bool, StoreError> {
    let Some(held) = get(tx, id)?.map(|grant| grant.scopes) else {
        return Ok(false);
    };
    let kept: Vec<Scope> = left_of(&held, keep);
    let sql = "UPDATE grants SET scopes = ?2 WHERE id = ?1 AND state = 'live'";
    Ok(tx.conn().prepare_cached(sql)?.execute((id, Json(&kept)))? > 0)
}

/// What of scopes others cover: those that are covered whole, and of wider ones the part that is.
pub fn left_of(held: &[Scope], keep: &[Scope]) -> Vec<Scope> {
    let mut left: Vec<Scope> = Vec::new();
    let whole = held.iter().filter(|one| keep.iter().any(|kept| kept.covers(one)));
    let part = keep.iter().filter(|kept| held.iter().any(|one| one.covers(kept)));
    for scope in whole.chain(part) {
        if !left.contains(scope) {
            left.push(scope.clone());
        }
    }
    left
}

/// Ends all standing grants by the person's word; gives them as they were.
///
/// # Errors
/// The database could not be written.
pub fn revoke_all(tx: &Tx<'_>, at: OffsetDateTime) -> Result<Vec<Grant>, StoreError> {
    let standing = live(tx, at)?;
    for grant in &standing {
        revoke(tx, grant.id, at)?;
    }
    Ok(standing)
}

/// Ends the grants whose time is over; gives them as they were.
///
/// # Errors
/// The database could not be written.
pub fn expire_due(tx: &Tx<'_>, now: OffsetDateTime) -> Result<Vec<Grant>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM grants WHERE state = 'live' AND until <= ?1 ORDER BY until, id");
    let due = {
        let mut statement = tx.conn().prepare_cached(&sql)?;
        let rows = statement.query_map([Millis(now)], read)?;
        rows.collect::<Result<Vec<Grant>, _>>()?
    };
    if !due.is_empty() {
        let sql =
            "UPDATE grants SET state = 'expired', ended_at = until WHERE state = 'live' AND until <= ?1";
        tx.conn().prepare_cached(sql)?.execute([Millis(now)])?;
    }
    Ok(due)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Grant> {
    Ok(Grant {
        id: row.get(0)?,
        recipient: Party {
            kind: row.get(1)?,
            id: row.get(2)?,
            name: row.get(3)?,
        },
        face: row.get(4)?,
        purpose: row.get(5)?,
        scopes: row.get::<_, Json<_>>(6)?.0,
        connections: row.get::<_, Option<Json<_>>>(7)?.map(|list| list.0),
        from: row.get::<_, Option<Day>>(8)?.map(|day| day.0),
        to: row.get::<_, Option<Day>>(9)?.map(|day| day.0),
        precision: row.get(10)?,
        duration: row.get(11)?,
        until: row.get::<_, Option<Millis>>(12)?.map(|time| time.0),
        created_at: row.get::<_, Millis>(13)?.0,
        shown_sha256: row.get(14)?,
        shown_summary: row.get(15)?,
        state: row.get(16)?,
        ended_at: row.get::<_, Option<Millis>>(17)?.map(|time| time.0),
        last_used_at: row.get::<_, Option<Millis>>(18)?.map(|time| time.0),
        use_count: row.get::<_, Count>(19)?.0,
        amounts: row.get(20)?,
        places: row.get(21)?,
        people: row.get(22)?,
    })
}
