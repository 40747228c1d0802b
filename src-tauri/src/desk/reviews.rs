//! Descriptions of apps that the person looks at before installing: what is installed is exactly what was shown.

use std::sync::{Mutex, MutexGuard, PoisonError};

use uuid::Uuid;
use vault_connect::FetchedManifest;

use crate::error::{Answer, AppError};

/// How many descriptions are kept; the oldest go first.
const MOST: usize = 8;

/// The descriptions that were shown.
#[derive(Default)]
pub(crate) struct Reviews(Mutex<Vec<(String, FetchedManifest)>>);

impl Reviews {
    fn all(&self) -> MutexGuard<'_, Vec<(String, FetchedManifest)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a description and returns the name by which the page knows it.
    pub(crate) fn keep(&self, fetched: FetchedManifest) -> String {
        let name = Uuid::new_v4().simple().to_string();
        let mut all = self.all();
        if all.len() >= MOST {
            all.remove(0);
        }
        all.push((name.clone(), fetched));
        name
    }

    /// Takes a description that was shown.
    pub(crate) fn take(&self, name: &str) -> Answer<FetchedManifest> {
        let mut all = self.all();
        let place = all.iter().position(|(known, _)| known == name);
        place
            .map(|at| all.remove(at).1)
            .ok_or_else(|| AppError::new("APP-334"))
    }

    /// Forgets all of them.
    pub(crate) fn forget(&self) {
        self.all().clear();
    }
}
