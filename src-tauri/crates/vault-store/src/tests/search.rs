//! Search: everything a person may type finds what it should and never fails.

use proptest::prelude::*;

use super::kit::{Space, gig, payment, record};
use crate::table::records::{self, RecordFilter, Sort};
use crate::{NewRecord, RecordId, RecordKind};

struct Library {
    space: Space,
    connection: crate::ConnectionId,
}

impl Library {
    fn new() -> Self {
        let space = Space::new();
        let connection = space.connection("Uber Eats");
        let mut pizza = gig("pizza", 0);
        pizza.title = Some("Two pizzas to Gràcia".into());
        pizza.extra.insert("zone".into(), 4711.into());
        let mut review = record(RecordKind::Review, "review", 80);
        review.text = Some("Très rapide, merci! 6.75".into());
        let mut odd = record(RecordKind::Work, "odd", 3);
        odd.status = Some("x".repeat(100));
        odd.type_name = Some("Entrega rápida".into());
        space.fetch(
            connection,
            &[pizza, payment("tip", 19, "night_tip", -1250), review, odd],
        );
        Self { space, connection }
    }

    fn find(&self, text: &str) -> Vec<&'static str> {
        let filter = RecordFilter {
            text: text.into(),
            ..RecordFilter::default()
        };
        let found = self
            .space
            .read(|view| records::page(view, &filter, Sort::Oldest, 0, 50))
            .unwrap();
        let names = ["pizza", "tip", "review", "odd"];
        found
            .into_iter()
            .filter_map(|one| {
                names
                    .into_iter()
                    .find(|name| RecordId::derive(&self.connection, name) == one.id)
            })
            .collect()
    }
}

#[test]
fn words_are_found_by_their_beginning_without_accents_or_case() {
    let library = Library::new();
    assert_eq!(library.find("PIZZ"), ["pizza"]);
    assert_eq!(library.find("gracia two"), ["pizza"]);
    assert_eq!(library.find("tres merc"), ["review"]);
    assert_eq!(
        library.find("RAPIDA"),
        ["odd"],
        "a type is found without its accents too"
    );
    assert_eq!(library.find("izza"), [""; 0]);
    assert_eq!(library.find("pizza merci"), [""; 0]);
}

#[test]
fn amounts_days_types_platforms_and_ids_are_found() {
    let library = Library::new();
    assert_eq!(library.find("6.75"), ["pizza", "review"]);
    assert_eq!(library.find("6,75"), ["pizza", "review"]);
    assert_eq!(library.find("6.7"), ["pizza", "review"]);
    assert_eq!(library.find("12.5"), ["tip"]);
    assert_eq!(library.find("6.76"), [""; 0]);
    assert_eq!(library.find("2026-09-20"), ["tip"]);
    assert_eq!(library.find("20/09/2026"), ["tip"]);
    assert_eq!(library.find("2026-09"), ["pizza", "odd", "tip"]);
    assert_eq!(library.find("EUR"), ["pizza", "tip"]);
    assert_eq!(library.find("deliv"), ["pizza"]);
    assert_eq!(library.find("tip"), ["tip"]);
    assert_eq!(library.find("night_t"), ["tip"]);
    assert_eq!(library.find("completed"), ["pizza"]);
    assert_eq!(library.find("xxxx"), ["odd"]);
    assert_eq!(library.find("eats 2026-11"), ["review"]);
    assert_eq!(library.find("uber pizza 6.75"), ["pizza"]);
    assert_eq!(library.find("4711"), ["pizza"]);
    let id = RecordId::derive(&library.connection, "tip").to_string();
    assert_eq!(library.find(&format!(" {id} ")), ["tip"]);
}

#[test]
fn nothing_to_look_for_finds_nothing_and_no_text_finds_all() {
    let library = Library::new();
    assert_eq!(library.find("…"), [""; 0]);
    assert_eq!(library.find("\" * \0 \\ %"), [""; 0]);
    assert_eq!(library.find("   ").len(), 4);
}

#[test]
fn too_many_labels_become_words() {
    let space = Space::new();
    let connection = space.connection("demo");
    let many: Vec<NewRecord> = (0..600)
        .map(|at| {
            let mut new = record(RecordKind::Work, &at.to_string(), 0);
            new.status = Some(format!("state{at}"));
            new
        })
        .collect();
    space.fetch(connection, &many);
    for at in [0, 499, 500, 599] {
        let filter = RecordFilter {
            text: format!("state{at}"),
            ..RecordFilter::default()
        };
        assert_eq!(
            space.read(|view| records::totals(view, &filter)).unwrap().count,
            1,
            "{at}"
        );
    }
    let labels: i64 = space
        .conn
        .query_row("SELECT count(*) FROM record_labels", [], |row| row.get(0))
        .unwrap();
    assert_eq!(labels, 500);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn whatever_is_typed_never_fails(text in "(\\PC|[\\x00-\\x7f\"*():^+-]|NEAR|OR|AND|NOT| ){0,40}") {
        thread_local! {
            static LIBRARY: Library = Library::new();
        }
        let filter = RecordFilter { text, ..RecordFilter::default() };
        LIBRARY.with(|library| {
            library.space.read(|view| records::totals(view, &filter)).map(|_| ())
        }).unwrap();
    }
}
