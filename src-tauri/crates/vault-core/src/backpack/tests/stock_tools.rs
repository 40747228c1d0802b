//! A backpack opens with `age`, `zstd` and `tar`, and says the same as the vault.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    super::{PackRequest, Stop},
    kit::{World, all_records, everything, somebody},
};

/// What a shell line prints. The tools in it are installed by `cargo xtask setup`.
fn shell(folder: &Path, line: &str) -> String {
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c", line])
        .current_dir(folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{line}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

/// Packs for a key, and opens the file with that key and the stock tools. Returns the folder of what was in it.
async fn packed_and_opened(world: &World) -> PathBuf {
    let (locks, _, key_file) = somebody();
    let request = PackRequest {
        path: world.file("my.backpack"),
        locks,
        full: false,
    };
    world.space.pack(request, Stop::default(), |_| {}).await.unwrap();
    std::fs::write(world.file("key.txt"), key_file).unwrap();
    shell(
        world.folder.path(),
        "mkdir out && age -d -i key.txt my.backpack | zstd -d | tar x -C out",
    );
    world.file("out")
}

/// The indented lines of README.txt from `first` to `last`.
fn said_by_readme(folder: &Path, first: &str, last: &str) -> String {
    let readme = std::fs::read_to_string(folder.join("README.txt")).unwrap();
    let (_, rest) = readme.split_once(first).unwrap();
    let (between, _) = rest.split_once(last).unwrap();
    format!("{first}{between}{last}").replace("\n    ", "\n")
}

#[tokio::test]
async fn what_the_readme_says_checks_the_signature_and_the_log() {
    let world = World::full().await;
    let entries = everything(&world.space).await.log;
    world.space.delete_activity_text(entries[1].id).await.unwrap();
    let out = packed_and_opened(&world).await;
    let signature = said_by_readme(&out, "jq -r .signing_key", "backpack.sig backpack.json");
    assert!(shell(&out, &signature).contains("Verified OK"));

    let program = said_by_readme(&out, "import hashlib", "before = entry[\"hash\"]");
    std::fs::write(out.join("check.py"), program).unwrap();
    let lines = || shell(&out, "python3 check.py");
    assert_eq!(lines().lines().count(), entries.len() + 1);
    assert!(lines().lines().all(|line| line.ends_with(" OK")), "{}", lines());

    let log = std::fs::read_to_string(out.join("disclosures.ndjson")).unwrap();
    std::fs::write(
        out.join("disclosures.ndjson"),
        log.replacen("Hourly", "Weekly", 1),
    )
    .unwrap();
    assert_eq!(
        lines().lines().filter(|line| line.ends_with(" CHANGED")).count(),
        1
    );
}

#[tokio::test]
async fn without_satchel() {
    let world = World::full().await;
    let out = packed_and_opened(&world).await;
    let digests = "for f in *; do echo \"$f  $f\"; done | sha256sum -c --quiet";
    shell(&out.join("raw"), digests);
    let lines = std::fs::read_to_string(out.join("platforms/demo/records.ndjson")).unwrap();
    let read: Vec<vault_store::Record> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let ours: Vec<vault_store::Record> = all_records(&world.space)
        .await
        .into_iter()
        .filter(|record| record.connection == read[0].connection)
        .collect();
    assert_eq!(read, ours);
    assert!(out.join("README.txt").is_file() && out.join("index.html").is_file());
}
