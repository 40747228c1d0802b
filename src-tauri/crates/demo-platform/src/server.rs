//! Starting and stopping.

use std::{collections::BTreeMap, io, net::Ipv4Addr, sync::Arc, time::Duration};

use tokio::{net::TcpListener, task::JoinHandle, time::timeout};
use tokio_util::sync::DropGuard;

use crate::{
    Account, Config, Fault,
    export::token_of,
    platform::{Platform, Shared},
    routes::router,
};

/// How long open answers may still take when the platform stops.
const GRACE: Duration = Duration::from_millis(500);

/// A platform that answers requests until it is shut down or dropped.
#[derive(Debug)]
pub struct Running {
    platform: Shared,
    /// Stops the server when it is dropped.
    stop: DropGuard,
    task: JoinHandle<()>,
}

/// Starts a platform on `127.0.0.1`, and on no other address.
///
/// # Errors
/// The port is taken, or the configuration asks for too many records or a year outside 2015 to 2100.
pub async fn start(config: Config) -> io::Result<Running> {
    config.check()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, config.port)).await?;
    let port = listener.local_addr()?.port();
    let platform: Shared = Arc::new(Platform::new(config, port));
    let stopping = platform.stopping.clone();
    let server = axum::serve(listener, router(Arc::clone(&platform)))
        .with_graceful_shutdown(stopping.clone().cancelled_owned());
    let task = tokio::spawn(async {
        if let Err(error) = server.await {
            tracing::warn!(%error, "the demo platform stopped");
        }
    });
    tracing::info!(port, "the demo platform answers");
    Ok(Running {
        platform,
        stop: stopping.drop_guard(),
        task,
    })
}

impl Running {
    /// The origin, such as `http://127.0.0.1:41207`, without a slash at its end.
    #[must_use]
    pub fn base(&self) -> String {
        self.platform.base()
    }

    /// The token that opens a person at the Open Platforms endpoint, `/api/ExportData`.
    #[must_use]
    pub fn platform_token(&self, account: &'static Account) -> String {
        token_of(self.platform.config.seed, account)
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.platform.port
    }

    /// Sets the misbehaviour from the next request on, or ends it.
    pub fn set_fault(&self, fault: Option<Fault>) {
        self.platform.set_fault(fault);
    }

    /// The misbehaviour that is on.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        self.platform.fault().fault
    }

    /// How many requests each route was sent since the start, by method and path, for example `GET /api/v1/gigs`. Paths that do not exist count as
    /// `unmatched`, requests to the origin of [`Fault::RedirectAway`] that carry a token as `elsewhere with a token`.
    #[must_use]
    pub fn requests(&self) -> BTreeMap<String, u64> {
        self.platform.requests()
    }

    /// Stops answering. Answers under way get half a second.
    pub async fn shutdown(self) {
        drop(self.stop);
        let mut task = self.task;
        if timeout(GRACE, &mut task).await.is_err() {
            task.abort();
            let _ = task.await;
        }
    }
}
