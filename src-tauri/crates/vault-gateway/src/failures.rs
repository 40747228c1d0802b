//! Only failures are limited: a caller that keeps guessing tokens is made to wait, one that has a good token never is.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// So many failures within [`WINDOW`], and the next one is told to wait.
const MOST: usize = 60;
const WINDOW: Duration = Duration::from_secs(60);

/// The failures of the last minute. On loopback every caller has the same address, so there is one list.
#[derive(Debug, Default)]
pub(crate) struct Failures {
    times: Mutex<VecDeque<Instant>>,
}

impl Failures {
    /// Notes a failure. Returns after how many seconds it may be tried again, when there were too many.
    pub(crate) fn note(&self, now: Instant) -> Option<u64> {
        let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        while times
            .front()
            .is_some_and(|first| now.duration_since(*first) >= WINDOW)
        {
            times.pop_front();
        }
        if times.len() < MOST {
            times.push_back(now);
            return None;
        }
        let first = times.front().copied().unwrap_or(now);
        Some((WINDOW - now.duration_since(first)).as_secs() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixty_first_failure_of_a_minute_waits() {
        let failures = Failures::default();
        let start = Instant::now();
        for second in 0..60 {
            assert_eq!(failures.note(start + Duration::from_millis(second * 100)), None);
        }
        assert_eq!(failures.note(start + Duration::from_secs(10)), Some(51));
        assert_eq!(failures.note(start + Duration::from_secs(61)), None);
    }
}
