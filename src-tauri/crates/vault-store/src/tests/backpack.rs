//! What a backpack asks of the tables: pieces of documents, versions, comparing and putting back.

use time::Duration;

use super::kit::{NOW, Space, gig, take_into};
use crate::table::record_versions::{self, RecordVersion};
use crate::table::records::{self, Restored};
use crate::table::retrieval_documents::{self, NewDocument};
use crate::table::retrievals::{self, Retrieval, RetrievalKind};
use crate::table::{connections, raw_documents, settings};
use crate::{Assurance, Record, RecordId, RecordKind, Sha256, StoreError};

fn one_record(space: &Space) -> Record {
    let connection = space.connection("demo");
    space.fetch(connection, &[gig("1", 0)]);
    let (found, _) = space
        .read(|view| records::after(view, &records::RecordFilter::default(), None, 9))
        .unwrap();
    found.into_iter().next().unwrap()
}

/// Another space with the connection, the retrieval and the document of a record.
fn ground(from: &Space, record: &Record) -> Space {
    let to = Space::new();
    let connection = from
        .read(|view| connections::get(view, record.connection))
        .unwrap()
        .unwrap();
    let retrieval = from
        .read(|view| retrievals::get(view, record.provenance.retrieval))
        .unwrap()
        .unwrap();
    let bytes = from
        .read(|view| raw_documents::bytes(view, record.provenance.sha256))
        .unwrap()
        .unwrap();
    to.write(|tx| {
        connections::insert(tx, &connection)?;
        retrievals::insert(tx, &retrieval)?;
        let document = NewDocument {
            bytes: &bytes,
            media_type: "application/json",
            locator: "/v1/gigs",
            position: 0,
            received_at: record.provenance.retrieved_at,
            assurance: record.provenance.assurance,
            as_of: None,
        };
        retrieval_documents::restore(tx, retrieval.id, &document, 7).map(drop)
    })
    .unwrap();
    to
}

#[test]
fn a_document_comes_in_pieces_that_make_the_whole() {
    let space = Space::new();
    let connection = space.connection("demo");
    let bytes: Vec<u8> = (0..400_000_u32).flat_map(|n| (n % 251).to_le_bytes()).collect();
    space.take(connection, RetrievalKind::Import, &bytes, &[]);
    let (mut whole, mut pieces) = (Vec::new(), 0);
    let found = space
        .read(|view| {
            raw_documents::each_piece(view, Sha256::of(&bytes), |piece| {
                whole.extend_from_slice(piece);
                pieces += 1;
                Ok::<_, StoreError>(())
            })
        })
        .unwrap();
    assert!(found && pieces > 5 && whole == bytes);
    let none =
        space.read(|view| raw_documents::each_piece(view, Sha256::of(b"x"), |_| Ok::<_, StoreError>(())));
    assert_eq!(none, Ok(false));
    space.raw("UPDATE raw_documents SET zstd = substr(zstd, 1, length(zstd) - 9)");
    let cut =
        space.read(|view| raw_documents::each_piece(view, Sha256::of(&bytes), |_| Ok::<_, StoreError>(())));
    assert_eq!(cut, Err(StoreError::Damaged { page: None }));
}

#[test]
fn a_document_is_put_back_at_its_place_unless_it_is_taken() {
    let space = Space::new();
    let connection = space.connection("demo");
    let retrieval = Retrieval::begin(connection, RetrievalKind::Import, "test/1", NOW);
    let put = |bytes: &[u8], place| {
        let document = NewDocument {
            bytes,
            media_type: "text/csv",
            locator: "a.csv",
            position: 0,
            received_at: NOW,
            assurance: Assurance::Imported,
            as_of: None,
        };
        space
            .write(|tx| retrieval_documents::restore(tx, retrieval.id, &document, place))
            .unwrap()
            .document
    };
    space.write(|tx| retrievals::insert(tx, &retrieval)).unwrap();
    assert_eq!(put(b"later", 9), 9);
    assert_eq!(put(b"earlier", 4), 4);
    assert_eq!(put(b"taken", 4), 10);
    assert_eq!(put(b"later", 2), 9);
    assert_eq!(space.read(raw_documents::last_place), Ok(10));
}

#[test]
fn a_record_is_compared_with_what_is_here() {
    let from = Space::new();
    let record = one_record(&from);
    let to = ground(&from, &record);
    let compare = |record: &Record| {
        to.read(|view| records::compare(view, std::slice::from_ref(record)))
            .unwrap()
    };
    let one = Restored::default();
    assert_eq!(compare(&record), Restored { new: 1, ..one });
    let put = to.write(|tx| records::restore(tx, std::slice::from_ref(&record)));
    assert_eq!(put, Ok(Restored { new: 1, ..one }));
    assert_eq!(compare(&record), Restored { same: 1, ..one });
    let mut other = record;
    other.title = Some("Another".into());
    assert_eq!(compare(&other), Restored { older: 1, ..one });
}

#[test]
fn an_earlier_state_is_put_back_once() {
    let from = Space::new();
    let record = one_record(&from);
    let mut changed = gig("1", 0);
    changed.title = Some("Corrected".into());
    let retrieval = Retrieval::begin(record.connection, RetrievalKind::Fetch, "test/1", NOW);
    from.write(|tx| {
        retrievals::insert(tx, &retrieval)?;
        take_into(tx, retrieval.id, b"second", &[changed])
    })
    .unwrap();
    let mut versions: Vec<RecordVersion> = Vec::new();
    from.read(|view| {
        record_versions::each(view, record.connection, |version| {
            versions.push(version);
            Ok::<_, StoreError>(())
        })
    })
    .unwrap();
    assert_eq!(versions.len(), 1);
    assert_eq!(versions[0].record, record);
    let to = ground(&from, &record);
    let put = |version: &RecordVersion| to.write(|tx| record_versions::restore(tx, version)).unwrap();
    assert!(put(&versions[0]));
    assert!(!put(&versions[0]));
    let mut later = versions[0].clone();
    later.replaced_at += Duration::SECOND;
    assert!(put(&later));
    assert_eq!(
        to.read(|view| record_versions::list(view, record.id))
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn settings_are_listed_by_key() {
    let space = Space::new();
    space
        .write(|tx| {
            settings::set(tx, "b", &1.into())?;
            settings::set(tx, "a", &"x".into())
        })
        .unwrap();
    let listed = space.read(settings::list).unwrap();
    assert_eq!(listed, [("a".to_owned(), "x".into()), ("b".to_owned(), 1.into())]);
}

#[test]
fn what_was_said_about_a_gig_is_found() {
    let space = Space::new();
    let connection = space.connection("demo");
    let belongs = |kind, key: &str, work: &str| {
        let mut new = super::kit::record(kind, key, 1);
        new.work_key = Some(work.into());
        new
    };
    space.fetch(
        connection,
        &[
            gig("1", 0),
            gig("2", 0),
            gig("3", 0),
            belongs(RecordKind::Rating, "r1", "1"),
            belongs(RecordKind::Review, "v2", "2"),
            belongs(RecordKind::Payment, "p1", "1"),
            belongs(RecordKind::Rating, "r3", "3"),
        ],
    );
    let said = |key: &str| {
        let work = RecordId::derive(&connection, key);
        let found = space.read(|view| records::said_about(view, work)).unwrap();
        found.iter().map(|record| record.id).collect::<Vec<_>>()
    };
    let of = |key: &str| RecordId::derive(&connection, key);
    assert_eq!(said("1"), [of("r1")]);
    assert_eq!(said("2"), [of("v2")]);
    assert!(said("none").is_empty());
}
