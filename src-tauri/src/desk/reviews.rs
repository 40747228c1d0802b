//! Descriptions of apps that the person looks at before installing: what is installed is exactly what was shown.

use std::sync::{Mutex, MutexGuard, PoisonError};

use uuid::Uuid;
use vault_connect::{FetchedManifest, package::Package};

use crate::error::{Answer, AppError};

/// How many descriptions are kept; the oldest go first. A package is kept with its files.
const MOST: usize = 8;

/// What the person looked at.
#[derive(Clone)]
pub(crate) enum Reviewed {
    /// An app at an address.
    Address(Box<FetchedManifest>),
    /// A package from a file.
    Package(Box<Package>),
}

/// The descriptions that were shown.
#[derive(Default)]
pub(crate) struct Reviews(Mutex<Vec<(String, Reviewed)>>);

impl Reviews {
    fn all(&self) -> MutexGuard<'_, Vec<(String, Reviewed)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a description and returns the name by which the page knows it.
    pub(crate) fn keep(&self, reviewed: Reviewed) -> String {
        let name = Uuid::new_v4().simple().to_string();
        let mut all = self.all();
        if all.len() >= MOST {
            all.remove(0);
        }
        all.push((name.clone(), reviewed));
        name
    }

    /// A package that the person chose.
    pub(crate) fn package(&self, name: &str) -> Answer<Package> {
        let all = self.all();
        let found = all.iter().find_map(|(known, reviewed)| match reviewed {
            Reviewed::Package(package) if known == name => Some(package.as_ref().clone()),
            Reviewed::Package(_) | Reviewed::Address(_) => None,
        });
        found.ok_or_else(|| AppError::new("APP-334"))
    }

    /// Takes a description that was shown.
    pub(crate) fn take(&self, name: &str) -> Answer<Reviewed> {
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
