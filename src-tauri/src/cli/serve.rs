//! `satchel-cli serve`: the vault, unlocked, with its gateway, in the foreground; events on stdout, the person's word on stdin.

mod events;
mod orders;

use std::time::Duration;

use serde_json::json;
use tokio::sync::{broadcast::error::RecvError, mpsc};
use vault_connect::{Connect, LOOK, Stop, due};
use vault_core::{LockReason, SpaceHandle, VaultError, VaultEvent, VaultHandle};
use vault_gateway::{Gateway, GatewayError};
use vault_store::ConnectionId;

use super::{ended::Ended, failure::Failure, output, session::Session, terminal};
use crate::{frames, platform::network};
use events::Events;
use orders::Orders;

/// How often questions are looked through for those whose time is over.
const TEND: Duration = Duration::from_secs(5);

pub(super) async fn run(session: &Session) -> Result<(), Failure> {
    let vault = session.unlocked().await?;
    let outcome = serve(session, &vault).await;
    vault.lock(LockReason::You).await;
    outcome
}

async fn serve(session: &Session, vault: &VaultHandle) -> Result<(), Failure> {
    // Listened for before anybody is told that it runs: who starts it may end it at once.
    let ended = Ended::listen();
    let gateway = start_gateway(vault).await?;
    for info in vault.spaces().await? {
        frames::admit_included(&vault.space(info.id).await?).await?;
    }
    let space = session.space_of(vault).await?;
    gateway.serve(Some(vault.clone()));
    let mut watched = vault.events();
    let mut events = Events::from_here(vault).await?;
    ready(session, &gateway)?;

    let mut lines = terminal::lines()?;
    let mut listening = true;
    let (answers, mut answered) = mpsc::unbounded_channel();
    let orders = Orders::new(vault.clone(), space, gateway.base(), answers)?;
    let (mut tend, mut look) = (tokio::time::interval(TEND), tokio::time::interval(LOOK));
    let ended = ended.wait();
    tokio::pin!(ended);
    loop {
        tokio::select! {
            line = lines.recv(), if listening => match line {
                Some(line) if line.trim().is_empty() => {}
                Some(line) => {
                    if orders.obey(&line).is_lock() {
                        break;
                    }
                }
                // Nobody speaks any more; the gateway goes on until it is ended.
                None => listening = false,
            },
            Some(answer) = answered.recv() => println!("{answer}"),
            event = watched.recv() => match event {
                Ok(event) => {
                    if let VaultEvent::FetchWanted { space, connection } = event {
                        fetch(&vault.space(space).await?, orders.connect(), connection);
                    }
                    events.tell(&event).await?;
                }
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => break,
            },
            _ = tend.tick() => tend_all(vault).await?,
            _ = look.tick() => fetch_due(vault, orders.connect()).await?,
            () = &mut ended => break,
        }
    }
    gateway.stop().await;
    vault.lock(LockReason::You).await;
    if session.json() {
        println!("{}", json!({ "event": "locked", "reason": "you" }));
    }
    Ok(())
}

/// Ends the questions whose time is over, and signs the heads of the logs.
async fn tend_all(vault: &VaultHandle) -> Result<(), VaultError> {
    for info in vault.spaces().await? {
        vault.space(info.id).await?.tend().await?;
    }
    Ok(())
}

/// Begins every fetch that is due. How each ends is told by an event, and stays in the state of its connection.
async fn fetch_due(vault: &VaultHandle, connect: &Connect) -> Result<(), VaultError> {
    for info in vault.spaces().await? {
        let space = vault.space(info.id).await?;
        let due = due(&space).await?;
        if due.is_empty() || !network::may_fetch(&space).await? {
            continue;
        }
        for id in due {
            fetch(&space, connect, id);
        }
    }
    Ok(())
}

/// Begins a fetch, beside the loop.
fn fetch(space: &SpaceHandle, connect: &Connect, id: ConnectionId) {
    let (space, connect) = (space.clone(), connect.clone());
    tokio::spawn(async move {
        if let Err(error) = connect.fetch(&space, id, &Stop::default()).await {
            tracing::info!(%error, "a fetch that nobody typed");
        }
    });
}

/// Starts the gateway of a vault on the port that the vault has.
///
/// # Errors
/// `SYS-701` when another program has the port.
async fn start_gateway(vault: &VaultHandle) -> Result<Gateway, Failure> {
    let port = vault.gateway_port().await?;
    Gateway::start(port).await.map_err(|error| match error {
        GatewayError::PortTaken { port } => crate::error::AppError::new("SYS-701")
            .with_details(format!("port {port}"))
            .into(),
        GatewayError::Io(error) => VaultError::from(error).into(),
    })
}

fn ready(session: &Session, gateway: &Gateway) -> Result<(), Failure> {
    if session.json() {
        return output::json(&json!({ "event": "ready", "base": gateway.base() }));
    }
    output::say(&format!(
        "The vault is open; its gateway answers at {}. Ctrl C locks it.",
        gateway.base()
    ));
    Ok(())
}
