//! Where "now" comes from: the system, or a test.

use std::sync::atomic::{AtomicI64, Ordering};

use time::OffsetDateTime;

/// Tells the time. Two implementations: [`SystemClock`] and [`ManualClock`].
pub trait Clock: Send + Sync + 'static {
    /// The current moment, in UTC.
    fn now(&self) -> OffsetDateTime;
}

/// The computer's clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc()
    }
}

/// A clock that moves only when it is told to.
#[derive(Debug)]
pub struct ManualClock {
    unix_ms: AtomicI64,
}

impl ManualClock {
    /// A clock that stands at `start`.
    #[must_use]
    pub fn new(start: OffsetDateTime) -> Self {
        let ms = start.unix_timestamp_nanos() / 1_000_000;
        Self {
            unix_ms: AtomicI64::new(i64::try_from(ms).unwrap_or(i64::MAX)),
        }
    }

    /// Moves the clock forward (or back, with a negative duration).
    pub fn advance(&self, by: time::Duration) {
        let ms = i64::try_from(by.whole_milliseconds()).unwrap_or(i64::MAX);
        self.unix_ms.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> OffsetDateTime {
        let nanos = i128::from(self.unix_ms.load(Ordering::SeqCst)) * 1_000_000;
        OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}
