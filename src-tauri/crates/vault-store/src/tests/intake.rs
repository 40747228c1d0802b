//! Intake: the same bytes twice change nothing, whatever the order.

use proptest::prelude::*;
use time::Duration;

use super::kit::{NOW, Space, gig, take_into};
use crate::table::retrievals::{self, IntakeCounts, Retrieval, RetrievalKind, RetrievalOutcome};
use crate::table::{connections, raw_documents, record_versions, records, retrieval_documents};
use crate::{ConnectionId, NewRecord, RatingValue, RecordFault, RecordId, RecordKind, Sha256, StoreError};

fn counts(new: u64, same: u64, changed: u64, set_aside: u64) -> IntakeCounts {
    IntakeCounts {
        new,
        same,
        changed,
        set_aside,
    }
}

fn titled(key: &str, title: &str) -> NewRecord {
    let mut new = gig(key, 0);
    new.title = Some(title.into());
    new
}

fn title_of(space: &Space, connection: ConnectionId, key: &str) -> String {
    let id = RecordId::derive(&connection, key);
    space
        .read(|view| records::get(view, id))
        .unwrap()
        .unwrap()
        .title
        .unwrap()
}

#[test]
fn a_record_comes_back_as_it_went_in() {
    let space = Space::new();
    let connection = space.connection("demo");
    let mut new = gig("7", 3);
    new.text = Some("Naïve “café”".into());
    new.rating = Some(RatingValue {
        name: "overall".into(),
        value: 4.5,
        min: 1.0,
        max: 5.0,
    });
    new.work_key = Some("6".into());
    assert_eq!(
        space.fetch(connection, std::slice::from_ref(&new)).counts,
        counts(1, 0, 0, 0)
    );
    let id = RecordId::derive(&connection, "7");
    let record = space.read(|view| records::get(view, id)).unwrap().unwrap();
    assert_eq!(
        (record.id, record.connection, record.platform.as_str()),
        (id, connection, "demo")
    );
    assert_eq!((Some(record.start), record.end), (new.start, new.end));
    assert_eq!(record.start.offset(), new.start.unwrap().offset());
    assert_eq!(
        (record.type_name, record.title, record.status),
        (new.type_name, new.title, new.status)
    );
    assert_eq!(
        (record.distance_m, record.duration_s, record.amount),
        (new.distance_m, new.duration_s, new.amount)
    );
    assert_eq!(
        (record.rating, record.text, record.extra),
        (new.rating, new.text, new.extra)
    );
    assert_eq!(record.work, Some(RecordId::derive(&connection, "6")));
    assert_eq!(
        (record.provenance.source.as_str(), record.provenance.path),
        ("test/1", new.path)
    );
    assert_eq!(record.provenance.retrieved_at, NOW);
}

#[test]
fn a_record_without_a_time_has_that_of_receipt_and_stays_the_same() {
    let space = Space::new();
    let connection = space.connection("demo");
    let undated = NewRecord::new(RecordKind::Achievement, "badge", None);
    space.take(
        connection,
        RetrievalKind::Fetch,
        b"one",
        std::slice::from_ref(&undated),
    );
    let later = Retrieval::begin(connection, RetrievalKind::Fetch, "test/1", NOW + Duration::DAY);
    let intake = space
        .write(|tx| {
            retrievals::insert(tx, &later)?;
            take_into(tx, later.id, b"two", &[undated])
        })
        .unwrap();
    assert_eq!(intake.counts, counts(0, 1, 0, 0));
    let record = space
        .read(|view| records::get(view, RecordId::derive(&connection, "badge")))
        .unwrap()
        .unwrap();
    assert_eq!(record.start, NOW);
    assert_eq!(record.extra.get("undated"), Some(&true.into()));
}

#[test]
fn a_changed_record_keeps_what_it_said_before() {
    let space = Space::new();
    let connection = space.connection("demo");
    space.fetch(connection, &[titled("1", "First")]);
    let before = space.read(records::last_change).unwrap();
    assert_eq!(
        space.fetch(connection, &[titled("1", "Second")]).counts,
        counts(0, 0, 1, 0)
    );
    assert_eq!(title_of(&space, connection, "1"), "Second");
    let id = RecordId::derive(&connection, "1");
    let versions = space.read(|view| record_versions::list(view, id)).unwrap();
    assert_eq!(versions.len(), 1);
    assert_eq!(versions[0].record.title.as_deref(), Some("First"));
    let (changed, cursor) = space
        .read(|view| records::changes(view, &records::RecordFilter::default(), before, 10))
        .unwrap();
    assert_eq!((changed.len(), changed[0].id), (1, id));
    assert!(cursor > before);
}

#[test]
fn a_fetch_may_bring_back_an_earlier_state_and_an_old_file_may_not() {
    let space = Space::new();
    let connection = space.connection("demo");
    for (bytes, title, expected) in [("a", "A", "A"), ("b", "B", "B"), ("a", "A", "A")] {
        space.take(
            connection,
            RetrievalKind::Fetch,
            bytes.as_bytes(),
            &[titled("1", title)],
        );
        assert_eq!(title_of(&space, connection, "1"), expected);
    }
    for (bytes, title, expected) in [("x", "X", "X"), ("y", "Y", "Y"), ("x", "X", "Y")] {
        space.take(
            connection,
            RetrievalKind::Import,
            bytes.as_bytes(),
            &[titled("2", title)],
        );
        assert_eq!(title_of(&space, connection, "2"), expected);
    }
}

#[test]
fn a_better_reader_changes_what_it_read_from_the_same_file() {
    let space = Space::new();
    let connection = space.connection("demo");
    space.take(
        connection,
        RetrievalKind::Import,
        b"file",
        &[titled("1", "Rough")],
    );
    let again = space.take(connection, RetrievalKind::Import, b"file", &[titled("1", "Fine")]);
    assert_eq!(again.counts, counts(0, 0, 1, 0));
    assert_eq!(title_of(&space, connection, "1"), "Fine");
}

#[test]
fn a_key_that_appears_twice_counts_once() {
    let space = Space::new();
    let connection = space.connection("demo");
    let (mut first, mut second) = (titled("1", "First"), titled("1", "Second"));
    first.path = "row 1".into();
    second.path = "row 2".into();
    let batch = [first.clone(), first, second];
    for expected in [counts(1, 1, 0, 1), counts(0, 2, 0, 1)] {
        let intake = space.take(connection, RetrievalKind::Import, b"file", &batch);
        assert_eq!(intake.counts, expected);
        assert_eq!(intake.set_aside, [(2, RecordFault::Duplicate)]);
        assert_eq!(title_of(&space, connection, "1"), "First");
    }
}

#[test]
fn what_breaks_a_rule_is_set_aside_and_the_rest_comes_in() {
    let space = Space::new();
    let connection = space.connection("demo");
    let mut unusable = gig("", 0);
    unusable.source_key.clear();
    let mut endless = gig("2", 0);
    endless.rating = Some(RatingValue {
        name: String::new(),
        value: f64::INFINITY,
        min: 0.0,
        max: 1.0,
    });
    let intake = space.fetch(connection, &[unusable, gig("1", 0), endless]);
    assert_eq!(intake.counts, counts(1, 0, 0, 2));
    assert_eq!(
        intake.set_aside,
        [(0, RecordFault::Key), (2, RecordFault::Rating)]
    );
    assert_eq!(intake.counts.read(), 3);
}

#[test]
fn raw_bytes_are_kept_once_and_come_back_exactly() {
    let space = Space::new();
    let (one, two) = (space.connection("one"), space.connection("two"));
    let bytes: Vec<u8> = (0..70_000_u32).flat_map(u32::to_le_bytes).collect();
    space.take(one, RetrievalKind::Fetch, &bytes, &[gig("1", 0)]);
    space.take(two, RetrievalKind::Fetch, &bytes, &[gig("1", 0)]);
    space.take(one, RetrievalKind::Fetch, b"", &[]);
    let sha256 = Sha256::of(&bytes);
    assert_eq!(
        space.read(|view| raw_documents::bytes(view, sha256)).unwrap(),
        Some(bytes.clone())
    );
    assert_eq!(
        space
            .read(|view| raw_documents::bytes(view, Sha256::of(b"")))
            .unwrap(),
        Some(Vec::new())
    );
    assert_eq!(
        space
            .read(|view| raw_documents::bytes(view, Sha256::of(b"none")))
            .unwrap(),
        None
    );
    assert_eq!(
        space.read(raw_documents::totals).unwrap(),
        (2, bytes.len() as u64)
    );
    assert_eq!(space.read(records::count).unwrap(), 2);
    space.raw("UPDATE raw_documents SET size = size - 1 WHERE size > 0");
    assert!(space.read(|view| raw_documents::bytes(view, sha256)).is_err());
}

#[test]
fn a_retrieval_tells_its_story() {
    let space = Space::new();
    let connection = space.connection("demo");
    let retrieval = Retrieval::begin(connection, RetrievalKind::Fetch, "test/1", NOW);
    space
        .write(|tx| {
            retrievals::insert(tx, &retrieval)?;
            take_into(tx, retrieval.id, b"page 1", &[gig("1", 0)])?;
            take_into(tx, retrieval.id, b"page 2", &[gig("1", 0), gig("2", 0)])?;
            retrievals::advance(tx, retrieval.id, IntakeCounts::default(), Some("page 3"))
        })
        .unwrap();
    let running = space.read(retrievals::running).unwrap();
    assert_eq!(running.len(), 1);
    assert_eq!(
        (running[0].counts, running[0].checkpoint.as_deref()),
        (counts(2, 1, 0, 0), Some("page 3"))
    );
    let end = NOW + Duration::MINUTE;
    space
        .write(|tx| retrievals::finish(tx, retrieval.id, end, RetrievalOutcome::Done, ""))
        .unwrap();
    assert_eq!(space.read(retrievals::running).unwrap(), []);
    let told = space
        .read(|view| retrievals::of_connection(view, connection, 5))
        .unwrap();
    assert_eq!(
        (told[0].finished_at, told[0].outcome),
        (Some(end), RetrievalOutcome::Done)
    );
    assert_eq!(space.read(retrievals::list).unwrap(), told);
    let linked = space
        .read(|view| connections::get(view, connection))
        .unwrap()
        .unwrap();
    assert_eq!(linked.last_fetch_at, Some(end));
    let documents = space
        .read(|view| retrieval_documents::list(view, retrieval.id))
        .unwrap();
    assert_eq!(documents.len(), 2);
    assert_eq!(documents[0].sha256, Sha256::of(b"page 1"));
    let locator = space.read(|view| retrieval_documents::locator(view, retrieval.id, Sha256::of(b"page 2")));
    assert_eq!(locator.unwrap().as_deref(), Some("/v1/gigs"));
    let unknown = crate::RetrievalId::new();
    let missing = space.write(|tx| retrievals::finish(tx, unknown, end, RetrievalOutcome::Failed, "CON-204"));
    assert_eq!(missing, Err(StoreError::NoSuchRow));
}

#[test]
fn deleting_a_connection_leaves_nothing_of_it_and_all_of_the_others() {
    let space = Space::new();
    let (gone, stays) = (space.connection("gone"), space.connection("stays"));
    space.take(gone, RetrievalKind::Fetch, b"shared", &[gig("pizza", 0)]);
    space.take(gone, RetrievalKind::Fetch, b"own", &[titled("pizza", "other")]);
    space.take(stays, RetrievalKind::Fetch, b"shared", &[gig("pizza", 0)]);
    assert_eq!(space.write(|tx| connections::delete(tx, gone)), Ok(1));
    assert_eq!(
        space.write(|tx| connections::delete(tx, gone)),
        Err(StoreError::NoSuchRow)
    );
    assert_eq!(space.read(records::count).unwrap(), 1);
    assert_eq!(space.read(raw_documents::totals).unwrap().0, 1);
    let versions = space
        .read(|view| record_versions::list(view, RecordId::derive(&gone, "pizza")))
        .unwrap();
    assert!(versions.is_empty());
    let filter = records::RecordFilter {
        text: "pizza".into(),
        ..Default::default()
    };
    assert_eq!(
        space.read(|view| records::totals(view, &filter)).unwrap().count,
        1
    );
    assert!(space.check().unwrap().is_whole());
}

#[test]
fn deleting_a_record_takes_its_words_and_versions_with_it() {
    let space = Space::new();
    let connection = space.connection("demo");
    space.fetch(connection, &[titled("1", "Pizza")]);
    space.fetch(connection, &[titled("1", "Pasta")]);
    let id = RecordId::derive(&connection, "1");
    assert_eq!(space.write(|tx| records::delete(tx, id)), Ok(true));
    assert_eq!(space.write(|tx| records::delete(tx, id)), Ok(false));
    let words: i64 = space
        .conn
        .query_row(
            "SELECT count(*) FROM records_fts WHERE records_fts MATCH 'past*'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(words, 0);
    assert!(
        space
            .read(|view| record_versions::list(view, id))
            .unwrap()
            .is_empty()
    );
}

fn batches() -> impl Strategy<Value = Vec<(u8, Vec<NewRecord>)>> {
    let record = (0..12_u8, 0..3_u8, 0..40_i64).prop_map(|(key, title, day)| {
        let mut new = gig(&key.to_string(), day);
        new.title = Some(format!("Title {title}"));
        new
    });
    proptest::collection::vec((0..2_u8, proptest::collection::vec(record, 0..8)), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Files imported in any order, then all of them again in any order: the second round changes nothing.
    #[test]
    fn importing_again_in_any_order_changes_nothing(batches in batches(), order in any::<u64>()) {
        let space = Space::new();
        let links = [space.connection("one"), space.connection("two")];
        let import = |(link, records): &(u8, Vec<NewRecord>)| {
            let bytes = serde_json::to_vec(&(link, records)).unwrap();
            space.take(links[usize::from(*link)], RetrievalKind::Import, &bytes, records)
        };
        for batch in &batches {
            import(batch);
        }
        let digest = space.read(records::digest).unwrap();
        let mut again: Vec<_> = batches.iter().collect();
        again.rotate_left(usize::try_from(order % batches.len() as u64).unwrap());
        if order % 2 == 0 {
            again.reverse();
        }
        for batch in again {
            let counts = import(batch).counts;
            prop_assert_eq!((counts.new, counts.changed), (0, 0));
        }
        prop_assert_eq!(space.read(records::digest).unwrap(), digest);
        prop_assert!(space.check().unwrap().is_whole());
    }

    /// Fetching the same page twice in a row changes nothing.
    #[test]
    fn fetching_again_changes_nothing(batches in batches()) {
        let space = Space::new();
        let links = [space.connection("one"), space.connection("two")];
        for (link, records) in &batches {
            let connection = links[usize::from(*link)];
            space.fetch(connection, records);
            let digest = space.read(records::digest).unwrap();
            let counts = space.fetch(connection, records).counts;
            prop_assert_eq!((counts.new, counts.changed), (0, 0));
            prop_assert_eq!(space.read(records::digest).unwrap(), digest);
        }
    }
}
