//! Rows that were set aside: each whole, corrected, and taken as a part of its import.

use std::collections::BTreeMap;

use vault_connect::takeout::job::{self, Fixed, ImportError, Question};
use vault_core::VaultError;
use vault_store::{Assurance, ImportId, Record, import_files::ImportSums, records::RecordFilter};

use super::{
    kit::Place,
    vault::{Vault, payments},
};

/// Row 4 has a day that there is not, and row 5 no currency.
fn with_mistakes() -> String {
    payments(0, 6)
        .replace("2024-03-01 00:02:00", "2024-02-31 00:02:00")
        .replace("t-3,0.03,USD", "t-3,0.03,")
}

async fn taken(vault: &Vault, text: &str) -> ImportId {
    let place = Place::new();
    let check = vault.look(place.file("pay.csv", text.as_bytes())).await.unwrap();
    vault.bring(&check).await;
    // What follows needs no file.
    check.id
}

async fn fix(vault: &Vault, id: ImportId, row: u64, cells: &[(usize, &str)]) -> Result<Fixed, ImportError> {
    let cells: BTreeMap<usize, String> = cells.iter().map(|(at, text)| (*at, (*text).to_owned())).collect();
    job::fix(&vault.space, id, (0, row), cells).await
}

async fn records(vault: &Vault) -> Vec<Record> {
    let all = vault
        .space
        .records_after(RecordFilter::default(), None, 100)
        .await;
    all.unwrap().0
}

fn counts(sums: ImportSums) -> (u64, u64, u64, u64) {
    (sums.read, sums.new, sums.had, sums.aside)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_corrected_row_is_a_part_of_its_import() {
    let vault = Vault::new().await;
    let id = taken(&vault, &with_mistakes()).await;
    assert_eq!(counts(vault.sums(id).await), (6, 4, 0, 2));

    let shown = job::aside(&vault.space, id, 0, 4).await.unwrap();
    assert_eq!((shown.reason.as_str(), shown.row.row), ("bad-date", 4));
    let faults: Vec<&str> = shown
        .faults
        .iter()
        .map(|at| shown.row.cells[*at].name.as_str())
        .collect();
    assert_eq!(faults, ["Local Timestamp"], "the reason stands at its cell");
    assert_eq!(shown.row.cells[6].value, "2024-02-31 00:02:00");

    // What is no day either is refused with the same reason, and nothing changes.
    let refused = fix(&vault, id, 4, &[(6, "2024-02-30 00:02:00")]).await.unwrap();
    let reason = |reason: &str, faults: &[usize]| Fixed::Refused {
        reason: reason.to_owned(),
        faults: faults.to_vec(),
    };
    assert_eq!(refused, reason("bad-date", &[6]));
    assert_eq!(counts(vault.sums(id).await), (6, 4, 0, 2));

    let before = vault.said().await;
    assert_eq!(
        fix(&vault, id, 4, &[(6, "2024-03-01 00:02:00")]).await.unwrap(),
        Fixed::Taken
    );
    assert_eq!(counts(vault.sums(id).await), (6, 5, 0, 1));
    assert_eq!(vault.space.import_asides(id, 0, 10).await.unwrap().len(), 1);
    assert_eq!(
        fix(&vault, id, 5, &[]).await.unwrap(),
        reason("no-currency", &[3])
    );

    // The record says who typed, and shows the row as it came with the correction beside it.
    let typed: Vec<Record> = records(&vault)
        .await
        .into_iter()
        .filter(|record| record.provenance.assurance == Assurance::Typed)
        .collect();
    let [record] = &typed[..] else {
        panic!("one record is typed")
    };
    assert_eq!(record.amount.unwrap().minor, 2);
    let row = job::raw_row(&vault.space, &record.provenance)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((row.file.as_str(), row.row), ("pay.csv", 4));
    let cell = &row.cells[6];
    assert_eq!(
        (cell.value.as_str(), cell.corrected.as_deref()),
        ("2024-02-31 00:02:00", Some("2024-03-01 00:02:00"))
    );

    // A second time there is nothing to correct.
    let again = fix(&vault, id, 4, &[(6, "2024-03-01 00:02:00")]).await;
    assert!(matches!(again, Err(ImportError::Vault(VaultError::NoSuch(_)))));
    assert_ne!(vault.said().await, before);
    vault.space.undo_import(id).await.unwrap();
    assert!(records(&vault).await.is_empty(), "it goes with its import");
    let late = fix(&vault, id, 5, &[(3, "USD")]).await;
    assert!(late.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_corrected_row_is_what_the_file_would_have_said() {
    let (one, other) = (Vault::new().await, Vault::new().await);
    let id = taken(&one, &with_mistakes()).await;
    fix(&one, id, 4, &[(6, "2024-03-01 00:02:00")]).await.unwrap();
    fix(&one, id, 5, &[(3, "usd")]).await.unwrap();
    taken(&other, &payments(0, 6)).await;
    let said = |records: Vec<Record>| -> Vec<_> {
        let told = |record: Record| {
            (
                record.id.to_string().len(),
                record.start,
                record.amount,
                record.title,
            )
        };
        records.into_iter().map(told).collect()
    };
    assert_eq!(said(records(&one).await), said(records(&other).await));
    // The platform's own word, once it comes right, is the same record and counts more than what was typed.
    let later = taken(&one, &payments(0, 6)).await;
    assert_eq!(records(&one).await.len(), 6);
    assert!(
        records(&one)
            .await
            .iter()
            .all(|record| record.provenance.assurance == Assurance::Imported)
    );
    one.space.undo_import(later).await.unwrap();
    assert_eq!(records(&one).await.len(), 6, "what was typed is still said");
}

/// Two equal rows are two records, and so are an equal one that was corrected, in whatever import.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_corrected_row_that_equals_another_is_one_more() {
    let vault = Vault::new().await;
    let head = "City Name,Trip UUID,Local Amount,Currency Code,Classification,Category,Local Timestamp\n";
    let tip = "Phoenix,,1.00,USD,tip,driver_payment_tips,2024-03-01 10:00:00\n";
    let text = format!("{head}{tip}{}", tip.replace("2024-03-01", "2024-13-01"));
    let check = {
        let place = Place::new();
        let path = place.file("pay.csv", text.as_bytes());
        let check = vault
            .ask(Question {
                places: vec![path],
                ..Question::default()
            })
            .await
            .unwrap();
        vault.bring(&check).await;
        check
    };
    let corrected = [(6, "2024-03-01 10:00:00")];
    assert_eq!(fix(&vault, check.id, 3, &corrected).await.unwrap(), Fixed::Taken);
    assert_eq!(records(&vault).await.len(), 2);
    let again = taken(&vault, &text).await;
    assert_eq!(fix(&vault, again, 3, &corrected).await.unwrap(), Fixed::Taken);
    assert_eq!(
        records(&vault).await.len(),
        2,
        "the same row of the same file is no third"
    );
    assert_eq!(counts(vault.sums(again).await), (2, 0, 2, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_correction_is_of_columns_that_there_are() {
    let vault = Vault::new().await;
    let id = taken(&vault, &with_mistakes()).await;
    for cells in [&[(7, "x")][..], &[(6, "two\nlines")]] {
        let refused = fix(&vault, id, 4, cells).await;
        assert!(matches!(
            refused,
            Err(ImportError::Vault(VaultError::Invalid { .. }))
        ));
    }
    // A row that says nothing any more is counted, and makes no record.
    let empty: Vec<(usize, &str)> = (0..7).map(|at| (at, "")).collect();
    assert_eq!(fix(&vault, id, 4, &empty).await.unwrap(), Fixed::Taken);
    let sums = vault.sums(id).await;
    assert_eq!((sums.contained, sums.aside, sums.read), (1, 1, 6));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_of_a_file_shows_its_row() {
    let vault = Vault::new().await;
    taken(&vault, &payments(0, 4_100)).await;
    for record in records(&vault).await.iter().step_by(13) {
        let row = job::raw_row(&vault.space, &record.provenance)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(record.provenance.path, format!("row {}", row.row));
        let trip = row.cells.iter().find(|cell| cell.name == "Trip UUID").unwrap();
        assert_eq!(trip.value, format!("t-{}", row.row - 2));
        assert!(
            row.cells
                .iter()
                .all(|cell| cell.corrected.is_none() && !cell.about_others)
        );
    }
}
