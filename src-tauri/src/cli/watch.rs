//! Long work in the foreground: how far it has come, for a person who watches, and Ctrl C, which stops it in good order.

use std::io::{IsTerminal as _, Write as _};

use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    task::JoinHandle,
};
use vault_core::{VaultEvent, VaultHandle};

/// Watches until it is dropped.
pub(super) struct Watch(Vec<JoinHandle<()>>);

impl Watch {
    /// Shows progress on a terminal, and calls `stop` at Ctrl C.
    pub(super) fn over(vault: &VaultHandle, stop: impl Fn() + Send + 'static) -> Self {
        let mut tasks = vec![tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                stop();
            }
        })];
        if std::io::stderr().is_terminal() {
            tasks.push(tokio::spawn(show(vault.events())));
        }
        Self(tasks)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.iter().for_each(JoinHandle::abort);
    }
}

/// One line that is written over until the work is done.
async fn show(mut events: Receiver<VaultEvent>) {
    loop {
        match events.recv().await {
            Ok(VaultEvent::Progress { done, total, .. }) => {
                let whole = total.map(|total| format!(" of {total}")).unwrap_or_default();
                eprint!("\r{done}{whole}");
                if total == Some(done) {
                    eprintln!();
                }
                // A terminal that is gone is no reason to stop the work.
                let _ = std::io::stderr().flush();
            }
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}
