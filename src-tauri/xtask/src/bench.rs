//! `cargo xtask bench`: the measurements, each beside its peer, in one run.

mod window;

use std::{fs, path::Path, time::Instant};

use crate::{
    setup,
    shell::{Failure, Outcome, cargo, program, root, step, step_and_hear},
    test::build_pages,
};

/// How many records the intake is measured with.
const RECORDS: &str = "100000";

/// How the line of the measurement begins that says how long the intake took.
const INTAKE: &str = "intake with provenance, dedup, search index";

pub(crate) fn bench(arguments: &[String]) -> Outcome {
    let wanted = |name: &str| arguments.is_empty() || arguments.iter().any(|argument| argument == name);
    setup::everything()?;
    let folder = root().join("target/bench");
    fs::create_dir_all(&folder)?;
    if wanted("intake") {
        intake(&folder)?;
    }
    if wanted("log") {
        step(
            "check of a log of 10,000 entries",
            cargo().args([
                "run",
                "--release",
                "--locked",
                "-p",
                "vault-store",
                "--example",
                "log",
            ]),
        )?;
    }
    if wanted("vault") {
        step(
            "vault: unlock, backpack",
            cargo().args([
                "run",
                "--release",
                "--locked",
                "-p",
                "vault-core",
                "--example",
                "measure",
            ]),
        )?;
    }
    if wanted("gateway") {
        setup::system_packages(&["wrk"])?;
        step(
            "gateway: verify and records under wrk, against bare handlers",
            cargo().args([
                "run",
                "--release",
                "--locked",
                "-p",
                "vault-gateway",
                "--example",
                "measure",
            ]),
        )?;
    }
    if wanted("bridge") {
        build_pages()?;
        step(
            "bridge: handshake and messages, against a frame that echoes",
            cargo().args([
                "test",
                "--release",
                "--locked",
                "--test",
                "e2e",
                "--",
                "--ignored",
                "--nocapture",
                "the_bridge_beside_an_echo",
            ]),
        )?;
    }
    if wanted("window") {
        setup::system_packages(&["keepassxc"])?;
        build_pages()?;
        window::measure()?;
    }
    Ok(())
}

/// Intake against a bare SQLCipher insert (inside the example) and against `sqlite-utils` into a plain SQLite file.
fn intake(folder: &Path) -> Outcome {
    let lines = folder.join("records.ndjson");
    let said = step_and_hear(
        "intake of 100,000 records",
        cargo()
            .args([
                "run",
                "--release",
                "--locked",
                "-p",
                "vault-store",
                "--example",
                "intake",
                "--",
                RECORDS,
            ])
            .arg(&lines),
    )?;
    let sqlite_utils = setup::python_package("sqlite-utils", "sqlite-utils")?;
    let database = folder.join("plain.db");
    let _ = fs::remove_file(&database);
    let start = Instant::now();
    step(
        "sqlite-utils insert of the same records, plain SQLite",
        program(sqlite_utils)
            .args(["insert", "--nl"])
            .arg(&database)
            .arg("lines")
            .arg(&lines),
    )?;
    let theirs = start.elapsed().as_secs_f64();
    let ours = seconds(&said).ok_or_else(|| Failure::new("the measurement of the intake says no time"))?;
    println!(
        "    sqlite-utils insert, plain SQLite: {theirs:.2} s; intake has {:.2} of its speed",
        theirs / ours
    );
    Ok(())
}

/// How long the intake took, as its measurement prints it.
fn seconds(said: &str) -> Option<f64> {
    let line = said.lines().find_map(|line| line.strip_prefix(INTAKE))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_the_intake_is_read_from_its_line() {
        let said = format!("100000 records, 40 MB as JSON\n{INTAKE}   3.125 s    32000/s  0.55 of bare\n");
        assert_eq!(seconds(&said), Some(3.125));
        assert_eq!(seconds("nothing"), None);
    }
}
