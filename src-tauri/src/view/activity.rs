//! Permissions, and what left the vault, refusals included.

use serde::{Deserialize, Serialize};
use specta::Type;
use time::{Duration, OffsetDateTime};
use vault_core::disclosure::{self, ActivityEntry, ActivityItem, Attention, GrantView};
use vault_store::{
    Face, PartyKind,
    disclosures::{BrokenWhy, DisclosureKind},
    grants::{self, GrantDuration},
};

use super::{
    records::mirror,
    rights::Erasure,
    time::{clock, local, long, rfc3339, stamp},
    words::{count, fingerprint},
};
use crate::error::AppError;

mirror!(
    /// How a request ended.
    ActivityResult of disclosure::ActivityResult { Shared, Refused, NotAnswered, Failed, Stopped, Saved, Installed, EraseAsked, Reported, Unknown }
);
mirror!(
    /// Whether a permission still opens anything.
    GrantState of grants::GrantState { Live, Used, Expired, Revoked }
);

/// The sign beside a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Glyph {
    Left,
    Refused,
    Arrived,
    Packed,
    Stopped,
    Failed,
    Erase,
    Report,
}

/// The form of a saved log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum LogForm {
    /// One entry a line, for a program.
    Lines,
    /// A page, for people.
    Page,
}

impl LogForm {
    /// The ending of the file's name.
    pub(crate) const fn extension(self) -> &'static str {
        match self {
            Self::Lines => "ndjson",
            Self::Page => "html",
        }
    }
}

impl From<LogForm> for disclosure::LogForm {
    fn from(form: LogForm) -> Self {
        match form {
            LogForm::Lines => Self::Lines,
            LogForm::Page => Self::Page,
        }
    }
}

/// One row of the log.
#[derive(Clone, Serialize, Type)]
pub(crate) struct ActivityRow {
    pub(crate) id: String,
    at: String,
    pub(crate) party: String,
    pub(crate) what: String,
    pub(crate) result: ActivityResult,
    words: String,
    glyph: Glyph,
}

impl From<&ActivityItem> for ActivityRow {
    fn from(item: &ActivityItem) -> Self {
        Self {
            id: item.entry.id.to_string(),
            at: stamp(item.entry.at),
            party: party(item),
            what: item.what.clone(),
            result: item.result.into(),
            words: item.words.clone(),
            glyph: glyph(item),
        }
    }
}

/// A page of the log.
#[derive(Clone, Serialize, Type)]
pub(crate) struct ActivityList {
    pub(crate) rows: Vec<ActivityRow>,
    pub(crate) total: u64,
    pub(crate) parties: Vec<String>,
}

/// Which rows are meant.
#[derive(Clone, Default, Deserialize, Type)]
pub(crate) struct ActivityFilter {
    text: String,
    party: Option<String>,
    result: Option<ActivityResult>,
    days: Option<u32>,
}

impl ActivityFilter {
    /// The same for the vault.
    pub(crate) fn at(self, now: OffsetDateTime) -> disclosure::ActivityFilter {
        disclosure::ActivityFilter {
            text: self.text,
            party: self.party,
            result: self.result.map(Into::into),
            since: self.days.map(|days| now - Duration::days(i64::from(days))),
        }
    }
}

/// One row with all that is known of it.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ActivityDetail {
    row: ActivityRow,
    facts: Vec<MonoFact>,
    asked: Vec<Asked>,
    grant: Option<GrantRow>,
    /// How much was agreed to, and what was shown when it was.
    agreed: Vec<MonoFact>,
    /// The newest request that the party erase what it has.
    erasure: Option<Erasure>,
    can_erase: bool,
    can_report: bool,
    /// Whether the permission has a signed receipt.
    receipt: bool,
    hash: String,
    number: u64,
}

#[derive(Clone, Serialize, Type)]
struct MonoFact {
    name: String,
    value: String,
    mono: bool,
}

#[derive(Clone, Serialize, Type)]
struct Asked {
    words: String,
    given: bool,
}

impl ActivityDetail {
    pub(crate) fn new(detail: &ActivityEntry, now: OffsetDateTime) -> Self {
        let entry = &detail.item.entry;
        Self {
            row: ActivityRow::from(&detail.item),
            facts: facts(detail),
            asked: detail
                .asked
                .iter()
                .map(|(words, given)| Asked {
                    words: words.clone(),
                    given: *given,
                })
                .collect(),
            grant: detail.grant.as_ref().map(|view| GrantRow::new(view, now)),
            agreed: agreed(detail),
            erasure: detail.erasure.as_ref().map(Erasure::from),
            can_erase: detail.can_ask_to_erase,
            can_report: detail.can_report,
            receipt: detail.has_receipt,
            hash: entry.hash.to_string(),
            number: entry.seq,
        }
    }
}

/// One permission.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GrantRow {
    id: String,
    party: String,
    face: String,
    words: String,
    scopes: Vec<String>,
    since: String,
    /// It was for once: it ends when the app is closed.
    once: bool,
    until: Option<String>,
    last_used: Option<String>,
    state: GrantState,
    shown: String,
    /// The installed app that holds it; empty for anybody else.
    app: String,
    /// The platforms that it is limited to.
    sources: Vec<String>,
    /// Why it deserves a look; none when it does not.
    attention: Option<String>,
}

impl GrantRow {
    pub(crate) fn new(view: &GrantView, now: OffsetDateTime) -> Self {
        let grant = &view.grant;
        Self {
            id: grant.id.to_string(),
            party: grant.recipient.name.clone(),
            face: face_words(grant.face).into(),
            words: view.words.clone(),
            scopes: grant.scopes.iter().map(ToString::to_string).collect(),
            since: stamp(grant.created_at),
            once: grant.duration == GrantDuration::Once,
            // The last day on which it opens something.
            until: grant.until.map(|end| rfc3339(end - Duration::SECOND)),
            last_used: grant.last_used_at.map(stamp),
            state: grant.state.into(),
            shown: grant.shown_summary.clone(),
            app: if grant.recipient.kind == PartyKind::App {
                grant.recipient.id.clone()
            } else {
                String::new()
            },
            sources: view.sources.clone(),
            attention: (grant.state == grants::GrantState::Live)
                .then(|| view.attention(now).map(attention_words))
                .flatten(),
        }
    }
}

/// Why a permission deserves a look, in words.
pub(crate) fn attention_words(attention: Attention) -> String {
    match attention {
        Attention::Unused(days) => format!("not used for {}", count_of(days, "day", "days")),
        Attention::Endless => "without end".into(),
    }
}

fn count_of(number: i64, one: &str, more: &str) -> String {
    count(u64::try_from(number).unwrap_or_default(), one, more)
}

/// How the log stands.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogCheck {
    entries: u64,
    whole: bool,
    first_broken: Option<u64>,
    checked_at: String,
    words: String,
}

impl From<&disclosure::LogCheck> for LogCheck {
    fn from(check: &disclosure::LogCheck) -> Self {
        let entries = count(check.entries, "entry", "entries");
        let words = match &check.broken {
            Some(broken) => format!("Entry {} {}", broken.seq, broken_words(broken.why)),
            None if check.deleted_texts > 0 => {
                format!(
                    "{entries}, none changed or removed; you deleted the words of {}",
                    check.deleted_texts
                )
            }
            None => format!("{entries}, none changed or removed"),
        };
        Self {
            entries: check.entries,
            whole: check.broken.is_none(),
            first_broken: check.broken.as_ref().map(|broken| broken.seq),
            checked_at: stamp(check.checked_at),
            words,
        }
    }
}

/// How many can see something.
#[derive(Clone, Serialize, Type)]
pub(crate) struct Seeing {
    apps: u32,
    words: String,
}

impl Seeing {
    /// Counts the parties of permissions that stand.
    pub(crate) fn of(standing: &[GrantView]) -> Self {
        let mut parties: Vec<(PartyKind, &str)> = standing
            .iter()
            .map(|view| (view.grant.recipient.kind, view.grant.recipient.id.as_str()))
            .collect();
        parties.sort_unstable();
        parties.dedup();
        let apps = u32::try_from(parties.len()).unwrap_or(u32::MAX);
        let only_apps = parties.iter().all(|(kind, _)| *kind == PartyKind::App);
        let words = match apps {
            0 => "Nobody can see anything".into(),
            more if only_apps => format!("{} can see something", count(u64::from(more), "app", "apps")),
            more => format!("{more} can see something"),
        };
        Self { apps, words }
    }
}

fn party(item: &ActivityItem) -> String {
    let party = &item.entry.party;
    if !party.name.is_empty() {
        party.name.clone()
    } else if party.kind == PartyKind::Backpack {
        "Backpack".into()
    } else {
        "You".into()
    }
}

fn glyph(item: &ActivityItem) -> Glyph {
    match (item.entry.kind, item.result) {
        (DisclosureKind::Saved, _) => Glyph::Packed,
        (_, disclosure::ActivityResult::Shared | disclosure::ActivityResult::Unknown) => Glyph::Left,
        (_, disclosure::ActivityResult::Refused | disclosure::ActivityResult::NotAnswered) => Glyph::Refused,
        (_, disclosure::ActivityResult::Failed) => Glyph::Failed,
        (_, disclosure::ActivityResult::Stopped) => Glyph::Stopped,
        (_, disclosure::ActivityResult::Saved) => Glyph::Packed,
        (_, disclosure::ActivityResult::Installed) => Glyph::Arrived,
        (_, disclosure::ActivityResult::EraseAsked) => Glyph::Erase,
        (_, disclosure::ActivityResult::Reported) => Glyph::Report,
    }
}

fn facts(detail: &ActivityEntry) -> Vec<MonoFact> {
    let entry = &detail.item.entry;
    let mut facts = Vec::new();
    if !entry.purpose.is_empty() {
        facts.push(plain("Its reason", entry.purpose.clone()));
    }
    let who = if detail.maker.is_empty() {
        party(&detail.item)
    } else {
        format!("{}, by {}", party(&detail.item), detail.maker)
    };
    facts.push(plain("Who it was", who));
    if !detail.origin.is_empty() {
        facts.push(mono("Went to", detail.origin.clone()));
    }
    facts.push(plain("Through", face_words(entry.face).into()));
    let at = local(entry.at);
    facts.push(plain("When", format!("{}, {}", long(at.date()), clock(at))));
    if detail.item.released.answers > 0 {
        facts.push(plain("Handed out", handed_out(&detail.item)));
    }
    facts.push(mono("Fingerprint", fingerprint(&entry.hash.to_string())));
    facts
}

/// "5 answers, 15 records in them; 1 did not arrive".
fn handed_out(item: &ActivityItem) -> String {
    let released = item.released;
    let mut words = format!(
        "{}, {} in them",
        count(released.answers, "answer", "answers"),
        count(item.records, "record", "records")
    );
    if released.failed > 0 {
        words.push_str(&format!("; {} did not arrive", released.failed));
    }
    if released.unknown() > 0 {
        words.push_str(&format!("; not known whether {} arrived", released.unknown()));
    }
    words
}

fn agreed(detail: &ActivityEntry) -> Vec<MonoFact> {
    let Some(view) = &detail.grant else {
        return Vec::new();
    };
    let limits = detail.agreed.iter();
    let mut facts: Vec<MonoFact> = limits.map(|(name, limit)| plain(name, limit.clone())).collect();
    facts.push(plain("You were shown", view.grant.shown_summary.clone()));
    facts.push(mono(
        "Fingerprint of that",
        fingerprint(&view.grant.shown_sha256.to_string()),
    ));
    facts
}

fn plain(name: &str, value: String) -> MonoFact {
    MonoFact {
        name: name.into(),
        value,
        mono: false,
    }
}

fn mono(name: &str, value: String) -> MonoFact {
    MonoFact {
        mono: true,
        ..plain(name, value)
    }
}

/// How somebody asks, in words.
pub(crate) fn face_words(face: Face) -> &'static str {
    match face {
        Face::OpenPlatform => "An app in its own window",
        Face::Gigdata => "Gigdata",
        Face::Core => "A service with a token",
        Face::Intercoop => "A signed transfer",
        Face::Vault => "The address of your vault",
        Face::Backpack => "A backpack",
        Face::Own => "Satchel itself",
    }
}

fn broken_words(why: BrokenWhy) -> &'static str {
    match why {
        BrokenWhy::Missing => "is missing.",
        BrokenWhy::Link => "does not follow from the one before.",
        BrokenWhy::Content | BrokenWhy::Text => "was changed.",
        BrokenWhy::Head => "is not the one that was signed.",
    }
}

/// Reads an id that came from a page.
pub(crate) fn entry_id(text: &str) -> Result<vault_store::DisclosureId, AppError> {
    text.parse().map_err(|_| AppError::new("SYS-713"))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn nobody_or_some_can_see_something() {
        assert_eq!(Seeing::of(&[]).words, "Nobody can see anything");
    }

    #[test]
    fn a_check_says_what_it_found() {
        let whole = disclosure::LogCheck {
            entries: 213,
            deleted_texts: 0,
            heads: 4,
            broken: None,
            checked_at: datetime!(2026-11-24 12:00 UTC),
        };
        assert_eq!(
            LogCheck::from(&whole).words,
            "213 entries, none changed or removed"
        );
        let broken = vault_store::disclosures::BrokenEntry {
            seq: 7,
            why: BrokenWhy::Content,
        };
        let check = LogCheck::from(&disclosure::LogCheck {
            broken: Some(broken),
            ..whole
        });
        assert_eq!(
            (check.words.as_str(), check.whole, check.first_broken),
            ("Entry 7 was changed.", false, Some(7))
        );
    }
}
