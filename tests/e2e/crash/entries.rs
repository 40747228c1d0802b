//! Killed while own entries are added: each of them is in the vault with all its parts, or not at all.

use super::{Moments, time};
use crate::support::{Home, Opened};

const KILLS: u32 = 60;

#[test]
fn a_kill_during_an_entry_leaves_all_of_it_or_nothing() {
    let home = Home::with_vault();
    let (_, span) = time(|| add(&home, 0).finish().json());
    let mut moments = Moments::new(2, span);
    let (mut known, mut kills, mut kept, mut number) = (1, 0, 0, 0);
    while kills < KILLS {
        number += 1;
        let killed = moments.strike(add(&home, number));
        let opened = Opened::open(&home.vault(), crate::support::PASSPHRASE).unwrap();
        opened.assert_whole();
        let records = opened.records();
        let entry = records
            .iter()
            .find(|record| record.title.as_deref() == Some(title(number).as_str()));
        assert_eq!(
            records.len(),
            known + usize::from(entry.is_some()),
            "one entry more, or none"
        );
        assert!(killed || entry.is_some(), "an entry that was said to be in is in");
        if let Some(entry) = entry {
            assert_eq!(entry.amount.unwrap().decimal(), "12.50");
            assert_eq!(entry.text.as_deref(), Some("crates of fruit"));
            assert_eq!(found(&opened, number), 1, "it is found by its words");
            known += 1;
        } else {
            assert_eq!(found(&opened, number), 0, "nothing of it is found");
        }
        kills += u32::from(killed);
        kept += u32::from(killed && entry.is_some());
    }
    println!(
        "{KILLS} kills while an entry was added: {kept} entries were in, {} were not",
        KILLS - kept
    );
    assert!(kept < KILLS, "some kills came in time");
}

fn add(home: &Home, number: u32) -> crate::support::Kept {
    let title = format!("title={}", title(number));
    home.start(&[
        "records",
        "add",
        "work",
        "start=2026-11-20",
        &title,
        "amount=12.50",
        "currency=EUR",
        "text=crates of fruit",
    ])
}

fn title(number: u32) -> String {
    format!("Quince{number} harvest")
}

fn found(opened: &Opened, number: u32) -> u64 {
    let filter = vault_store::records::RecordFilter {
        text: format!("quince{number} fruit"),
        ..Default::default()
    };
    opened
        .ask(|space| async move { space.record_totals(filter).await })
        .count
}
