//! When something is wrong with a file, the disk, a port or the computer: a clear message with its code, and nothing lost.

mod damage;
mod disk;
mod keyring;
mod others;
mod versions;

use serde_json::Value;

use crate::support::{Home, platform::Platform};

/// A vault with records of a platform, which the platform then left, and a safe copy. Returns the digest over its records.
fn with_records() -> (Home, String) {
    let home = Home::with_vault();
    let platform = Platform::start(&home, 60);
    platform.connect(&home, "lucia");
    platform.stop();
    home.ok(&[
        "records",
        "add",
        "work",
        "start=2026-11-20",
        "title=Quince harvest",
    ]);
    let checked = home.ok(&["vault", "check"]);
    assert_eq!(checked["whole"], true);
    assert!(home.bare(&["--json", "vault", "status"]).json()["safe_copy"].is_string());
    let digest = home.digest();
    (home, digest)
}

/// What a repair did.
fn repaired(home: &Home) -> (Value, Value) {
    let report = home.ok(&["vault", "repair"]);
    (report["header"].clone(), report["spaces"].clone())
}
