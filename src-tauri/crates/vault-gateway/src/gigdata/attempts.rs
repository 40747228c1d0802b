//! Apps that are being connected: what has to be known when the person's browser comes back. Nothing of it stands in an address but a
//! random name, so that nobody can forge or change it (spec 12: S2).

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use openplatform::token::{AppToken, TOKEN_BYTES};
use rand::RngCore as _;
use url::Url;
use uuid::Uuid;
use vault_core::SpaceHandle;
use vault_store::{ConsumerId, RequestId};

/// So many attempts are remembered; the oldest make room.
const MOST: usize = 256;
/// So long one is remembered: somewhat longer than a question lives.
const LIFE: Duration = Duration::from_secs(15 * 60);

/// An app that is being connected.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    pub(super) space: SpaceHandle,
    pub(super) consumer: ConsumerId,
    /// The app's name, for the page that the person sees.
    pub(super) name: String,
    /// What the person is asked; none when it is settled already.
    pub(super) question: Option<RequestId>,
    /// Whether it is settled with yes, where nobody is asked.
    pub(super) agreed: bool,
    pub(super) platform: Option<Uuid>,
    /// The app's own word for this attempt.
    pub(super) request: Option<String>,
    /// The registered address to which the browser goes back.
    pub(super) back: Option<Url>,
    pub(super) challenge: Option<String>,
}

/// The attempts of a gateway, by their random names.
#[derive(Debug, Default)]
pub(crate) struct Attempts(Mutex<HashMap<String, (Instant, Attempt)>>);

impl Attempts {
    fn all(&self) -> MutexGuard<'_, HashMap<String, (Instant, Attempt)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers one, under a name of 64 hexadecimal digits.
    pub(super) fn begin(&self, attempt: Attempt, now: Instant) -> String {
        let name = fresh_name();
        let mut all = self.all();
        all.retain(|_, (begun, _)| now.duration_since(*begun) < LIFE);
        while all.len() >= MOST {
            let oldest = all.iter().min_by_key(|(_, (begun, _))| *begun);
            let Some(oldest) = oldest.map(|(name, _)| name.clone()) else {
                break;
            };
            all.remove(&oldest);
        }
        all.insert(name.clone(), (now, attempt));
        name
    }

    pub(super) fn find(&self, name: &str) -> Option<Attempt> {
        self.all().get(name).map(|(_, attempt)| attempt.clone())
    }

    /// Takes one away: whoever gets it settles it, and nobody else.
    pub(super) fn take(&self, name: &str) -> Option<Attempt> {
        self.all().remove(name).map(|(_, attempt)| attempt)
    }
}

fn fresh_name() -> String {
    let mut bytes = [0_u8; TOKEN_BYTES];
    rand::rngs::OsRng.fill_bytes(&mut bytes);
    AppToken::from_random(&bytes).expose().to_owned()
}
