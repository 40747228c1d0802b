//! Requests of one caller are looked at one behind another: a flood of them slows its sender, and nobody else.

use std::hash::{BuildHasher as _, RandomState};

use openplatform::token::PresentedToken;
use tokio::sync::{Mutex, MutexGuard};

/// So many callers are told apart at once; two of them share a lane now and then.
const LANES: usize = 64;

/// A place in the queue of one caller.
#[derive(Debug)]
pub(crate) struct Lanes {
    lanes: Vec<Mutex<()>>,
    /// Random for each start, so that nobody can choose whose lane to stand in.
    hasher: RandomState,
}

impl Default for Lanes {
    fn default() -> Self {
        Self {
            lanes: (0..LANES).map(|_| Mutex::default()).collect(),
            hasher: RandomState::new(),
        }
    }
}

impl Lanes {
    /// Waits until the earlier requests with this token have been looked at; the next one waits for as long as the result is held.
    pub(crate) async fn turn(&self, token: &PresentedToken) -> Option<MutexGuard<'_, ()>> {
        let lane = self.hasher.hash_one(token.token()) % LANES as u64;
        let lane = usize::try_from(lane).ok().and_then(|lane| self.lanes.get(lane))?;
        Some(lane.lock().await)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn one_caller_waits_for_itself_and_others_do_not() {
        let lanes = Lanes::default();
        let token = |text: &str| PresentedToken::new(text).unwrap();
        let held = lanes.turn(&token("a")).await;
        let moment = Duration::from_millis(20);
        assert!(timeout(moment, lanes.turn(&token("a"))).await.is_err());
        let mut free = 0;
        for n in 0..64 {
            free += u32::from(
                timeout(moment, lanes.turn(&token(&format!("b{n}"))))
                    .await
                    .is_ok(),
            );
        }
        assert!(free > 48, "{free}");
        drop(held);
        assert!(timeout(moment, lanes.turn(&token("a"))).await.is_ok());
    }
}
