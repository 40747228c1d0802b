//! Which connections are fetched without anybody asking.

use time::OffsetDateTime;
use vault_store::connections::{Connection, ConnectionState, ConnectionWay};

/// A linked account is asked for what is new once a day.
const EVERY: time::Duration = time::Duration::hours(24);

/// Whether a fetch of a connection is due.
#[must_use]
pub fn is_due(connection: &Connection, now: OffsetDateTime) -> bool {
    let daily = connection.last_fetch_at.is_none_or(|last| last + EVERY <= now);
    match connection.state {
        ConnectionState::Working | ConnectionState::LessGranted => {
            connection.way == ConnectionWay::Link && daily
        }
        ConnectionState::PlatformBusy | ConnectionState::PlatformDown => {
            connection.next_try_at.is_some_and(|next| next <= now)
        }
        ConnectionState::File
        | ConnectionState::Fetching
        | ConnectionState::AuthLost
        | ConnectionState::NotFinished
        | ConnectionState::UnknownFormat
        | ConnectionState::Stopped
        | ConnectionState::Gone
        | ConnectionState::Typed => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Map;
    use time::macros::datetime;
    use vault_store::ConnectionId;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-11-24 12:00 UTC);

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
        assert!(is_due(
            &connection(ConnectionState::Working, Some(yesterday), None),
            NOW
        ));
        assert!(!is_due(
            &connection(ConnectionState::Working, Some(NOW), None),
            NOW
        ));
        assert!(is_due(
            &connection(ConnectionState::PlatformDown, Some(NOW), Some(NOW)),
            NOW
        ));
        assert!(!is_due(
            &connection(ConnectionState::PlatformBusy, None, Some(soon)),
            NOW
        ));
        assert!(
            is_due(
                &connection(ConnectionState::LessGranted, Some(yesterday), None),
                NOW
            ),
            "what the platform still allows"
        );
        for state in [
            ConnectionState::AuthLost,
            ConnectionState::Stopped,
            ConnectionState::Gone,
            ConnectionState::Fetching,
        ] {
            assert!(!is_due(&connection(state, None, None), NOW), "{state:?}");
        }
    }
}
