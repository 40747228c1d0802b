//! A thread for long work: how it tells how far it is, and how it is stopped.

use std::{
    cell::Cell,
    ops::ControlFlow,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use ::backpack::{Progress, Step};
use tokio::sync::oneshot;

use super::BackpackError;
use crate::{SpaceHandle, VaultError, vault::Outing};

/// Between two events of progress there is at least this much time, so that slow watchers do not miss other events.
const EVENT_EVERY: Duration = Duration::from_millis(100);

/// Lets the person stop long work. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Stops the work at the next look.
    pub fn stop(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    pub(super) fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PackStep {
    /// Reading the space once, for sizes and digests.
    Measuring,
    /// Writing the file.
    Packing,
    /// Reading a file and comparing it.
    Checking,
    /// Bringing it into the space.
    Restoring,
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackProgress {
    /// The step.
    pub step: PackStep,
    /// Bytes that are done, before compression.
    pub done: u64,
    /// All bytes of the step, where they are known.
    pub total: Option<u64>,
}

/// Who is told how far the work is.
pub(super) type Watcher = Box<dyn Fn(PackProgress) + Send>;

/// Long work of one space: looks up whether it should go on, and tells how far it is.
pub(super) struct Job {
    pub(super) space: SpaceHandle,
    name: &'static str,
    stop: Stop,
    gone: Arc<AtomicBool>,
    watcher: Watcher,
    last_event: Cell<Option<(PackStep, Instant)>>,
}

impl Job {
    /// Why the work must not go on, if it must not.
    pub(super) fn halt(&self, outing: &Outing) -> Option<VaultError> {
        if outing.is_over() {
            Some(VaultError::Locked)
        } else if self.stop.is_set() || self.gone.load(Ordering::SeqCst) {
            Some(VaultError::Cancelled)
        } else {
            None
        }
    }

    /// Tells how far a step is; whether to go on.
    pub(super) fn tell(&self, outing: &Outing, progress: PackProgress) -> ControlFlow<()> {
        (self.watcher)(progress);
        let now = Instant::now();
        let due = self
            .last_event
            .get()
            .is_none_or(|(step, at)| step != progress.step || now.duration_since(at) >= EVENT_EVERY);
        if due {
            self.last_event.set(Some((progress.step, now)));
            let id = self.space.id().to_string();
            self.space
                .report_progress(self.name, &id, progress.done, progress.total);
        }
        match self.halt(outing) {
            None => ControlFlow::Continue(()),
            Some(_) => ControlFlow::Break(()),
        }
    }

    /// The cause behind an error that only says that the work was stopped.
    pub(super) fn cause(&self, outing: &Outing, error: BackpackError) -> BackpackError {
        match (error, self.halt(outing)) {
            (BackpackError::Vault(VaultError::Cancelled), Some(cause)) => cause.into(),
            (error, _) => error,
        }
    }
}

impl From<Progress> for PackProgress {
    fn from(progress: Progress) -> Self {
        let step = match progress.step {
            Step::Measuring => PackStep::Measuring,
            Step::Packing => PackStep::Packing,
            Step::Checking => PackStep::Checking,
        };
        Self {
            step,
            done: progress.bytes_done,
            total: progress.bytes_total,
        }
    }
}

/// Says that nobody waits for the work any more.
struct Waiting(Arc<AtomicBool>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Runs work on a thread of its own. Work that nobody waits for any more stops.
pub(super) async fn run<T, F>(
    space: &SpaceHandle,
    name: &'static str,
    stop: Stop,
    watcher: Watcher,
    work: F,
) -> Result<T, BackpackError>
where
    T: Send + 'static,
    F: FnOnce(&Job) -> Result<T, BackpackError> + Send + 'static,
{
    let gone = Arc::new(AtomicBool::new(false));
    let _waiting = Waiting(Arc::clone(&gone));
    let job = Job {
        space: space.clone(),
        name,
        stop,
        gone,
        watcher,
        last_event: Cell::new(None),
    };
    let (reply, answer) = oneshot::channel();
    thread::Builder::new()
        .name(format!("vault-{name}"))
        .spawn(move || {
            let outcome = work(&job);
            // Let go of before the answer: whoever waits for it may end the program.
            drop(job);
            let _ = reply.send(outcome);
        })
        .map_err(VaultError::from)?;
    answer
        .await
        .map_err(|_| VaultError::Internal("long work ended without an answer"))?
}
