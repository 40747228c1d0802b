//! What became of what was handed out: whether it arrived, and what a party got in all.

use time::OffsetDateTime;

use crate::ids::DisclosureId;
use crate::party::PartyKind;
use crate::scope::Scope;
use crate::sql::{Count, Json, Millis};
use crate::{StoreError, View};

/// How a release ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReleaseOutcome {
    /// It arrived.
    Delivered,
    /// Nobody has said whether it arrived.
    Unknown,
}

impl ReleaseOutcome {
    /// The condition on a row of `disclosures`.
    pub(super) const fn condition(self) -> &'static str {
        match self {
            Self::Delivered => {
                "EXISTS (SELECT 1 FROM disclosures AS o WHERE o.refers_to = disclosures.id AND o.kind = 'delivered')"
            }
            Self::Unknown => {
                "NOT EXISTS (SELECT 1 FROM disclosures AS o WHERE o.refers_to = disclosures.id \
                 AND o.kind IN ('delivered', 'failed'))"
            }
        }
    }
}

/// The answers of one sharing, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Released {
    /// Answers that were handed out.
    pub answers: u64,
    /// Of these, how many arrived.
    pub delivered: u64,
    /// Of these, how many did not.
    pub failed: u64,
}

impl Released {
    /// Answers of which nobody has said whether they arrived.
    #[must_use]
    pub const fn unknown(self) -> u64 {
        self.answers.saturating_sub(self.delivered + self.failed)
    }
}

/// What was handed out by an entry and by the answers that refer to it.
///
/// # Errors
/// The database could not be read.
pub fn released_in(view: &View<'_>, line: DisclosureId) -> Result<Released, StoreError> {
    let sql = "WITH answers AS (SELECT id FROM disclosures WHERE id = ?1 AND kind = 'released' \
               UNION ALL SELECT id FROM disclosures WHERE refers_to = ?1 AND kind = 'released') \
               SELECT (SELECT count(*) FROM answers), \
               count(*) FILTER (WHERE d.kind = 'delivered'), count(*) FILTER (WHERE d.kind = 'failed') \
               FROM answers JOIN disclosures AS d ON d.refers_to = answers.id AND d.kind IN ('delivered', 'failed')";
    Ok(view.conn().prepare_cached(sql)?.query_row([line], |row| {
        Ok(Released {
            answers: row.get::<_, Count>(0)?.0,
            delivered: row.get::<_, Count>(1)?.0,
            failed: row.get::<_, Count>(2)?.0,
        })
    })?)
}

/// Answers to one party that opened the same scopes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// What they opened.
    pub scopes: Vec<Scope>,
    /// When the first was handed out.
    pub first: OffsetDateTime,
    /// When the last was handed out.
    pub last: OffsetDateTime,
    /// How many there were.
    pub answers: u64,
}

/// The condition on a row of `disclosures` that it hands something out to the party `?1`, `?2`: an answer that says itself that it held
/// nothing does not count.
const HOLDS_SOMETHING: &str = "party_kind = ?1 AND party_id = ?2 AND kind = 'released' \
               AND coalesce((SELECT max(value) > 0 FROM json_each(counts) WHERE key <> 'bytes'), 1)";

/// Whether anything was handed out to a party, whether or not it is known to have arrived.
///
/// # Errors
/// The database could not be read.
pub fn was_shared_with(view: &View<'_>, kind: PartyKind, party: &str) -> Result<bool, StoreError> {
    let sql = format!("SELECT EXISTS (SELECT 1 FROM disclosures WHERE {HOLDS_SOMETHING})");
    Ok(view
        .conn()
        .prepare_cached(&sql)?
        .query_row((kind, party), |row| row.get(0))?)
}

/// Everything that was handed out to a party, whether or not it is known to have arrived; by what it opened, oldest first.
///
/// # Errors
/// The database could not be read.
pub fn shared_with(view: &View<'_>, kind: PartyKind, party: &str) -> Result<Vec<Shared>, StoreError> {
    let sql = format!(
        "SELECT scopes, min(at), max(at), count(*) FROM disclosures WHERE {HOLDS_SOMETHING} \
         GROUP BY scopes ORDER BY min(seq)"
    );
    let mut statement = view.conn().prepare_cached(&sql)?;
    let rows = statement.query_map((kind, party), |row| {
        Ok(Shared {
            scopes: row.get::<_, Json<_>>(0)?.0,
            first: row.get::<_, Millis>(1)?.0,
            last: row.get::<_, Millis>(2)?.0,
            answers: row.get::<_, Count>(3)?.0,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
