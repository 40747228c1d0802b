//! Damaged and cut files: told from a wrong passphrase, and mended from their copies.

use std::{fs, path::Path};

use serde_json::json;

use super::{repaired, with_records};
use crate::support::Home;

const DAMAGED: &str = "VLT-120";
const HEADER_DAMAGED: &str = "VLT-121";
const NO_VAULT_FILE: &str = "VLT-123";

#[test]
fn a_wrong_passphrase_is_said_and_changes_nothing() {
    let (home, digest) = with_records();
    let right = fs::read_to_string(home.path("passphrase")).unwrap();
    let before = bytes(&home);
    home.write("passphrase", "ocean-lamp-ticket-forest-ten");
    for command in [
        &["records", "list"][..],
        &["vault", "check"],
        &["vault", "repair"],
        &["connection", "fetch", "--all"],
    ] {
        home.run(command).refused(4, "VLT-101");
    }
    assert!(
        bytes(&home) == before,
        "a refused passphrase leaves every byte as it was"
    );
    fs::write(home.path("passphrase"), right).unwrap();
    assert_eq!(home.digest(), digest);
}

#[test]
fn a_cut_database_is_mended_from_its_safe_copy() {
    let (home, digest) = with_records();
    let database = database(&home);
    let whole = fs::read(&database).unwrap();
    for length in [0, 100, 4096, whole.len() / 2, whole.len() - 4096, whole.len() - 1] {
        fs::write(&database, &whole[..length]).unwrap();
        home.run(&["records", "list"]).refused(1, DAMAGED);
        assert_eq!(
            fs::read(&database).unwrap(),
            &whole[..length],
            "a damaged file is not written to ({length})"
        );
        assert_eq!(repaired(&home), (json!(false), json!(1)), "{length}");
        assert_eq!(home.digest(), digest, "{length}");
    }
    fs::remove_file(&database).unwrap();
    home.run(&["records", "list"]).refused(1, DAMAGED);
    assert_eq!(repaired(&home), (json!(false), json!(1)));
    assert_eq!(home.digest(), digest);
}

#[test]
fn a_flipped_bit_in_the_database_is_found_and_mended() {
    let (home, digest) = with_records();
    let database = database(&home);
    let size = fs::metadata(&database).unwrap().len() as usize;
    for at in [0, 15, 16, 99, 2_000, 4_095, size / 3, size / 2, size - 1] {
        flip(&database, at);
        let check = home.run(&["vault", "check"]);
        assert_eq!(check.code, Some(1), "byte {at}: {check:?}");
        assert!(check.stderr.contains(DAMAGED), "byte {at}: {check:?}");
        assert_eq!(repaired(&home), (json!(false), json!(1)), "byte {at}");
        assert_eq!(home.digest(), digest, "byte {at}");
    }
    assert_eq!(
        aside(&home, ".db.damaged-").len(),
        9,
        "damaged files are set aside, never deleted"
    );
}

#[test]
fn a_damaged_safe_copy_replaces_nothing() {
    let (home, _) = with_records();
    let database = database(&home);
    let copy = database.with_extension("safe-copy");
    for path in [&database, &copy] {
        let middle = fs::metadata(path).unwrap().len() as usize / 2;
        flip(path, middle);
    }
    let before = fs::read(&database).unwrap();
    home.run(&["vault", "repair"]).refused(1, "VLT-122");
    fs::remove_file(&copy).unwrap();
    home.run(&["vault", "repair"]).refused(1, "VLT-122");
    assert_eq!(
        fs::read(&database).unwrap(),
        before,
        "without a whole copy the damaged file stays where it is"
    );
}

#[test]
fn a_flipped_bit_in_the_header_is_told_from_a_wrong_passphrase() {
    let (home, digest) = with_records();
    let header = home.vault().join("vault.header");
    let whole = fs::read(&header).unwrap();
    for at in (0..whole.len())
        .step_by(97)
        .chain([8, 9, 10, 13, 14, whole.len() - 1])
    {
        flip(&header, at);
        let code = if at < 8 { NO_VAULT_FILE } else { HEADER_DAMAGED };
        home.bare(&["--json", "vault", "status"]).refused(1, code);
        fs::write(&header, &whole).unwrap();
    }
    flip(&header, whole.len() / 2);
    home.run(&["records", "list"]).refused(1, HEADER_DAMAGED);
    assert_eq!(repaired(&home), (json!(true), json!(0)));
    assert_eq!(fs::read(&header).unwrap(), whole);
    assert_eq!(home.digest(), digest);
    assert_eq!(aside(&home, ".header.damaged-").len(), 1);
}

#[test]
fn a_cut_or_lost_header_is_mended_from_its_copy() {
    let (home, digest) = with_records();
    let header = home.vault().join("vault.header");
    let whole = fs::read(&header).unwrap();
    for length in [0, 7, 12, 40, whole.len() / 2, whole.len() - 1] {
        fs::write(&header, &whole[..length]).unwrap();
        home.run(&["records", "list"]).refused(1, HEADER_DAMAGED);
        assert_eq!(repaired(&home), (json!(true), json!(0)), "{length}");
    }
    fs::remove_file(&header).unwrap();
    home.run(&["records", "list"]).refused(1, "VLT-150");
    assert_eq!(repaired(&home), (json!(true), json!(0)));
    assert_eq!(home.digest(), digest);
}

#[test]
fn header_and_database_are_mended_at_once() {
    let (home, digest) = with_records();
    flip(&home.vault().join("vault.header"), 500);
    flip(&database(&home), 5_000);
    assert_eq!(repaired(&home), (json!(true), json!(1)));
    assert_eq!(home.digest(), digest);
}

#[test]
fn a_header_is_not_mended_with_a_wrong_passphrase() {
    let (home, _) = with_records();
    let header = home.vault().join("vault.header");
    flip(&header, 500);
    let before = bytes(&home);
    home.write("passphrase", "ocean-lamp-ticket-forest-ten");
    home.run(&["vault", "repair"]).refused(4, "VLT-101");
    assert!(bytes(&home) == before);
}

#[test]
fn what_is_whole_is_not_mended() {
    let (home, digest) = with_records();
    assert_eq!(repaired(&home), (json!(false), json!(0)));
    assert_eq!(home.digest(), digest);
}

fn database(home: &Home) -> std::path::PathBuf {
    let [database] = home.databases().try_into().unwrap();
    database
}

/// Changes one bit.
fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 0x10;
    fs::write(path, bytes).unwrap();
}

/// Header, copy and databases, byte by byte. What SQLite shares between processes (`-shm`, an empty `-wal`) holds nothing.
fn bytes(home: &Home) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let lasting = |path: &std::path::PathBuf| !path.to_string_lossy().ends_with("-shm");
    crate::support::home::files(&home.vault())
        .into_iter()
        .filter(lasting)
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .filter(|(_, content)| !content.is_empty())
        .collect()
}

/// The files that a repair set aside.
fn aside(home: &Home, mark: &str) -> Vec<std::path::PathBuf> {
    crate::support::home::files(&home.vault())
        .into_iter()
        .filter(|path| path.to_string_lossy().contains(mark))
        .collect()
}
