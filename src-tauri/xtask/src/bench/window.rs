//! How long until a window is visible, and what the program costs in memory, beside a bare Tauri window and KeePassXC.

use std::{
    fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use crate::{
    display::{Display, stop},
    shell::{Failure, Outcome, cargo, root, step},
};

/// How often each program is started; the median counts.
const RUNS: usize = 5;
/// How long a window may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a program may settle before its memory is read.
const SETTLE: Duration = Duration::from_secs(3);

struct Measured {
    name: &'static str,
    visible: Duration,
    pss_kib: u64,
}

pub(super) fn measure() -> Outcome {
    step(
        "build for the window measurement",
        cargo().args([
            "build",
            "--release",
            "--locked",
            "--bin",
            "satchel",
            "--example",
            "bare-window",
        ]),
    )?;
    let release = root().join("target/release");
    let display = Display::start()?;
    let programs: [(&str, PathBuf, &str); 3] = [
        ("Satchel", release.join("satchel"), "Satchel"),
        (
            "bare Tauri window",
            release.join("examples/bare-window"),
            "Bare window",
        ),
        ("KeePassXC", PathBuf::from("keepassxc"), "KeePassXC"),
    ];
    let mut all = Vec::new();
    for (name, path, title) in &programs {
        all.push(median(name, &display, path, title)?);
    }
    let bare = all.get(1).map_or(1.0, |measured| measured.visible.as_secs_f64());
    println!(
        "\n    {:20} {:>12} {:>10} {:>10}",
        "program", "visible", "ratio", "PSS"
    );
    for measured in &all {
        let seconds = measured.visible.as_secs_f64();
        println!(
            "    {:20} {:>10.0} ms {:>10.2} {:>6} MiB",
            measured.name,
            seconds * 1000.0,
            seconds / bare,
            measured.pss_kib / 1024
        );
    }
    Ok(())
}

fn median(name: &'static str, display: &Display, path: &Path, title: &str) -> Result<Measured, Failure> {
    let mut runs = Vec::new();
    for _ in 0..RUNS {
        runs.push(once(name, display, path, title)?);
    }
    runs.sort_by_key(|run| run.visible);
    runs.into_iter()
        .nth(RUNS / 2)
        .ok_or_else(|| Failure::new("nothing was measured"))
}

fn once(name: &'static str, display: &Display, path: &Path, title: &str) -> Result<Measured, Failure> {
    let home = root().join("target/bench/home");
    let _ = fs::remove_dir_all(&home);
    fs::create_dir_all(&home)?;
    let start = Instant::now();
    let mut child = display
        .command(path)
        .env("HOME", &home)
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_RUNTIME_DIR", &home)
        .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
        .spawn()
        .map_err(|error| Failure::new(format!("{name} could not be started: {error}")))?;
    let visible = loop {
        if display.window(title).is_some() {
            break start.elapsed();
        }
        if start.elapsed() > PATIENCE || child.try_wait()?.is_some() {
            stop(&mut child);
            return Err(Failure::new(format!("{name} showed no window")));
        }
        thread::sleep(Duration::from_millis(5));
    };
    thread::sleep(SETTLE);
    let pss_kib = family(child.id()).into_iter().map(pss).sum();
    stop(&mut child);
    Ok(Measured {
        name,
        visible,
        pss_kib,
    })
}

/// A process and all that it started.
fn family(root: u32) -> Vec<u32> {
    let mut all = vec![root];
    let Ok(entries) = fs::read_dir("/proc") else {
        return all;
    };
    let parents: Vec<(u32, u32)> = entries
        .flatten()
        .filter_map(|entry| {
            let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
            let status = fs::read_to_string(entry.path().join("status")).ok()?;
            let parent = status
                .lines()
                .find_map(|line| line.strip_prefix("PPid:"))?
                .trim()
                .parse()
                .ok()?;
            Some((pid, parent))
        })
        .collect();
    let mut next = 0;
    while let Some(parent) = all.get(next).copied() {
        all.extend(
            parents
                .iter()
                .filter(|(_, of)| *of == parent)
                .map(|(pid, _)| *pid),
        );
        next += 1;
    }
    all
}

/// Proportional set size of a process, in KiB.
fn pss(pid: u32) -> u64 {
    let Ok(rollup) = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")) else {
        return 0;
    };
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").trim().parse().ok())
        .unwrap_or(0)
}
