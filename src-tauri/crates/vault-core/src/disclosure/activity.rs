//! Activity: the log as the person reads it. One line for each sharing, refusal or end; the answers of one sharing are one line.

mod detail;
mod words;

use serde::Serialize;
use time::OffsetDateTime;
use vault_store::{
    DisclosureId, View,
    disclosures::{self, Disclosure, DisclosureKind, LogFilter, ReleaseOutcome, Released},
};

use super::{erasure::ErasureView, grants::GrantView, log};
use crate::{SpaceHandle, VaultError};

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ActivityResult {
    /// Something was shared.
    Shared,
    /// It was refused.
    Refused,
    /// Nobody answered in time, or the one who asked was gone.
    NotAnswered,
    /// It was handed out and did not arrive.
    Failed,
    /// It was stopped, or its time was over.
    Stopped,
    /// The person saved it to a file.
    Saved,
    /// A party was admitted, or looked at again after a change.
    Installed,
    /// The person asked a party to erase what it has.
    EraseAsked,
    /// The person made a report for an authority.
    Reported,
    /// It was handed out, and nobody has said whether it arrived.
    Unknown,
}

/// Which lines are meant; a default filter means all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActivityFilter {
    /// Words in the sentence, the purpose or the party's name.
    pub text: String,
    /// Only parties of this name.
    pub party: Option<String>,
    /// Only this result.
    pub result: Option<ActivityResult>,
    /// Only from this moment on.
    pub since: Option<OffsetDateTime>,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityItem {
    /// The entry that the line stands for.
    pub entry: Disclosure,
    /// What came of it.
    pub result: ActivityResult,
    /// What it is about: "Weekly earnings and hours, from 8 Jun 2026".
    pub what: String,
    /// The result in words: "Shared until 31 Dec 2026".
    pub words: String,
    /// Answers that were handed out, and what became of them.
    pub released: Released,
    /// Records in them; a record that was read twice counts twice.
    pub records: u64,
}

/// A page of lines, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityPage {
    /// The lines.
    pub items: Vec<ActivityItem>,
    /// Number of lines that the filter lets through.
    pub total: u64,
    /// Every name in the log, for the filter.
    pub parties: Vec<String>,
}

/// A line with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityEntry {
    /// The line.
    pub item: ActivityItem,
    /// What was asked for, in words, and whether it was given.
    pub asked: Vec<(String, bool)>,
    /// The grant.
    pub grant: Option<GrantView>,
    /// How much of it was agreed to, when there is a grant: the name of a limit and the limit.
    pub agreed: Vec<(&'static str, String)>,
    /// Whether there is a signed receipt of the grant.
    pub has_receipt: bool,
    /// The newest request that the party erase what it has.
    pub erasure: Option<ErasureView>,
    /// Whether the party got something that it can be asked to erase.
    pub can_ask_to_erase: bool,
    /// Whether there is somebody to report.
    pub can_report: bool,
    /// Who made the party, as it said at the time; empty if it did not.
    pub maker: String,
    /// The party's origin or address at the time.
    pub origin: String,
    /// The entries that refer to this one: more answers, outcomes, a deletion.
    pub following: Vec<Disclosure>,
}

impl SpaceHandle {
    /// A page of activity.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn activity(
        &self,
        filter: ActivityFilter,
        offset: u64,
        limit: u32,
    ) -> Result<ActivityPage, VaultError> {
        let now = self.vault().clock().now();
        self.read(move |db| {
            db.read(|view| {
                let rows = filter.rows();
                let mut items = Vec::new();
                for entry in disclosures::list(view, &rows, offset, limit)? {
                    items.push(item(view, entry, now)?.0);
                }
                let mut parties: Vec<String> = disclosures::parties(view)?
                    .into_iter()
                    .map(|party| party.name)
                    .filter(|name| !name.is_empty())
                    .collect();
                parties.dedup();
                Ok(ActivityPage {
                    items,
                    total: disclosures::total(view, &rows)?,
                    parties,
                })
            })
        })
        .await
    }

    /// A line with all that is known of it.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`].
    pub async fn activity_entry(&self, id: DisclosureId) -> Result<ActivityEntry, VaultError> {
        let now = self.vault().clock().now();
        self.read(move |db| db.read(|view| detail::entry(view, id, now)))
            .await
    }

    /// Deletes the sentence of an entry. Its hash and its place stay, and the log says that the person did so.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] when there is no such entry or its sentence is gone already.
    pub async fn delete_activity_text(&self, id: DisclosureId) -> Result<(), VaultError> {
        self.write(move |turn| {
            let now = turn.now();
            turn.space
                .db
                .write(|tx| disclosures::blank(tx, id, now))?
                .ok_or(VaultError::NoSuch("entry"))?;
            log::tell(turn);
            Ok(())
        })
        .await
    }
}

impl ActivityFilter {
    fn rows(&self) -> LogFilter {
        use DisclosureKind as Kind;
        let kinds = match self.result {
            None => Vec::new(),
            Some(ActivityResult::Shared) => vec![Kind::Granted, Kind::Released],
            Some(ActivityResult::Refused) => vec![Kind::Refused],
            Some(ActivityResult::NotAnswered) => vec![Kind::Unanswered, Kind::Withdrawn],
            Some(ActivityResult::Failed) => vec![Kind::Failed],
            Some(ActivityResult::Stopped) => {
                vec![
                    Kind::Revoked,
                    Kind::Expired,
                    Kind::Removed,
                    Kind::Paused,
                    Kind::Ruled,
                ]
            }
            Some(ActivityResult::Saved) => vec![Kind::Saved],
            Some(ActivityResult::Installed) => vec![Kind::Installed, Kind::Accepted],
            Some(ActivityResult::EraseAsked) => vec![Kind::EraseAsked, Kind::EraseAnswered],
            Some(ActivityResult::Reported) => vec![Kind::Reported],
            Some(ActivityResult::Unknown) => vec![Kind::Released],
        };
        let outcome = match self.result {
            Some(ActivityResult::Shared) => Some(ReleaseOutcome::Delivered),
            Some(ActivityResult::Unknown) => Some(ReleaseOutcome::Unknown),
            _ => None,
        };
        LogFilter {
            text: self.text.clone(),
            party_name: self.party.clone(),
            kinds,
            since: self.since,
            // A failure refers to the release that failed, and an answer to the first of its sharing; they are lines of their own only
            // where they are looked for.
            first_only: !matches!(
                self.result,
                Some(ActivityResult::Failed | ActivityResult::Unknown)
            ),
            outcome,
            party: None,
        }
    }
}

fn item(
    view: &View<'_>,
    entry: Disclosure,
    now: OffsetDateTime,
) -> Result<(ActivityItem, Vec<Disclosure>), VaultError> {
    let following = disclosures::referring(view, entry.id)?;
    let records = following
        .iter()
        .chain([&entry])
        .filter(|one| one.kind == DisclosureKind::Released)
        .filter_map(|one| one.counts.get("records"))
        .sum();
    let released = disclosures::released_in(view, entry.id)?;
    let result = words::result_of(&entry, &following);
    let words = words::of(view, &entry, result, released, now)?;
    let what = entry
        .text
        .as_ref()
        .map_or_else(|| "Words deleted by you".to_owned(), |text| text.text.clone());
    let item = ActivityItem {
        result,
        what,
        words,
        released,
        records,
        entry,
    };
    Ok((item, following))
}
