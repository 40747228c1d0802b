//! Another process holds the vault, or the port.

use std::{net::TcpListener, path::Path};

use vault_gateway::{Gateway, GatewayError};

use super::with_records;
use crate::support::{Home, Kept, platform::Platform};

#[test]
fn a_second_process_is_told_who_holds_the_vault() {
    let (home, digest) = with_records();
    let platform = Platform::start(&home, 10);
    let mut holder = home.start(&[
        "connect",
        "demo",
        "--platform-url",
        platform.base(),
        "--print-url",
    ]);
    holder.line();
    for command in [
        &["records", "list"][..],
        &["vault", "check"],
        &["vault", "repair"],
        &["vault", "status"],
    ] {
        home.run(command).refused(3, "VLT-102");
    }
    // Before a passphrase is asked for: there is no terminal here to ask at.
    home.bare(&["--json", "records", "list"]).refused(3, "VLT-102");
    assert!(holder.kill(), "it was waiting for the browser");
    assert_eq!(home.digest(), digest, "a dead process holds nothing");
}

#[test]
fn of_many_that_come_at_once_one_gets_the_vault_and_the_others_are_told() {
    let home = Home::with_vault();
    let all: Vec<Kept> = (0..6)
        .map(|number| home.start(&["records", "add", "work", "start=2026-11-20", NAMES[number]]))
        .collect();
    let ends: Vec<_> = all.into_iter().map(Kept::finish).collect();
    for run in &ends {
        match run.code {
            Some(0) => assert!(run.stderr.is_empty(), "{run:?}"),
            _ => run.refused(3, "VLT-102"),
        }
    }
    let added = ends.iter().filter(|run| run.code == Some(0)).count();
    assert!(added > 0, "{ends:?}");
    assert_eq!(home.ok(&["records", "list"]).as_array().unwrap().len(), added);
}

const NAMES: [&str; 6] = [
    "title=One",
    "title=Two",
    "title=Three",
    "title=Four",
    "title=Five",
    "title=Six",
];

#[tokio::test]
async fn the_gateway_never_moves_from_a_port_that_is_taken() {
    let holder = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = holder.local_addr().unwrap().port();
    let error = Gateway::start(port).await.unwrap_err();
    assert!(
        matches!(error, GatewayError::PortTaken { port: taken } if taken == port),
        "{error:?}"
    );
    assert!(
        error.to_string().contains(&port.to_string()),
        "it says which port: {error}"
    );
    drop(holder);
    let gateway = Gateway::start(port).await.unwrap();
    assert_eq!(gateway.port(), port);
    gateway.stop().await;
}

#[test]
fn a_taken_port_is_said_by_the_demo_platform() {
    let home = Home::new();
    let holder = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = holder.local_addr().unwrap().port().to_string();
    home.bare(&["--json", "demo-platform", "--port", &port])
        .refused(1, "SYS-701");
}

#[test]
fn a_folder_that_is_no_vault_stays_as_it_is() {
    let home = Home::new();
    for place in [home.path("home"), home.path("nowhere")] {
        home.run(&["--vault", place.to_str().unwrap(), "records", "list"])
            .refused(1, "VLT-150");
    }
    assert!(!home.path("nowhere").exists());
    assert_eq!(entries(&home.path("home")), 0);
}

fn entries(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}
