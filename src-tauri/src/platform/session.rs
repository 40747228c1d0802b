//! What the desktop tells: the computer goes to sleep, the screen was locked.

use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::sync::mpsc;
use zbus::{Connection, MessageStream, fdo, message, zvariant};

/// Why the session wants the vault locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionEvent {
    /// The computer is about to sleep.
    Sleep,
    /// The screen was locked.
    ScreenLocked,
}

/// The signals that are watched: which bus, and the rule.
const LOGIND_RULES: [&str; 2] = [
    "type='signal',interface='org.freedesktop.login1.Manager',member='PrepareForSleep'",
    "type='signal',interface='org.freedesktop.login1.Session',member='Lock'",
];
const SCREEN_SAVER_RULES: [&str; 5] = [
    "type='signal',interface='org.freedesktop.ScreenSaver',member='ActiveChanged'",
    "type='signal',interface='org.gnome.ScreenSaver',member='ActiveChanged'",
    "type='signal',interface='org.cinnamon.ScreenSaver',member='ActiveChanged'",
    "type='signal',interface='org.mate.ScreenSaver',member='ActiveChanged'",
    "type='signal',interface='org.xfce.ScreenSaver',member='ActiveChanged'",
];

/// How long the computer may be held awake until the vault is locked.
const LOCK_GRACE: Duration = Duration::from_millis(1500);
/// So long logind waits for whoever holds it (`InhibitDelayMaxSec` as logind.conf(5) has it).
const LOGIND_WAITS: Duration = Duration::from_secs(5);
const _: () = assert!(LOCK_GRACE.as_millis() < LOGIND_WAITS.as_millis());

/// Watches both buses and sends what concerns the vault. A bus that is not there is passed over: then nothing of it is reported.
pub fn watch(runtime: &tokio::runtime::Handle) -> mpsc::UnboundedReceiver<SessionEvent> {
    let (send, receive) = mpsc::unbounded_channel();
    let sessions = send.clone();
    runtime.spawn(async move {
        if let Err(error) = watch_logind(&send).await {
            tracing::info!(%error, "no logind: sleep is not noticed");
        }
    });
    runtime.spawn(async move {
        if let Err(error) = watch_screen_saver(&sessions).await {
            tracing::info!(%error, "no screen saver on the session bus");
        }
    });
    receive
}

async fn watch_logind(events: &mpsc::UnboundedSender<SessionEvent>) -> zbus::Result<()> {
    let bus = Connection::system().await?;
    let mut inhibitor = delay_sleep(&bus).await;
    let mut signals = subscribe(&bus, &LOGIND_RULES).await?;
    while let Some(signal) = next(&mut signals).await {
        let sleeping = signal.body().deserialize::<bool>();
        match (member(&signal).as_deref(), sleeping) {
            (Some("PrepareForSleep"), Ok(true)) => {
                let _ = events.send(SessionEvent::Sleep);
                tokio::time::sleep(LOCK_GRACE).await;
                // Closing the descriptor lets the computer sleep.
                inhibitor = None;
            }
            (Some("PrepareForSleep"), Ok(false)) if inhibitor.is_none() => {
                inhibitor = delay_sleep(&bus).await
            }
            (Some("Lock"), _) => {
                let _ = events.send(SessionEvent::ScreenLocked);
            }
            _ => {}
        }
    }
    Ok(())
}

async fn watch_screen_saver(events: &mpsc::UnboundedSender<SessionEvent>) -> zbus::Result<()> {
    let bus = Connection::session().await?;
    let mut signals = subscribe(&bus, &SCREEN_SAVER_RULES).await?;
    while let Some(signal) = next(&mut signals).await {
        if signal.body().deserialize::<bool>().unwrap_or(false) {
            let _ = events.send(SessionEvent::ScreenLocked);
        }
    }
    Ok(())
}

/// Asks logind to wait with sleeping until the vault had time to lock.
async fn delay_sleep(bus: &Connection) -> Option<zvariant::OwnedFd> {
    let reply = bus
        .call_method(
            Some("org.freedesktop.login1"),
            "/org/freedesktop/login1",
            Some("org.freedesktop.login1.Manager"),
            "Inhibit",
            &(
                "sleep",
                "Satchel",
                "Locks the vault before the computer sleeps",
                "delay",
            ),
        )
        .await
        .ok()?;
    reply.body().deserialize::<zvariant::OwnedFd>().ok()
}

async fn subscribe(bus: &Connection, rules: &[&str]) -> zbus::Result<MessageStream> {
    let registry = fdo::DBusProxy::new(bus).await?;
    for rule in rules {
        registry.add_match_rule((*rule).try_into()?).await?;
    }
    Ok(MessageStream::from(bus))
}

async fn next(signals: &mut MessageStream) -> Option<zbus::Message> {
    while let Some(message) = signals.next().await {
        match message {
            Ok(message) if message.message_type() == message::Type::Signal => return Some(message),
            Ok(_) => {}
            Err(_) => return None,
        }
    }
    None
}

fn member(message: &zbus::Message) -> Option<String> {
    message.header().member().map(ToString::to_string)
}
