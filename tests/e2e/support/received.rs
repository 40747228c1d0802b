//! What others received in a test: at its end nothing personal is in it that the log does not explain by a grant.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;
use vault_core::VaultError;

use super::{Opened, PASSPHRASE};
use crate::canaries::{Receipt, unexplained};

/// The file of what somebody received of whom the test does not know which party they are.
const ANYBODY: &str = "_";
/// How long a vault may be held by a program that is just ending.
const PATIENCE: Duration = Duration::from_secs(10);

thread_local! {
    /// Each test has a thread of its own, and begins and ends its counterparts on it.
    static FOLDER: TempDir = TempDir::new().unwrap();
}

/// The folder in which this test keeps it, a file for each party.
pub(crate) fn folder() -> PathBuf {
    FOLDER.with(|folder| folder.path().to_owned())
}

/// Lets a program of somebody else keep what it receives.
pub(crate) fn by<'c>(command: &'c mut Command, party: &str) -> &'c mut Command {
    command.env("RECEIVED", folder()).env("RECEIVED_AS", party)
}

/// The same, for a program that Node runs.
pub(crate) fn by_node<'c>(command: &'c mut Command, party: &str) -> &'c mut Command {
    let hook = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/e2e/canaries/received.js");
    by(command, party).env("NODE_OPTIONS", format!("--require={hook}"))
}

/// Keeps what an app was answered.
pub(crate) fn keep(folder: &Path, bytes: &[u8]) {
    let mut options = OpenOptions::new();
    let mut file = options
        .create(true)
        .append(true)
        .open(folder.join(ANYBODY))
        .unwrap();
    file.write_all(bytes).unwrap();
}

/// Waits until something has reached a party, so that there is something to look at.
pub(crate) async fn reaches(party: &str, words: &str) {
    let (path, deadline) = (folder().join(party), Instant::now() + PATIENCE);
    while !fs::read(&path).is_ok_and(|bytes| String::from_utf8_lossy(&bytes).contains(words)) {
        assert!(Instant::now() < deadline, "nothing reached {party}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Looks at all of it once, with the log of the vault that it came from.
pub(crate) fn look(vault: &Path) {
    let received = folder();
    let kept: Vec<PathBuf> = fs::read_dir(&received)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    if kept.is_empty() || thread::panicking() || !vault.join("vault.header").exists() {
        return;
    }
    // The caller may be in a runtime, and the vault needs one of its own.
    let found = thread::scope(|scope| scope.spawn(|| look_with(vault, &kept)).join().unwrap());
    assert!(
        found.is_empty(),
        "somebody received what no grant explains: {found:?}"
    );
}

fn look_with(vault: &Path, kept: &[PathBuf]) -> Vec<String> {
    let Some(opened) = open(vault) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for path in kept {
        let party = path.file_name().unwrap().to_str().unwrap();
        let bytes = fs::read(path).unwrap();
        let receipt = Receipt {
            party: (party != ANYBODY).then_some(party),
            since: None,
        };
        for what in opened.ask(|space| async move { unexplained(&space, &bytes, receipt).await }) {
            found.push(format!("{party}: {what}"));
        }
    }
    found
}

/// `None` for a vault that this test has damaged or given another passphrase.
fn open(vault: &Path) -> Option<Opened> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match Opened::open(vault, PASSPHRASE) {
            Ok(opened) => return Some(opened),
            Err(VaultError::Busy) if Instant::now() < deadline => thread::sleep(Duration::from_millis(100)),
            Err(error) => {
                println!("what others received was not looked at: {error}");
                return None;
            }
        }
    }
}
