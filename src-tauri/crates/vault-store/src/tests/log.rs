//! The log: chained, unchangeable, and broken in a way that says where.

use std::collections::BTreeMap;

use time::Duration;

use super::kit::{NOW, Space};
use crate::table::disclosures::{
    self, BrokenEntry, BrokenWhy, Disclosure, DisclosureKind, GENESIS, LogFilter, NewDisclosure,
    ReleaseOutcome, Released,
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

/// A sharing with four answers, of which two arrived, one did not, and of one nobody knows; and what the person did then.
fn with_outcomes() -> (Space, DisclosureId) {
    use DisclosureKind as Kind;
    let space = Space::new();
    let add = |kind, refers_to, text: &str| {
        let mut new = entry(kind, "Hourly", text);
        new.refers_to = refers_to;
        new.at = NOW + Duration::hours(space.read(disclosures::count).unwrap() as i64);
        if text == "other" {
            new.scopes = vec![Scope::new("vault:ratings:get").unwrap()];
        }
        space.write(|tx| disclosures::append(tx, new)).unwrap().id
    };
    let line = add(Kind::Granted, None, "");
    for (outcome, text) in [
        (Some(Kind::Delivered), ""),
        (Some(Kind::Failed), ""),
        (None, ""),
        (Some(Kind::Delivered), "other"),
    ] {
        let answer = add(Kind::Released, Some(line), text);
        if let Some(outcome) = outcome {
            add(outcome, Some(answer), "");
        }
    }
    add(Kind::EraseAsked, Some(line), "");
    (space, line)
}

#[test]
fn what_became_of_a_sharing_is_counted() {
    let (space, line) = with_outcomes();
    let released = space.read(|view| disclosures::released_in(view, line)).unwrap();
    assert_eq!(
        released,
        Released {
            answers: 4,
            delivered: 2,
            failed: 1
        }
    );
    assert_eq!(released.unknown(), 1);
    let nothing = space
        .read(|view| disclosures::released_in(view, DisclosureId::new()))
        .unwrap();
    assert_eq!(nothing, Released::default());
    let found = |outcome| {
        let filter = LogFilter {
            kinds: vec![DisclosureKind::Released],
            outcome: Some(outcome),
            ..LogFilter::default()
        };
        let rows = space
            .read(|view| disclosures::list(view, &filter, 0, 10))
            .unwrap();
        rows.iter().map(|row| row.seq).collect::<Vec<_>>()
    };
    assert_eq!(found(ReleaseOutcome::Delivered), [7, 2]);
    assert_eq!(found(ReleaseOutcome::Unknown), [6]);
}

#[test]
fn what_a_party_got_is_gathered_by_what_it_opened() {
    let (space, _) = with_outcomes();
    let got = |id: &str| {
        let all = space
            .read(|view| disclosures::shared_with(view, PartyKind::App, id))
            .unwrap();
        all.iter()
            .map(|one| {
                (
                    one.scopes[0].to_string(),
                    (one.first - NOW).whole_hours(),
                    (one.last - NOW).whole_hours(),
                    one.answers,
                )
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(
        got("id-Hourly"),
        [
            ("vault:reviews:get".into(), 1, 5, 3),
            ("vault:ratings:get".into(), 6, 6, 1)
        ]
    );
    assert!(got("id-Other").is_empty());
    // An empty list has bytes, but nothing in it.
    for (counts, party) in [
        (
            BTreeMap::from([("records".into(), 0), ("bytes".into(), 14)]),
            "Empty",
        ),
        (BTreeMap::from([("bytes".into(), 14)]), "Uncounted"),
    ] {
        let mut new = entry(DisclosureKind::Released, party, "");
        (new.counts, new.at) = (counts, NOW);
        space.write(|tx| disclosures::append(tx, new)).unwrap();
    }
    assert_eq!((got("id-Empty").len(), got("id-Uncounted").len()), (0, 1));
}

#[test]
fn what_the_person_does_after_sharing_is_a_line_of_its_own() {
    let (space, _) = with_outcomes();
    let filter = LogFilter {
        first_only: true,
        ..LogFilter::default()
    };
    let rows = space
        .read(|view| disclosures::list(view, &filter, 0, 10))
        .unwrap();
    let kinds: Vec<DisclosureKind> = rows.iter().map(|row| row.kind).collect();
    assert_eq!(kinds, [DisclosureKind::EraseAsked, DisclosureKind::Granted]);
}

#[test]
fn a_part_of_the_log_is_read_from_its_beginning() {
    let (space, _) = with_outcomes();
    let filter = LogFilter {
        kinds: vec![DisclosureKind::Delivered],
        ..LogFilter::default()
    };
    let mut seen = Vec::new();
    space
        .read(|view| {
            disclosures::each_of(view, &filter, |entry| {
                seen.push(entry.seq);
                Ok::<_, StoreError>(())
            })
        })
        .unwrap();
    assert_eq!(seen, [3, 8]);
}
