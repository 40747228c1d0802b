//! Every way to make a backpack lie is refused with its own cause.

use std::io::Read;

use crate::common::{HandMade, begin, check, manifest, sign};
use backpack::{Fingerprint, Limits, ManifestError, PathProblem, ReadError, Reader, Report, Sha256};
use tar::EntryType;

const README: &[u8] = b"read me";
const PAGE: &[u8] = b"<html>";
const BASE: [(&str, &[u8]); 2] = [("README.txt", README), ("index.html", PAGE)];

fn read(tar: &[u8]) -> Result<Report, ReadError> {
    Reader::from_tar(tar, &Limits::default(), check)?.finish()
}

/// The archive that lists these entries beside the two of every backpack, as far as those.
pub(crate) fn listing(more: &[(&str, &[u8])]) -> HandMade {
    begin(&manifest(&[&BASE[..], more].concat()))
        .file("README.txt", README)
        .file("index.html", PAGE)
}

#[test]
fn the_hand_made_archive_is_accepted_when_it_is_honest() {
    let report = read(&listing(&[("a", b"1")]).file("a", b"1").end()).unwrap();
    assert_eq!(report.manifest.entries.len(), 3);
    assert_eq!(
        report.signed_by,
        Fingerprint(Sha256::of(crate::common::KEY.as_bytes()).to_string())
    );
}

#[test]
fn an_entry_that_is_not_listed() {
    let error = read(&listing(&[]).file("extra", b"1").end()).unwrap_err();
    assert!(matches!(error, ReadError::Unlisted(path) if path.as_str() == "extra"));
}

#[test]
fn a_listed_entry_that_is_missing() {
    let error = read(&listing(&[("a", b"1")]).end()).unwrap_err();
    assert!(matches!(error, ReadError::Missing(path) if path.as_str() == "a"));
}

#[test]
fn an_entry_that_comes_twice() {
    let twice = listing(&[("a", b"1"), ("b", b"2")])
        .file("a", b"1")
        .file("a", b"1")
        .file("b", b"2")
        .end();
    assert!(matches!(read(&twice), Err(ReadError::Duplicate(path)) if path.as_str() == "a"));
    let manifest_again = listing(&[]).file("backpack.json", b"{}").end();
    assert!(matches!(read(&manifest_again), Err(ReadError::Duplicate(_))));
}

#[test]
fn entries_in_another_order() {
    let swapped = listing(&[("a", b"1"), ("b", b"2")])
        .file("b", b"2")
        .file("a", b"1")
        .end();
    assert!(matches!(read(&swapped), Err(ReadError::OutOfOrder(path)) if path.as_str() == "b"));
    let listed = begin(&manifest(&[BASE[0], BASE[1], ("b", b""), ("a", b"")])).end();
    assert!(matches!(
        read(&listed),
        Err(ReadError::Manifest(ManifestError::Unsorted))
    ));
}

#[test]
fn an_entry_of_another_size() {
    let error = read(&listing(&[("a", b"12")]).file("a", b"1").end()).unwrap_err();
    assert!(matches!(
        error,
        ReadError::WrongSize {
            expected: 2,
            found: 1,
            ..
        }
    ));
}

#[test]
fn an_entry_with_other_bytes() {
    let error = read(&listing(&[("a", b"1")]).file("a", b"2").end()).unwrap_err();
    assert!(matches!(error, ReadError::WrongHash(path) if path.as_str() == "a"));
    let empty = begin(&manifest(&BASE).replace(&Sha256::of(README), &Sha256::of(b"x")));
    assert!(matches!(
        read(&empty.file("README.txt", README).end()),
        Err(ReadError::WrongHash(_))
    ));
}

/// Replaces one hash in a manifest.
trait Replace {
    fn replace(&self, from: &Sha256, to: &Sha256) -> Vec<u8>;
}

impl Replace for Vec<u8> {
    fn replace(&self, from: &Sha256, to: &Sha256) -> Vec<u8> {
        String::from_utf8(self.clone())
            .unwrap()
            .replace(&from.to_string(), &to.to_string())
            .into_bytes()
    }
}

#[test]
fn a_wrong_hash_is_told_to_whoever_reads_the_entry_and_ends_the_reading() {
    let tar = listing(&[("a", b"1"), ("b", b"2")])
        .file("a", b"X")
        .file("b", b"2")
        .end();
    let mut reader = Reader::from_tar(&tar[..], &Limits::default(), check).unwrap();
    assert!(reader.next_entry().unwrap().is_some() && reader.next_entry().unwrap().is_some());
    let mut entry = reader.next_entry().unwrap().unwrap();
    let error = entry.read_to_end(&mut Vec::new()).unwrap_err();
    assert!(matches!(ReadError::from(error), ReadError::WrongHash(_)));
    let again = entry.read(&mut [0; 1]).unwrap_err();
    assert!(matches!(ReadError::from(again), ReadError::Unfinished));
    assert!(matches!(
        reader.next_entry().map(|_| ()),
        Err(ReadError::Unfinished)
    ));
    assert!(matches!(reader.finish(), Err(ReadError::Unfinished)));
}

#[test]
fn paths_that_reach_outside() {
    for (path, problem) in [
        (&b"../a"[..], PathProblem::Climbs),
        (b"a/../../b", PathProblem::Climbs),
        (b"/etc/passwd", PathProblem::Absolute),
        (b"a\\b", PathProblem::Backslash),
        (b"C:/a", PathProblem::Colon),
        (b"a\xff", PathProblem::NotText),
        (b"a\nb", PathProblem::Control),
        (b"", PathProblem::EmptyPart),
        (b"folder/", PathProblem::EmptyPart),
    ] {
        let tar = listing(&[]).entry(EntryType::Regular, path, b"").end();
        assert!(
            matches!(read(&tar), Err(ReadError::UnsafePath(found)) if found == problem),
            "{path:?}"
        );
    }
    let listed = begin(&manifest(&[BASE[0], BASE[1], ("../a", b"")])).end();
    let error = read(&listed).unwrap_err();
    assert!(matches!(
        error,
        ReadError::Manifest(ManifestError::UnsafePath(PathProblem::Climbs))
    ));
}

#[test]
fn paths_in_a_pax_header_follow_the_same_rules() {
    for (path, problem) in [
        (&b"../a"[..], PathProblem::Climbs),
        (b"a\0b", PathProblem::Control),
        (b"a\xffb", PathProblem::NotText),
        (&[b'a'; 241], PathProblem::TooLong),
    ] {
        let record = pax(b"path", path);
        let tar = listing(&[])
            .entry(EntryType::XHeader, b"pax", &record)
            .file("harmless", b"")
            .end();
        assert!(
            matches!(read(&tar), Err(ReadError::UnsafePath(found)) if found == problem),
            "{path:?}"
        );
    }
}

fn pax(name: &[u8], value: &[u8]) -> Vec<u8> {
    let rest = name.len() + value.len() + 3;
    let length = (rest..)
        .find(|length| length.to_string().len() + rest == *length)
        .unwrap();
    [length.to_string().as_bytes(), b" ", name, b"=", value, b"\n"].concat()
}

#[test]
fn a_pax_header_cannot_smuggle() {
    let broken = [
        pax(b"linkpath", b"/etc/passwd"),
        pax(b"GNU.sparse.name", b"x"),
        b"nonsense".to_vec(),
    ];
    for record in broken {
        let tar = listing(&[("a", b"")])
            .entry(EntryType::XHeader, b"pax", &record)
            .file("a", b"")
            .end();
        assert!(matches!(read(&tar), Err(ReadError::Malformed(_))));
    }
    let large = listing(&[])
        .entry(EntryType::XHeader, b"pax", &pax(b"comment", &[b'x'; 5000]))
        .file("a", b"")
        .end();
    assert!(matches!(read(&large), Err(ReadError::Malformed(_))));
    let two = pax(b"comment", b"x");
    let nested = listing(&[("a", b"")])
        .entry(EntryType::XHeader, b"pax", &two)
        .entry(EntryType::XHeader, b"pax", &two)
        .file("a", b"")
        .end();
    assert!(matches!(read(&nested), Err(ReadError::Malformed(_))));
    let size = listing(&[("a", b"")])
        .entry(EntryType::XHeader, b"pax", &pax(b"size", b"9"))
        .file("a", b"")
        .end();
    assert!(matches!(
        read(&size),
        Err(ReadError::WrongSize {
            expected: 0,
            found: 9,
            ..
        })
    ));
}

#[test]
fn only_plain_files() {
    for kind in [
        EntryType::Symlink,
        EntryType::Link,
        EntryType::Char,
        EntryType::Block,
        EntryType::Fifo,
        EntryType::Directory,
        EntryType::XGlobalHeader,
        EntryType::GNULongName,
        EntryType::GNULongLink,
        EntryType::GNUSparse,
        EntryType::Continuous,
        EntryType::new(b'Z'),
    ] {
        let tar = listing(&[("a", b"")]).entry(kind, b"a", b"").end();
        assert!(matches!(read(&tar), Err(ReadError::NotAFile(_))), "{kind:?}");
    }
}

#[test]
fn headers_that_two_readers_could_understand_differently() {
    let honest = listing(&[("a", b"1")]);
    let at = honest.0.len();
    let tar = honest.file("a", b"1").end();
    assert!(read(&tar).is_ok());
    let with = |change: &dyn Fn(&mut [u8], usize)| {
        let mut tar = tar.clone();
        change(&mut tar, at);
        read(&tar).unwrap_err()
    };
    let check_sum = with(&|tar, at| tar[at] ^= 1);
    assert!(matches!(
        check_sum,
        ReadError::Malformed("a header has a wrong check sum")
    ));
    let gnu = with(&|tar, at| tar[at + 257..at + 265].copy_from_slice(b"ustar  \0"));
    assert!(matches!(gnu, ReadError::Malformed("it is not of the POSIX kind")));
    let padding = with(&|tar, at| tar[at + 512 + 100] = 1);
    assert!(matches!(
        padding,
        ReadError::Malformed("it holds data between two files")
    ));
    let binary_size = with(&|tar, at| {
        tar[at + 124] = 0x80;
        let sum: u32 = tar[at..at + 512]
            .iter()
            .enumerate()
            .map(|(i, b)| {
                if (148..156).contains(&i) {
                    32
                } else {
                    u32::from(*b)
                }
            })
            .sum();
        tar[at + 148..at + 156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    });
    assert!(matches!(
        binary_size,
        ReadError::Malformed("a header has a wrong number")
    ));
}

#[test]
fn data_behind_the_end() {
    let honest = listing(&[]).end();
    let zeros = [honest.clone(), vec![0; 9216]].concat();
    assert!(read(&zeros).is_ok(), "tar pads to whole records");
    let hidden = [zeros, b"hidden".to_vec()].concat();
    assert!(matches!(read(&hidden), Err(ReadError::TrailingData)));
    let endless = [honest, vec![0; 1 << 20]].concat();
    assert!(matches!(read(&endless), Err(ReadError::TrailingData)));
    let single = [listing(&[]).0, vec![0; 512], vec![1; 512]].concat();
    assert!(matches!(read(&single), Err(ReadError::Malformed(_))));
}

#[test]
fn an_archive_that_stops_anywhere() {
    let tar = listing(&[("a", b"1")]).file("a", b"1").end();
    for length in (0..tar.len()).step_by(97) {
        assert!(
            matches!(read(&tar[..length]), Err(ReadError::EndMissing)),
            "{length}"
        );
    }
}

#[test]
fn manifest_and_signature_must_come_first() {
    let message = manifest(&BASE);
    let signature = sign(&message).unwrap();
    let late = HandMade::default()
        .file("README.txt", README)
        .file("backpack.json", &message)
        .end();
    assert!(matches!(read(&late), Err(ReadError::ManifestMissing)));
    assert!(matches!(
        read(&HandMade::default().end()),
        Err(ReadError::ManifestMissing)
    ));
    let none = HandMade::default()
        .file("backpack.json", &message)
        .file("README.txt", README)
        .end();
    assert!(matches!(read(&none), Err(ReadError::SignatureMissing)));
    let long = HandMade::default()
        .file("backpack.json", &message)
        .file("backpack.sig", &[0; 9000])
        .end();
    assert!(matches!(read(&long), Err(ReadError::SignatureMissing)));
    let other = HandMade::default()
        .file("backpack.json", &message)
        .file("backpack.sig", &signature[1..])
        .end();
    assert!(matches!(read(&other), Err(ReadError::SignatureMismatch)));
}

#[test]
fn a_manifest_of_another_kind() {
    let newer = br#"{"format":"satchel-backpack","version":2}"#;
    let error = read(&begin(newer).end()).unwrap_err();
    assert!(matches!(
        error,
        ReadError::Manifest(ManifestError::Newer { found: 2, .. })
    ));
    assert_eq!(error.advice(), "Update Satchel.");
    let text = read(&begin(b"not json").end()).unwrap_err();
    assert!(matches!(text, ReadError::Manifest(ManifestError::Malformed(_))));
    let other = read(&begin(br#"{"format":"zip","version":1}"#).end()).unwrap_err();
    assert!(matches!(other, ReadError::Manifest(ManifestError::OtherFormat)));
}

#[test]
fn limits_are_kept_before_memory_is_used() {
    let small = Limits {
        manifest_bytes: 100,
        ..Limits::default()
    };
    let tar = listing(&[]).end();
    let result = Reader::from_tar(&tar[..], &small, check).map(|_| ());
    assert!(matches!(
        result,
        Err(ReadError::Manifest(ManifestError::TooLarge))
    ));
    // A header that promises far more than follows costs nothing.
    let mut header = tar::Header::new_ustar();
    header.set_path("backpack.json").unwrap();
    header.set_size(60 << 20);
    header.set_cksum();
    assert!(matches!(read(header.as_bytes()), Err(ReadError::EndMissing)));
}
