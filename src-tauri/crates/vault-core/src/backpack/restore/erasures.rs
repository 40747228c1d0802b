//! Requests to erase. They were really sent, so they go on waiting where they are restored.

use vault_store::{
    Tx,
    erasures::{self, Erasure, ErasureState},
};

use super::Bringing;
use crate::{VaultError, backpack::BackpackError};

/// Requests written at once.
const BATCH: usize = 500;

impl Bringing<'_> {
    /// Requests that the space does not know, and what the backpack knows later of those that it does.
    pub(super) fn erasures(&self) -> Result<(), BackpackError> {
        for batch in self.inspection.erasures.chunks(BATCH) {
            let batch = batch.to_vec();
            self.write(move |turn| {
                turn.space
                    .db
                    .write(|tx| batch.iter().try_for_each(|erasure| put(tx, erasure)))
            })?;
        }
        Ok(())
    }
}

fn put(tx: &Tx<'_>, erasure: &Erasure) -> Result<(), VaultError> {
    let known = erasures::get(tx, erasure.id)?;
    if known.is_none_or(|known| is_later(erasure, &known)) {
        erasures::put(tx, erasure)?;
    }
    Ok(())
}

/// Whether a state of a request came after another: an answer comes after every letter.
fn is_later(one: &Erasure, other: &Erasure) -> bool {
    let at = |erasure: &Erasure| {
        let answered = erasure.state != ErasureState::Waiting;
        (answered, erasure.asked_again_at, erasure.answered_at)
    };
    at(one) > at(other)
}

#[cfg(test)]
mod tests {
    use time::{Duration, macros::datetime};
    use vault_store::{DisclosureId, Party, PartyKind, erasures::ErasureWay};

    use super::*;

    #[test]
    fn what_is_known_later_counts() {
        let now = datetime!(2026-11-24 10:00 UTC);
        let asked = Erasure {
            id: DisclosureId::new(),
            party: Party {
                kind: PartyKind::App,
                id: "x".into(),
                name: "X".into(),
            },
            way: ErasureWay::Letter,
            asked_at: now,
            asked_again_at: None,
            state: ErasureState::Waiting,
            answered_at: None,
        };
        let again = Erasure {
            asked_again_at: Some(now + Duration::DAY),
            ..asked.clone()
        };
        let answered = Erasure {
            state: ErasureState::Refused,
            answered_at: Some(now + Duration::HOUR),
            ..asked.clone()
        };
        for (one, other, later) in [
            (&asked, &asked, false),
            (&again, &asked, true),
            (&asked, &again, false),
            (&answered, &again, true),
            (&again, &answered, false),
            (&answered, &answered, false),
        ] {
            assert_eq!(is_later(one, other), later, "{one:?} {other:?}");
        }
    }
}
