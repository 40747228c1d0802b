//! The log: chained, unchangeable, and broken in a way that says where.

use std::collections::BTreeMap;

use time::Duration;

use super::kit::{NOW, Space};
use crate::table::disclosures::{
    self, BrokenEntry, BrokenWhy, Disclosure, DisclosureKind, GENESIS, LogFilter, NewDisclosure,
};
use crate::table::log_heads::{self, LogHead};
use crate::{DisclosureId, Face, GrantId, Party, PartyKind, Scope, StoreError};

fn entry(kind: DisclosureKind, party: &str, text: &str) -> NewDisclosure {
    NewDisclosure {
        id: DisclosureId::new(),
        at: NOW,
        kind,
        refers_to: None,
        party: Party {
            kind: PartyKind::App,
            id: format!("id-{party}"),
            name: party.into(),
        },
        face: Face::OpenPlatform,
        purpose: "tax".into(),
        scopes: vec![Scope::new("vault:reviews:get").unwrap()],
        counts: BTreeMap::from([("records".into(), 3), ("bytes".into(), 700)]),
        grant: Some(GrantId::new()),
        reason: String::new(),
        text: text.into(),
    }
}

fn with_entries(number: usize) -> Space {
    let space = Space::new();
    for at in 0..number {
        space
            .write(|tx| {
                disclosures::append(
                    tx,
                    entry(DisclosureKind::Released, "Hourly", &format!("entry {at}")),
                )
            })
            .unwrap();
    }
    space
}

pub(super) fn unlock_table(space: &Space) {
    space.raw("DROP TRIGGER disclosures_stay; DROP TRIGGER disclosures_are_not_changed");
}

pub(super) fn broken(space: &Space) -> Option<BrokenEntry> {
    space.read(disclosures::verify).unwrap().broken
}

#[test]
fn entries_are_chained_and_whole() {
    let space = with_entries(4);
    let mut before = GENESIS;
    let mut seen = 0;
    space
        .read(|view| {
            disclosures::each(view, |one| {
                seen += 1;
                assert_eq!(
                    (one.seq, one.prev_hash, one.compute_hash()),
                    (seen, before, one.hash)
                );
                before = one.hash;
                Ok::<(), StoreError>(())
            })
        })
        .unwrap();
    let report = space.read(disclosures::verify).unwrap();
    assert_eq!(
        (report.entries, report.deleted_texts, report.broken),
        (4, 0, None)
    );
}

#[test]
fn the_hash_of_an_entry_never_changes() {
    let text = r#"{"seq":1,"id":"018f0000-0000-7000-8000-000000000001","at":"2026-11-21T06:00:00.123Z","kind":"released","party":{"kind":"app","id":"a","name":"Hourly"},"face":"openplatform","purpose":"tax","scopes":["vault:reviews:get"],"counts":{"bytes":700,"records":3},"reason":"","text":"x","salt":"018f0000-0000-4000-8000-000000000002","text_sha256":"0000000000000000000000000000000000000000000000000000000000000000","prev_hash":"0000000000000000000000000000000000000000000000000000000000000000","hash":"0000000000000000000000000000000000000000000000000000000000000000"}"#;
    let entry: Disclosure = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&entry).unwrap(), text);
    let canonical = r#"{"version":1,"seq":1,"id":"018f0000-0000-7000-8000-000000000001","at":"2026-11-21T06:00:00.123Z","kind":"released","refers_to":null,"party":{"kind":"app","id":"a","name":"Hourly"},"face":"openplatform","purpose":"tax","scopes":["vault:reviews:get"],"counts":{"bytes":700,"records":3},"grant":null,"reason":"","text_sha256":"0000000000000000000000000000000000000000000000000000000000000000"}"#;
    assert_eq!(String::from_utf8(entry.canonical_bytes()).unwrap(), canonical);
}

#[test]
fn the_table_itself_refuses_changes() {
    let space = with_entries(2);
    for sql in [
        "DELETE FROM disclosures WHERE seq = 1",
        "UPDATE disclosures SET kind = 'refused' WHERE seq = 1",
        "UPDATE disclosures SET text = 'other' WHERE seq = 1",
        "UPDATE disclosures SET text = NULL, text_salt = NULL, hash = prev_hash WHERE seq = 1",
        "INSERT OR REPLACE INTO disclosures SELECT * FROM disclosures WHERE seq = 1",
    ] {
        assert!(space.conn.execute_batch(sql).is_err(), "{sql}");
    }
    assert_eq!(broken(&space), None);
}

#[test]
fn a_deleted_text_is_gone_and_the_log_stays_whole() {
    let space = with_entries(3);
    let second = space
        .read(|view| disclosures::list(view, &LogFilter::default(), 1, 1))
        .unwrap()
        .remove(0);
    let deleted = space
        .write(|tx| disclosures::blank(tx, second.id, NOW))
        .unwrap()
        .unwrap();
    assert_eq!(
        (deleted.kind, deleted.refers_to, deleted.seq),
        (DisclosureKind::Deleted, Some(second.id), 4)
    );
    assert_eq!(
        space.write(|tx| disclosures::blank(tx, second.id, NOW)).unwrap(),
        None
    );
    let blanked = space
        .read(|view| disclosures::get(view, second.id))
        .unwrap()
        .unwrap();
    assert_eq!((blanked.text, blanked.hash), (None, second.hash));
    let report = space.read(disclosures::verify).unwrap();
    assert_eq!(
        (report.entries, report.deleted_texts, report.broken),
        (4, 1, None)
    );
    assert_eq!(
        space
            .read(|view| disclosures::referring(view, second.id))
            .unwrap(),
        [deleted]
    );
}

#[test]
fn a_signed_head_guards_the_end() {
    let space = with_entries(3);
    let last = space.read(disclosures::last).unwrap().unwrap();
    let head = LogHead {
        seq: 3,
        hash: last.hash,
        signed_at: NOW,
        signature: vec![1, 2, 3],
    };
    space.write(|tx| log_heads::insert(tx, &head)).unwrap();
    let other = LogHead {
        signature: vec![9],
        ..head
    };
    space.write(|tx| log_heads::insert(tx, &other)).unwrap();
    assert_eq!(space.read(log_heads::list).unwrap(), std::slice::from_ref(&head));
    assert_eq!(space.read(log_heads::last).unwrap(), Some(head));
    assert_eq!(broken(&space), None);
    unlock_table(&space);
    space.raw("DELETE FROM disclosures WHERE seq = 3");
    assert_eq!(
        broken(&space),
        Some(BrokenEntry {
            seq: 3,
            why: BrokenWhy::Missing
        })
    );
    space
        .write(|tx| disclosures::append(tx, entry(DisclosureKind::Refused, "Other", "")))
        .unwrap();
    assert_eq!(
        broken(&space),
        Some(BrokenEntry {
            seq: 3,
            why: BrokenWhy::Head
        })
    );
}

#[test]
fn an_exported_log_is_put_back_entry_by_entry() {
    let (from, to) = (with_entries(3), Space::new());
    let mut lines = Vec::new();
    from.read(|view| {
        disclosures::each(view, |one| {
            lines.push(serde_json::to_string(&one).unwrap());
            Ok::<(), StoreError>(())
        })
    })
    .unwrap();
    let entries: Vec<Disclosure> = lines
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let damaged = Err(StoreError::Damaged { page: None });
    assert_eq!(to.write(|tx| disclosures::restore(tx, &entries[1])), damaged);
    let mut forged = entries[0].clone();
    forged.purpose = "none".into();
    assert_eq!(to.write(|tx| disclosures::restore(tx, &forged)), damaged);
    for one in &entries {
        to.write(|tx| disclosures::restore(tx, one)).unwrap();
    }
    assert_eq!(
        to.read(disclosures::last).unwrap(),
        from.read(disclosures::last).unwrap()
    );
    assert_eq!(broken(&to), None);
}

#[test]
fn the_log_is_filtered_and_paged() {
    let space = Space::new();
    let mut release = entry(DisclosureKind::Released, "Hourly", "100% of your reviews");
    release.at = NOW - Duration::days(40);
    let first = space.write(|tx| disclosures::append(tx, release)).unwrap();
    let mut outcome = entry(DisclosureKind::Delivered, "Hourly", "arrived");
    outcome.refers_to = Some(first.id);
    space.write(|tx| disclosures::append(tx, outcome)).unwrap();
    space
        .write(|tx| {
            disclosures::append(
                tx,
                entry(DisclosureKind::Refused, "Llum Verda", "asked for money"),
            )
        })
        .unwrap();
    let found = |filter: &LogFilter| -> Vec<u64> {
        let rows = space.read(|view| disclosures::list(view, filter, 0, 10)).unwrap();
        assert_eq!(
            space.read(|view| disclosures::total(view, filter)).unwrap(),
            rows.len() as u64
        );
        rows.into_iter().map(|one| one.seq).collect()
    };
    let all = LogFilter::default();
    assert_eq!(found(&all), [3, 2, 1]);
    assert_eq!(
        found(&LogFilter {
            text: "100% REV".into(),
            ..all.clone()
        }),
        [1]
    );
    assert_eq!(
        found(&LogFilter {
            text: "_".into(),
            ..all.clone()
        }),
        [0; 0]
    );
    assert_eq!(
        found(&LogFilter {
            party: Some((PartyKind::App, "id-Hourly".into())),
            ..all.clone()
        }),
        [2, 1]
    );
    assert_eq!(
        found(&LogFilter {
            party_name: Some("Llum Verda".into()),
            ..all.clone()
        }),
        [3]
    );
    let kinds = vec![DisclosureKind::Released, DisclosureKind::Refused];
    assert_eq!(found(&LogFilter { kinds, ..all.clone() }), [3, 1]);
    assert_eq!(
        found(&LogFilter {
            since: Some(NOW - Duration::DAY),
            ..all.clone()
        }),
        [3, 2]
    );
    assert_eq!(
        found(&LogFilter {
            first_only: true,
            ..all.clone()
        }),
        [3, 1]
    );
    let names: Vec<String> = space
        .read(disclosures::parties)
        .unwrap()
        .into_iter()
        .map(|one| one.name)
        .collect();
    assert_eq!(names, ["Hourly", "Llum Verda"]);
    assert_eq!(
        space.read(|view| disclosures::list(view, &all, 1, 1)).unwrap()[0].seq,
        2
    );
    assert_eq!(space.read(disclosures::count).unwrap(), 3);
}
