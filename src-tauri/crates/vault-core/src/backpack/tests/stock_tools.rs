//! A backpack opens with `age`, `zstd` and `tar`, and says the same as the vault.

use std::process::Command;

use super::{
    super::{PackRequest, Stop},
    kit::{World, all_records, somebody},
};

fn installed(tools: &[&str]) -> bool {
    tools.iter().all(|tool| {
        let found = Command::new(tool).arg("--version").output().is_ok();
        if !found {
            eprintln!("skipped: {tool} is not installed");
        }
        found
    })
}

#[tokio::test]
async fn without_satchel() {
    if !installed(&["bash", "age", "zstd", "tar", "sha256sum"]) {
        return;
    }
    let world = World::full().await;
    let (locks, _, key_file) = somebody();
    let request = PackRequest {
        path: world.file("my.backpack"),
        locks,
        full: false,
    };
    world.space.pack(request, Stop::default(), |_| {}).await.unwrap();
    std::fs::write(world.file("key.txt"), key_file).unwrap();
    let line = "mkdir out && age -d -i key.txt my.backpack | zstd -d | tar x -C out \
                && cd out/raw && for f in *; do echo \"$f  $f\"; done | sha256sum -c --quiet";
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c", line])
        .current_dir(world.folder.path())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let out = world.file("out");
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
