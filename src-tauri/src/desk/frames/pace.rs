//! How often an app may do what reaches beyond its own frame.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// So many acts are let through in [`SPAN`].
const MOST: usize = 20;
const SPAN: Duration = Duration::from_secs(10);

/// The latest acts of one app.
#[derive(Default)]
pub(crate) struct Pace(Mutex<VecDeque<Instant>>);

impl Pace {
    /// Whether one more act is let through now; if so it counts.
    pub(crate) fn step(&self) -> bool {
        self.step_at(Instant::now())
    }

    fn step_at(&self, now: Instant) -> bool {
        let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while latest
            .front()
            .is_some_and(|first| now.saturating_duration_since(*first) >= SPAN)
        {
            latest.pop_front();
        }
        let room = latest.len() < MOST;
        if room {
            latest.push_back(now);
        }
        room
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_cut_and_forgiven_later() {
        let (pace, start) = (Pace::default(), Instant::now());
        let through = (0..100_000).filter(|_| pace.step_at(start)).count();
        assert_eq!(through, MOST);
        assert!(pace.step_at(start + SPAN));
    }
}
