//! Whatever is done to the log behind Satchel's back, the walk names the first entry that does not fit. What no walk can see is tested
//! as well, so that nobody promises more.

use std::collections::BTreeMap;

use proptest::prelude::*;
use time::Duration;

use super::kit::{NOW, Space};
use super::log::{broken, unlock_table};
use crate::table::disclosures::{self, BrokenWhy, Disclosure, DisclosureKind, NewDisclosure};
use crate::table::log_heads::{self, LogHead};
use crate::{DisclosureId, Face, GrantId, Party, PartyKind, Scope, StoreError};

/// Every column with what somebody might write into it. None of it ever stands there by itself.
const EDITS: [(&str, &[&str]); 19] = [
    ("seq", &["seq + 1000", "-seq"]),
    (
        "id",
        &["'018f0000-0000-7000-8000-00000000ffff'", "upper(id)", "'x'"],
    ),
    ("at", &["at + 1", "-at", "9223372036854775807"]),
    (
        "kind",
        &["iif(kind = 'refused', 'released', 'refused')", "'nothing'", "''"],
    ),
    (
        "refers_to",
        &[
            "'018f0000-0000-7000-8000-00000000eeee'",
            "iif(refers_to IS NULL, 'x', NULL)",
        ],
    ),
    (
        "party_kind",
        &["iif(party_kind = 'app', 'service', 'app')", "'nobody'"],
    ),
    ("party_id", &["party_id || '0'", "'x y'"]),
    ("party_name", &["party_name || ' '", "'Nobody'"]),
    (
        "face",
        &["iif(face = 'openplatform', 'own', 'openplatform')", "'none'"],
    ),
    ("purpose", &["purpose || '.'", "'none'"]),
    (
        "scopes",
        &[
            "'[\"vault:profile.phone:get\"]'",
            "' ' || scopes",
            "'[]x'",
            "'[\"*\"]'",
        ],
    ),
    (
        "counts",
        &["'{\"records\":1000000}'", "counts || ' '", "'{\"records\":-1}'"],
    ),
    (
        "grant_id",
        &[
            "'018f0000-0000-7000-8000-00000000dddd'",
            "iif(grant_id IS NULL, 'x', NULL)",
            "iif(grant_id IS NULL, 'x', upper(grant_id))",
        ],
    ),
    ("reason", &["reason || 'x'"]),
    (
        "text",
        &[
            "text || '.'",
            "NULL",
            "NULL, text_salt = NULL",
            "CAST(x'ff' AS TEXT)",
        ],
    ),
    ("text_salt", &["zeroblob(16)", "NULL", "x'00'"]),
    (
        "text_sha256",
        &[
            "zeroblob(32)",
            "hash",
            "zeroblob(32), text = NULL, text_salt = NULL",
        ],
    ),
    ("prev_hash", &["text_sha256", "hash"]),
    ("hash", &["zeroblob(32)", "text_sha256"]),
];

const COLUMNS: &str = "id, at, kind, refers_to, party_kind, party_id, party_name, face, purpose, scopes, counts, grant_id, reason, \
                       text, text_salt, text_sha256, prev_hash, hash";

/// An edit of one column, by its place in [`EDITS`] and by the place of the value.
fn edits() -> impl Strategy<Value = String> {
    (0..EDITS.len(), any::<prop::sample::Index>()).prop_map(|(column, value)| {
        let (name, values) = EDITS[column];
        format!("{name} = {}", values[value.index(values.len())])
    })
}

/// Entries as they come: every kind and face, with and without a grant, a purpose, a reference.
fn entries(least: usize) -> impl Strategy<Value = Vec<NewDisclosure>> {
    prop::collection::vec(entry(), least..least + 7)
}

fn entry() -> impl Strategy<Value = NewDisclosure> {
    // One that is deleted, and those that delete, have a test of their own.
    let kinds: Vec<_> = DisclosureKind::ALL
        .iter()
        .copied()
        .filter(|kind| *kind != DisclosureKind::Deleted)
        .collect();
    let party = (
        prop::sample::select(PartyKind::ALL),
        "[a-z0-9-]{1,12}",
        "\\PC{1,20}",
    );
    let scopes = prop::collection::vec(
        prop::sample::select(vec![
            "vault:reviews:get",
            "vault:profile.city:get",
            "vault:work.summary:get",
        ]),
        0..3,
    );
    let counts = prop::collection::btree_map("[a-z]{1,8}", 0..1_000_000_u64, 0..3);
    (
        (
            prop::sample::select(kinds),
            prop::sample::select(Face::ALL),
            party,
        ),
        (scopes, counts, any::<bool>(), any::<bool>()),
        ("\\PC{0,30}", "[a-z_]{0,10}", "\\PC{0,60}", 0..1_000_000_i64),
    )
        .prop_map(|((kind, face, party), (scopes, counts, grant, refers), words)| {
            let (purpose, reason, text, later) = words;
            let (kind_of_party, id, name) = party;
            NewDisclosure {
                id: DisclosureId::new(),
                at: NOW + Duration::milliseconds(later),
                kind,
                refers_to: refers.then(DisclosureId::new),
                party: Party {
                    kind: kind_of_party,
                    id,
                    name,
                },
                face,
                purpose,
                scopes: scopes.iter().map(|scope| Scope::new(scope).unwrap()).collect(),
                counts,
                grant: grant.then(GrantId::new),
                reason,
                text,
            }
        })
}

fn log_of(entries: &[NewDisclosure]) -> Space {
    let space = Space::new();
    space
        .write(|tx| {
            for entry in entries {
                disclosures::append(tx, entry.clone())?;
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
    assert_eq!(broken(&space), None);
    space
}

/// Signs the entry with this number as the head. What the signature is worth is checked where the key is.
fn sign(space: &Space, seq: u64) {
    let hash = all(space)[usize::try_from(seq).unwrap() - 1].hash;
    let head = LogHead {
        seq,
        hash,
        signed_at: NOW,
        signature: vec![1],
    };
    space.write(|tx| log_heads::insert(tx, &head)).unwrap();
}

fn all(space: &Space) -> Vec<Disclosure> {
    let mut all = Vec::new();
    space
        .read(|view| {
            disclosures::each(view, |entry| {
                all.push(entry);
                Ok::<(), StoreError>(())
            })
        })
        .unwrap();
    all
}

/// Writes the entries from `seq` on anew, each with the hash that it should have after `change`.
fn write_anew(space: &Space, seq: usize, change: impl FnOnce(&mut Vec<Disclosure>)) {
    let mut entries = all(space);
    let mut behind = entries.split_off(seq - 1);
    change(&mut behind);
    space.raw(&format!("DELETE FROM disclosures WHERE seq >= {seq}"));
    let mut prev_hash = entries.last().map_or(disclosures::GENESIS, |before| before.hash);
    for (at, mut entry) in behind.into_iter().enumerate() {
        (entry.seq, entry.prev_hash) = ((seq + at) as u64, prev_hash);
        entry.hash = entry.compute_hash();
        prev_hash = entry.hash;
        space.write(|tx| disclosures::restore(tx, &entry)).unwrap();
    }
}

/// The number that the walk names.
fn named(space: &Space) -> Option<u64> {
    broken(space).map(|broken| broken.seq)
}

#[test]
fn every_edit_of_every_column_is_named() {
    let entry = |at: u64| NewDisclosure {
        id: DisclosureId::new(),
        at: NOW,
        kind: DisclosureKind::Released,
        refers_to: None,
        party: Party {
            kind: PartyKind::App,
            id: "hourly".into(),
            name: "Hourly".into(),
        },
        face: Face::OpenPlatform,
        purpose: "tax".into(),
        scopes: vec![Scope::new("vault:reviews:get").unwrap()],
        counts: BTreeMap::from([("bytes".into(), 700), ("records".into(), at)]),
        grant: Some(GrantId::new()),
        reason: String::new(),
        text: format!("entry {at}"),
    };
    let space = log_of(&(1..4).map(entry).collect::<Vec<_>>());
    unlock_table(&space);
    space.raw("CREATE TABLE kept AS SELECT * FROM disclosures");
    for (column, values) in EDITS {
        for value in values {
            space.raw(&format!(
                "UPDATE disclosures SET {column} = {value} WHERE seq = 2"
            ));
            // A number that is moved before all others takes the first place.
            let expected = if (column, *value) == ("seq", "-seq") { 1 } else { 2 };
            assert_eq!(named(&space), Some(expected), "{column} = {value}");
            let report = space.read(disclosures::verify).unwrap();
            assert_eq!(report.entries, 3, "{column} = {value}");
            space.raw("DELETE FROM disclosures; INSERT INTO disclosures SELECT * FROM kept");
            assert_eq!(named(&space), None);
        }
    }
    let columns: Vec<&str> = EDITS.iter().map(|(column, _)| *column).collect();
    assert_eq!(columns.join(", "), format!("seq, {COLUMNS}"), "every column");
}

#[test]
fn other_forms_of_the_same_are_named() {
    let space = log_of(&[]);
    space
        .write(|tx| disclosures::append(tx, one_with_counts()))
        .unwrap();
    unlock_table(&space);
    space.raw("UPDATE disclosures SET counts = '{\"records\":3,\"bytes\":700}'");
    assert_eq!(named(&space), Some(1), "the same numbers in another order");
}

fn one_with_counts() -> NewDisclosure {
    NewDisclosure {
        id: DisclosureId::new(),
        at: NOW,
        kind: DisclosureKind::Released,
        refers_to: None,
        party: Party {
            kind: PartyKind::App,
            id: "a".into(),
            name: "A".into(),
        },
        face: Face::Vault,
        purpose: String::new(),
        scopes: Vec::new(),
        counts: BTreeMap::from([("bytes".into(), 700), ("records".into(), 3)]),
        grant: None,
        reason: String::new(),
        text: "x".into(),
    }
}

#[test]
fn a_sentence_that_nobody_deleted_is_missed() {
    let space = log_of(&[one_with_counts(), one_with_counts(), one_with_counts()]);
    let entries = all(&space);
    space
        .write(|tx| disclosures::blank(tx, entries[0].id, NOW))
        .unwrap()
        .unwrap();
    assert_eq!(named(&space), None, "the person deleted it");
    unlock_table(&space);
    space.raw("UPDATE disclosures SET text = NULL, text_salt = NULL WHERE seq = 3");
    let found = broken(&space).unwrap();
    assert_eq!((found.seq, found.why), (3, BrokenWhy::Text));
    let report = space.read(disclosures::verify).unwrap();
    assert_eq!((report.entries, report.deleted_texts), (4, 2));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn an_edit_is_named(entries in entries(2), at in any::<prop::sample::Index>(), set in edits()) {
        let space = log_of(&entries);
        let seq = at.index(entries.len()) + 1;
        unlock_table(&space);
        let before = all(&space)[seq - 1].clone();
        space.raw(&format!("UPDATE OR IGNORE disclosures SET {set} WHERE seq = {seq}"));
        let lists = space.read(|view| disclosures::get(view, before.id));
        // Some edits change nothing of some entries: a name that is there already, capitals of an id that has only digits.
        let untouched = matches!(&lists, Ok(Some(after)) if *after == before) && named(&space).is_none();
        let expected = match set.as_str() {
            "seq = -seq" => 1,
            // The last number may be any later one: the walk misses the one before it.
            _ => seq as u64,
        };
        prop_assert!(untouched || named(&space) == Some(expected), "{}: {:?}", set, broken(&space));
    }

    #[test]
    fn what_is_dropped_swapped_or_put_in_is_named(
        entries in entries(3),
        one in any::<prop::sample::Index>(),
        other in any::<prop::sample::Index>(),
        way in 0..3,
    ) {
        let space = log_of(&entries);
        unlock_table(&space);
        let (one, other) = (one.index(entries.len() - 1) + 1, other.index(entries.len()) + 1);
        let (first, last) = if one == other { (one, one + 1) } else { (one.min(other), one.max(other)) };
        space.raw(&match way {
            0 => format!("DELETE FROM disclosures WHERE seq = {first}"),
            1 => format!(
                "UPDATE disclosures SET seq = -1 WHERE seq = {first}; UPDATE disclosures SET seq = {first} WHERE seq = {last}; \
                 UPDATE disclosures SET seq = {last} WHERE seq = -1"
            ),
            _ => format!(
                "UPDATE disclosures SET seq = -seq - 1 WHERE seq >= {first}; UPDATE disclosures SET seq = -seq WHERE seq < 0; \
                 INSERT INTO disclosures (seq, {COLUMNS}) SELECT {first}, {} FROM disclosures WHERE seq = {last} + 1",
                COLUMNS.replacen("id", "'018f0000-0000-7000-8000-00000000ffff'", 1)
            ),
        });
        prop_assert_eq!(named(&space), Some(first as u64));
    }

    /// The end is guarded by the last signed head, and by nothing behind it.
    #[test]
    fn a_lost_end_is_named_up_to_the_last_signed_head(
        entries in entries(2),
        from in any::<prop::sample::Index>(),
        signed in any::<prop::sample::Index>(),
    ) {
        let space = log_of(&entries);
        let (from, signed) = (from.index(entries.len()) as u64 + 1, signed.index(entries.len()) as u64 + 1);
        sign(&space, signed);
        unlock_table(&space);
        space.raw(&format!("DELETE FROM disclosures WHERE seq >= {from}"));
        prop_assert_eq!(named(&space), (from <= signed).then_some(from));
    }

    /// A suffix that is written anew with hashes that fit is caught by the first signed head in it, which is the entry that is named.
    /// Behind the last signed head nothing is left that knows better: whoever can write the database could have written it so at once.
    #[test]
    fn a_suffix_written_anew_is_named_at_its_first_signed_head(
        entries in entries(2),
        from in any::<prop::sample::Index>(),
        signed in prop::collection::vec(any::<prop::sample::Index>(), 1..3),
        drops in any::<bool>(),
    ) {
        let space = log_of(&entries);
        let from = from.index(entries.len()) + 1;
        let signed: Vec<u64> = signed.iter().map(|head| head.index(entries.len()) as u64 + 1).collect();
        signed.iter().for_each(|head| sign(&space, *head));
        unlock_table(&space);
        let dropped = drops && from < entries.len();
        write_anew(&space, from, |behind| {
            if dropped {
                behind.remove(0);
            } else {
                behind[0].purpose.push('!');
            }
        });
        let first = signed.iter().copied().filter(|head| *head >= from as u64).min();
        prop_assert_eq!(named(&space), first);
    }
}
