//! One line of activity with all that is known of it.

use time::OffsetDateTime;
use vault_store::{
    DisclosureId, Scope, View,
    disclosures::{self, Disclosure, DisclosureKind},
    grants, receipts, requests,
};

use super::{
    super::{
        agreed::agreed,
        erasure,
        grants::GrantView,
        request::{Detail, scopes_of},
        scope_words::label,
    },
    ActivityEntry, item,
};
use crate::VaultError;

/// How many earlier questions of a party are looked at.
const LOOK_BACK: u32 = 200;

/// A line with all that is known of it.
pub(super) fn entry(
    view: &View<'_>,
    id: DisclosureId,
    now: OffsetDateTime,
) -> Result<ActivityEntry, VaultError> {
    let entry = disclosures::get(view, id)?.ok_or(VaultError::NoSuch("entry"))?;
    let grant = match entry.grant {
        Some(id) => grants::get(view, id)?,
        None => None,
    };
    let question = question_of(view, &entry)?;
    let asked = asked_and_given(&entry, question.as_ref());
    let (item, following) = item(view, entry, now)?;
    let party = &item.entry.party;
    let (maker, origin) = match question {
        Some(question) => (question.detail.maker, question.detail.origin),
        None => {
            let contact = erasure::contact(view, party)?;
            (contact.maker, contact.origin)
        }
    };
    Ok(ActivityEntry {
        agreed: grant
            .as_ref()
            .map_or_else(|| Ok(Vec::new()), |grant| agreed(view, grant))?,
        has_receipt: match &grant {
            Some(grant) => receipts::get(view, grant.id)?.is_some(),
            None => false,
        },
        erasure: erasure::last_of(view, party.kind, &party.id, now)?,
        can_ask_to_erase: erasure::can_ask(view, party)?,
        can_report: erasure::is_outside(party.kind),
        item,
        asked,
        grant: grant.map(|grant| GrantView::of(view, grant)).transpose()?,
        maker,
        origin,
        following,
    })
}

/// What was asked for, in words, and whether it was given; nothing where the entry is an act of the person afterwards.
fn asked_and_given(entry: &Disclosure, question: Option<&Asked>) -> Vec<(String, bool)> {
    use DisclosureKind as Kind;
    let given: &[Scope] = match entry.kind {
        Kind::Refused | Kind::Unanswered | Kind::Withdrawn => &[],
        Kind::EraseAsked | Kind::EraseAnswered | Kind::Reported => return Vec::new(),
        Kind::Granted
        | Kind::Released
        | Kind::Delivered
        | Kind::Failed
        | Kind::Revoked
        | Kind::Expired
        | Kind::Saved
        | Kind::Installed
        | Kind::Removed
        | Kind::Deleted
        | Kind::Paused
        | Kind::Accepted
        | Kind::Ruled => &entry.scopes,
    };
    let mut asked = question.map_or_else(|| entry.scopes.clone(), |question| question.scopes.clone());
    let also: Vec<Scope> = given
        .iter()
        .filter(|scope| !asked.contains(scope))
        .cloned()
        .collect();
    asked.extend(also);
    asked
        .iter()
        .map(|scope| (label(scope), given.contains(scope)))
        .collect()
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
