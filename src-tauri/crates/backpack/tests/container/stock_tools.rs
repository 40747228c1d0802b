//! A backpack opens with the stock tools, as its README.txt promises.

use std::path::Path;
use std::process::Command;

use crate::common::{Memory, key, pack};

/// Runs a shell line in a folder. The tools in it are installed by `cargo xtask setup`.
fn shell(folder: &Path, line: &str) -> String {
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c", line])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{line}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn age_zstd_and_tar_open_it() {
    let folder = tempfile::tempdir().unwrap();
    let (locks, _, key_file) = key();
    let (bytes, written) = pack(&mut Memory::sample(), &locks);
    std::fs::write(folder.path().join("my.backpack"), bytes).unwrap();
    std::fs::write(folder.path().join("key.txt"), key_file).unwrap();

    let listing = shell(
        folder.path(),
        "age -d -i key.txt my.backpack | zstd -d | tar tv --numeric-owner --utc",
    );
    let lines: Vec<&str> = listing.lines().collect();
    assert_eq!(lines.len(), written.manifest.entries.len() + 2);
    for (line, path) in lines
        .iter()
        .zip(["backpack.json", "backpack.sig", "README.txt", "index.html"])
    {
        assert!(
            line.starts_with("-rw-r--r-- 0/0") && line.ends_with(path),
            "{line}"
        );
    }
    assert!(lines[4].contains("2026-11-20 17:00"), "{}", lines[4]);

    shell(
        folder.path(),
        "mkdir out && age -d -i key.txt my.backpack | zstd -d | tar x -C out",
    );
    for (path, body) in Memory::sample().0 {
        assert_eq!(
            std::fs::read(folder.path().join("out").join(&path)).unwrap(),
            body,
            "{path}"
        );
    }
}

#[test]
fn the_list_can_be_checked_with_sha256sum() {
    let folder = tempfile::tempdir().unwrap();
    let (locks, _, key_file) = key();
    let (bytes, _) = pack(&mut Memory::sample(), &locks);
    std::fs::write(folder.path().join("my.backpack"), bytes).unwrap();
    std::fs::write(folder.path().join("key.txt"), key_file).unwrap();
    shell(folder.path(), "age -d -i key.txt my.backpack | zstd -d | tar x");
    let readme = std::fs::read_to_string(folder.path().join("README.txt")).unwrap();
    let command = readme
        .lines()
        .map(str::trim)
        .find(|line| line.ends_with("sha256sum -c"))
        .unwrap();
    let checked = shell(folder.path(), command);
    assert!(checked.lines().all(|line| line.ends_with(": OK")), "{checked}");
}
