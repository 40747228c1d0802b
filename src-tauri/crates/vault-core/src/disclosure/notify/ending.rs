//! What becomes of a message (spec 6.4).

use time::Duration;
use vault_store::{
    DeliveryId, DisclosureId, consumers,
    deliveries::{self, Delivery, DeliveryKind},
};

use super::super::consumers::give_up;
use crate::{SpaceHandle, VaultError, consumers::platform_guid, vault::Turn};

/// The longest wait between two tries, in seconds.
const LONGEST: i64 = 1024;

/// So often a message is tried again: a day and a little more.
const MOST_RETRIES: u32 = 100;

/// What an app answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryEnd {
    /// 2xx: it took it.
    Taken,
    /// 410: it wants nothing of this platform any more.
    Gone,
    /// Any other 4xx: it does not want this one.
    Refused,
    /// The address leads where Satchel sends nothing: the message is dropped.
    Forbidden,
    /// Anything else, or nothing: it is tried again later.
    Unreachable,
}

impl DeliveryEnd {
    /// By the status of an answer.
    #[must_use]
    pub const fn of(status: u16) -> Self {
        match status {
            200..=299 => Self::Taken,
            410 => Self::Gone,
            400..=499 => Self::Refused,
            _ => Self::Unreachable,
        }
    }

    /// The reason in the log; none for what arrived.
    const fn reason(self) -> Option<&'static str> {
        match self {
            Self::Taken => None,
            Self::Gone => Some("gone"),
            Self::Refused => Some("refused_by_app"),
            Self::Forbidden => Some("forbidden_address"),
            Self::Unreachable => Some("unreachable"),
        }
    }
}

/// How long retry `n` (from 0) waits: `min(1024, round_half_even((2^n - 1) / 2))` seconds (spec 6.4).
fn pause(n: u32) -> Duration {
    let seconds = if n >= 11 {
        LONGEST
    } else {
        // (2^n - 1) / 2 is a half more than a whole number from n = 1 on; halves go to the even side.
        let twice = (1_i64 << n) - 1;
        let whole = twice / 2;
        if twice % 2 == 1 && whole % 2 == 1 {
            whole + 1
        } else {
            whole
        }
    };
    Duration::seconds(seconds.min(LONGEST))
}

impl SpaceHandle {
    /// Says what became of a message, and of the data in it.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be written.
    pub async fn delivery_ended(
        &self,
        id: DeliveryId,
        disclosure: Option<DisclosureId>,
        end: DeliveryEnd,
    ) -> Result<(), VaultError> {
        if let Some(disclosure) = disclosure {
            match end.reason() {
                None => self.delivered(disclosure).await?,
                Some(reason) => self.failed(disclosure, reason).await?,
            }
        }
        self.write(move |turn| settle(turn, id, end)).await
    }
}

fn settle(turn: &mut Turn<'_>, id: DeliveryId, end: DeliveryEnd) -> Result<(), VaultError> {
    // It may be gone with its app, or taken over by a newer one.
    let Some(delivery) = turn.space.db.read(|view| deliveries::get(view, id))? else {
        return Ok(());
    };
    if end == DeliveryEnd::Unreachable && delivery.tries <= MOST_RETRIES {
        let due_at = turn.now() + pause(delivery.tries.saturating_sub(1));
        return turn
            .space
            .db
            .write(|tx| Ok(deliveries::postpone(tx, id, delivery.tries, due_at)?));
    }
    turn.space.db.write(|tx| deliveries::delete(tx, id))?;
    if end == DeliveryEnd::Gone && delivery.kind != DeliveryKind::Agreed {
        drop_grant(turn, &delivery)?;
    }
    Ok(())
}

/// An app that wants nothing more sees nothing more, and is not told so.
fn drop_grant(turn: &mut Turn<'_>, delivery: &Delivery) -> Result<(), VaultError> {
    let found = turn
        .space
        .db
        .read(|view| consumers::get(view, delivery.consumer))?;
    if let Some(consumer) = found {
        give_up(turn, &consumer, platform_guid(&delivery.subject))?;
        turn.space
            .db
            .write(|tx| deliveries::delete_subject(tx, consumer.id, &delivery.subject))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pauses_are_those_of_the_specification() {
        let expected = [0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1024, 1024];
        for (n, seconds) in (0..).zip(expected) {
            assert_eq!(pause(n).whole_seconds(), seconds, "{n}");
        }
        let all: i64 = (0..100).map(|n| pause(n).whole_seconds()).sum();
        assert_eq!(all, 92_158);
    }

    #[test]
    fn a_status_is_an_end() {
        for (status, end) in [
            (200, DeliveryEnd::Taken),
            (204, DeliveryEnd::Taken),
            (301, DeliveryEnd::Unreachable),
            (400, DeliveryEnd::Refused),
            (405, DeliveryEnd::Refused),
            (410, DeliveryEnd::Gone),
            (429, DeliveryEnd::Refused),
            (500, DeliveryEnd::Unreachable),
        ] {
            assert_eq!(DeliveryEnd::of(status), end, "{status}");
        }
    }
}
