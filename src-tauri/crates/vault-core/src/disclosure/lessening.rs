//! A party that is to see less than the person agreed to: its grants go on with what is left of them.

use vault_store::{
    Party, Scope,
    disclosures::DisclosureKind,
    grants::{self, Grant},
};

use super::{
    ending::{grant_lessened, sweep, tell_over},
    grants::stop,
    log,
    scope_words::grant_words,
};
use crate::{VaultError, VaultEvent, vault::Turn};

/// Leaves the standing grants of a party with what these scopes cover; one of which nothing is left ends. Each keeps its id and its receipt,
/// lets less through from the next call on, and the log says what it lets through from then on.
pub(crate) fn keep_scopes(
    turn: &mut Turn<'_>,
    party: &Party,
    keep: &[Scope],
    reason: &str,
) -> Result<(), VaultError> {
    sweep(turn)?;
    let now = turn.now();
    let done = turn.space.db.write(|tx| {
        let mut done: Vec<(Grant, bool)> = Vec::new();
        for grant in grants::live_of(tx, party.kind, &party.id, now)? {
            let left = grants::left_of(&grant.scopes, keep);
            if left == grant.scopes {
                continue;
            }
            if left.is_empty() {
                stop(tx, &grant, reason, now)?;
                done.push((grant, false));
                continue;
            }
            grants::keep_scopes(tx, grant.id, keep)?;
            let lesser = Grant {
                scopes: left,
                ..grant.clone()
            };
            let mut entry = log::entry(now, DisclosureKind::Revoked, &grant.recipient, grant.face);
            entry.text = format!("Less than before; left: {}", grant_words(&lesser));
            entry.scopes = grant
                .scopes
                .iter()
                .filter(|one| !lesser.scopes.contains(one))
                .cloned()
                .collect();
            entry.grant = Some(grant.id);
            entry.reason = reason.to_owned();
            log::append(tx, entry)?;
            grant_lessened(tx, &grant, now)?;
            done.push((grant, true));
        }
        Ok::<_, VaultError>(done)
    })?;
    let space = turn.space.info.id;
    for (grant, live) in &done {
        if *live {
            turn.tell(VaultEvent::GrantChanged {
                space,
                grant: grant.id,
                live: true,
            });
        } else {
            tell_over(turn, grant.id);
        }
    }
    if !done.is_empty() {
        log::tell(turn);
    }
    Ok(())
}
