//! Imports: what files say is weighed by what they say, whatever came first, and an undo takes away only what nobody else brought.

use proptest::prelude::*;
use serde_json::json;
use time::{Duration, OffsetDateTime};

use super::kit::{NOW, Space, gig};
use crate::table::data_request_events::{self, DataRequestEvent, DataRequestStep};
use crate::table::data_requests::{self, DataRequest, DataRequestState};
use crate::table::import_asides::{self, Aside};
use crate::table::import_files::{self, ImportFile, ImportFileState, ImportSums};
use crate::table::imports::{self, Import, ImportState};
use crate::table::mappings;
use crate::table::records::{self, Became, Intake};
use crate::table::retrieval_documents::{self, NewDocument};
use crate::table::retrievals::{self, Retrieval, RetrievalKind};
use crate::{
    Assurance, ConnectionId, DataRequestId, ImportId, NewRecord, RetrievalId, Sha256, StoreError, View,
};

const IMPORT: &str = "018f0000-0000-7000-8000-0000000000e1";
const REQUEST: &str = "018f0000-0000-7000-8000-0000000000e2";

/// A file: up to when it knows, and what it says, in batches.
type Told = (i64, Vec<Vec<(u8, u8)>>);

fn record(key: u8, title: u8, row: usize) -> NewRecord {
    let mut new = gig(&key.to_string(), i64::from(key));
    new.title = Some(format!("Title {title}"));
    new.path = format!("row {row}");
    new
}

fn rows(batch: &[(u8, u8)], first: usize) -> Vec<NewRecord> {
    let numbered = batch.iter().enumerate();
    numbered
        .map(|(at, (key, title))| record(*key, *title, first + at))
        .collect()
}

/// Takes a file in, as the import of a retrieval of its own.
fn import(space: &Space, connection: ConnectionId, (day, batches): &Told) -> (RetrievalId, Vec<Intake>) {
    let retrieval = Retrieval::begin(connection, RetrievalKind::Import, "takeout:test/1", NOW);
    space
        .write(|tx| {
            retrievals::insert(tx, &retrieval)?;
            let (mut all, mut first) = (Vec::new(), 2);
            for batch in batches {
                let bytes = serde_json::to_vec(&(day, first, batch)).unwrap();
                let document = NewDocument {
                    bytes: &bytes,
                    media_type: "text/csv",
                    locator: "trips.csv",
                    position: 0,
                    received_at: NOW,
                    assurance: Assurance::Imported,
                    as_of: Some(OffsetDateTime::UNIX_EPOCH + Duration::days(*day)),
                };
                let stored = retrieval_documents::store(tx, retrieval.id, &document)?;
                all.push(records::intake(tx, &stored, &rows(batch, first))?);
                first += batch.len();
            }
            Ok::<_, StoreError>((retrieval.id, all))
        })
        .unwrap()
}

fn undo(space: &Space, retrieval: RetrievalId) {
    for _ in 0..1000 {
        if space
            .write(|tx| records::undo_step(tx, retrieval, 3))
            .unwrap()
            .finished
        {
            return;
        }
    }
    panic!("undoing does not end");
}

fn said(space: &Space) -> Sha256 {
    space.read(records::said).unwrap()
}

fn files() -> impl Strategy<Value = Vec<Told>> {
    let batch = proptest::collection::vec((0..6_u8, 0..3_u8), 0..6);
    let file = (0..4_i64, proptest::collection::vec(batch, 1..3));
    proptest::collection::vec(file, 1..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Overlapping files in any order and any of them again: the same records. A file undone is as if it had never come.
    #[test]
    fn order_repetition_and_undo_leave_what_the_files_say(files in files(), turn in any::<usize>(), drop in any::<usize>()) {
        let (one, other) = (Space::new(), Space::new());
        let link = one.connection("demo");
        let same = other.connection("demo");
        let mut brought = Vec::new();
        for file in &files {
            brought.push(import(&one, link, file).0);
        }
        let mut turned: Vec<&Told> = files.iter().collect();
        turned.rotate_left(turn % files.len());
        if turn % 2 == 0 {
            turned.reverse();
        }
        for file in turned.iter().chain(turned.first()) {
            import(&other, same, file);
        }
        prop_assert_eq!(said(&one), said(&other));

        let gone = drop % files.len();
        undo(&one, brought[gone]);
        let without = Space::new();
        let third = without.connection("demo");
        for (at, file) in files.iter().enumerate() {
            if at != gone {
                import(&without, third, file);
            }
        }
        prop_assert_eq!(said(&one), said(&without));
        // What the last one leaves is nothing at all.
        for (at, retrieval) in brought.iter().enumerate() {
            if at != gone {
                undo(&one, *retrieval);
            }
        }
        prop_assert_eq!(one.read(records::count).unwrap(), 0);
        prop_assert_eq!(one.read(crate::table::raw_documents::totals).unwrap().0, 0);
        let left: i64 = one.conn.query_row(
            "SELECT (SELECT count(*) FROM record_sources) + (SELECT count(*) FROM record_versions)", [], |row| row.get(0)).unwrap();
        prop_assert_eq!(left, 0);
        prop_assert!(one.check().unwrap().is_whole());
    }

    /// The look before says what the import then does.
    #[test]
    fn what_is_foreseen_happens(before in files(), batch in proptest::collection::btree_map(0..6_u8, 0..3_u8, 1..6), day in 0..4_i64) {
        let space = Space::new();
        let link = space.connection("demo");
        for file in &before {
            import(&space, link, file);
        }
        let batch: Vec<(u8, u8)> = batch.into_iter().collect();
        let as_of = OffsetDateTime::UNIX_EPOCH + Duration::days(day);
        let foreseen = space.read(|view| records::foresee(view, link, as_of, &rows(&batch, 2))).unwrap();
        let digest = said(&space);
        let (_, taken) = import(&space, link, &(day, vec![batch]));
        prop_assert_eq!(&foreseen, &taken[0].became);
        let nothing = foreseen.iter().all(|became| *became == Became::Same);
        prop_assert_eq!(nothing, digest == said(&space));
    }
}

#[test]
fn a_fetch_counts_more_than_a_file_whichever_came_first() {
    let space = Space::new();
    let link = space.connection("demo");
    space.fetch(link, &[record(1, 0, 2)]);
    let fetched = said(&space);
    let (retrieval, taken) = import(&space, link, &(9, vec![vec![(1, 2)]]));
    assert_eq!(taken[0].became, [Became::Same]);
    assert_eq!(said(&space), fetched);
    undo(&space, retrieval);
    assert_eq!(said(&space), fetched);

    let other = Space::new();
    let link = other.connection("demo");
    let (retrieval, _) = import(&other, link, &(9, vec![vec![(1, 2)]]));
    other.fetch(link, &[record(1, 0, 2)]);
    assert_eq!(said(&other), fetched);
    undo(&other, retrieval);
    assert_eq!(said(&other), fetched);
}

#[test]
fn sums_that_are_not_true_are_refused() {
    let space = Space::new();
    space.connection("demo");
    space.write(fill).unwrap();
    let id: ImportId = IMPORT.parse().unwrap();
    let wrong = ImportSums {
        read: 2,
        new: 1,
        ..Default::default()
    };
    let refused = space.write(|tx| import_files::advance(tx, id, 0, wrong, 9, ImportFileState::Reading));
    assert!(refused.is_err());
    space.read(check).unwrap();
}

#[test]
fn the_end_of_a_connection_takes_its_imports_along() {
    let space = Space::new();
    let link = space.connection("demo");
    let told = (1, vec![vec![(1, 1)]]);
    import(&space, link, &told);
    import(&space, link, &told);
    space.write(fill).unwrap();
    space.raw(&format!("UPDATE imports SET connection = '{link}'"));
    space
        .write(|tx| crate::table::connections::delete(tx, link))
        .unwrap();
    assert_eq!(space.read(imports::list).unwrap(), []);
    let left: i64 = space
        .conn
        .query_row("SELECT (SELECT count(*) FROM import_files) + (SELECT count(*) FROM import_asides) + (SELECT count(*) FROM record_sources)", [], |row| row.get(0))
        .unwrap();
    assert_eq!(left, 0);
}

fn the_import() -> Import {
    Import {
        id: IMPORT.parse().unwrap(),
        retrieval: "018f0000-0000-7000-8000-000000000002".parse().unwrap(),
        connection: "018f0000-0000-7000-8000-000000000001".parse().unwrap(),
        platform: "uber-driver".into(),
        platform_name: "Uber".into(),
        layout: "EU 2021".into(),
        state: ImportState::Paused,
        code: "SYS-711".into(),
        places: vec!["/home/anna/uber.zip".into()],
        name: "uber.zip".into(),
        size: 12_000,
        digest: Sha256::of(b"uber"),
        without_people: true,
        time_zone: Some("Europe/Madrid".into()),
        findings: json!({ "people": true }),
        started_at: NOW,
        changed_at: NOW + Duration::MINUTE,
        undo_until: Some(NOW + Duration::days(30)),
    }
}

fn the_file() -> ImportFile {
    ImportFile {
        position: 0,
        path: "Driver/trips.csv".into(),
        what: "Trips".into(),
        layout: "uber-driver-eu-2021".into(),
        state: ImportFileState::Reading,
        people: false,
        total: 12,
        next_row: 8,
        as_of: NOW,
        counter: Some(2898),
        sums: ImportSums {
            read: 6,
            new: 1,
            had: 1,
            changed: 1,
            contained: 1,
            aside: 2,
        },
    }
}

fn the_aside() -> Aside {
    Aside {
        position: 0,
        row: 5,
        reason: "time".into(),
        text: "a,b".into(),
    }
}

fn the_request() -> DataRequest {
    DataRequest {
        id: REQUEST.parse().unwrap(),
        platform: "glovo".into(),
        language: "ca".into(),
        state: DataRequestState::Extended,
        begun_at: NOW,
        sent_at: Some(NOW),
        extended_at: Some(NOW + Duration::days(20)),
    }
}

fn the_event() -> DataRequestEvent {
    DataRequestEvent {
        at: NOW,
        what: DataRequestStep::Sent,
        note: "by mail".into(),
    }
}

/// One row for every table of version 8.
pub(super) fn fill(tx: &crate::Tx<'_>) -> Result<(), StoreError> {
    let id: ImportId = IMPORT.parse().unwrap();
    imports::insert(tx, &the_import())?;
    import_files::insert(tx, id, &the_file())?;
    import_asides::insert(tx, id, &the_aside())?;
    mappings::put(tx, "Glovo", "{\"name\":\"Glovo\"}", NOW)?;
    let request: DataRequestId = REQUEST.parse().unwrap();
    data_requests::put(tx, &the_request())?;
    data_request_events::insert(tx, request, &the_event())
}

pub(super) fn check(view: &View<'_>) -> Result<(), StoreError> {
    let id: ImportId = IMPORT.parse().unwrap();
    assert_eq!(imports::list(view)?, [the_import()]);
    assert_eq!(imports::get(view, id)?, Some(the_import()));
    assert_eq!(import_files::list(view, id)?, [the_file()]);
    assert_eq!(import_asides::page(view, id, 0, 9)?, [the_aside()]);
    assert_eq!(import_asides::latest(view, id, 9)?, [the_aside()]);
    assert_eq!(import_asides::reasons(view, id)?, [("time".to_owned(), 1)]);
    assert_eq!(
        mappings::get(view, "Glovo")?.as_deref(),
        Some("{\"name\":\"Glovo\"}")
    );
    assert_eq!(data_requests::list(view)?, [the_request()]);
    let request: DataRequestId = REQUEST.parse().unwrap();
    assert_eq!(data_request_events::list(view, request)?, [the_event()]);
    Ok(())
}
