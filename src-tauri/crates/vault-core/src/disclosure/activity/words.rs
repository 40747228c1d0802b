//! What came of an entry, and in which words that is said.

use time::OffsetDateTime;
use vault_store::{
    View,
    disclosures::{Disclosure, DisclosureKind, Released},
    erasures::{self, ErasureState},
    grants::{self, GrantDuration},
};

use super::{
    super::{
        ask::UNREVIEWED,
        erasure::ErasureView,
        format::{counted, day},
        likeness,
        v1::NOT_SHARED,
    },
    ActivityResult,
};
use crate::{
    VaultError,
    apps::{exits, versions},
};

/// What came of it.
pub(super) fn result_of(entry: &Disclosure, following: &[Disclosure]) -> ActivityResult {
    let has = |kind| following.iter().any(|one| one.kind == kind);
    match entry.kind {
        DisclosureKind::Granted | DisclosureKind::Delivered => ActivityResult::Shared,
        DisclosureKind::Released if has(DisclosureKind::Failed) => ActivityResult::Failed,
        DisclosureKind::Released if has(DisclosureKind::Delivered) => ActivityResult::Shared,
        DisclosureKind::Released => ActivityResult::Unknown,
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

/// The result in words.
pub(super) fn of(
    view: &View<'_>,
    entry: &Disclosure,
    result: ActivityResult,
    released: Released,
    now: OffsetDateTime,
) -> Result<String, VaultError> {
    let fixed = match entry.kind {
        DisclosureKind::Granted if entry.reason == exits::OPENED => "You agreed, until you close it",
        DisclosureKind::Granted if entry.reason == exits::USED => "You let it through",
        DisclosureKind::Revoked if entry.reason == exits::CLOSED => "You closed it",
        DisclosureKind::Granted => {
            let words = granted_words(view, entry)?;
            return Ok(match released.failed {
                0 => words,
                failed => format!("{words}, {} did not arrive", counted(failed, "answer", "answers")),
            });
        }
        DisclosureKind::Released if result == ActivityResult::Failed => "Did not arrive",
        DisclosureKind::Released if result == ActivityResult::Unknown => "Not known whether it arrived",
        DisclosureKind::Released | DisclosureKind::Delivered => "Shared",
        DisclosureKind::Refused if entry.reason == "locked" => "Refused, the vault was locked",
        DisclosureKind::Refused if entry.reason == NOT_SHARED => "Refused, not shared",
        DisclosureKind::Refused if entry.reason == likeness::IMITATES => "Refused, its name imitates another",
        DisclosureKind::Refused if entry.reason == likeness::NO_NAME => "Refused, its name hides something",
        DisclosureKind::Refused if entry.reason == UNREVIEWED => "Refused until you look at its new version",
        DisclosureKind::Refused => "You refused",
        DisclosureKind::Unanswered => "Not answered",
        DisclosureKind::Withdrawn => "It stopped asking",
        DisclosureKind::Failed => "Did not arrive",
        DisclosureKind::Revoked if entry.reason == "restored" => "Ended, it came with a backpack",
        DisclosureKind::Revoked if entry.reason == "removed" => "Stopped, the app was removed",
        DisclosureKind::Revoked if entry.reason == "by_app" => "The app gave it up",
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
        DisclosureKind::EraseAsked => return asked_words(view, entry, now),
        DisclosureKind::EraseAnswered if entry.reason == ErasureState::Refused.as_str() => "They refused",
        DisclosureKind::EraseAnswered => "They answered",
        DisclosureKind::Reported => "Report saved",
    };
    Ok(fixed.to_owned())
}

/// "Answer due 10 Dec 2026".
fn asked_words(view: &View<'_>, entry: &Disclosure, now: OffsetDateTime) -> Result<String, VaultError> {
    let Some(erasure) = erasures::get(view, entry.id)? else {
        return Ok("Written again".to_owned());
    };
    let erasure = ErasureView::new(erasure, now);
    Ok(match (erasure.erasure.state, erasure.clock.late()) {
        (ErasureState::Erased, _) => "Erased, as they say".to_owned(),
        (ErasureState::Refused, _) => "They refused".to_owned(),
        (ErasureState::Waiting, 0) => format!("Answer due {}", day(erasure.clock.due)),
        (ErasureState::Waiting, late) => {
            format!("Answer overdue by {}", counted(late.into(), "day", "days"))
        }
    })
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
