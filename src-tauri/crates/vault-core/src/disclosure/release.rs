//! Release: the answer, the use of the grant and the log entry, in one transaction.

use std::collections::BTreeMap;

use time::OffsetDateTime;
use vault_store::{
    DisclosureId, Tx, View,
    disclosures::{self, DisclosureKind},
    grants, tokens,
};

use super::{log, policy::Approved, questions::PartyKey, scope_words::words};
use crate::{SpaceHandle, VaultError, VaultEvent, vault::Turn};

/// Bytes that may be handed out, with the log entry that says so.
pub(crate) struct Release<T> {
    pub(crate) answer: T,
    pub(crate) disclosure: DisclosureId,
}

/// An answer as it was computed under a permission, and how much is in it.
pub(crate) struct Prepared<T> {
    pub(crate) answer: T,
    /// How much: `records`, `fields`, `periods`, `bytes`.
    pub(crate) counts: BTreeMap<String, u64>,
}

/// Computes an answer and logs it. Either the entry is on the disk when this returns, or there is no answer.
pub(crate) fn release<T>(
    turn: &mut Turn<'_>,
    approved: Approved,
    prepare: impl FnOnce(&View<'_>, &Approved) -> Result<Prepared<T>, VaultError>,
) -> Result<Release<T>, VaultError> {
    release_as(turn, approved, DisclosureId::new(), prepare)
}

/// The same, with the identifier of the entry; one that is taken makes the transaction fail.
pub(super) fn release_as<T>(
    turn: &mut Turn<'_>,
    approved: Approved,
    id: DisclosureId,
    prepare: impl FnOnce(&View<'_>, &Approved) -> Result<Prepared<T>, VaultError>,
) -> Result<Release<T>, VaultError> {
    release_kept(turn, approved, id, |tx, approved| prepare(tx, approved))
}

/// The same for what is kept in the transaction that hands it out.
pub(super) fn release_kept<T>(
    turn: &mut Turn<'_>,
    approved: Approved,
    id: DisclosureId,
    prepare: impl FnOnce(&Tx<'_>, &Approved) -> Result<Prepared<T>, VaultError>,
) -> Result<Release<T>, VaultError> {
    let now = turn.now();
    let key = PartyKey::of(turn.space.info.id, approved.party());
    let grants = approved.grants();
    let first_grant = grants.first().map(|(grant, _)| *grant);
    let line = first_grant.and_then(|grant| turn.questions.line(&key, grant, now));
    let answer = turn.space.db.write(|tx| {
        for (grant, used_up) in &grants {
            let stood = if *used_up {
                grants::use_once(tx, *grant, now)?
            } else {
                grants::note_use(tx, *grant, now)?
            };
            if !stood {
                return Err(VaultError::NoSuch("grant"));
            }
            if *used_up {
                tokens::expire_grant(tx, *grant, now)?;
            }
        }
        let prepared = prepare(tx, &approved)?;
        let mut new = log::entry(now, DisclosureKind::Released, approved.party(), approved.face());
        new.id = id;
        new.refers_to = line;
        new.purpose = approved.purpose().to_owned();
        new.scopes = approved.scopes();
        new.text = words(&new.scopes);
        new.counts = prepared.counts;
        new.grant = first_grant;
        log::append(tx, new)?;
        Ok(prepared.answer)
    })?;
    if let Some(grant) = first_grant {
        turn.questions.keep_line(&key, grant, line.unwrap_or(id), now);
    }
    for (grant, _) in grants.iter().filter(|(_, used_up)| *used_up) {
        turn.tell(VaultEvent::GrantChanged {
            space: turn.space.info.id,
            grant: *grant,
            live: false,
        });
    }
    log::tell(turn);
    Ok(Release {
        answer,
        disclosure: id,
    })
}

impl SpaceHandle {
    /// Logs that what was handed out arrived. A release has one outcome: the first.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] when there is no such release, or the database could not be written.
    pub async fn delivered(&self, id: DisclosureId) -> Result<(), VaultError> {
        self.write(move |turn| outcomes(turn, &[id], DisclosureKind::Delivered, ""))
            .await
    }

    /// The same for several, in one go.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] when there is no such release, or the database could not be written; then none of them is logged.
    pub async fn all_delivered(&self, ids: Vec<DisclosureId>) -> Result<(), VaultError> {
        self.write(move |turn| outcomes(turn, &ids, DisclosureKind::Delivered, ""))
            .await
    }

    /// Logs that what was handed out did not arrive, or that nobody knows. `reason` is a code such as `unreachable`.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] when there is no such release, or the database could not be written.
    pub async fn failed(&self, id: DisclosureId, reason: &'static str) -> Result<(), VaultError> {
        self.write(move |turn| outcomes(turn, &[id], DisclosureKind::Failed, reason))
            .await
    }
}

fn outcomes(
    turn: &mut Turn<'_>,
    ids: &[DisclosureId],
    kind: DisclosureKind,
    reason: &str,
) -> Result<(), VaultError> {
    let now = turn.now();
    let logged = turn.space.db.write(|tx| {
        let mut logged = false;
        for id in ids {
            logged |= outcome(tx, *id, kind, reason, now)?;
        }
        Ok::<_, VaultError>(logged)
    })?;
    if logged {
        log::tell(turn);
    }
    Ok(())
}

/// Logs the outcome of a release; whether it had none before.
pub(crate) fn outcome(
    tx: &Tx<'_>,
    id: DisclosureId,
    kind: DisclosureKind,
    reason: &str,
    now: OffsetDateTime,
) -> Result<bool, VaultError> {
    let released = disclosures::get(tx, id)?
        .filter(|entry| entry.kind == DisclosureKind::Released)
        .ok_or(VaultError::NoSuch("release"))?;
    let known = disclosures::referring(tx, id)?
        .iter()
        .any(|entry| matches!(entry.kind, DisclosureKind::Delivered | DisclosureKind::Failed));
    if known {
        return Ok(false);
    }
    let mut new = log::entry(now, kind, &released.party, released.face);
    new.refers_to = Some(id);
    new.grant = released.grant;
    new.reason = reason.to_owned();
    log::append(tx, new)?;
    Ok(true)
}
