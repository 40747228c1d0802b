//! Long work beside the actor: a connection of its own to read from, and the word that a lock ends it.

use std::{
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use vault_crypto::SpaceId;
use vault_store::{Database, OpenMode};

use super::actor::OpenVault;
use crate::VaultError;

/// How long a lock waits for work that was told to end. It looks at the word after every half mebibyte.
const PATIENCE: Duration = Duration::from_secs(10);

/// All long work of an unlocked vault.
#[derive(Clone, Default)]
pub(crate) struct Outings(Arc<Shared>);

#[derive(Default)]
struct Shared {
    ended: AtomicBool,
    out: Mutex<usize>,
    back: Condvar,
}

/// One piece of long work.
#[derive(Clone)]
pub(crate) struct Outing(Arc<Shared>);

/// Counts as out until it is dropped: a lock waits for it.
struct Holder(Outing);

/// A connection that only reads, for work on a thread of its own. Everything that is read in one transaction of it is one state.
pub(crate) struct Snapshot {
    // Dropped before its holder: when a lock has seen everybody back, no key is left.
    db: Database,
    holder: Holder,
}

impl Outings {
    fn hold(&self) -> Holder {
        *self.0.out.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        Holder(Outing(Arc::clone(&self.0)))
    }

    /// Tells all work to end, and waits until what holds a connection has, or for as long as is reasonable.
    pub(crate) fn end(&self) {
        self.0.ended.store(true, Ordering::SeqCst);
        let out = self.0.out.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.0.back.wait_timeout_while(out, PATIENCE, |out| *out > 0);
        if waited.is_ok_and(|(_, timeout)| timeout.timed_out()) {
            tracing::warn!("the vault was locked before all long work had ended");
        }
    }
}

impl Outing {
    /// Whether the vault is being locked: the work must stop.
    pub(crate) fn is_over(&self) -> bool {
        self.0.ended.load(Ordering::SeqCst)
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let shared = &self.0.0;
        let mut out = shared.out.lock().unwrap_or_else(PoisonError::into_inner);
        *out = out.saturating_sub(1);
        shared.back.notify_all();
    }
}

impl Snapshot {
    /// The connection.
    pub(crate) fn db(&self) -> &Database {
        &self.db
    }

    /// The work that it is for.
    pub(crate) fn outing(&self) -> &Outing {
        &self.holder.0
    }

    /// Gives the connection back and goes on without it.
    pub(crate) fn into_outing(self) -> Outing {
        self.holder.0.clone()
    }
}

impl OpenVault {
    /// Opens a connection of its own to a space, for reading.
    pub(crate) fn snapshot(&self, id: SpaceId) -> Result<Snapshot, VaultError> {
        let space = self
            .spaces
            .iter()
            .find(|space| space.info.id == id)
            .ok_or(VaultError::NoSuchSpace)?;
        let key = space.key.derive_database_key();
        Ok(Snapshot {
            db: Database::open(&self.place.database(id), &key, OpenMode::ReadOnly)?,
            holder: self.outings.hold(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn a_lock_waits_for_work_that_ends() {
        let outings = Outings::default();
        let holder = outings.hold();
        let outing = holder.0.clone();
        let ended = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&ended);
        let work = thread::spawn(move || {
            while !holder.0.is_over() {
                thread::sleep(Duration::from_millis(1));
            }
            thread::sleep(Duration::from_millis(30));
            ends.store(true, Ordering::SeqCst);
            drop(holder);
        });
        outings.end();
        assert!(ended.load(Ordering::SeqCst));
        work.join().unwrap();
        assert!(outing.is_over());
    }
}
