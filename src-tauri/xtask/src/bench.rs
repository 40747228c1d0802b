//! `cargo xtask bench`: the measurements, each beside its peer, in one run.

mod window;

use std::{fs, path::Path, time::Instant};

use crate::{
    setup,
    shell::{Failure, Outcome, cargo, program, root, step, step_and_hear, tools},
    test::build_pages,
};

/// How many records the intake is measured with.
const RECORDS: &str = "100000";

/// How many rows the import is measured with.
const ROWS: &str = "1000000";

/// The most memory that an import may hold, in MiB.
const MEMORY: f64 = 300.0;

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
    if wanted("import") {
        import(&folder)?;
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
        gateway(
            "gateway: verify and records under wrk, against bare handlers",
            "throughput",
        )?;
    }
    if wanted("paging") {
        gateway(
            "paging: a million records over /v1/records, against a bare read",
            "paging",
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
    if wanted("intercoop") {
        packages()?;
    }
    if wanted("rokwire") {
        tokens()?;
    }
    if wanted("window") {
        setup::system_packages(&["keepassxc"])?;
        build_pages()?;
        window::measure()?;
    }
    Ok(())
}

/// One of the measurements of the gateway.
fn gateway(title: &str, what: &str) -> Outcome {
    step(
        title,
        cargo().args([
            "run",
            "--release",
            "--locked",
            "-p",
            "vault-gateway",
            "--example",
            "gateway",
            "--",
            what,
        ]),
    )
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
    let sqlite_utils = setup::python_package("python", "sqlite-utils", "sqlite-utils")?;
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

/// The import of a zip file against a bare SQLCipher insert of as many rows, and against Python's own reader of CSV.
fn import(folder: &Path) -> Outcome {
    let csv = folder.join("payments.csv");
    let example = |package: &str, name: &str| {
        let mut run = cargo();
        run.args([
            "run",
            "--release",
            "--locked",
            "-p",
            package,
            "--example",
            name,
            "--",
        ]);
        run
    };
    let ours = step_and_hear(
        "import of 1,000,000 rows",
        example("vault-connect", "import").arg(ROWS).arg(&csv),
    )?;
    let bare = step_and_hear(
        "bare SQLCipher insert of as many",
        example("vault-store", "intake").args(["bare", ROWS]),
    )?;
    let script = root().join("src-tauri/xtask/src/bench/rows.py");
    let python = step_and_hear(
        "Python’s csv reader over the same rows",
        program("python3").arg(script).arg(&csv),
    )?;
    let number = |said: &str, word: &str| {
        number_after(said, word).ok_or_else(|| Failure::new("a measurement of the import says no number"))
    };
    let rows = number(&ours, "imported, rows per second")?;
    let looked = number(&ours, "looked at, rows per second")?;
    let bare = number(&bare, "bare insert, rows per second")?;
    let python = number(&python, "csv rows per second")?;
    println!(
        "    imported {rows:.0} rows/s; bare insert {bare:.0}/s, we have {:.2} of it; looked at {looked:.0} rows/s; Python’s csv {python:.0}/s, {:.2} of it",
        rows / bare,
        looked / python
    );
    let memory = number(&ours, "peak memory, MiB")?;
    if memory > MEMORY {
        return Err(Failure::new("the import held more memory than it may"));
    }
    Ok(())
}

/// Packages of Intercoop against upstream's own library, and against the bare signatures of OpenSSL.
fn packages() -> Outcome {
    let ours = step_and_hear(
        "Intercoop packages",
        cargo().args([
            "run",
            "--release",
            "--locked",
            "-p",
            "vault-core",
            "--example",
            "packages",
        ]),
    )?;
    let python = tools().join("intercoop/bin/python");
    let script = root().join("src-tauri/xtask/src/bench/packages.py");
    let theirs = step_and_hear("the same by upstream’s library", program(python).arg(script))?;
    let bare = step_and_hear(
        "openssl speed rsa3072",
        program("openssl").args(["speed", "-mr", "-seconds", "3", "rsa3072"]),
    )?;
    let no_number = || Failure::new("a measurement of packages says no number");
    // `+F2:` number of the test, bits, signatures and checks per second.
    let mut numbers = bare
        .lines()
        .find_map(|line| line.strip_prefix("+F2:"))
        .ok_or_else(no_number)?
        .split(':')
        .skip(2);
    for what in ["signed", "opened"] {
        let (ours, theirs) = (
            number_after(&ours, what).ok_or_else(no_number)?,
            number_after(&theirs, what).ok_or_else(no_number)?,
        );
        let bare: f64 = numbers
            .next()
            .and_then(|text| text.parse().ok())
            .ok_or_else(no_number)?;
        println!(
            "    packages {what}: {ours:.0}/s; upstream {theirs:.0}/s, we have {:.2} of it; openssl {bare:.0}/s, {:.2} of it",
            ours / theirs,
            ours / bare
        );
    }
    Ok(())
}

/// Tokens of Rokwire against PyJWT, which signs and checks with OpenSSL.
fn tokens() -> Outcome {
    let ours = step_and_hear(
        "Rokwire tokens",
        cargo().args([
            "run",
            "--release",
            "--locked",
            "-p",
            "rokwire",
            "--example",
            "tokens",
        ]),
    )?;
    let python = tools().join("rokwire/bin/python");
    let script = root().join("src-tauri/xtask/src/bench/tokens.py");
    let theirs = step_and_hear("the same by PyJWT", program(python).arg(script))?;
    for alg in ["RS256", "PS256", "ES256"] {
        for what in ["minted", "checked"] {
            let number = |said: &str| {
                number_after(said, &format!("{alg} {what}"))
                    .ok_or_else(|| Failure::new("a measurement of tokens says no number"))
            };
            let (ours, theirs) = (number(&ours)?, number(&theirs)?);
            println!(
                "    {alg} tokens {what}: {ours:.0}/s; PyJWT {theirs:.0}/s, we have {:.2} of it",
                ours / theirs
            );
        }
    }
    Ok(())
}

/// The number behind a word at the start of a line.
fn number_after(said: &str, word: &str) -> Option<f64> {
    let line = said.lines().find_map(|line| line.strip_prefix(word))?;
    line.trim().parse().ok()
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

    #[test]
    fn a_number_stands_behind_its_word() {
        assert_eq!(number_after("signed 12.5\nopened 3.0\n", "opened"), Some(3.0));
        assert_eq!(number_after("signed 12.5", "opened"), None);
    }
}
