//! No Secret Service: quick unlock says why, and the passphrase works.

use satchel::{
    error::AppError,
    platform::keyring::{SystemKeyring, usable},
};
use vault_core::{KeyVault as _, KeyVaultError};
use vault_crypto::VaultId;

use crate::support::{Home, again, bus::Bus};

const NAME: &str = "failures::keyring::without_a_secret_service_the_keyring_says_that_it_is_not_running";

/// The libraries read the address of the bus from the environment of the process, so each case is this test in a process of its own.
#[test]
fn without_a_secret_service_the_keyring_says_that_it_is_not_running() {
    if again::part().is_some() {
        return ask_the_keyring();
    }
    let home = Home::new();
    let bus = Bus::start(&home);
    let empty = home.path("run");
    // On it nobody keeps secrets, and it can start nobody.
    for (case, address) in [
        ("none", None),
        ("nobody there", Some("unix:path=/nonexistent/bus")),
        ("nonsense", Some("x")),
        ("without secrets", Some(bus.address())),
    ] {
        let mut child = again::itself(NAME, "ask");
        child
            .env("XDG_RUNTIME_DIR", &empty)
            .env("HOME", home.path("home"))
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env_remove("DISPLAY");
        child.envs(address.map(|address| ("DBUS_SESSION_BUS_ADDRESS", address)));
        let output = child.output().unwrap();
        let words = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && words.contains("keyring asked"),
            "{case}: {words}{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

fn ask_the_keyring() {
    let vault = VaultId::generate();
    let errors = [
        SystemKeyring.load(vault).unwrap_err(),
        SystemKeyring.forget(vault).unwrap_err(),
        tokio::runtime::Runtime::new()
            .unwrap()
            .block_on(usable(vault, false))
            .unwrap_err(),
        tokio::runtime::Runtime::new()
            .unwrap()
            .block_on(usable(vault, true))
            .unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error, KeyVaultError::NotRunning);
        let said = AppError::from(error);
        assert_eq!(said.code, "VLT-110");
        assert!(
            said.todo.to_lowercase().contains("passphrase"),
            "it says what works: {}",
            said.todo
        );
    }
    println!("keyring asked");
}

#[test]
fn the_passphrase_opens_the_vault_where_no_bus_is() {
    let home = Home::with_vault();
    let mut command = home.command(&[
        "--json",
        "--passphrase-file",
        &home.text("passphrase"),
        "records",
        "list",
    ]);
    command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    assert_eq!(
        crate::support::Run::of(&mut command).json(),
        serde_json::json!([])
    );
}
