//! Progress of long work, and the way to stop it.

use std::ops::ControlFlow;

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// First pass of writing: sizes and hashes.
    Measuring,
    /// Second pass of writing.
    Packing,
    /// Reading back and comparing.
    Checking,
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The step that runs.
    pub step: Step,
    /// Entries that are complete.
    pub entries_done: u64,
    /// All entries of this step.
    pub entries_total: u64,
    /// Bytes of entries that are done, before compression.
    pub bytes_done: u64,
    /// All bytes of this step; not known while measuring.
    pub bytes_total: Option<u64>,
}

/// Called after every entry and every half mebibyte. [`ControlFlow::Break`] stops the work.
pub type OnProgress<'a> = dyn FnMut(Progress) -> ControlFlow<()> + 'a;

const TELL_EVERY_BYTES: u64 = 512 << 10;

/// The work was stopped by the callback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stopped;

/// Counts, and calls back not too often.
pub(crate) struct Ticker<'a, 'f> {
    on: &'a mut OnProgress<'f>,
    progress: Progress,
    told_at: u64,
}

impl<'a, 'f> Ticker<'a, 'f> {
    pub(crate) fn new(
        on: &'a mut OnProgress<'f>,
        step: Step,
        entries_total: usize,
        bytes_total: Option<u64>,
    ) -> Self {
        let entries_total = u64::try_from(entries_total).unwrap_or(u64::MAX);
        let progress = Progress {
            step,
            entries_done: 0,
            entries_total,
            bytes_done: 0,
            bytes_total,
        };
        Self {
            on,
            progress,
            told_at: 0,
        }
    }

    pub(crate) fn bytes(&mut self, count: usize) -> Result<(), Stopped> {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        self.progress.bytes_done = self.progress.bytes_done.saturating_add(count);
        if self.progress.bytes_done.saturating_sub(self.told_at) < TELL_EVERY_BYTES {
            return Ok(());
        }
        self.tell()
    }

    pub(crate) fn entry(&mut self) -> Result<(), Stopped> {
        self.progress.entries_done = self.progress.entries_done.saturating_add(1);
        self.tell()
    }

    fn tell(&mut self) -> Result<(), Stopped> {
        self.told_at = self.progress.bytes_done;
        match (self.on)(self.progress) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Stopped),
        }
    }
}
