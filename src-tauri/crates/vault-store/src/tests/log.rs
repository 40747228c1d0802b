//! The log: its chain names the first entry that was changed, removed, swapped or put in.

use std::collections::BTreeMap;

use proptest::prelude::*;
use time::Duration;

use super::kit::{NOW, Space};
use crate::{
    DisclosureId, Face, Party, PartyKind, Scope, Sha256, StoreError, Tx,
    disclosures::{self, BrokenWhy, Disclosure, DisclosureKind, LogFilter, NewDisclosure},
    log_heads::{self, LogHead},
};

fn entry(n: i64) -> NewDisclosure {
    NewDisclosure {
        id: DisclosureId::new(),
        at: NOW + Duration::seconds(n),
        kind: DisclosureKind::Released,
        refers_to: None,
        party: Party {
            kind: PartyKind::App,
            id: "a".into(),
            name: "Hourly".into(),
        },
        face: Face::OpenPlatform,
        purpose: "to compare".into(),
        scopes: vec![Scope::new("vault:reviews:get").unwrap()],
        counts: BTreeMap::from([("records".to_owned(), 3)]),
        grant: None,
        reason: String::new(),
        text: format!("Reviews {n}"),
    }
}

fn filled(entries: i64) -> Space {
    let space = Space::new();
    space
        .write(|tx| {
            for n in 0..entries {
                disclosures::append(tx, entry(n))?;
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
    space
}

/// Does what the triggers forbid, as somebody would who has the key of the file.
fn tamper(space: &Space, sql: &str) {
    space
        .write(|tx| {
            for trigger in ["disclosures_stay", "disclosures_are_not_changed"] {
                tx.conn()
                    .execute_batch(&format!("DROP TRIGGER IF EXISTS {trigger}"))?;
            }
            tx.conn().execute_batch(sql)?;
            Ok::<_, StoreError>(())
        })
        .unwrap();
}

fn broken(space: &Space) -> Option<(u64, BrokenWhy)> {
    let report = space.read(disclosures::verify).unwrap();
    report.broken.map(|broken| (broken.seq, broken.why))
}

fn sign(tx: &Tx<'_>, entry: &Disclosure) -> Result<(), StoreError> {
    let head = LogHead {
        seq: entry.seq,
        hash: entry.hash,
        signed_at: NOW,
        signature: vec![1],
    };
    log_heads::insert(tx, &head)
}

#[test]
fn an_untouched_log_is_whole() {
    let space = filled(5);
    let report = space.read(disclosures::verify).unwrap();
    assert_eq!((report.entries, report.broken), (5, None));
}

#[test]
fn the_database_itself_refuses_to_change_or_remove_an_entry() {
    let space = filled(2);
    for sql in [
        "DELETE FROM disclosures WHERE seq = 1",
        "UPDATE disclosures SET reason = 'x' WHERE seq = 1",
        "UPDATE disclosures SET text = 'x' WHERE seq = 1",
    ] {
        let refused = space.write(|tx| Ok::<_, StoreError>(tx.conn().execute_batch(sql)?));
        assert!(refused.is_err(), "{sql}");
    }
    assert_eq!(broken(&space), None);
}

#[test]
fn a_changed_entry_is_named() {
    for (sql, why) in [
        (
            "UPDATE disclosures SET party_name = 'Other' WHERE seq = 3",
            BrokenWhy::Content,
        ),
        (
            "UPDATE disclosures SET scopes = '[]' WHERE seq = 3",
            BrokenWhy::Content,
        ),
        (
            "UPDATE disclosures SET at = at + 1 WHERE seq = 3",
            BrokenWhy::Content,
        ),
        (
            "UPDATE disclosures SET text = 'nothing' WHERE seq = 3",
            BrokenWhy::Text,
        ),
    ] {
        let space = filled(5);
        tamper(&space, sql);
        assert_eq!(broken(&space), Some((3, why)), "{sql}");
    }
}

#[test]
fn a_removed_or_swapped_entry_is_named() {
    let space = filled(5);
    tamper(&space, "DELETE FROM disclosures WHERE seq = 3");
    assert_eq!(broken(&space), Some((3, BrokenWhy::Missing)));
    let space = filled(5);
    tamper(
        &space,
        "UPDATE disclosures SET seq = 99 WHERE seq = 2; UPDATE disclosures SET seq = 2 WHERE seq = 4; \
         UPDATE disclosures SET seq = 4 WHERE seq = 99",
    );
    assert_eq!(broken(&space), Some((2, BrokenWhy::Link)));
}

#[test]
fn an_end_that_was_cut_off_shows_where_it_was_signed() {
    let space = filled(5);
    let last = space.read(disclosures::last).unwrap().unwrap();
    space.write(|tx| sign(tx, &last)).unwrap();
    tamper(&space, "DELETE FROM disclosures WHERE seq >= 4");
    assert_eq!(broken(&space), Some((4, BrokenWhy::Missing)));
}

#[test]
fn a_log_that_was_written_anew_does_not_fit_the_signed_head() {
    let space = filled(3);
    let mut last = space.read(disclosures::last).unwrap().unwrap();
    last.hash = Sha256::of(b"the log as it was");
    space.write(|tx| sign(tx, &last)).unwrap();
    assert_eq!(broken(&space), Some((3, BrokenWhy::Head)));
}

#[test]
fn a_deleted_sentence_leaves_the_chain_whole() {
    let space = filled(3);
    let second = space
        .read(|view| disclosures::list(view, &LogFilter::default(), 1, 1))
        .unwrap();
    let id = second[0].id;
    let deleted = space.write(|tx| disclosures::blank(tx, id, NOW)).unwrap();
    assert_eq!(deleted.unwrap().refers_to, Some(id));
    assert!(
        space
            .write(|tx| disclosures::blank(tx, id, NOW))
            .unwrap()
            .is_none()
    );
    let report = space.read(disclosures::verify).unwrap();
    assert_eq!(
        (report.entries, report.deleted_texts, report.broken),
        (4, 1, None)
    );
    let first = LogFilter {
        first_only: true,
        ..LogFilter::default()
    };
    assert_eq!(space.read(|view| disclosures::total(view, &first)).unwrap(), 3);
}

#[test]
fn a_log_can_be_put_back_entry_by_entry() {
    let space = filled(3);
    let mut all = Vec::new();
    space
        .read(|view| {
            disclosures::each(view, |entry| {
                all.push(entry);
                Ok::<_, StoreError>(())
            })
        })
        .unwrap();
    let other = Space::new();
    let put = |entry: &Disclosure| other.write(|tx| disclosures::restore(tx, entry));
    assert!(put(&all[1]).is_err());
    for entry in &all {
        put(entry).unwrap();
    }
    let mut forged = all[2].clone();
    (forged.seq, forged.prev_hash) = (4, all[2].hash);
    assert!(put(&forged).is_err());
    assert_eq!(broken(&other), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_tampering_is_found_at_its_first_entry(victim in 1_u64..9, how in 0_usize..4) {
        let space = filled(9);
        let last = space.read(disclosures::last).unwrap().unwrap();
        space.write(|tx| sign(tx, &last)).unwrap();
        let next = victim + 1;
        let sql = match how {
            0 => format!("DELETE FROM disclosures WHERE seq = {victim}"),
            1 => format!("UPDATE disclosures SET counts = '{{\"records\":4}}' WHERE seq = {victim}"),
            2 => format!(
                "UPDATE disclosures SET seq = 99 WHERE seq = {victim}; UPDATE disclosures SET seq = {victim} WHERE seq = {next}; \
                 UPDATE disclosures SET seq = {next} WHERE seq = 99"
            ),
            _ => format!("UPDATE disclosures SET hash = zeroblob(32) WHERE seq = {victim}"),
        };
        tamper(&space, &sql);
        let (seq, _) = broken(&space).expect("found");
        prop_assert_eq!(seq, victim);
    }
}
