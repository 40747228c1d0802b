//! The backpack that is being packed, checked or brought back, so that the person can stop it.

use std::sync::{Mutex, PoisonError};

use vault_core::backpack::Stop;

/// One piece of such work at a time has the button.
#[derive(Default)]
pub(crate) struct PackingWork(Mutex<Stop>);

impl PackingWork {
    /// Begins a piece of work; what went on before is stopped.
    pub(crate) fn begin(&self) -> Stop {
        let fresh = Stop::default();
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        current.stop();
        *current = fresh.clone();
        fresh
    }

    /// Stops it.
    pub(crate) fn stop(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).stop();
    }
}
