//! What the desktop tells: sleep through logind, and a locked screen; on a bus of the test's own, with a logind that says what the test wants.

use std::{
    env,
    io::Read as _,
    os::fd::OwnedFd,
    sync::mpsc::{Receiver, Sender, channel},
    time::{Duration, Instant},
};

use satchel::platform::{
    network::is_metered,
    session::{SessionEvent, watch},
};
use tokio::sync::mpsc::UnboundedReceiver;
use zbus::{Connection, connection, zvariant};

use crate::support::{Home, again, bus::Bus};

const NAME: &str = "session::the_vault_hears_of_sleep_and_of_a_locked_screen";
const ADDRESS: &str = "DBUS_SYSTEM_BUS_ADDRESS";

/// Longer than anything here takes.
const LONG: Duration = Duration::from_secs(10);

/// The libraries read the addresses of both buses from the environment of the process, so the test is a process of its own.
#[test]
fn the_vault_hears_of_sleep_and_of_a_locked_screen() {
    if again::part().is_some() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        return runtime.block_on(hear());
    }
    let home = Home::new();
    let bus = Bus::start(&home);
    let output = again::itself(NAME, "hear")
        .env(ADDRESS, bus.address())
        .env("DBUS_SESSION_BUS_ADDRESS", bus.address())
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && words.contains("all was heard"),
        "{words}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

async fn hear() {
    let (held, inhibitors) = channel();
    let logind = connection::Builder::address(env::var(ADDRESS).unwrap().as_str())
        .unwrap()
        .name("org.freedesktop.login1")
        .unwrap()
        .serve_at("/org/freedesktop/login1", Logind { held })
        .unwrap()
        .build()
        .await
        .unwrap();
    let mut events = watch(&tokio::runtime::Handle::current());
    let mut inhibitor = next_inhibitor(&inhibitors).await;
    // The rules of the session bus are set beside those of logind; a signal that is said again until it is heard waits for them.
    let screen = |on: bool| {
        signal(
            &logind,
            "/org/gnome/ScreenSaver",
            "org.gnome.ScreenSaver",
            "ActiveChanged",
            on,
        )
    };
    loop {
        screen(true).await;
        if tokio::time::timeout(Duration::from_millis(100), events.recv()).await
            == Ok(Some(SessionEvent::ScreenLocked))
        {
            break;
        }
    }
    drain(&mut events).await;

    screen(false).await;
    sleep(&logind, false).await;
    let begin = Instant::now();
    sleep(&logind, true).await;
    assert_eq!(
        heard(&mut events).await,
        SessionEvent::Sleep,
        "a screen that was unlocked is no reason"
    );
    let released = tokio::task::spawn_blocking(move || inhibitor.read(&mut [0]).unwrap());
    assert_eq!(released.await.unwrap(), 0, "the computer may sleep");
    assert!(
        begin.elapsed() >= Duration::from_millis(500),
        "it waits for the lock"
    );

    sleep(&logind, false).await;
    drop(next_inhibitor(&inhibitors).await);
    signal(
        &logind,
        "/org/freedesktop/login1/session/_31",
        "org.freedesktop.login1.Session",
        "Lock",
        (),
    )
    .await;
    assert_eq!(heard(&mut events).await, SessionEvent::ScreenLocked);
    for desktop in ["freedesktop", "cinnamon", "mate", "xfce"] {
        let interface = format!("org.{desktop}.ScreenSaver");
        signal(&logind, "/ScreenSaver", &interface, "ActiveChanged", true).await;
        assert_eq!(heard(&mut events).await, SessionEvent::ScreenLocked, "{desktop}");
    }
    println!("all was heard");
}

/// A logind that hands out inhibitors: the test keeps the reading end of each, which ends when the inhibitor is given back.
struct Logind {
    held: Sender<std::io::PipeReader>,
}

#[zbus::interface(name = "org.freedesktop.login1.Manager")]
impl Logind {
    fn inhibit(&self, what: &str, who: &str, why: &str, mode: &str) -> zvariant::OwnedFd {
        assert_eq!((what, who, mode), ("sleep", "Satchel", "delay"));
        assert!(!why.is_empty());
        let (reader, writer) = std::io::pipe().unwrap();
        self.held.send(reader).unwrap();
        OwnedFd::from(writer).into()
    }
}

async fn next_inhibitor(inhibitors: &Receiver<std::io::PipeReader>) -> std::io::PipeReader {
    let begin = Instant::now();
    loop {
        match inhibitors.try_recv() {
            Ok(reader) => return reader,
            Err(_) => assert!(begin.elapsed() < LONG, "nobody asked logind to wait"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn heard(events: &mut UnboundedReceiver<SessionEvent>) -> SessionEvent {
    tokio::time::timeout(LONG, events.recv()).await.unwrap().unwrap()
}

/// Passes over what was said more than once.
async fn drain(events: &mut UnboundedReceiver<SessionEvent>) {
    while tokio::time::timeout(Duration::from_millis(500), events.recv())
        .await
        .is_ok()
    {}
}

async fn sleep(logind: &Connection, begins: bool) {
    signal(
        logind,
        "/org/freedesktop/login1",
        "org.freedesktop.login1.Manager",
        "PrepareForSleep",
        begins,
    )
    .await;
}

async fn signal<B>(bus: &Connection, path: &str, interface: &str, member: &str, body: B)
where
    B: serde::Serialize + zvariant::DynamicType,
{
    bus.emit_signal(None::<&str>, path, interface, member, &body)
        .await
        .unwrap();
}

const METERED_NAME: &str = "session::a_metered_network_is_known_by_what_the_desktop_says";

#[test]
fn a_metered_network_is_known_by_what_the_desktop_says() {
    if again::part().is_some() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        return runtime.block_on(meter());
    }
    let home = Home::new();
    let bus = Bus::start(&home);
    let output = again::itself(METERED_NAME, "meter")
        .env(ADDRESS, bus.address())
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && words.contains("every word was understood"),
        "{words}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

async fn meter() {
    assert!(!is_metered().await, "nobody says anything");
    let manager = connection::Builder::address(env::var(ADDRESS).unwrap().as_str())
        .unwrap()
        .name("org.freedesktop.NetworkManager")
        .unwrap()
        .serve_at("/org/freedesktop/NetworkManager", NetworkManager { metered: 0 })
        .unwrap()
        .build()
        .await
        .unwrap();
    // Unknown, yes, no, guessed yes, guessed no.
    for (said, metered) in [(0, false), (1, true), (2, false), (3, true), (4, false)] {
        let object = manager
            .object_server()
            .interface::<_, NetworkManager>("/org/freedesktop/NetworkManager")
            .await
            .unwrap();
        object.get_mut().await.metered = said;
        assert_eq!(is_metered().await, metered, "{said}");
    }
    println!("every word was understood");
}

struct NetworkManager {
    metered: u32,
}

#[zbus::interface(name = "org.freedesktop.NetworkManager")]
impl NetworkManager {
    #[zbus(property)]
    fn metered(&self) -> u32 {
        self.metered
    }
}
