//! Descriptions of cooperatives that the person looks at before adding one: what is kept is exactly what was shown.

use std::sync::{Mutex, MutexGuard, PoisonError};

use uuid::Uuid;
use vault_core::cooperatives::PeerSource;

use crate::error::{Answer, AppError};

/// How many are kept; the oldest go first.
const MOST: usize = 8;

/// A description.
#[derive(Clone)]
pub(crate) struct Looked {
    pub(crate) text: String,
    pub(crate) came: PeerSource,
    /// The address it was fetched from; empty for any other source.
    pub(crate) address: String,
}

/// The descriptions that were shown.
#[derive(Default)]
pub(crate) struct Looks(Mutex<Vec<(String, Looked)>>);

impl Looks {
    fn all(&self) -> MutexGuard<'_, Vec<(String, Looked)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a description and returns the name by which the page knows it.
    pub(crate) fn keep(&self, looked: Looked) -> String {
        let name = Uuid::new_v4().simple().to_string();
        let mut all = self.all();
        if all.len() >= MOST {
            all.remove(0);
        }
        all.push((name.clone(), looked));
        name
    }

    /// A description that was shown.
    pub(crate) fn get(&self, name: &str) -> Answer<Looked> {
        let all = self.all();
        let found = all.iter().find(|(known, _)| known == name);
        found
            .map(|(_, looked)| looked.clone())
            .ok_or_else(|| AppError::new("COP-421"))
    }

    /// Forgets all of them.
    pub(crate) fn forget(&self) {
        self.all().clear();
    }
}
