//! The loopback gateway: one HTTP server on 127.0.0.1, and the guards that every request passes in the same order.
//!
//! `Host` is looked at before anything else, then whether a vault is open, then method and path, then the size of the body, then
//! `Origin`; only then does a route see the request: its token, and whether the page is one of the token's own app.

mod access;
mod client;
mod failures;
mod gigdata;
mod guard;
mod host;
pub mod included;
mod intercoop;
mod lanes;
mod outcomes;
mod packages;
mod reply;
mod rokwire;
mod routes;
mod v1;

use std::{
    io,
    net::Ipv4Addr,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Instant,
};

use axum::{Router, extract::State, response::Response};
use thiserror::Error;
use tokio::{net::TcpListener, runtime::Handle, sync::oneshot, task::JoinHandle};
use vault_connect::{Deliveries, Services};
use vault_core::VaultHandle;

/// Why the gateway does not listen.
#[derive(Debug, Error)]
pub enum GatewayError {
    /// Another program has the port. The gateway never moves to another one by itself: whoever has the port could collect tokens.
    #[error("port {port} of this computer is taken by another program")]
    PortTaken {
        /// The vault's port.
        port: u16,
    },
    /// The system refused for another reason.
    #[error("the gateway could not listen: {0}")]
    Io(#[from] io::Error),
}

/// The gateway of this process. Dropping it closes the port.
#[derive(Debug)]
pub struct Gateway {
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
    /// Where the sender runs.
    runtime: Handle,
    /// What sends messages to consumer apps while a vault is open.
    sender: Mutex<Option<JoinHandle<()>>>,
}

/// What every request sees.
#[derive(Debug)]
pub(crate) struct Shared {
    port: u16,
    vault: RwLock<Option<VaultHandle>>,
    failures: failures::Failures,
    lanes: lanes::Lanes,
    pub(crate) outcomes: outcomes::Outcomes,
    /// Apps that are being connected in the person's browser.
    attempts: gigdata::Attempts,
    /// Calls services of apps for other apps.
    services: Services,
    /// Signed requests of backends.
    signed: rokwire::SignedRequests,
}

impl Shared {
    /// The unlocked vault, where there is one.
    pub(crate) fn vault(&self) -> Option<VaultHandle> {
        self.vault.read().ok()?.clone()
    }

    /// The answer to a failure, or the word to wait when there were too many.
    pub(crate) fn failed(&self, response: Response) -> Response {
        match self.failures.note(Instant::now()) {
            None => response,
            Some(seconds) => reply::wait(seconds),
        }
    }

    /// `http://127.0.0.1:PORT`, as it stands in every address that is handed out.
    pub(crate) fn base(&self) -> String {
        base(self.port)
    }
}

/// The gateway's own address on a port.
#[must_use]
pub fn base(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

impl Gateway {
    /// Listens on a port of 127.0.0.1. No vault is open at first: every request is answered 503.
    ///
    /// # Errors
    /// [`GatewayError::PortTaken`], or the system refused.
    pub async fn start(port: u16) -> Result<Self, GatewayError> {
        let listener = match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            Ok(listener) => listener,
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                return Err(GatewayError::PortTaken { port });
            }
            Err(error) => return Err(error.into()),
        };
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Shared {
            port,
            vault: RwLock::new(None),
            failures: failures::Failures::default(),
            lanes: lanes::Lanes::default(),
            outcomes: outcomes::Outcomes::start(),
            attempts: gigdata::Attempts::default(),
            services: Services::new().map_err(io::Error::other)?,
            signed: rokwire::SignedRequests::default(),
        });
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            let ended = axum::serve(listener, router).with_graceful_shutdown(async move {
                // A dropped sender means the same as a sent one.
                let _ = stopped.await;
            });
            if let Err(error) = ended.await {
                tracing::error!(%error, "the gateway ended");
            }
        });
        Ok(Self {
            shared,
            stop: Some(stop),
            task,
            runtime: Handle::current(),
            sender: Mutex::default(),
        })
    }

    /// The port on which it listens.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.shared.port
    }

    /// The gateway's address, `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn base(&self) -> String {
        self.shared.base()
    }

    /// Opens the gateway to a vault that was unlocked, and sends what waits for consumer apps; or closes it (503) with `None`.
    pub fn serve(&self, vault: Option<VaultHandle>) {
        self.send_for(vault.clone());
        if let Ok(mut place) = self.shared.vault.write() {
            *place = vault;
        }
    }

    /// Closes the gateway (503), and waits until the log says of every answer given that it went out. Call it before the vault is locked:
    /// afterwards nobody can say so.
    pub async fn close(&self) {
        self.serve(None);
        self.shared.outcomes.settled().await;
    }

    /// Sends what waits for consumer apps while a vault is open. A message that is under way when it closes is tried again.
    fn send_for(&self, vault: Option<VaultHandle>) {
        let next = vault.and_then(|vault| match Deliveries::new() {
            Ok(deliveries) => Some(self.runtime.spawn(deliveries.run(vault))),
            Err(error) => {
                tracing::error!(%error, "messages to apps cannot be sent");
                None
            }
        });
        let mut sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(earlier) = std::mem::replace(&mut *sender, next) {
            earlier.abort();
        }
    }

    /// Closes the port; requests under way are not waited for.
    pub async fn stop(mut self) {
        self.close().await;
        drop(self.stop.take());
        self.task.abort();
        let _ = (&mut self.task).await;
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.send_for(None);
        self.task.abort();
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: axum::extract::Request) -> Response {
    match guard::pass(&shared, request).await {
        Ok(passed) => routes::answer(&shared, passed).await,
        Err(refusal) => refusal,
    }
}
