//! How a program in the foreground is told to end: Ctrl C, or the signal that service managers send.

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The two signals, listened for from the moment this is made.
pub(super) struct Ended {
    interrupt: Option<Signal>,
    terminate: Option<Signal>,
}

impl Ended {
    pub(super) fn listen() -> Self {
        Self {
            interrupt: signal(SignalKind::interrupt()).ok(),
            terminate: signal(SignalKind::terminate()).ok(),
        }
    }

    /// Waits for one of them.
    pub(super) async fn wait(mut self) {
        tokio::select! {
            () = next(self.interrupt.as_mut()) => {}
            () = next(self.terminate.as_mut()) => {}
        }
    }
}

/// A signal that cannot be listened for never comes: only killing ends the program then.
async fn next(signal: Option<&mut Signal>) {
    match signal {
        Some(signal) => drop(signal.recv().await),
        None => std::future::pending().await,
    }
}
