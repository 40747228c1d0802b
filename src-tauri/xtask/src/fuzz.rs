//! `cargo xtask fuzz`: the fuzz targets of every parser of foreign bytes, with the stable toolchain.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::shell::{Failure, Outcome, cargo, has, program, root, step, tools};

/// How long one target runs unless told otherwise.
const SECONDS: u32 = 60;
/// The file system that lies in memory.
const IN_MEMORY: &str = "/dev/shm";

pub(crate) fn fuzz(arguments: &[String]) -> Outcome {
    let wanted = arguments.first().map(String::as_str);
    let seconds: u32 = match arguments.get(1) {
        None => SECONDS,
        Some(text) => text
            .parse()
            .map_err(|_| Failure::new("usage: cargo xtask fuzz [TARGET] [SECONDS]"))?,
    };
    cargo_fuzz()?;
    let targets: Vec<Target> = targets()?
        .into_iter()
        .filter(|target| wanted.is_none_or(|name| target.name == name))
        .collect();
    if targets.is_empty() {
        return Err(Failure::new("there is no such fuzz target"));
    }
    for target in targets {
        // What is found is written to the first folder; the seeds are in the tree and only read.
        let found = target.folder.join("corpus").join(&target.name);
        fs::create_dir_all(&found)?;
        let seeds = target.folder.join("seeds").join(&target.name);
        let mut run = program(tools().join("bin/cargo-fuzz"));
        // Targets that read files write one for each run: in memory, where there is such a place.
        if Path::new(IN_MEMORY).is_dir() {
            run.env("TMPDIR", IN_MEMORY);
        }
        step(
            &format!("fuzz {} for {seconds} s", target.name),
            run.args(["run", "--sanitizer", "none", "--fuzz-dir"])
                .arg(&target.folder)
                .arg(&target.name)
                .arg(found)
                .args(seeds.is_dir().then_some(seeds))
                .args(["--", &format!("-max_total_time={seconds}"), "-max_len=65536"])
                // Coverage instrumentation is an unstable flag; the stable compiler takes it when told to.
                .env("RUSTC_BOOTSTRAP", "1"),
        )?;
    }
    Ok(())
}

struct Target {
    folder: PathBuf,
    name: String,
}

/// Every `fuzz/fuzz_targets/*.rs` of a crate.
fn targets() -> Result<Vec<Target>, Failure> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root().join("src-tauri/crates"))? {
        let folder = entry?.path().join("fuzz");
        let Ok(files) = fs::read_dir(folder.join("fuzz_targets")) else {
            continue;
        };
        for file in files {
            let path = file?.path();
            if let Some(name) = path.file_stem().and_then(|stem| stem.to_str()) {
                found.push(Target {
                    folder: folder.clone(),
                    name: name.to_owned(),
                });
            }
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

fn cargo_fuzz() -> Outcome {
    if tools().join("bin/cargo-fuzz").is_file() || has("cargo-fuzz") && tools().join("bin").exists() {
        return Ok(());
    }
    step(
        "install cargo-fuzz",
        cargo()
            .args(["install", "cargo-fuzz", "--locked", "--root"])
            .arg(tools())
            .env("CARGO_TARGET_DIR", root().join("target/tools-build")),
    )
}
