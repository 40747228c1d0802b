//! Killed while own entries are added, one after the other: what was said to be in is in, with all its parts; of the next one there is all or
//! nothing.

use std::{collections::BTreeMap, path::Path, time::Duration};

use time::macros::datetime;
use vault_core::own_entries::OwnEntry;
use vault_store::{RecordKind, records::RecordFilter};

use super::{Moments, copy_folder, steps};
use crate::support::{Home, Kept, Opened, PASSPHRASE, again};

const KILLS: u32 = 50;
const NAME: &str = "crash::entries::a_kill_during_an_entry_leaves_all_of_it_or_nothing";

#[test]
fn a_kill_during_an_entry_leaves_all_of_it_or_nothing() {
    if let Some(vault) = again::part() {
        return add_for_ever(Path::new(&vault));
    }
    let home = Home::with_vault();
    let empty = home.path("empty.satchel");
    copy_folder(&home.vault(), &empty);
    let mut moments = Moments::new(2, Duration::from_millis(250));
    let mut ends = BTreeMap::<&str, u32>::new();
    for _ in 0..KILLS {
        copy_folder(&empty, &home.vault());
        let said = steps(
            &mut moments,
            Kept::start(&mut again::itself(NAME, home.vault().to_str().unwrap())),
        );
        let there = look(&home);
        assert!(
            there == said || there == said + 1,
            "{said} entries were said to be in, {there} are"
        );
        *ends
            .entry(if there == said {
                "nothing of the next"
            } else {
                "all of the next"
            })
            .or_default() += 1;
    }
    println!("{KILLS} kills while entries were added: {ends:?}");
}

/// The child: says how many are in.
fn add_for_ever(vault: &Path) {
    let opened = Opened::open(vault, PASSPHRASE).unwrap();
    for number in 0.. {
        println!("step {number}");
        let mut entry = OwnEntry::new(RecordKind::Work, datetime!(2026-11-20 10:00 UTC));
        (entry.title, entry.text) = (Some(title(number + 1)), Some("crates of fruit".into()));
        entry.amount = Some(vault_core::money::parse_amount("12.50", "EUR".parse().unwrap()).unwrap());
        opened.ask(|space| async move { space.add_own_entry(entry).await });
    }
}

/// How many entries there are; all are whole, and they are the first ones without a gap.
fn look(home: &Home) -> u32 {
    let opened = Opened::open(&home.vault(), PASSPHRASE).unwrap();
    opened.assert_whole();
    let records = opened.records();
    let count = u32::try_from(records.len()).unwrap();
    let mut titles: Vec<&str> = records
        .iter()
        .map(|record| record.title.as_deref().unwrap())
        .collect();
    let mut expected: Vec<String> = (1..=count).map(title).collect();
    titles.sort_unstable();
    expected.sort();
    assert_eq!(titles, expected);
    for record in &records {
        assert_eq!(
            (record.amount.unwrap().decimal(), record.text.as_deref()),
            ("12.50".into(), Some("crates of fruit"))
        );
    }
    assert_eq!(
        found(&opened, "quince fruit"),
        u64::from(count),
        "each is found by its words"
    );
    assert_eq!(found(&opened, &title(count + 1)), 0, "and nothing of the next");
    count
}

fn title(number: u32) -> String {
    format!("Quince number{number}")
}

fn found(opened: &Opened, text: &str) -> u64 {
    let filter = RecordFilter {
        text: text.into(),
        ..RecordFilter::default()
    };
    opened
        .ask(|space| async move { space.record_totals(filter).await })
        .count
}
