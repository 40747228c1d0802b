//! When a connection is fetched without anybody asking.
//!
//! The rule, whole: a fetch that went well is followed by the next one after the interval of the connector, up to a tenth of it earlier, so
//! that connections drift apart. One that failed for a reason that may pass is tried again after a quarter of an hour, and after twice as
//! long each time, up to a day; a platform that names a time is asked then and not before. One that the person has to mend is not tried
//! again until the person did. No two automatic fetches of a connection are closer than a quarter of an hour, unless the platform itself named
//! a time. After a night of sleep, or a vault that was locked, what was due meanwhile is fetched once.

use std::time::Duration;

use time::OffsetDateTime;
use vault_core::{SpaceHandle, VaultError};
use vault_store::{
    ConnectionId,
    connections::{Connection, ConnectionState},
};

/// How often whoever drives fetches looks whether one is due. Time in which the computer slept does not count towards it, so that what came due
/// then is fetched within this time after it woke.
pub const LOOK: Duration = Duration::from_secs(60);

/// No two automatic fetches of a connection are closer.
const SPACING: Duration = Duration::from_secs(15 * 60);
/// A platform that names a time may be asked then, though not at once.
const SHORTEST_NAMED: Duration = Duration::from_secs(1);
/// The first wait after a failure; each further one is twice as long.
const FIRST_WAIT: Duration = SPACING;
/// The longest wait after a failure, also where the platform asks for a longer one.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 3600);
/// The longest interval of a connector.
const LONGEST: Duration = Duration::from_secs(31 * 24 * 3600);
/// How often a connection is fetched whose connector is not at hand.
const DAILY: Duration = LONGEST_WAIT;

/// How a fetch ended, as far as the next one depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// All that may be read was read.
    Whole,
    /// Something that may pass.
    Failed {
        /// How many fetches in a row ended so, with this one; 1 for the first.
        in_a_row: u32,
        /// After how long the platform wants to be asked again, where it said so.
        retry_after: Option<Duration>,
    },
    /// Something that does not pass by itself: the person has to act.
    Final,
}

/// When the next automatic fetch is, or never. `random` lies in 0..1 and draws the moment apart from others.
#[must_use]
pub fn next_run(
    ending: Ending,
    interval: Duration,
    now: OffsetDateTime,
    random: f64,
) -> Option<OffsetDateTime> {
    let random = random.clamp(0.0, 1.0);
    let wait = match ending {
        Ending::Final => return None,
        Ending::Whole => interval.mul_f64(1.0 - random / 10.0).max(SPACING),
        Ending::Failed {
            in_a_row,
            retry_after,
        } => {
            let doubled = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(in_a_row.saturating_sub(1)));
            match retry_after {
                // Never before the named time, and not all at the same moment after it.
                Some(named) => named
                    .clamp(SHORTEST_NAMED, LONGEST_WAIT)
                    .mul_f64(1.0 + random / 25.0),
                None => doubled.min(LONGEST_WAIT).mul_f64(1.0 + random / 10.0),
            }
        }
    };
    now.checked_add(time::Duration::try_from(wait).ok()?)
}

/// Whether a fetch of a connection is due.
#[must_use]
pub fn is_due(connection: &Connection, now: OffsetDateTime) -> bool {
    due_since(connection, now).is_some_and(|since| since <= now)
}

/// Since when a fetch is due, or from when on; nothing while none will be.
fn due_since(connection: &Connection, now: OffsetDateTime) -> Option<OffsetDateTime> {
    let waits_for_time = match connection.state {
        ConnectionState::Working | ConnectionState::LessGranted => {
            if !connection.way.is_asked() {
                return None;
            }
            false
        }
        ConnectionState::PlatformBusy | ConnectionState::PlatformDown | ConnectionState::UnknownFormat => {
            true
        }
        ConnectionState::File
        | ConnectionState::Fetching
        | ConnectionState::AuthLost
        | ConnectionState::EmailSent
        | ConnectionState::NotFinished
        | ConnectionState::Stopped
        | ConnectionState::Gone
        | ConnectionState::Typed => return None,
    };
    match (connection.next_try_at, connection.last_fetch_at) {
        // A moment further away than any wait was written by a clock that was wrong.
        (Some(next), _) if next > now + LONGEST => Some(now),
        (Some(next), _) => Some(next),
        (None, _) if waits_for_time => None,
        (None, Some(last)) => Some(last + DAILY),
        (None, None) => Some(connection.created_at.min(now)),
    }
}

/// The connections of a space that are due, the one that waits longest first.
///
/// # Errors
/// The vault is locked, or the database could not be read.
pub async fn due(space: &SpaceHandle) -> Result<Vec<ConnectionId>, VaultError> {
    let now = space.vault().clock().now();
    let mut due: Vec<_> = space
        .connections()
        .await?
        .iter()
        .filter_map(|connection| Some((due_since(connection, now)?, connection.id)))
        .filter(|(since, _)| *since <= now)
        .collect();
    due.sort();
    Ok(due.into_iter().map(|(_, id)| id).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Map;
    use time::macros::datetime;
    use vault_store::connections::ConnectionWay;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-11-24 12:00 UTC);
    const DAY: Duration = Duration::from_secs(86_400);

    fn connection(
        state: ConnectionState,
        last: Option<OffsetDateTime>,
        next: Option<OffsetDateTime>,
    ) -> Connection {
        Connection {
            id: ConnectionId::new(),
            platform: "demo".into(),
            name: "Demo platform".into(),
            way: ConnectionWay::Link,
            state,
            state_since: NOW,
            account: String::new(),
            detail: Map::new(),
            created_at: NOW,
            last_fetch_at: last,
            next_try_at: next,
        }
    }

    #[test]
    fn a_day_later_or_at_the_named_time() {
        let (yesterday, soon) = (NOW - time::Duration::hours(24), NOW + time::Duration::hours(1));
        for (state, last, next, expected) in [
            (ConnectionState::Working, Some(yesterday), None, true),
            (ConnectionState::Working, Some(NOW), None, false),
            (ConnectionState::Working, None, None, true),
            (ConnectionState::Working, Some(yesterday), Some(soon), false),
            (ConnectionState::PlatformDown, Some(NOW), Some(NOW), true),
            (ConnectionState::PlatformBusy, None, Some(soon), false),
            (ConnectionState::PlatformBusy, None, None, false),
            (ConnectionState::UnknownFormat, None, Some(NOW), true),
            // What the platform still allows.
            (ConnectionState::LessGranted, Some(yesterday), None, true),
            (
                ConnectionState::Working,
                None,
                Some(NOW + time::Duration::days(400)),
                true,
            ),
        ] {
            assert_eq!(
                is_due(&connection(state, last, next), NOW),
                expected,
                "{state:?} {last:?} {next:?}"
            );
        }
        for state in [
            ConnectionState::AuthLost,
            ConnectionState::Stopped,
            ConnectionState::Gone,
            ConnectionState::Fetching,
        ] {
            assert!(!is_due(&connection(state, None, Some(NOW)), NOW), "{state:?}");
        }
    }

    #[test]
    fn waits_double_up_to_a_day() {
        let wait = |in_a_row, retry_after: Option<u64>| {
            let ending = Ending::Failed {
                in_a_row,
                retry_after: retry_after.map(Duration::from_secs),
            };
            (next_run(ending, DAY, NOW, 0.0).unwrap() - NOW).whole_minutes()
        };
        let waits: Vec<_> = (1..=9).map(|in_a_row| wait(in_a_row, None)).collect();
        assert_eq!(waits, [15, 30, 60, 120, 240, 480, 960, 1440, 1440]);
        assert_eq!(wait(u32::MAX, None), 1440);
        assert_eq!(
            (wait(9, Some(7200)), wait(1, Some(90)), wait(1, Some(u64::MAX))),
            (120, 1, 1440)
        );
        assert_eq!(next_run(Ending::Final, DAY, NOW, 0.5), None);
    }

    proptest! {
        #[test]
        fn chance_draws_apart_and_never_together(random in 0.0_f64..1.0, in_a_row in 1_u32..40, named in 900_u64..86_400, interval in 900_u64..2_592_000) {
            let after = |ending| (next_run(ending, Duration::from_secs(interval), NOW, random).unwrap() - NOW).as_seconds_f64();
            let whole = after(Ending::Whole);
            prop_assert!(whole >= 900.0 && whole <= interval as f64 && whole >= 0.9 * interval as f64 - 1.0);
            let asked = after(Ending::Failed { in_a_row, retry_after: Some(Duration::from_secs(named)) });
            prop_assert!(asked >= named as f64 && asked <= 1.04 * named as f64 + 1.0);
            let failed = after(Ending::Failed { in_a_row, retry_after: None });
            prop_assert!((900.0..=1.1 * 86_400.0).contains(&failed));
        }
    }
}
