//! Activity: the log as the person reads it. One line for each sharing, refusal or end; the answers of one sharing are one line.

use serde::Serialize;
use time::OffsetDateTime;
use vault_store::{
    DisclosureId, Scope, View,
    disclosures::{self, Disclosure, DisclosureKind, LogFilter},
    grants::{self, GrantDuration},
    requests,
};

use super::{
    ask::UNREVIEWED,
    format::{counted, day},
    grants::GrantView,
    likeness, log,
    request::{Detail, scopes_of},
    scope_words::label,
};
use crate::{SpaceHandle, VaultError, apps::versions};

/// How many earlier questions of a party are looked at.
const LOOK_BACK: u32 = 200;

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
    /// It was handed out, and nobody has said yet whether it arrived.
    Pending,
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
    /// Answers that were handed out.
    pub answers: u64,
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
        self.read(move |db| {
            db.read(|view| {
                let rows = filter.rows();
                let mut items = Vec::new();
                for entry in disclosures::list(view, &rows, offset, limit)? {
                    items.push(item(view, entry)?.0);
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
        self.read(move |db| db.read(|view| detail(view, id))).await
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
            Some(ActivityResult::Pending) => vec![Kind::Released],
        };
        LogFilter {
            text: self.text.clone(),
            party_name: self.party.clone(),
            kinds,
            since: self.since,
            // A failure refers to the release that failed; it is a line of its own only where failures are looked for.
            first_only: self.result != Some(ActivityResult::Failed),
            ..LogFilter::default()
        }
    }
}

fn item(view: &View<'_>, entry: Disclosure) -> Result<(ActivityItem, Vec<Disclosure>), VaultError> {
    let following = disclosures::referring(view, entry.id)?;
    let released = || {
        following
            .iter()
            .chain([&entry])
            .filter(|one| one.kind == DisclosureKind::Released)
    };
    let records = released().filter_map(|one| one.counts.get("records")).sum();
    let answers = released().count() as u64;
    let result = result_of(&entry, &following);
    let words = words(view, &entry, result)?;
    let what = entry
        .text
        .as_ref()
        .map_or_else(|| "Words deleted by you".to_owned(), |text| text.text.clone());
    let item = ActivityItem {
        result,
        what,
        words,
        answers,
        records,
        entry,
    };
    Ok((item, following))
}

fn result_of(entry: &Disclosure, following: &[Disclosure]) -> ActivityResult {
    let has = |kind| following.iter().any(|one| one.kind == kind);
    match entry.kind {
        DisclosureKind::Granted | DisclosureKind::Delivered => ActivityResult::Shared,
        DisclosureKind::Released if has(DisclosureKind::Failed) => ActivityResult::Failed,
        DisclosureKind::Released if has(DisclosureKind::Delivered) => ActivityResult::Shared,
        DisclosureKind::Released => ActivityResult::Pending,
        DisclosureKind::Refused => ActivityResult::Refused,
        DisclosureKind::Unanswered | DisclosureKind::Withdrawn => ActivityResult::NotAnswered,
        DisclosureKind::Failed => ActivityResult::Failed,
        DisclosureKind::Revoked
        | DisclosureKind::Expired
        | DisclosureKind::Removed
        | DisclosureKind::Paused
        | DisclosureKind::Ruled
        | DisclosureKind::Deleted => ActivityResult::Stopped,
        DisclosureKind::Saved => ActivityResult::Saved,
        DisclosureKind::Installed | DisclosureKind::Accepted => ActivityResult::Installed,
        DisclosureKind::EraseAsked | DisclosureKind::EraseAnswered => ActivityResult::EraseAsked,
        DisclosureKind::Reported => ActivityResult::Reported,
    }
}

fn words(view: &View<'_>, entry: &Disclosure, result: ActivityResult) -> Result<String, VaultError> {
    let fixed = match entry.kind {
        DisclosureKind::Granted => return granted_words(view, entry),
        DisclosureKind::Released if result == ActivityResult::Failed => "Did not arrive",
        DisclosureKind::Released if result == ActivityResult::Pending => "Handed out",
        DisclosureKind::Released | DisclosureKind::Delivered => "Shared",
        DisclosureKind::Refused if entry.reason == "locked" => "Refused, the vault was locked",
        DisclosureKind::Refused if entry.reason == super::v1::NOT_SHARED => "Refused, not shared",
        DisclosureKind::Refused if entry.reason == likeness::IMITATES => "Refused, its name imitates another",
        DisclosureKind::Refused if entry.reason == likeness::NO_NAME => "Refused, its name hides something",
        DisclosureKind::Refused if entry.reason == UNREVIEWED => "Refused until you look at its new version",
        DisclosureKind::Refused => "You refused",
        DisclosureKind::Unanswered => "Not answered",
        DisclosureKind::Withdrawn => "It stopped asking",
        DisclosureKind::Failed => "Did not arrive",
        DisclosureKind::Revoked => "You stopped it",
        DisclosureKind::Expired => "Its time was over",
        DisclosureKind::Saved => {
            return Ok(match entry.counts.get("records") {
                Some(records) => counted(*records, "record", "records"),
                None => "Saved".to_owned(),
            });
        }
        DisclosureKind::Installed => "Installed",
        DisclosureKind::Removed => "Removed",
        DisclosureKind::Deleted => "Words deleted by you",
        DisclosureKind::Paused => "Paused until you look",
        DisclosureKind::Accepted if entry.reason == versions::NARROWER => {
            "A new version that asks for no more"
        }
        DisclosureKind::Accepted if entry.reason == versions::KEPT => "You kept the old version",
        DisclosureKind::Accepted => "You looked at it",
        DisclosureKind::Ruled => "Your rule",
        DisclosureKind::EraseAsked => "You asked them to erase",
        DisclosureKind::EraseAnswered => "They answered",
        DisclosureKind::Reported => "You made a report",
    };
    Ok(fixed.to_owned())
}

fn granted_words(view: &View<'_>, entry: &Disclosure) -> Result<String, VaultError> {
    let grant = match entry.grant {
        Some(id) => grants::get(view, id)?,
        None => None,
    };
    let Some(grant) = grant else {
        return Ok("Shared".to_owned());
    };
    Ok(match (grant.duration, grant.until) {
        (GrantDuration::Once, _) => "Shared once".to_owned(),
        (GrantDuration::Until, Some(end)) => {
            // The grant ends when its last day is over.
            let last = end.date().previous_day().unwrap_or(end.date());
            format!("Shared until {}", day(last))
        }
        (GrantDuration::Until, None) => "Shared".to_owned(),
        (GrantDuration::UntilStopped, _) => "Shared until you stop it".to_owned(),
    })
}

fn detail(view: &View<'_>, id: DisclosureId) -> Result<ActivityEntry, VaultError> {
    let entry = disclosures::get(view, id)?.ok_or(VaultError::NoSuch("entry"))?;
    let grant = match entry.grant {
        Some(id) => grants::get(view, id)?,
        None => None,
    };
    let question = question_of(view, &entry)?;
    let no = matches!(
        entry.kind,
        DisclosureKind::Refused | DisclosureKind::Unanswered | DisclosureKind::Withdrawn
    );
    let given: &[Scope] = if no { &[] } else { &entry.scopes };
    let mut asked = question
        .as_ref()
        .map_or_else(|| entry.scopes.clone(), |question| question.scopes.clone());
    asked.extend(
        given
            .iter()
            .filter(|scope| !asked.contains(scope))
            .cloned()
            .collect::<Vec<_>>(),
    );
    let asked = asked
        .iter()
        .map(|scope| (label(scope), given.contains(scope)))
        .collect();
    let (item, following) = item(view, entry)?;
    let (maker, origin) = question.map_or_else(Default::default, |question| {
        (question.detail.maker, question.detail.origin)
    });
    Ok(ActivityEntry {
        item,
        asked,
        grant: grant.map(|grant| GrantView::of(view, grant)).transpose()?,
        maker,
        origin,
        following,
    })
}

struct Asked {
    scopes: Vec<Scope>,
    detail: Detail,
}

/// The question of which an entry came: the one that made its grant, or the one that ended with it.
fn question_of(view: &View<'_>, entry: &Disclosure) -> Result<Option<Asked>, VaultError> {
    for request in requests::of_recipient(view, entry.party.kind, &entry.party.id, LOOK_BACK)? {
        let detail = Detail::read(&request)?;
        let same = match entry.grant {
            Some(grant) => detail.grant == Some(grant),
            None => request.ended_at == Some(entry.at),
        };
        if same {
            return Ok(Some(Asked {
                scopes: scopes_of(&request),
                detail,
            }));
        }
    }
    Ok(None)
}
