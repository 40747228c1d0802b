//! Writing the log: what happened, to whom, how much. Never a value.

use std::collections::BTreeMap;

use time::OffsetDateTime;
use vault_store::{
    DisclosureId, Face, Party, PartyKind, Scope, Tx,
    disclosures::{self, DisclosureKind, NewDisclosure},
};

use super::{likeness, questions::PartyKey, scope_words::words};
use crate::{VaultError, VaultEvent, vault::Turn};

/// An entry with nothing but what every entry has; the rest is filled in by the caller.
pub(crate) fn entry(at: OffsetDateTime, kind: DisclosureKind, party: &Party, face: Face) -> NewDisclosure {
    NewDisclosure {
        id: DisclosureId::new(),
        at,
        kind,
        refers_to: None,
        party: party.clone(),
        face,
        purpose: String::new(),
        scopes: Vec::new(),
        counts: BTreeMap::new(),
        grant: None,
        reason: String::new(),
        text: String::new(),
    }
}

/// Appends an entry in the transaction of what it speaks of.
pub(crate) fn append(tx: &Tx<'_>, new: NewDisclosure) -> Result<DisclosureId, VaultError> {
    Ok(disclosures::append(tx, new)?.id)
}

/// Logs that something was refused by rule, without asking the person. The same refusal a moment ago has its line already.
pub(super) fn refused_by_rule(
    turn: &mut Turn<'_>,
    party: &Party,
    face: Face,
    scopes: &[Scope],
    reason: &str,
) -> Result<(), VaultError> {
    let now = turn.now();
    let key = PartyKey::of(turn.space.info.id, party);
    if !turn.questions.note_denied(&key, scopes, now) {
        return Ok(());
    }
    let shown = Party {
        name: likeness::shown(&party.name),
        ..party.clone()
    };
    let mut new = entry(now, DisclosureKind::Refused, &shown, face);
    new.scopes = scopes.to_vec();
    new.reason = reason.to_owned();
    new.text = words(scopes);
    turn.space.db.write(|tx| append(tx, new))?;
    tell(turn);
    Ok(())
}

/// The person, at the screen or the terminal.
pub(crate) fn person() -> Party {
    Party {
        kind: PartyKind::Person,
        id: String::new(),
        name: "You".into(),
    }
}

/// Logs that the person saved something to a file: a backpack, the log itself.
pub(crate) fn saved(
    turn: &Turn<'_>,
    face: Face,
    text: &str,
    counts: BTreeMap<String, u64>,
) -> Result<DisclosureId, VaultError> {
    let mut new = entry(turn.now(), DisclosureKind::Saved, &person(), face);
    new.text = text.to_owned();
    new.counts = counts;
    let id = turn.space.db.write(|tx| append(tx, new))?;
    tell(turn);
    Ok(id)
}

/// Tells the watchers that the log has grown.
pub(crate) fn tell(turn: &Turn<'_>) {
    turn.tell(VaultEvent::Logged {
        space: turn.space.info.id,
    });
}
