//! A folder that cannot be written, and a disk that is full.

use std::{
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    process::Command,
};

use super::with_records;
use crate::support::{Home, home::files, platform::Platform};

const FULL: &str = "VLT-130";
const NOT_WRITABLE: &str = "VLT-131";

#[test]
fn a_folder_that_cannot_be_written_is_said_and_nothing_is_lost() {
    let (home, digest) = with_records();
    let sealed = Sealed::seal(&home.vault());
    for command in [
        &["records", "add", "work", "start=2026-11-21"][..],
        &["persona", "set", "city", "Girona"],
        &["vault", "check"],
    ] {
        home.run(command).refused(1, NOT_WRITABLE);
    }
    let another = home.write("another", "granite-violin-meadow-copper-seven");
    home.run(&["vault", "passphrase", "--new-passphrase-file", &another])
        .refused(1, NOT_WRITABLE);
    drop(sealed);
    assert_eq!(home.digest(), digest);
    home.ok(&["vault", "check"]);
}

#[test]
fn no_vault_is_made_where_nothing_can_be_written() {
    let home = Home::new();
    let place = home.path("sealed");
    fs::create_dir(&place).unwrap();
    let sealed = Sealed::seal(&place);
    let vault = place.join("Mine.satchel");
    home.run(&[
        "--vault",
        vault.to_str().unwrap(),
        "vault",
        "create",
        "--recovery-out",
        &home.text("kit"),
    ])
    .refused(1, NOT_WRITABLE);
    assert!(
        !home.path("kit").exists(),
        "no kit is left of a vault that was not made"
    );
    drop(sealed);
    home.ok(&[
        "--vault",
        vault.to_str().unwrap(),
        "vault",
        "create",
        "--recovery-out",
        &home.text("kit"),
    ]);
}

#[test]
fn a_fetch_onto_a_full_disk_keeps_what_was_there_and_goes_on_later() {
    let Some(disk) = SmallDisk::new(3) else { return };
    let home = Home::new();
    let vault = disk.path().join("Mine.satchel");
    let vault = vault.to_str().unwrap();
    home.ok(&[
        "--vault",
        vault,
        "vault",
        "create",
        "--recovery-out",
        &home.text("kit"),
    ]);
    home.ok(&[
        "--vault",
        vault,
        "records",
        "add",
        "work",
        "start=2026-11-20",
        "title=Quince harvest",
    ]);

    let platform = Platform::start(&home, 3_000);
    let mut linking = home.start(&[
        "--vault",
        vault,
        "connect",
        "demo",
        "--platform-url",
        platform.base(),
        "--print-url",
    ]);
    crate::support::browser::decide(&linking.line(), "lucia", "allow");
    linking.finish().refused(1, FULL);

    disk.grow(64);
    let checked = home.ok(&["--vault", vault, "vault", "check"]);
    assert_eq!(
        (&checked["whole"], &checked["unreadable"]),
        (&true.into(), &0.into())
    );
    assert_eq!(
        home.ok(&["--vault", vault, "records", "search", "quince"])
            .as_array()
            .unwrap()
            .len(),
        1
    );

    home.ok(&["--vault", vault, "connection", "fetch", "--all"]);
    let work = home.ok(&[
        "--vault", vault, "records", "list", "--kind", "work", "--limit", "10000",
    ]);
    assert_eq!(
        work.as_array().unwrap().len(),
        3_001,
        "the next fetch brings what the first could not keep"
    );
    home.ok(&["--vault", vault, "vault", "check"]);
}

#[test]
fn small_changes_on_a_full_disk_happen_or_do_not() {
    let Some(disk) = SmallDisk::new(16) else { return };
    let home = Home::new();
    let vault = disk.path().join("Mine.satchel");
    let place = vault.to_str().unwrap();
    home.ok(&[
        "--vault",
        place,
        "vault",
        "create",
        "--recovery-out",
        &home.text("kit"),
    ]);
    home.ok(&[
        "--vault",
        place,
        "records",
        "add",
        "work",
        "start=2026-11-20",
        "title=Quince harvest",
    ]);
    home.ok(&["--vault", place, "vault", "check"]);
    let digest = home.ok(&["--vault", place, "records", "summary"])["digest"].clone();

    disk.fill();
    let another = home.write("another", "granite-violin-meadow-copper-seven");
    home.run(&[
        "--vault",
        place,
        "vault",
        "passphrase",
        "--new-passphrase-file",
        &another,
    ])
    .refused(1, FULL);
    home.run(&[
        "--vault",
        place,
        "records",
        "add",
        "work",
        "start=2026-11-21",
        "title=Lost",
    ])
    .refused(1, FULL);
    home.run(&["--vault", place, "space", "add", "Second"])
        .refused(1, FULL);
    let second = disk.path().join("Second.satchel");
    home.run(&[
        "--vault",
        second.to_str().unwrap(),
        "vault",
        "create",
        "--recovery-out",
        &home.text("kit-2"),
    ])
    .refused(1, FULL);
    assert!(!home.path("kit-2").exists());

    disk.grow(64);
    assert_eq!(
        home.ok(&["--vault", place, "records", "summary"])["digest"],
        digest
    );
    assert_eq!(
        home.ok(&["--vault", place, "space", "list"])
            .as_array()
            .unwrap()
            .len(),
        1
    );
    home.ok(&["--vault", place, "vault", "check"]);
    let left: Vec<PathBuf> = files(&vault)
        .into_iter()
        .filter(|path| path.to_string_lossy().ends_with("-probe"))
        .collect();
    assert_eq!(left, Vec::<PathBuf>::new());
    home.ok(&[
        "--vault",
        second.to_str().unwrap(),
        "vault",
        "create",
        "--recovery-out",
        &home.text("kit-2"),
    ]);
}

/// A folder that nobody can write to, not even root, until the value goes.
struct Sealed {
    folder: PathBuf,
    mounted: bool,
}

impl Sealed {
    fn seal(folder: &Path) -> Self {
        let folder = folder.to_path_buf();
        if !is_root() {
            set_mode(&folder, 0o500);
            return Self {
                folder,
                mounted: false,
            };
        }
        // Mode bits do not bind root; a mount that only reads does.
        let name = folder.to_str().unwrap();
        assert!(mount(&["--bind", name, name]), "root can bind a folder to itself");
        assert!(mount(&["-o", "remount,bind,ro", name]));
        Self {
            folder,
            mounted: true,
        }
    }
}

impl Drop for Sealed {
    fn drop(&mut self) {
        if self.mounted {
            unmount(&self.folder);
        } else {
            set_mode(&self.folder, 0o700);
        }
    }
}

/// A disk of a few mebibytes, in memory.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    /// Needs the right to mount; without it the test says so and is skipped.
    fn new(mebibytes: u32) -> Option<Self> {
        let folder = tempfile::TempDir::new().unwrap();
        let size = format!("size={mebibytes}m");
        if !is_root()
            || !mount(&[
                "-t",
                "tmpfs",
                "-o",
                &size,
                "tmpfs",
                folder.path().to_str().unwrap(),
            ])
        {
            println!("skipped: a small disk can only be mounted by root");
            return None;
        }
        Some(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn grow(&self, mebibytes: u32) {
        let size = format!("remount,size={mebibytes}m");
        assert!(mount(&["-o", &size, self.path().to_str().unwrap()]));
    }

    /// Leaves not one free byte.
    fn fill(&self) {
        use std::io::Write as _;
        let mut file = fs::File::create(self.path().join("filling")).unwrap();
        for size in [64 * 1024, 4096, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        unmount(self.path());
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

fn set_mode(folder: &Path, mode: u32) {
    for path in files(folder) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode & 0o600)).unwrap();
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(mode)).unwrap();
}

fn mount(arguments: &[&str]) -> bool {
    Command::new("mount")
        .args(arguments)
        .output()
        .is_ok_and(|output| output.status.success())
}

fn unmount(folder: &Path) {
    let _ = Command::new("umount").arg(folder).output();
}
