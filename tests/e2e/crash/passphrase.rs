//! Killed while the passphrase changes, to and fro: exactly one of the two opens the vault, and it is the one of the last change that was said to
//! be done, or of the one under way.

use std::{collections::BTreeMap, fs, path::Path, time::Duration};

use vault_core::VaultError;
use vault_crypto::Passphrase;

use super::{Moments, steps, steps_from};
use crate::support::{Home, Kept, Opened, PASSPHRASE, again, home::files};

const KILLS: u32 = 50;
const NAME: &str = "crash::passphrase::a_kill_during_a_change_leaves_one_passphrase_that_opens";
const WORDS: [&str; 2] = [PASSPHRASE, "granite-violin-meadow-copper-seven"];

#[test]
fn a_kill_during_a_change_leaves_one_passphrase_that_opens() {
    if let Some(part) = again::part() {
        let (first, vault) = part.split_once(' ').unwrap();
        return change_for_ever(first.parse().unwrap(), Path::new(vault));
    }
    let home = Home::with_vault();
    home.ok(&[
        "records",
        "add",
        "work",
        "start=2026-11-20",
        "title=Quince harvest",
    ]);
    let digest = home.digest();
    // Nearly all the time of a change goes into deriving keys; every second kill comes while the header and its copy are written.
    let mut anywhere = Moments::new(1, Duration::from_millis(700));
    let mut writing = Moments::new(6, Duration::from_millis(12));
    let staged = ["vault.new", "vault.header.new"].map(|name| home.vault().join(name));
    let (mut current, mut ends) = (0, BTreeMap::<&str, u32>::new());
    for kill in 0..KILLS {
        let part = format!("{current} {}", home.vault().display());
        for left in &staged {
            let _ = fs::remove_file(left);
        }
        let child = Kept::start(&mut again::itself(NAME, &part));
        let said = match kill % 2 {
            0 => steps(&mut anywhere, child),
            _ => steps_from(&mut writing, child, || staged.iter().any(|path| path.exists())),
        };
        let now = which_opens(&home, &digest);
        let changed = (current + said as usize) % 2 != now;
        *ends.entry(if changed { "new" } else { "old" }).or_default() += 1;
        current = now;
    }
    println!("{KILLS} kills while the passphrase changed: {ends:?}");
    let left = files(&home.vault())
        .into_iter()
        .filter(|path| path.to_string_lossy().ends_with(".new"))
        .count();
    assert!(left <= 2, "what a kill leaves behind does not pile up");
}

/// The child: says how many changes are done.
fn change_for_ever(first: usize, vault: &Path) {
    let opened = Opened::open(vault, WORDS[first]).unwrap();
    for number in 0_usize.. {
        println!("step {number}");
        let [current, next] =
            [number, number + 1].map(|at| Passphrase::new(WORDS[(first + at) % 2].to_owned()));
        opened.ask(|space| async move { space.vault().change_passphrase(current, next).await });
    }
}

/// Which of the two opens the vault. The other one does not, and nothing else has changed.
fn which_opens(home: &Home, digest: &str) -> usize {
    let opens = WORDS.map(|word| match Opened::open(&home.vault(), word) {
        Ok(opened) => {
            opened.assert_whole();
            assert_eq!(opened.digest(), digest);
            true
        }
        Err(VaultError::WrongKey) => false,
        Err(error) => panic!("the vault does not open: {error:?}"),
    });
    assert!(
        opens[0] != opens[1],
        "exactly one of the two opens the vault: {opens:?}"
    );
    usize::from(opens[1])
}
