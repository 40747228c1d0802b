//! The loopback gateway of the vault on the desk: it has the vault's port for as long as the program runs, and answers while the vault is
//! open.

use tauri::AppHandle;
use tokio::sync::Mutex;
use vault_core::VaultHandle;
use vault_gateway::{Gateway, GatewayError};

use super::{Seat, desk};
use crate::error::{Answer, AppError};

/// The gateway, or why there is none.
#[derive(Default)]
pub(crate) struct Doorway(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    gateway: Option<Gateway>,
    trouble: Option<AppError>,
}

impl Doorway {
    /// The gateway's address, as apps are told it.
    pub(crate) async fn base(&self) -> Answer<String> {
        let inner = self.0.lock().await;
        match (&inner.gateway, &inner.trouble) {
            (Some(gateway), _) => Ok(gateway.base()),
            (None, Some(trouble)) => Err(trouble.clone()),
            (None, None) => Err(AppError::new("VLT-103")),
        }
    }

    /// Why the gateway does not listen.
    pub(crate) async fn trouble(&self) -> Option<AppError> {
        self.0.lock().await.trouble.clone()
    }

    /// Closes the port.
    pub(crate) async fn stop(&self) {
        let mut inner = self.0.lock().await;
        inner.trouble = None;
        if let Some(gateway) = inner.gateway.take() {
            gateway.stop().await;
        }
    }

    /// Answers no more for the vault, which is about to be locked.
    pub(crate) async fn close(&self) {
        if let Some(gateway) = &self.0.lock().await.gateway {
            gateway.close().await;
        }
    }

    async fn serve(&self, port: u16, vault: Option<VaultHandle>) {
        let mut inner = self.0.lock().await;
        if inner
            .gateway
            .as_ref()
            .is_none_or(|gateway| gateway.port() != port)
        {
            if let Some(other) = inner.gateway.take() {
                other.stop().await;
            }
            let started = Gateway::start(port).await;
            inner.trouble = started.as_ref().err().map(trouble);
            inner.gateway = started.ok();
        }
        if let Some(gateway) = &inner.gateway {
            gateway.serve(vault);
        }
    }
}

/// Brings the gateway to where the desk is: closed without a vault, listening for a locked one, answering for an open one.
pub(crate) async fn follow(app: &AppHandle) {
    let desk = desk(app);
    match desk.look() {
        Seat::Empty(_) | Seat::Troubled(..) => desk.gateway.stop().await,
        Seat::Locked(locked) => match locked.facts() {
            Ok(facts) => desk.gateway.serve(facts.port, None).await,
            Err(_) => desk.gateway.stop().await,
        },
        Seat::Open(open) => match open.vault.gateway_port().await {
            Ok(port) => desk.gateway.serve(port, Some(open.vault)).await,
            Err(_) => desk.gateway.stop().await,
        },
    }
}

fn trouble(error: &GatewayError) -> AppError {
    match error {
        GatewayError::PortTaken { port } => AppError::new("SYS-701").with_details(format!("Port {port}")),
        GatewayError::Io(_) => AppError::new("SYS-702"),
    }
}
