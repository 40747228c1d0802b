//! Questions of an app that its window shows and the person has not answered.

use std::sync::{Mutex, MutexGuard, PoisonError};

use openplatform::message::CallbackId;
use serde_json::Value;
use url::Url;
use vault_core::apps::Exit;
use vault_store::AppId;

use super::parcels::Parcel;

/// Questions of one app at once, at most: further ones are dropped.
const MOST: usize = 4;

/// What waits for an answer.
pub(crate) enum Pending {
    /// The app asks something of its own, with so many buttons.
    Confirm { callback: CallbackId, buttons: usize },
    /// The app shows its menu.
    Options {
        callback: Option<CallbackId>,
        items: Vec<Value>,
    },
    /// Something would leave the app.
    Exit(Leaving),
}

/// What would leave an app.
pub(crate) struct Leaving {
    /// The way.
    pub(crate) exit: Exit,
    /// How much, in bytes.
    pub(crate) bytes: u64,
    /// What is done when it may go.
    pub(crate) act: Act,
}

/// What is done with what leaves.
pub(crate) enum Act {
    /// It is handed to another app.
    Hand {
        to: AppId,
        parcel: Parcel,
        /// The other app stays behind.
        unfocused: bool,
    },
    /// Nothing now: the way is opened for what comes later.
    Open,
    /// It is put on the clipboard.
    Copy(String),
    /// It is opened in the person's browser.
    Browse(Url),
}

/// The questions of one app.
#[derive(Default)]
pub(crate) struct Questions(Mutex<(u32, Vec<(u32, Pending)>)>);

impl Questions {
    fn all(&self) -> MutexGuard<'_, (u32, Vec<(u32, Pending)>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a question and numbers it; `None` when too many wait.
    pub(crate) fn put(&self, pending: Pending) -> Option<u32> {
        let mut all = self.all();
        if all.1.len() >= MOST {
            return None;
        }
        all.0 = all.0.wrapping_add(1);
        let number = all.0;
        all.1.push((number, pending));
        Some(number)
    }

    /// Takes a question away to answer it; each is answered once.
    pub(crate) fn take(&self, number: u32) -> Option<Pending> {
        let mut all = self.all();
        let at = all.1.iter().position(|(known, _)| *known == number)?;
        Some(all.1.remove(at).1)
    }

    /// Forgets them all: the app was loaded again.
    pub(crate) fn clear(&self) {
        self.all().1.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_wait_and_each_is_answered_once() {
        let questions = Questions::default();
        let menu = || Pending::Options {
            callback: None,
            items: Vec::new(),
        };
        let numbers: Vec<Option<u32>> = (0..6).map(|_| questions.put(menu())).collect();
        assert_eq!(numbers, [Some(1), Some(2), Some(3), Some(4), None, None]);
        assert!(questions.take(2).is_some() && questions.take(2).is_none());
        assert_eq!(questions.put(menu()), Some(5));
        questions.clear();
        assert!(questions.take(5).is_none());
    }
}
