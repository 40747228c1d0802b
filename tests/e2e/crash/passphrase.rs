//! Killed while the passphrase changes: exactly one of the two opens the vault.

use std::collections::BTreeMap;

use super::{Moments, time};
use crate::support::{Home, Opened, PASSPHRASE};
use vault_core::VaultError;

const KILLS: u32 = 60;

#[test]
fn a_kill_during_a_change_leaves_one_passphrase_that_opens() {
    let home = Home::with_vault();
    home.ok(&[
        "records",
        "add",
        "work",
        "start=2026-11-20",
        "title=Quince harvest",
    ]);
    let digest = home.digest();
    let mut words = [
        PASSPHRASE.to_owned(),
        "granite-violin-meadow-copper-seven".to_owned(),
    ];

    let (_, span) = time(|| change(&home, &words).finish().json());
    words.reverse();
    let mut moments = Moments::new(1, span);
    let mut ends: BTreeMap<&str, u32> = BTreeMap::new();
    while ends.values().sum::<u32>() < KILLS {
        let killed = moments.strike(change(&home, &words));
        let changed = opens(&home, &words, &digest);
        assert!(killed || changed, "a change that ran to its end is done");
        if killed {
            *ends.entry(if changed { "new" } else { "old" }).or_default() += 1;
        }
        if changed {
            words.reverse();
        }
    }
    println!("{KILLS} kills while the passphrase changed: {ends:?}");
    assert!(ends["old"] > 0);
    let one_copy = crate::support::home::files(&home.vault())
        .iter()
        .filter(|path| path.to_string_lossy().ends_with(".new"))
        .count();
    assert!(one_copy <= 2, "what a kill leaves behind does not pile up");
}

/// Begins to change the passphrase from the first of the two to the second.
fn change(home: &Home, words: &[String; 2]) -> crate::support::Kept {
    home.write("passphrase", &words[0]);
    let next = home.write("next", &words[1]);
    home.start(&["vault", "passphrase", "--new-passphrase-file", &next])
}

/// Whether the second of the two opens the vault; the other one then does not, and nothing else has changed.
fn opens(home: &Home, words: &[String; 2], digest: &str) -> bool {
    let [old, new] = [&words[0], &words[1]].map(|word| match Opened::open(&home.vault(), word) {
        Ok(opened) => {
            opened.assert_whole();
            assert_eq!(opened.digest(), digest);
            true
        }
        Err(VaultError::WrongKey) => false,
        Err(error) => panic!("the vault does not open: {error:?}"),
    });
    assert!(old != new, "exactly one of the two opens the vault: {old} {new}");
    new
}
