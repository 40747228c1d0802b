//! Packing fails cleanly: a changing source, a full disk, a person who stops it.

use std::io::{self, Write};
use std::ops::ControlFlow;

use crate::common::{CREATED, Memory, check_all, go_on, packing, passphrase, sign};
use backpack::page::Page;
use backpack::{Contents, EntryPath, Item, ManifestError, Progress, Step, WriteError};

fn write(contents: &mut impl Contents, out: impl Write + Send) -> Result<(), WriteError> {
    let (locks, _) = passphrase();
    packing(&locks, &Page::default())
        .write(contents, sign, &mut go_on, out)
        .map(drop)
}

/// Gives its entry another length or other bytes at the second call.
struct Fickle {
    calls: usize,
    second: &'static [u8],
}

impl Contents for Fickle {
    fn items(&mut self) -> io::Result<Vec<Item>> {
        Ok(vec![Item {
            path: EntryPath::new("a").unwrap(),
            modified: CREATED,
        }])
    }

    fn write(&mut self, _: &EntryPath, out: &mut dyn Write) -> io::Result<()> {
        self.calls += 1;
        // A careless source that does not look at the result.
        let _ = out.write_all(if self.calls == 1 { b"first" } else { self.second });
        Ok(())
    }
}

#[test]
fn a_source_that_changes_between_the_passes_is_refused() {
    for second in [&b"other"[..], b"fir", b"first and more", b""] {
        let result = write(&mut Fickle { calls: 0, second }, io::sink());
        assert!(matches!(result, Err(WriteError::ContentsChanged(path)) if path.as_str() == "a"));
    }
    assert!(
        write(
            &mut Fickle {
                calls: 0,
                second: b"first"
            },
            io::sink()
        )
        .is_ok()
    );
}

/// A list of paths without content.
struct Paths(&'static [&'static str]);

impl Contents for Paths {
    fn items(&mut self) -> io::Result<Vec<Item>> {
        Ok(self
            .0
            .iter()
            .map(|path| Item {
                path: EntryPath::new(*path).unwrap(),
                modified: CREATED,
            })
            .collect())
    }

    fn write(&mut self, _: &EntryPath, _: &mut dyn Write) -> io::Result<()> {
        Err(io::Error::other("cannot read the vault"))
    }
}

#[test]
fn paths_must_be_new_and_free() {
    for path in ["backpack.json", "backpack.sig", "README.txt", "index.html"] {
        let result = write(&mut Paths(Box::leak(Box::new([path]))), io::sink());
        assert!(matches!(result, Err(WriteError::Reserved(_))), "{path}");
    }
    let twice = write(&mut Paths(&["a", "b", "a"]), io::sink());
    assert!(matches!(
        twice,
        Err(WriteError::Manifest(ManifestError::Duplicate(_)))
    ));
}

#[test]
fn an_error_of_the_source_is_told_as_such() {
    let result = write(&mut Paths(&["a"]), io::sink());
    assert!(
        matches!(result, Err(WriteError::Contents(error)) if error.to_string() == "cannot read the vault")
    );
}

/// A disk with little room.
struct Small(usize);

impl Write for Small {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(buf.len()).ok_or(io::ErrorKind::StorageFull)?;
        Ok(buf.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_told_as_such_wherever_it_happens() {
    for room in [0, 100, 70_000, 200_000] {
        let result = write(&mut Memory::sample(), Small(room));
        assert!(
            matches!(&result, Err(WriteError::Target(error)) if error.kind() == io::ErrorKind::StorageFull),
            "{room}: {result:?}"
        );
    }
}

#[test]
fn a_failed_signature_stops_it() {
    let (locks, _) = passphrase();
    let page = Page::default();
    let no_key = |_: &[u8]| Err::<Vec<u8>, _>("the vault is locked");
    let result = packing(&locks, &page).write(&mut Memory::sample(), no_key, &mut go_on, io::sink());
    assert!(matches!(result, Err(WriteError::Sign(error)) if error.to_string() == "the vault is locked"));
    let endless = |_: &[u8]| Ok::<_, String>(vec![0; 100_000]);
    let result = packing(&locks, &page).write(&mut Memory::sample(), endless, &mut go_on, io::sink());
    assert!(matches!(result, Err(WriteError::SignatureTooLong)));
}

#[test]
fn it_can_be_stopped_at_every_call_and_leaves_nothing_that_opens() {
    let (locks, keys) = passphrase();
    let page = Page::default();
    let mut calls = 0;
    let mut count = |_: Progress| {
        calls += 1;
        ControlFlow::Continue(())
    };
    packing(&locks, &page)
        .write(&mut Memory::sample(), sign, &mut count, io::sink())
        .unwrap();
    assert!(calls > 10);
    for stop_at in 1..=calls {
        let mut call = 0;
        let mut stop = |_: Progress| {
            call += 1;
            if call == stop_at {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let mut out = Vec::new();
        let result = packing(&locks, &page).write(&mut Memory::sample(), sign, &mut stop, &mut out);
        assert!(
            matches!(result, Err(WriteError::Cancelled)),
            "{stop_at}: {result:?}"
        );
        assert!(check_all(&out, &keys).is_err(), "{stop_at}");
    }
}

#[test]
fn progress_counts_up_to_the_totals() {
    let (locks, _) = passphrase();
    let mut seen: Vec<Progress> = Vec::new();
    let mut note = |progress: Progress| {
        seen.push(progress);
        ControlFlow::Continue(())
    };
    let page = Page::default();
    let written = packing(&locks, &page)
        .write(&mut Memory::sample(), sign, &mut note, io::sink())
        .unwrap();
    let last = seen.last().unwrap();
    assert_eq!(last.step, Step::Packing);
    assert_eq!(last.entries_done, written.manifest.entries.len() as u64);
    assert_eq!(last.entries_done, last.entries_total);
    assert_eq!(last.bytes_done, written.manifest.total_bytes());
    assert_eq!(last.bytes_total, Some(last.bytes_done));
    assert_eq!(seen[0].step, Step::Measuring);
    assert_eq!(seen[0].bytes_total, None);
}

/// An entry that exists only while it is written.
struct Endless;

impl Contents for Endless {
    fn items(&mut self) -> io::Result<Vec<Item>> {
        Ok(vec![Item {
            path: EntryPath::new("raw/large").unwrap(),
            modified: CREATED,
        }])
    }

    fn write(&mut self, _: &EntryPath, out: &mut dyn Write) -> io::Result<()> {
        let block: Vec<u8> = crate::common::noise(1 << 20).collect();
        (0..48).try_for_each(|_| out.write_all(&block))
    }
}

/// A target that only counts, and fails if anything arrives in one large piece.
struct InPieces(u64);

impl Write for InPieces {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        assert!(buf.len() <= 1 << 17, "{} bytes at once", buf.len());
        self.0 += buf.len() as u64;
        Ok(buf.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_large_entry_streams_through() {
    let mut target = InPieces(0);
    write(&mut Endless, &mut target).unwrap();
    assert!(target.0 > 1 << 20);
}
