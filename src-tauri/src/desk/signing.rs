//! The transfer that waits for the person's signature, and what the window for questions shows. It is one window: a transfer waits until open
//! questions are answered, and questions wait until it is.

use std::sync::{Mutex, MutexGuard, PoisonError};

use vault_core::SpaceHandle;
use vault_store::TransferId;

/// A transfer that the person wants to sign.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) space: SpaceHandle,
    pub(crate) id: TransferId,
}

/// What has to become of the window for questions.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// It shows what it has to show, or is rightly not there.
    Stay,
    /// It has to go; what waits behind comes after it.
    Close,
    /// It has to come up: for a transfer, or for questions.
    Open(Option<TransferId>),
}

/// The transfer that waits.
#[derive(Default)]
pub(crate) struct Signing(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    asked: Option<Asked>,
    /// The transfer for which the window came up last; none when it was for questions.
    shown: Option<TransferId>,
}

impl Signing {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a transfer before the person; false when another waits already.
    pub(crate) fn ask(&self, asked: Asked) -> bool {
        let mut inner = self.inner();
        let is_free = inner.asked.as_ref().is_none_or(|other| other.id == asked.id);
        if is_free {
            inner.asked = Some(asked);
        }
        is_free
    }

    /// The transfer of an id, as long as it waits.
    pub(crate) fn find(&self, id: TransferId) -> Option<Asked> {
        self.inner().asked.clone().filter(|asked| asked.id == id)
    }

    /// The transfer that the window shows.
    pub(crate) fn shown(&self) -> Option<Asked> {
        let inner = self.inner();
        let asked = inner.asked.clone();
        asked.filter(|asked| inner.shown == Some(asked.id))
    }

    /// It is answered, or no longer asked.
    pub(crate) fn over(&self, id: TransferId) {
        let mut inner = self.inner();
        if inner.asked.as_ref().is_some_and(|asked| asked.id == id) {
            inner.asked = None;
        }
    }

    /// The vault is locked.
    pub(crate) fn forget(&self) {
        *self.inner() = Inner::default();
    }

    /// What has to become of the window.
    pub(crate) fn next(&self, is_open: bool, questions: bool) -> Next {
        let mut inner = self.inner();
        let asked = inner.asked.as_ref().map(|asked| asked.id);
        let next = next(asked, inner.shown, is_open, questions);
        if let Next::Open(transfer) = next {
            inner.shown = transfer;
        }
        next
    }
}

fn next(asked: Option<TransferId>, shown: Option<TransferId>, is_open: bool, questions: bool) -> Next {
    match (is_open, shown, asked) {
        (true, Some(_), _) if shown == asked => Next::Stay,
        (true, None, _) if questions => Next::Stay,
        (true, _, _) => Next::Close,
        (false, _, Some(id)) => Next::Open(Some(id)),
        (false, _, None) if questions => Next::Open(None),
        (false, _, None) => Next::Stay,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_is_asked_at_a_time() {
        let (one, other) = (Some(TransferId::new()), Some(TransferId::new()));
        for (asked, shown, is_open, questions, wanted) in [
            (None, None, false, false, Next::Stay),
            (None, None, false, true, Next::Open(None)),
            (one, None, false, true, Next::Open(one)),
            (one, one, true, true, Next::Stay),
            // A question that is open is answered first.
            (one, None, true, true, Next::Stay),
            (one, None, true, false, Next::Close),
            (None, one, true, true, Next::Close),
            (other, one, true, false, Next::Close),
            (None, None, true, false, Next::Close),
        ] {
            assert_eq!(next(asked, shown, is_open, questions), wanted);
        }
    }
}
