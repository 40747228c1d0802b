//! Files that a newer Satchel wrote: refused with a clear message, and left as they are.

use std::fs;

use rusqlite::Connection;
use vault_crypto::{Header, Passphrase};
use vault_store::Sha256;

use super::with_records;
use crate::support::{Home, PASSPHRASE};

const NEWER: &str = "VLT-140";

#[test]
fn a_newer_header_is_refused_and_kept() {
    let (home, digest) = with_records();
    let header = home.vault().join("vault.header");
    let whole = fs::read(&header).unwrap();
    let newer = of_version(&whole, 3);
    fs::write(&header, &newer).unwrap();
    home.bare(&["--json", "vault", "status"]).refused(1, NEWER);
    for command in [
        &["records", "list"][..],
        &["vault", "check"],
        &["vault", "repair"],
        &["persona", "set", "city", "Girona"],
    ] {
        home.run(command).refused(1, NEWER);
    }
    home.run(&["vault", "recover", "--recovery-key-file", &home.text("kit")])
        .refused(1, NEWER);
    assert_eq!(
        fs::read(&header).unwrap(),
        newer,
        "what a newer program wrote is not replaced by an older copy"
    );
    fs::write(&header, whole).unwrap();
    assert_eq!(home.digest(), digest);
}

#[test]
fn a_newer_database_is_refused_and_kept() {
    let (home, digest) = with_records();
    let database = home.databases().remove(0);
    let current = set_version(&home, 99);
    let newer = fs::read(&database).unwrap();
    for command in [
        &["records", "list"][..],
        &["vault", "check"],
        &["vault", "repair"],
        &["persona", "set", "city", "Girona"],
    ] {
        home.run(command).refused(1, NEWER);
    }
    assert_eq!(
        fs::read(&database).unwrap(),
        newer,
        "what a newer program wrote is not replaced by an older copy"
    );
    set_version(&home, current);
    assert_eq!(home.digest(), digest);
}

/// The same header as a program of another version would write it: the frame is the same for ever.
fn of_version(header: &[u8], version: u16) -> Vec<u8> {
    let mut bytes = header[..header.len() - 32].to_vec();
    bytes[8..10].copy_from_slice(&version.to_be_bytes());
    let sum = Sha256::of(&bytes);
    bytes.extend_from_slice(sum.as_bytes());
    bytes
}

/// Writes the version of the schema into the database, with the key that the passphrase leads to. Returns the one it had.
fn set_version(home: &Home, version: u32) -> u32 {
    let header = Header::decode(&fs::read(home.vault().join("vault.header")).unwrap()).unwrap();
    let key = header.unlock(&Passphrase::new(PASSPHRASE.to_owned())).unwrap();
    let space = header.spaces(&key).unwrap().remove(0);
    let pragma = space.key.derive_database_key().to_pragma();
    let database = Connection::open(home.databases().remove(0)).unwrap();
    database
        .execute_batch(&format!("PRAGMA key = \"{}\";", *pragma))
        .unwrap();
    let before = database
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap();
    database
        .execute_batch(&format!("PRAGMA user_version = {version};"))
        .unwrap();
    let _: i64 = database
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
        .unwrap();
    before
}
