//! The life of an import, with its sums held against what was given at every step.

use proptest::prelude::*;
use serde_json::json;
use time::{Duration, OffsetDateTime, macros::datetime};
use vault_store::{
    Amount, ImportId, NewRecord, RecordKind, Sha256,
    import_files::{ImportFileState, ImportSums},
    imports::ImportState,
    records::{Became, RecordFilter, Sort},
};

use super::{Account, Covered, GapKind, ImportBatch, ImportRow, NewImport, NewImportFile};
use crate::{
    LockReason, SpaceHandle, VaultError,
    test_vault::{TestVault, passphrase},
};

const NOW: OffsetDateTime = datetime!(2026-11-22 09:00 UTC);
impl TestVault {
    /// What a crash leaves: the vault is gone and comes back.
    async fn crash(&mut self) {
        self.vault.lock(LockReason::Slept).await;
        self.vault = self.locked.unlock(&passphrase()).unwrap();
        self.space = self.vault.first_space().await.unwrap();
        self.space.end_interrupted().await.unwrap();
    }

    async fn sums(&self, id: ImportId) -> ImportSums {
        let sums = self.space.import(id).await.unwrap().sums;
        let parts = sums.new + sums.had + sums.changed + sums.contained + sums.aside;
        assert_eq!(parts, sums.read, "the sums are always true");
        sums
    }
}

fn account() -> Account {
    Account {
        platform: "uber".into(),
        platform_name: "Uber".into(),
        name: String::new(),
    }
}

fn new_import(rows: u64, as_of: Option<OffsetDateTime>) -> NewImport {
    NewImport {
        id: ImportId::new(),
        account: account(),
        source: "takeout:uber/1".into(),
        layout: "EU 2021".into(),
        places: vec!["/home/anna/uber.zip".into()],
        name: "uber.zip".into(),
        size: 1,
        digest: Sha256::of(b"zip"),
        without_people: false,
        time_zone: None,
        findings: json!({}),
        files: vec![NewImportFile {
            position: 0,
            path: "trips.csv".into(),
            what: "Trips".into(),
            layout: "uber-eu".into(),
            taken: true,
            people: false,
            total: rows,
            as_of,
            counter: Some(2898),
        }],
    }
}

fn trip(key: u64, title: &str) -> NewRecord {
    let start = datetime!(2026-03-02 10:00 +1) + Duration::days(i64::try_from(key).unwrap());
    NewRecord {
        title: Some(title.to_owned()),
        path: format!("row {}", key + 2),
        ..NewRecord::new(RecordKind::Work, format!("t{key}"), Some(start))
    }
}

fn pay(key: u64, type_name: &str, minor: i64) -> NewRecord {
    NewRecord {
        type_name: Some(type_name.to_owned()),
        amount: Some(Amount {
            minor,
            currency: "EUR".parse().unwrap(),
            exponent: 2,
        }),
        kind: RecordKind::Payment,
        source_key: format!("p{key}"),
        ..trip(key, "Payment")
    }
}

fn batch(first_row: u64, rows: Vec<ImportRow>, ends: bool) -> ImportBatch {
    let numbered: Vec<(u64, ImportRow)> = (first_row..).zip(rows).collect();
    let next_row = first_row + numbered.len() as u64;
    ImportBatch {
        position: 0,
        first_row,
        next_row,
        ends,
        raw: format!("header\nrows {first_row}").into_bytes(),
        media_type: "text/csv",
        rows: numbered,
    }
}

fn row(record: NewRecord) -> ImportRow {
    ImportRow::Records(vec![record])
}

fn aside() -> ImportRow {
    ImportRow::Aside {
        reason: "time".into(),
        text: "é".repeat(400),
    }
}

#[tokio::test]
async fn an_import_survives_a_crash_between_its_batches() {
    let mut world = TestVault::new(NOW).await;
    let new = new_import(5, Some(NOW));
    let id = new.id;
    world.space.begin_import(new).await.unwrap();
    let rows = vec![row(trip(0, "A")), ImportRow::Contained, aside()];
    let sums = world
        .space
        .take_import_batches(id, vec![batch(2, rows, false)])
        .await
        .unwrap();
    assert_eq!((sums.read, sums.new, sums.contained, sums.aside), (3, 1, 1, 1));
    world.crash().await;

    let found = world.space.import(id).await.unwrap();
    assert_eq!(
        (found.import.state, found.import.code.as_str()),
        (ImportState::Paused, "SYS-711")
    );
    assert_eq!(found.files[0].next_row, 5);
    assert_eq!(found.reasons, [("time".to_owned(), 1)]);
    assert_eq!(found.latest[0].row, 4);
    assert!(found.latest[0].text.len() <= 300);
    // Rows that were taken are not taken twice, and a paused import takes none.
    let paused = world
        .space
        .take_import_batches(id, vec![batch(5, vec![row(trip(1, "B"))], true)])
        .await;
    assert!(matches!(paused, Err(VaultError::Cancelled)));
    world.space.continue_import(id).await.unwrap();
    let twice = world
        .space
        .take_import_batches(id, vec![batch(2, vec![row(trip(0, "A"))], false)])
        .await;
    assert!(matches!(twice, Err(VaultError::Invalid { .. })));
    world
        .space
        .take_import_batches(
            id,
            vec![batch(5, vec![row(trip(1, "B")), row(trip(2, "C"))], true)],
        )
        .await
        .unwrap();
    world.space.finish_import(id, "").await.unwrap();
    let found = world.space.import(id).await.unwrap();
    assert_eq!(found.import.state, ImportState::Done);
    assert_eq!(found.files[0].state, ImportFileState::Done);
    assert_eq!(found.import.undo_until, Some(NOW + Duration::days(30)));
    assert_eq!((world.sums(id).await.read, world.sums(id).await.new), (5, 3));
    assert_eq!(world.space.record_count().await.unwrap(), 3);
}

#[tokio::test]
async fn batches_that_come_together_are_taken_whole_or_not_at_all() {
    let world = TestVault::new(NOW).await;
    let new = new_import(4, Some(NOW));
    let id = new.id;
    world.space.begin_import(new).await.unwrap();
    let two = |second| {
        let first = batch(2, vec![row(trip(0, "A")), aside()], false);
        vec![
            first,
            batch(second, vec![row(trip(1, "B")), row(trip(0, "A"))], true),
        ]
    };
    // The second begins before the first ends.
    let refused = world.space.take_import_batches(id, two(3)).await;
    assert!(matches!(refused, Err(VaultError::Invalid { .. })));
    assert_eq!(world.space.import(id).await.unwrap().files[0].next_row, 0);
    assert_eq!(world.space.record_count().await.unwrap(), 0);
    let sums = world.space.take_import_batches(id, two(4)).await.unwrap();
    assert_eq!((sums.read, sums.new, sums.had, sums.aside), (4, 2, 1, 1));
    assert_eq!(world.sums(id).await, sums);
    assert_eq!(
        world.space.import(id).await.unwrap().files[0].state,
        ImportFileState::Done
    );
}

#[tokio::test]
async fn a_row_that_breaks_a_rule_of_records_is_set_aside_with_its_reason() {
    let world = TestVault::new(NOW).await;
    let new = new_import(2, None);
    let id = new.id;
    world.space.begin_import(new).await.unwrap();
    let mut long = trip(1, "B");
    long.title = Some("x".repeat(5_000));
    let rows = vec![row(trip(0, "A")), row(long), ImportRow::Records(Vec::new())];
    world
        .space
        .take_import_batches(id, vec![batch(2, rows, true)])
        .await
        .unwrap();
    let sums = world.sums(id).await;
    assert_eq!((sums.new, sums.aside), (1, 2));
    let kept = world.space.import_asides(id, 0, 10).await.unwrap();
    let reasons: Vec<(u64, &str)> = kept.iter().map(|row| (row.row, row.reason.as_str())).collect();
    assert_eq!(reasons, [(3, "tooLong"), (4, "empty")]);
}

#[tokio::test]
async fn stopping_takes_away_what_came_and_puts_back_what_was_there() {
    let world = TestVault::new(NOW).await;
    let first = new_import(1, Some(NOW - Duration::days(9)));
    let (one, two) = (first.id, new_import(2, Some(NOW)));
    let other = two.id;
    world.space.begin_import(first).await.unwrap();
    world
        .space
        .take_import_batches(one, vec![batch(2, vec![row(trip(0, "Before"))], true)])
        .await
        .unwrap();
    world.space.finish_import(one, "").await.unwrap();
    let before = world.space.said_digest().await.unwrap();

    let foreseen = world
        .space
        .foresee_import(account(), Some(NOW), vec![trip(0, "After"), trip(1, "New")])
        .await
        .unwrap();
    assert_eq!(foreseen, [Became::Changed, Became::New]);
    assert_eq!(
        world.space.said_digest().await.unwrap(),
        before,
        "a look stores nothing"
    );
    world.space.begin_import(two).await.unwrap();
    let sums = world
        .space
        .take_import_batches(
            other,
            vec![batch(2, vec![row(trip(0, "After")), row(trip(1, "New"))], false)],
        )
        .await
        .unwrap();
    assert_eq!((sums.changed, sums.new), (1, 1));
    let undone = world.space.undo_import(other).await.unwrap();
    assert_eq!((undone.removed, undone.put_back), (1, 1));
    assert_eq!(world.space.said_digest().await.unwrap(), before);
    assert_eq!(
        world.space.import(other).await.unwrap().import.state,
        ImportState::Undone
    );
    assert!(world.space.undo_import(other).await.is_err());
    let late = world
        .space
        .take_import_batches(other, vec![batch(4, vec![row(trip(2, "Late"))], true)])
        .await;
    assert!(matches!(late, Err(VaultError::Cancelled)));

    world.clock.advance(Duration::days(31));
    assert!(
        world.space.undo_import(one).await.is_err(),
        "its thirty days are over"
    );
}

#[tokio::test]
async fn the_last_undo_takes_the_account_that_the_file_made_along() {
    let world = TestVault::new(NOW).await;
    let new = new_import(1, Some(NOW));
    let id = new.id;
    world.space.begin_import(new).await.unwrap();
    world
        .space
        .take_import_batches(id, vec![batch(2, vec![row(trip(0, "A"))], true)])
        .await
        .unwrap();
    world.space.pause_import(id).await.unwrap();
    assert_eq!(world.space.connections().await.unwrap().len(), 1);
    world.space.undo_import(id).await.unwrap();
    assert!(world.space.connections().await.unwrap().is_empty());
    assert_eq!(world.space.imports().await.unwrap().len(), 1);
}

#[tokio::test]
async fn completeness_names_each_gap() {
    let world = TestVault::new(NOW).await;
    let new = new_import(9, Some(NOW));
    let id = new.id;
    world.space.begin_import(new).await.unwrap();
    // March, and July: three months between have nothing.
    let rows = vec![
        row(trip(0, "A")),
        row(pay(0, "earning", 1000)),
        row(pay(1, "tip", 250)),
        row(pay(2, "charge", 99)),
        row(pay(3, "payout", -1100)),
        row(pay(125, "statement", 1240)),
    ];
    world
        .space
        .take_import_batches(id, vec![batch(2, rows, true)])
        .await
        .unwrap();
    world.space.finish_import(id, "").await.unwrap();
    let all = world.space.completeness().await.unwrap();
    let uber = &all[0];
    assert_eq!((uber.months.len(), uber.counter), (5, Some((2898, 1))));
    assert_eq!(uber.months[0].covered, Covered::File);
    assert_eq!((uber.months[0].records, uber.months[0].payments), (5, 4));
    assert_eq!(uber.months[1].covered, Covered::Nothing);
    let money = &uber.balances[0];
    assert_eq!(
        (money.payments.minor, money.payouts.minor, money.difference.minor),
        (1250, 1100, 150)
    );
    let kinds: Vec<GapKind> = uber.gaps.iter().map(|gap| gap.kind).collect();
    assert_eq!(
        kinds,
        [
            GapKind::Months,
            GapKind::Counter,
            GapKind::Payouts,
            GapKind::Statement
        ]
    );
    assert_eq!(uber.gaps[0].number, Some(3));
    assert_eq!(uber.gaps[1].number, Some(2897));
    assert_eq!(uber.gaps[3].amount.unwrap().minor, 10);
    // A statement is no earning.
    let sums = world.space.platform_sums("uber").await.unwrap();
    assert_eq!(sums[0].amount.minor, 1250);
}

/// One file tells of several platforms, and only of last year.
#[tokio::test]
async fn a_statement_is_held_against_the_payments_of_its_platform_and_year() {
    let world = TestVault::new(NOW).await;
    let (mut of_uber, mut of_another) = (pay(0, "statement", 1000), pay(1, "statement", 77_000));
    (of_uber.title, of_another.title) = (Some("UBER ".into()), Some("Wolt".into()));
    let mut new = new_import(3, Some(NOW));
    (new.account.platform, new.account.platform_name) = ("dac7".into(), "Yearly statement (DAC7)".into());
    let rows = vec![row(of_uber), row(of_another)];
    imported(&world.space, new, rows).await;
    let mut online = trip(4, "Online");
    online.type_name = Some("online".into());
    let rows = vec![
        row(trip(0, "A")),
        row(online),
        row(pay(2, "earning", 1000)),
        row(pay(500, "earning", 5000)),
    ];
    imported(&world.space, new_import(9, Some(NOW)), rows).await;

    let all = world.space.completeness().await.unwrap();
    let uber = all.iter().find(|one| one.platform == "uber").unwrap();
    assert_eq!(uber.balances[0].statement.unwrap().minor, 1000);
    assert_eq!(
        (
            uber.balances[0].payments.minor,
            uber.balances[0].unexplained.minor
        ),
        (6000, 0)
    );
    assert!(
        uber.gaps.iter().all(|gap| gap.kind != GapKind::Statement),
        "{:?}",
        uber.gaps
    );
    assert_eq!(uber.counter, Some((2898, 1)), "time online is no gig");
}

async fn imported(space: &SpaceHandle, new: NewImport, rows: Vec<ImportRow>) {
    let id = new.id;
    space.begin_import(new).await.unwrap();
    space
        .take_import_batches(id, vec![batch(2, rows, true)])
        .await
        .unwrap();
    space.finish_import(id, "").await.unwrap();
}

#[tokio::test]
async fn mappings_are_kept_by_name() {
    let world = TestVault::new(NOW).await;
    world.space.put_mapping(" Glovo ", "{}").await.unwrap();
    assert_eq!(
        world.space.mappings().await.unwrap(),
        [("Glovo".to_owned(), "{}".to_owned())]
    );
    assert!(world.space.put_mapping("", "{}").await.is_err());
    assert!(world.space.put_mapping("x", &"y".repeat(70_000)).await.is_err());
    world.space.remove_mapping("Glovo").await.unwrap();
    assert!(world.space.remove_mapping("Glovo").await.is_err());
}

/// Takes a whole file in, in batches of `size`.
async fn whole(space: &SpaceHandle, as_of: i64, rows: &[(u64, u8)], size: usize) {
    let new = new_import(
        rows.len() as u64,
        Some(OffsetDateTime::UNIX_EPOCH + Duration::days(as_of)),
    );
    let id = new.id;
    space.begin_import(new).await.unwrap();
    let mut first = 2;
    for part in rows.chunks(size) {
        let numbered = (first..).zip(part);
        let read = numbered.map(|(at, (key, title))| {
            let mut new = trip(*key, &title.to_string());
            new.path = format!("row {at}");
            row(new)
        });
        let mut whole = batch(first, read.collect(), false);
        whole.raw = format!("{as_of} {first} {part:?}").into_bytes();
        let taken = space.take_import_batches(id, vec![whole]).await.unwrap();
        assert_eq!(taken.read, part.len() as u64);
        first += part.len() as u64;
    }
    space.end_import_file(id, 0, first).await.unwrap();
    space.finish_import(id, "").await.unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    /// Overlapping exports, in any order, any of them twice, cut into batches anywhere: equal vaults.
    #[test]
    fn order_repetition_and_overlap_leave_equal_vaults(
        files in proptest::collection::vec((0..3_i64, proptest::collection::vec((0..9_u64, 0..3_u8), 1..9)), 1..4),
        sizes in (1..4_usize, 1..9_usize), turn in any::<usize>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (one, other) = (TestVault::new(NOW).await, TestVault::new(NOW).await);
            for (as_of, rows) in &files {
                whole(&one.space, *as_of, rows, sizes.0).await;
            }
            let mut turned = files.clone();
            turned.rotate_left(turn % files.len());
            turned.extend(turned.first().cloned());
            for (as_of, rows) in &turned {
                whole(&other.space, *as_of, rows, sizes.1).await;
            }
            assert_eq!(one.space.said_digest().await.unwrap(), other.space.said_digest().await.unwrap());
            // One file undone, and the same in the other, which had it first and last.
            for world in [&one, &other] {
                let all = world.space.imports().await.unwrap();
                for import in all {
                    world.space.undo_import(import.import.id).await.unwrap();
                }
                let left = world.space.records_page(RecordFilter::default(), Sort::Newest, 0, 5).await.unwrap();
                assert_eq!(left.totals.count, 0);
            }
        });
    }
}
