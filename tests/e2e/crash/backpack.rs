//! Killed while a backpack is packed, or while one is brought in: the file is whole or not there; the vault opens, holds nothing that is not in the
//! backpack, and a second time completes it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use vault_store::Record;

use super::{Moments, copy_folder, time, wait_for};
use crate::support::{Home, Opened, PASSPHRASE, Run, home::files, platform::Platform};

const PACKED: u32 = 30;
const RESTORED: u32 = 20;
const GIGS: u32 = 500;

/// After how many kills one is followed by a restore to the end.
const RESTORE_ON: u32 = 5;

#[test]
fn a_kill_during_packing_leaves_a_whole_file_or_none() {
    let (home, digest) = filled();
    let place = home.path("backpacks");
    fs::create_dir(&place).unwrap();
    let (_, span) = time(|| pack(&home, &place.join("first.backpack")).finish().json());
    // Of three kills one comes anywhere, one while the file is written and read back, one after it has its name.
    let mut anywhere = Moments::new(4, span);
    let mut writing = Moments::new(7, span / 2);
    let mut named = Moments::new(8, Duration::from_millis(8));
    let (mut kills, mut ends, mut number) = (0, BTreeMap::<&str, u32>::new(), 0);
    while kills < PACKED {
        number += 1;
        let file = place.join(format!("{number}.backpack"));
        let earlier = files(&place);
        let process = pack(&home, &file);
        let struck = match number % 3 {
            0 => anywhere.strike(process),
            1 => {
                let fresh = |path: &PathBuf| is_draft(path) && !earlier.contains(path);
                wait_for(|| files(&place).iter().any(fresh));
                writing.strike(process)
            }
            _ => {
                wait_for(|| file.exists());
                named.strike(process)
            }
        };
        if !struck {
            assert!(
                verify(&home, &file).code == Some(0),
                "one that was said to be packed is whole"
            );
            continue;
        }
        kills += 1;
        let opened = Opened::open(&home.vault(), PASSPHRASE).unwrap();
        opened.assert_whole();
        assert_eq!(opened.digest(), digest, "packing changes no record");
        drop(opened);
        if file.exists() {
            assert_eq!(verify(&home, &file).json()["whole"], true);
        }
        *ends
            .entry(if file.exists() { "whole" } else { "none" })
            .or_default() += 1;
    }
    println!("{PACKED} kills while a backpack was packed: {ends:?}");
    assert_eq!(home.ok(&["log", "verify"])["whole"], true);
    for left in files(&place) {
        let text = fs::read(&left).unwrap();
        assert!(
            text.is_empty() || text.starts_with(b"age-encryption.org/v1\n"),
            "{}: what a kill leaves is locked too",
            left.display()
        );
    }
}

#[test]
fn a_kill_while_a_backpack_comes_in_leaves_a_part_that_the_next_time_completes() {
    let (source, digest) = filled();
    let file = source.path("all.backpack");
    pack(&source, &file).finish().json();
    let whole = by_id(&Opened::open(&source.vault(), PASSPHRASE).unwrap());

    let home = Home::with_vault();
    fs::copy(source.path("identity"), home.path("identity")).unwrap();
    let empty = home.path("empty.satchel");
    copy_folder(&home.vault(), &empty);
    let (_, span) = time(|| restore(&home, &file).finish().json());
    assert_eq!(home.digest(), digest, "brought in, the records are equal");

    let mut moments = Moments::new(5, span);
    let (mut kills, mut ends) = (0, BTreeMap::<usize, u32>::new());
    while kills < RESTORED {
        copy_folder(&empty, &home.vault());
        if !moments.strike(restore(&home, &file)) {
            continue;
        }
        kills += 1;
        let opened = Opened::open(&home.vault(), PASSPHRASE).unwrap();
        opened.assert_whole();
        let found = by_id(&opened);
        assert!(
            found.iter().all(|(id, record)| whole.get(id) == Some(record)),
            "a record is there as it was packed, or not at all"
        );
        drop(opened);
        *ends.entry(found.len()).or_default() += 1;
        if kills % RESTORE_ON == 0 {
            restore(&home, &file).finish().json();
            assert_eq!(home.digest(), digest, "the second time completes it");
        }
    }
    println!(
        "{RESTORED} kills while {} records came in; records there afterwards, and how often: {ends:?}",
        whole.len()
    );
}

/// Whether a file is one that has no name of its own yet.
fn is_draft(path: &Path) -> bool {
    path.to_string_lossy().ends_with(".satchel-part")
}

/// A vault with the records of a platform, a backpack's key pair in `identity`, and the digest over its records.
fn filled() -> (Home, String) {
    let home = Home::with_vault();
    let platform = Platform::start(&home, GIGS);
    platform.connect(&home, "lucia");
    platform.stop();
    let kit = fs::read_to_string(home.path("kit")).unwrap();
    home.write("identity", kit.lines().last().unwrap());
    let digest = home.digest();
    (home, digest)
}

fn pack(home: &Home, file: &Path) -> crate::support::Kept {
    let kit = fs::read_to_string(home.path("kit")).unwrap();
    let recipient = kit
        .lines()
        .find_map(|line| line.strip_prefix("# Public key: "))
        .unwrap();
    home.start(&[
        "backpack",
        "export",
        file.to_str().unwrap(),
        "--recipient",
        recipient,
    ])
}

fn restore(home: &Home, file: &Path) -> crate::support::Kept {
    home.start(&[
        "backpack",
        "restore",
        file.to_str().unwrap(),
        "--identity-file",
        identity(home).to_str().unwrap(),
    ])
}

fn verify(home: &Home, file: &Path) -> Run {
    home.run(&[
        "backpack",
        "verify",
        file.to_str().unwrap(),
        "--identity-file",
        identity(home).to_str().unwrap(),
    ])
}

fn identity(home: &Home) -> PathBuf {
    home.path("identity")
}

fn by_id(opened: &Opened) -> BTreeMap<String, Record> {
    opened
        .records()
        .into_iter()
        .map(|record| (record.id.to_string(), record))
        .collect()
}
