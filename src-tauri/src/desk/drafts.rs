//! The connector file that the person looks at before adding it: what is added is exactly what was shown.

use std::sync::{Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

use crate::error::{Answer, AppError};

/// The file that was shown last.
#[derive(Default)]
pub(crate) struct Drafts(Mutex<Option<(String, String)>>);

impl Drafts {
    fn last(&self) -> MutexGuard<'_, Option<(String, String)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a file's text and returns the name by which the page knows it.
    pub(crate) fn keep(&self, text: String) -> String {
        let name = Uuid::new_v4().simple().to_string();
        *self.last() = Some((name.clone(), text));
        name
    }

    /// Takes the text that was shown.
    pub(crate) fn take(&self, name: &str) -> Answer<String> {
        let known = |last: &mut (String, String)| last.0 == name;
        let taken = self.last().take_if(known);
        taken
            .map(|(_, text)| text)
            .ok_or_else(|| AppError::new("CON-481"))
    }

    /// Forgets it.
    pub(crate) fn forget(&self) {
        *self.last() = None;
    }
}
