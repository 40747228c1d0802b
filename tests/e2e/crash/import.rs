//! Killed while a file is imported: whole batches are in the vault with true sums, and going on brings the rest, once.

use std::{collections::BTreeMap, fmt::Write as _, fs};

use super::{Moments, copy_folder, time};
use crate::support::{Home, Opened, PASSPHRASE};

const KILLS: u32 = 20;
const ROWS: u64 = 12_000;

/// After how many kills one is followed by the rest of the import.
const GO_ON: u32 = 4;

#[test]
fn a_kill_during_an_import_loses_nothing() {
    let home = Home::with_vault();
    let file = home.path("payments.csv");
    fs::write(&file, rows()).unwrap();
    let file = home.text("payments.csv");
    let empty = home.path("empty.satchel");
    copy_folder(&home.vault(), &empty);
    let (_, span) = time(|| home.ok(&["import", &file]));
    let whole = said(&home);

    let mut moments = Moments::new(9, span);
    let (mut kills, mut ends) = (0, BTreeMap::<u64, u32>::new());
    while kills < KILLS {
        copy_folder(&empty, &home.vault());
        if !moments.strike(home.start(&["import", &file])) {
            continue;
        }
        kills += 1;
        *ends.entry(look(&home)).or_default() += 1;
        if kills % GO_ON == 0 {
            go_on(&home, &file);
            assert_eq!(said(&home), whole, "the rest came in, once");
        }
    }
    println!("{KILLS} kills during an import of {ROWS} rows; rows there afterwards, and how often: {ends:?}");
    assert!(
        ends.keys().any(|rows| (1..ROWS).contains(rows)),
        "some kills came in the middle"
    );
}

fn rows() -> String {
    let mut text = String::from(
        "City Name,Trip UUID,Local Amount,Currency Code,Classification,Category,Local Timestamp\n",
    );
    for row in 0..ROWS {
        let (day, hour, minute) = (row / 1440 % 28 + 1, row / 60 % 24, row % 60);
        writeln!(
            text,
            "Phoenix,t-{row},{}.{:02},USD,trip.fare,driver_payment_fares,2024-03-{day:02} {hour:02}:{minute:02}:00",
            row / 100,
            row % 100
        )
        .unwrap();
    }
    text
}

fn said(home: &Home) -> String {
    let opened = Opened::open(&home.vault(), PASSPHRASE).unwrap();
    opened
        .ask(|space| async move { space.said_digest().await })
        .to_string()
}

/// Opens the vault: it is whole, and its sums are those of its records. Returns how many rows are in.
fn look(home: &Home) -> u64 {
    let opened = Opened::open(&home.vault(), PASSPHRASE).unwrap();
    opened.assert_whole();
    let imports = opened.ask(|space| async move { space.imports().await });
    let records = opened.ask(|space| async move { space.record_count().await });
    assert!(imports.len() <= 1);
    let sums = imports.first().map(|import| import.sums).unwrap_or_default();
    assert_eq!(
        sums.new + sums.had + sums.changed + sums.contained + sums.aside,
        sums.read
    );
    assert_eq!(
        records, sums.new,
        "a batch is in with all its records, or not at all"
    );
    sums.read
}

/// The rest of what was begun, or all of it where the kill came before that.
fn go_on(home: &Home, file: &str) {
    let imports = home.ok(&["import", "list"]);
    let Some(import) = imports.as_array().unwrap().first() else {
        home.ok(&["import", file]);
        return;
    };
    let id = import["import"].as_str().unwrap();
    if import["state"] != "done" {
        assert_eq!(import["state"], "paused");
        home.ok(&["import", "continue", id]);
    }
    let sums = &home.ok(&["import", "list"])[0]["sums"];
    assert_eq!(
        (sums["read"].as_u64(), sums["new"].as_u64()),
        (Some(ROWS), Some(ROWS))
    );
}
