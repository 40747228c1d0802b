//! Files on the disk: every state a file can be in has its own error, and nothing readable lies in it.

use std::fs::{self, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::kit::{NOW, Space, gig, key};
use crate::table::{persona, records, settings};
use crate::{Database, OpenMode, StoreError};

/// A closed space with records on many pages.
fn closed() -> (tempfile::TempDir, PathBuf) {
    let space = Space::new();
    let connection = space.connection("demo");
    let gigs: Vec<_> = (0..2000).map(|at| gig(&at.to_string(), at)).collect();
    space.fetch(connection, &gigs);
    let path = space.path();
    let Space { db, folder } = space;
    drop(db);
    assert!(fs::metadata(&path).unwrap().len() > 100 * 4096);
    assert!(
        !path.with_extension("db-wal").exists(),
        "the log is merged when the last connection closes"
    );
    (folder, path)
}

fn open(path: &Path, mode: OpenMode) -> Result<Database, StoreError> {
    Database::open_with(path, key(1), mode)
}

fn open_error(path: &Path) -> StoreError {
    open(path, OpenMode::ReadWrite).map(|_| ()).unwrap_err()
}

fn flip(path: &Path, at: u64) {
    let mut file = OpenOptions::new().read(true).write(true).open(path).unwrap();
    let mut byte = [0];
    file.seek(SeekFrom::Start(at)).unwrap();
    file.read_exact(&mut byte).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(&[byte[0] ^ 0x10]).unwrap();
}

#[test]
fn a_space_survives_closing() {
    let (_folder, path) = closed();
    let db = open(&path, OpenMode::ReadWrite).unwrap();
    assert_eq!(db.read(records::count).unwrap(), 2000);
    let report = db.check().unwrap();
    assert!(report.is_whole(), "{report:?}");
    assert_eq!(report.records, 2000);
}

#[test]
fn missing_and_existing_files_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("space.db");
    assert_eq!(open_error(&path), StoreError::NotFound);
    fs::write(&path, b"mine").unwrap();
    assert_eq!(
        Database::create_with(&path, key(1)).map(|_| ()).unwrap_err(),
        StoreError::AlreadyExists
    );
    assert_eq!(fs::read(&path).unwrap(), b"mine");
    let nowhere = folder.path().join("missing/space.db");
    assert_eq!(
        Database::create_with(&nowhere, key(1)).map(|_| ()).unwrap_err(),
        StoreError::NotFound
    );
}

#[test]
fn a_wrong_key_is_not_damage_and_harms_nothing() {
    let (_folder, path) = closed();
    let before = fs::read(&path).unwrap();
    let error = Database::open_with(&path, key(2), OpenMode::ReadWrite)
        .map(|_| ())
        .unwrap_err();
    assert_eq!(error, StoreError::WrongKey);
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(
        open(&path, OpenMode::ReadWrite)
            .unwrap()
            .read(records::count)
            .unwrap(),
        2000
    );
}

#[test]
fn a_wrong_key_leaves_the_log_of_a_killed_program_alone() {
    let space = Space::new();
    let connection = space.connection("demo");
    space.fetch(connection, &[gig("1", 0)]);
    let copied = space.folder.path().join("killed.db");
    for suffix in ["", "-wal"] {
        let with = |path: &Path| PathBuf::from(format!("{}{suffix}", path.display()));
        fs::copy(with(&space.path()), with(&copied)).unwrap();
    }
    let error = Database::open_with(&copied, key(2), OpenMode::ReadWrite)
        .map(|_| ())
        .unwrap_err();
    assert_eq!(error, StoreError::WrongKey);
    assert_eq!(
        open(&copied, OpenMode::ReadWrite)
            .unwrap()
            .read(records::count)
            .unwrap(),
        1
    );
}

#[test]
fn a_lost_end_is_named() {
    let (_folder, path) = closed();
    let whole = fs::metadata(&path).unwrap().len();
    for length in [0, 100, 4095, whole / 2 / 4096 * 4096, whole - 4096, whole - 1] {
        let cut = path.with_extension("cut");
        fs::copy(&path, &cut).unwrap();
        OpenOptions::new()
            .write(true)
            .open(&cut)
            .unwrap()
            .set_len(length)
            .unwrap();
        let error = open_error(&cut);
        assert!(
            matches!(error, StoreError::Truncated { actual, .. } if actual == length),
            "{length}: {error:?}"
        );
    }
}

#[test]
fn flipped_bits_are_damage_and_say_where() {
    let (_folder, path) = closed();
    let pages = fs::metadata(&path).unwrap().len() / 4096;
    // The salt, the first page, a page in the middle, the last byte.
    for at in [0, 15, 16, 4000, pages / 2 * 4096 + 77, pages * 4096 - 1] {
        let bent = path.with_extension("bent");
        fs::copy(&path, &bent).unwrap();
        flip(&bent, at);
        let page = u32::try_from(at / 4096 + 1).unwrap();
        match open(&bent, OpenMode::ReadWrite) {
            Err(error) => assert_eq!(error, StoreError::Damaged { page: Some(page) }, "byte {at}"),
            Ok(db) => {
                let report = db.check().unwrap();
                assert_eq!(report.damaged_pages, [page], "byte {at}");
                assert!(!report.is_whole());
                assert_eq!(
                    db.safe_copy(&bent.with_extension("copy")),
                    Err(StoreError::Damaged { page: Some(page) })
                );
                assert!(!bent.with_extension("copy").exists());
            }
        }
    }
}

#[test]
fn damage_in_a_record_is_counted() {
    let (_folder, path) = closed();
    let db = open(&path, OpenMode::ReadWrite).unwrap();
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'records'";
    let root: i64 = db.conn.query_row(sql, [], |row| row.get(0)).unwrap();
    drop(db);
    flip(&path, u64::try_from(root - 1).unwrap() * 4096 + 100);
    let db = open(&path, OpenMode::ReadWrite).unwrap();
    assert!(db.check().unwrap().unreadable > 0);
}

#[test]
fn a_newer_version_is_refused_by_its_number() {
    let (_folder, path) = closed();
    let db = open(&path, OpenMode::ReadWrite).unwrap();
    // A later program may keep its file in another way; opening must not change that either.
    let found = crate::migrations::current() + 1;
    db.conn
        .execute_batch(&format!(
            "PRAGMA journal_mode = DELETE; PRAGMA user_version = {found}"
        ))
        .unwrap();
    drop(db);
    let before = fs::read(&path).unwrap();
    let newer = StoreError::NewerVersion {
        found,
        supported: crate::migrations::current(),
    };
    assert_eq!(open_error(&path), newer);
    assert_eq!(open(&path, OpenMode::ReadOnly).map(|_| ()).unwrap_err(), newer);
    assert!(fs::read(&path).unwrap() == before);
}

#[test]
fn a_database_only_its_owner_can_read() {
    use std::os::unix::fs::PermissionsExt;
    let space = Space::new();
    space.connection("demo");
    for entry in fs::read_dir(space.folder.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(
            entry.metadata().unwrap().permissions().mode() & 0o777,
            0o600,
            "{:?}",
            entry.file_name()
        );
    }
}

#[test]
fn nothing_readable_lies_in_the_files() {
    let space = Space::new();
    let connection = space.connection("canaryplatform");
    let mut new = gig("canarykey", 0);
    new.text = Some("canarytext".repeat(50));
    space.fetch(connection, &[new]);
    space
        .write(|tx| {
            persona::set(tx, "first_name", "canaryname", NOW)?;
            settings::set(tx, "canarysetting", &"canaryvalue".into())
        })
        .unwrap();
    space.safe_copy(&space.folder.path().join("copy.db")).unwrap();
    let mut files = 0;
    for entry in fs::read_dir(space.folder.path()).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        files += 1;
        for canary in [
            b"canary".as_slice(),
            b"CANARY",
            b"delivery",
            b"SQLite",
            b"CREATE",
            b"records",
        ] {
            assert!(!bytes.windows(canary.len()).any(|window| window == canary));
        }
    }
    assert!(files >= 3, "database, write-ahead log and copy");
}

#[test]
fn settings_of_the_library_are_as_written() {
    let space = Space::new();
    let pragma = |name: &str| -> String {
        let sql = format!("PRAGMA {name}");
        let value: rusqlite::types::Value = space.conn.query_row(&sql, [], |row| row.get(0)).unwrap();
        match value {
            rusqlite::types::Value::Integer(number) => number.to_string(),
            rusqlite::types::Value::Text(text) => text,
            rusqlite::types::Value::Null
            | rusqlite::types::Value::Real(_)
            | rusqlite::types::Value::Blob(_) => String::new(),
        }
    };
    for (name, value) in [
        ("journal_mode", "wal"),
        ("synchronous", "2"),
        ("foreign_keys", "1"),
        ("temp_store", "2"),
        ("trusted_schema", "0"),
        ("secure_delete", "2"),
        ("cipher_memory_security", "1"),
        ("cipher_page_size", "4096"),
        ("kdf_iter", "256000"),
        ("cipher_hmac_algorithm", "HMAC_SHA512"),
        ("user_version", &crate::migrations::current().to_string()),
    ] {
        assert_eq!(pragma(name), value, "{name}");
    }
    assert!(!pragma("cipher_version").is_empty());
    assert!(space.conn.execute_batch("ATTACH ':memory:' AS other").is_err());
    assert!(space.conn.prepare("SELECT \"no such column\"").is_err());
    assert!(
        space
            .conn
            .execute_batch("PRAGMA writable_schema = ON; DELETE FROM sqlite_schema")
            .is_err()
    );
}

#[test]
fn a_reader_beside_a_writer_sees_one_state_and_writes_nothing() {
    let space = Space::new();
    let connection = space.connection("demo");
    let reader = open(&space.path(), OpenMode::ReadOnly).unwrap();
    reader
        .read(|view| {
            assert_eq!(records::count(view)?, 0);
            space.fetch(connection, &[gig("1", 0)]);
            assert_eq!(records::count(view)?, 0);
            Ok::<(), StoreError>(())
        })
        .unwrap();
    assert_eq!(reader.read(records::count).unwrap(), 1);
    assert_eq!(
        reader.write(|tx| persona::set(tx, "city", "Girona", NOW)),
        Err(StoreError::ReadOnly)
    );
}

#[test]
fn two_writers_do_not_mix() {
    let space = Space::new();
    let other = open(&space.path(), OpenMode::ReadWrite).unwrap();
    other
        .conn
        .busy_timeout(std::time::Duration::from_millis(50))
        .unwrap();
    space
        .write(|tx| {
            persona::set(tx, "city", "Girona", NOW)?;
            assert_eq!(
                other.write(|tx| persona::set(tx, "city", "Reus", NOW)),
                Err(StoreError::Busy)
            );
            Ok::<(), StoreError>(())
        })
        .unwrap();
}

#[test]
fn what_fails_or_panics_is_undone() {
    let space = Space::new();
    let failed = space.write(|tx| {
        persona::set(tx, "city", "Girona", NOW)?;
        Err::<(), _>(StoreError::NoSuchRow)
    });
    assert_eq!(failed, Err(StoreError::NoSuchRow));
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _ = space.write(|tx| {
            persona::set(tx, "city", "Girona", NOW)?;
            std::panic::resume_unwind(Box::new("test"));
            #[expect(unreachable_code, reason = "gives the closure its type")]
            Ok::<(), StoreError>(())
        });
    }));
    assert!(panicked.is_err());
    assert_eq!(space.read(|view| persona::get(view, "city")).unwrap(), None);
    space.write(|tx| persona::set(tx, "city", "Reus", NOW)).unwrap();
}

#[test]
fn a_safe_copy_holds_the_same_and_replaces_only_when_complete() {
    let space = Space::new();
    let connection = space.connection("demo");
    space.fetch(connection, &[gig("1", 0), gig("2", 1)]);
    let copy = space.folder.path().join("copy.db");
    let reader = open(&space.path(), OpenMode::ReadOnly).unwrap();
    reader.safe_copy(&copy).unwrap();
    space.fetch(connection, &[gig("3", 2)]);
    space.safe_copy(&copy).unwrap();
    let copied = open(&copy, OpenMode::ReadWrite).unwrap();
    assert_eq!(
        copied.read(records::digest).unwrap(),
        space.read(records::digest).unwrap()
    );
    assert!(copied.check().unwrap().is_whole());
    assert!(!copy.with_extension("db.part").exists());
    assert_eq!(
        Database::open_with(&copy, key(2), OpenMode::ReadOnly)
            .map(|_| ())
            .unwrap_err(),
        StoreError::WrongKey
    );
}

#[test]
fn a_new_key_replaces_the_old_one() {
    let mut space = Space::new();
    let connection = space.connection("demo");
    space.fetch(connection, &[gig("1", 0)]);
    let digest = space.read(records::digest).unwrap();
    space.db.rekey_with(key(9)).unwrap();
    assert_eq!(space.read(records::digest).unwrap(), digest);
    space.safe_copy(&space.folder.path().join("copy.db")).unwrap();
    let path = space.path();
    let Space { db, folder } = space;
    drop(db);
    assert_eq!(open_error(&path), StoreError::WrongKey);
    for file in [&path, &folder.path().join("copy.db")] {
        let db = Database::open_with(file, key(9), OpenMode::ReadWrite).unwrap();
        assert_eq!(db.read(records::digest).unwrap(), digest);
        assert!(db.check().unwrap().is_whole());
    }
}

#[test]
fn a_database_that_may_not_grow_is_a_full_disk_and_stays_whole() {
    let space = Space::new();
    let connection = space.connection("demo");
    space.fetch(connection, &[gig("0", 0)]);
    space.raw("PRAGMA max_page_count = 120");
    let gigs: Vec<_> = (0..5000).map(|at| gig(&at.to_string(), at)).collect();
    let full = space.write(|tx| {
        let retrieval = crate::retrievals::Retrieval::begin(
            connection,
            crate::retrievals::RetrievalKind::Fetch,
            "test/1",
            NOW,
        );
        crate::retrievals::insert(tx, &retrieval)?;
        super::kit::take_into(tx, retrieval.id, b"many", &gigs)
    });
    assert_eq!(full.unwrap_err(), StoreError::DiskFull);
    assert_eq!(space.read(records::count).unwrap(), 1);
    assert!(space.check().unwrap().is_whole());
}

/// A small file system in memory, where this system lets us mount one.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let option = format!("size={size}");
        let done = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &option, "tmpfs"])
            .arg(folder.path())
            .output();
        done.is_ok_and(|output| output.status.success())
            .then_some(Self(folder))
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("space.db")
    }

    fn make_read_only(&self) {
        let done = Command::new("mount")
            .args(["-o", "remount,ro"])
            .arg(self.0.path())
            .status()
            .unwrap();
        assert!(done.success());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).output();
    }
}

#[test]
fn a_full_disk_loses_nothing() {
    let Some(disk) = SmallDisk::mount("2m") else {
        return;
    };
    let db = Database::create_with(&disk.path(), key(1)).unwrap();
    let space = Space {
        db,
        folder: tempfile::tempdir().unwrap(),
    };
    let connection = space.connection("demo");
    space.fetch(connection, &[gig("first", 0)]);
    let mut error = None;
    for batch in 0..100 {
        let gigs: Vec<_> = (0..500).map(|at| gig(&format!("{batch}-{at}"), at)).collect();
        let retrieval = crate::retrievals::Retrieval::begin(
            connection,
            crate::retrievals::RetrievalKind::Fetch,
            "test/1",
            NOW,
        );
        let taken = space.write(|tx| {
            crate::retrievals::insert(tx, &retrieval)?;
            super::kit::take_into(tx, retrieval.id, format!("{batch}").as_bytes(), &gigs)
        });
        if let Err(found) = taken {
            error = Some((batch, found));
            break;
        }
    }
    let (batch, error) = error.unwrap();
    assert_eq!(error, StoreError::DiskFull);
    let expected = 1 + batch * 500;
    assert_eq!(space.read(records::count).unwrap(), expected);
    assert_eq!(
        space.safe_copy(&disk.0.path().join("copy.db")),
        Err(StoreError::DiskFull)
    );
    assert!(!disk.0.path().join("copy.db.part").exists());
    let Space { db, .. } = space;
    drop(db);
    let db = open(&disk.path(), OpenMode::ReadWrite).unwrap();
    assert_eq!(db.read(records::count).unwrap(), expected);
    assert!(db.check().unwrap().is_whole());
}

#[test]
fn a_disk_that_is_full_from_the_start_takes_no_database() {
    let Some(disk) = SmallDisk::mount("16k") else {
        return;
    };
    fs::write(disk.0.path().join("other"), [0; 12 * 1024]).unwrap();
    assert_eq!(
        Database::create_with(&disk.path(), key(1))
            .map(|_| ())
            .unwrap_err(),
        StoreError::DiskFull
    );
    assert!(!disk.path().exists());
}

#[test]
fn a_folder_that_cannot_be_written_says_so() {
    let Some(disk) = SmallDisk::mount("8m") else {
        return;
    };
    drop(Database::create_with(&disk.path(), key(1)).unwrap());
    disk.make_read_only();
    assert_eq!(open_error(&disk.path()), StoreError::ReadOnly);
    let other = disk.0.path().join("other.db");
    assert_eq!(
        Database::create_with(&other, key(1)).map(|_| ()).unwrap_err(),
        StoreError::ReadOnly
    );
}

#[test]
fn a_folder_without_the_right_to_write_says_so() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, path) = closed();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o500)).unwrap();
    let may_write_anywhere = fs::write(folder.path().join("probe"), b"").is_ok();
    let outcome = open(&path, OpenMode::ReadWrite).map(|_| ());
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    if !may_write_anywhere {
        assert_eq!(outcome, Err(StoreError::ReadOnly));
    }
}
