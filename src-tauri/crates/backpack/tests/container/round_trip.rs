//! What is packed comes out again, byte for byte, and equal content gives equal entries.

use std::collections::BTreeMap;
use std::io::Read;

use crate::common::{Memory, check, check_all, go_on, key, pack, packing, passphrase, sign};
use backpack::page::Page;
use backpack::{Keys, Limits, LockKind, Locks, Marks, Packing, Reader, Recipients, lock_kind};

fn read_all(bytes: &[u8], keys: &Keys) -> Vec<(String, Vec<u8>)> {
    let mut reader = Reader::open(bytes, keys, &Limits::default(), check).unwrap();
    let mut entries = Vec::new();
    while let Some(mut entry) = reader.next_entry().unwrap() {
        let mut body = Vec::new();
        entry.read_to_end(&mut body).unwrap();
        assert_eq!(body.len() as u64, entry.listed().bytes);
        entries.push((entry.listed().path.to_string(), body));
    }
    reader.finish().unwrap();
    entries
}

#[test]
fn both_kinds_of_lock_give_back_every_byte_in_order() {
    let (secret, secret_key) = passphrase();
    let (public, private, _) = key();
    for (locks, keys, kind) in [
        (secret, secret_key, LockKind::Passphrase),
        (public, private, LockKind::Identity),
    ] {
        let (bytes, written) = pack(&mut Memory::sample(), &locks);
        assert_eq!(lock_kind(&bytes[..]).unwrap(), kind);
        let report = check_all(&bytes, &keys).unwrap();
        assert_eq!(report.manifest, written.manifest);
        assert_eq!(report.manifest_sha256, written.manifest_sha256);

        let entries = read_all(&bytes, &keys);
        let paths: Vec<&str> = entries.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths[..2], ["README.txt", "index.html"]);
        assert!(paths[2..].is_sorted());
        let packed: BTreeMap<String, Vec<u8>> = entries.into_iter().skip(2).collect();
        assert_eq!(packed, Memory::sample().0);
    }
}

#[test]
fn any_of_several_keys_opens_it() {
    let identities = [
        age::x25519::Identity::generate(),
        age::x25519::Identity::generate(),
    ];
    let recipients = Recipients::parse(identities.iter().map(|one| one.to_public().to_string())).unwrap();
    let (bytes, _) = pack(&mut Memory::sample(), &Locks::Recipients(recipients));
    for identity in identities {
        use age::secrecy::ExposeSecret;
        let file = identity.to_string().expose_secret().to_owned();
        let keys = Keys::Identities(backpack::Identities::parse(&file).unwrap());
        assert!(check_all(&bytes, &keys).is_ok());
    }
}

#[test]
fn the_most_recipients_still_make_a_readable_header() {
    let recipients = |count: usize| {
        let keys = (0..count).map(|_| age::x25519::Identity::generate().to_public().to_string());
        Recipients::parse(keys)
    };
    assert_eq!(
        recipients(501).unwrap_err(),
        backpack::LockError::TooManyRecipients
    );
    let (bytes, _) = pack(
        &mut Memory::default(),
        &Locks::Recipients(recipients(500).unwrap()),
    );
    assert_eq!(lock_kind(&bytes[..]).unwrap(), LockKind::Identity);
    let (_, other, _) = key();
    assert!(matches!(
        check_all(&bytes, &other),
        Err(backpack::ReadError::NoMatchingIdentity)
    ));
}

#[test]
fn an_entry_may_be_skipped_and_is_compared_all_the_same() {
    let (locks, keys) = passphrase();
    let (bytes, written) = pack(&mut Memory::sample(), &locks);
    let mut reader = Reader::open(&bytes[..], &keys, &Limits::default(), check).unwrap();
    let mut seen = 0;
    while let Some(mut entry) = reader.next_entry().unwrap() {
        let mut some = [0; 7];
        let _ = entry.read(&mut some).unwrap();
        seen += 1;
    }
    assert_eq!(seen, written.manifest.entries.len());
    assert!(reader.finish().is_ok());
}

#[test]
fn marks_reach_the_manifest_the_page_and_the_text() {
    let (locks, keys) = passphrase();
    let page = Page::default();
    let packing = Packing {
        marks: Marks {
            full: true,
            made_up: true,
        },
        ..packing(&locks, &page)
    };
    let mut bytes = Vec::new();
    packing
        .write(&mut Memory::sample(), sign, &mut go_on, &mut bytes)
        .unwrap();
    let report = check_all(&bytes, &keys).unwrap();
    assert!(report.manifest.full && report.manifest.made_up);
    for (_, body) in read_all(&bytes, &keys).into_iter().take(2) {
        let text = String::from_utf8(body).unwrap().to_lowercase();
        assert!(text.contains("made-up data") && text.contains("full backpack"));
    }
}

#[test]
fn equal_content_gives_equal_entries_whenever_it_is_packed() {
    let tar_of = |created| {
        let (locks, _, file) = key();
        let page = Page::default();
        let mut bytes = Vec::new();
        Packing {
            created,
            ..packing(&locks, &page)
        }
        .write(&mut Memory::sample(), sign, &mut go_on, &mut bytes)
        .unwrap();
        let identity: age::x25519::Identity = file.lines().last().unwrap().parse().unwrap();
        let tar = zstd::decode_all(&age::decrypt(&identity, &bytes).unwrap()[..]).unwrap();
        let mut archive = tar::Archive::new(&tar[..]);
        let raw: Vec<(Vec<u8>, Vec<u8>)> = archive
            .entries()
            .unwrap()
            .raw(true)
            .map(|entry| {
                let mut entry = entry.unwrap();
                let mut body = Vec::new();
                entry.read_to_end(&mut body).unwrap();
                (entry.header().as_bytes().to_vec(), body)
            })
            .collect();
        raw
    };
    let (first, second) = (
        tar_of(crate::common::CREATED),
        tar_of(crate::common::CREATED + time::Duration::DAY),
    );
    assert_ne!(first[0], second[0], "the manifest tells when");
    assert_eq!(first[2..], second[2..]);
    let header = tar::Header::from_byte_slice(&first[4].0);
    assert_eq!(
        (
            header.uid().unwrap(),
            header.gid().unwrap(),
            header.mode().unwrap()
        ),
        (0, 0, 0o644)
    );
    assert_eq!(header.mtime().unwrap(), 1_795_194_000);
}

#[test]
fn an_empty_space_makes_a_sound_backpack() {
    let (locks, keys) = passphrase();
    let (bytes, _) = pack(&mut Memory::default(), &locks);
    assert_eq!(check_all(&bytes, &keys).unwrap().manifest.entries.len(), 2);
}

#[test]
fn what_was_written_can_be_read_back_without_the_keys_of_others() {
    for (locks, theirs) in [passphrase(), {
        let (locks, keys, _) = key();
        (locks, keys)
    }] {
        let (locks, proof) = locks.with_proof();
        let (bytes, written) = pack(&mut Memory::sample(), &locks);
        for keys in [theirs, proof] {
            let report = check_all(&bytes, &keys).unwrap();
            assert_eq!(report.manifest_sha256, written.manifest_sha256);
        }
    }
}
