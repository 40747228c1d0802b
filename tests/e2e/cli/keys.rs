//! What opens a vault and a backpack: the passphrase, how it is given, and the recovery kit.

use std::fs;

use serde_json::json;

use crate::support::{Home, PASSPHRASE, Run};

const ANOTHER: &str = "granite-violin-meadow-copper-seven";

#[test]
fn a_backpack_that_a_passphrase_does_not_open_is_a_wrong_passphrase() {
    let home = Home::with_vault();
    home.ok(&["records", "add", "work", "start=2026-11-20", "title=Mine"]);
    let right = home.write("right", "granite-violin-meadow-copper-seven");
    let wrong = home.write("wrong", "granite-violin-meadow-copper-eight");
    let file = home.text("mine.backpack");
    home.ok(&["backpack", "export", &file, "--backpack-passphrase-file", &right]);
    for command in ["verify", "restore"] {
        home.run(&["backpack", command, &file, "--backpack-passphrase-file", &wrong])
            .refused(4, "BPK-502");
    }

    // A pipe gives the passphrase once, and a new vault is made with it all the same.
    let mut command = home.environment("sh");
    let script = "cat \"$2\" | \"$1\" --json --passphrase-file \"$3\" backpack restore \"$4\" \
                  --backpack-passphrase-file /dev/stdin --into \"$5\"";
    command.args(["-c", script, "sh", env!("CARGO_BIN_EXE_satchel-cli"), &right]);
    command.args([&home.text("passphrase"), &file, &home.text("new.satchel")]);
    assert_eq!(Run::of(&mut command).json()["digest"], home.digest());
}

#[test]
fn the_passphrase_changes_and_the_kit_opens() {
    let home = Home::with_vault();
    home.ok(&["records", "add", "work", "start=2026-11-20", "title=Kept"]);
    let before = home.digest();
    let another = home.write("another", ANOTHER);
    assert_eq!(
        home.ok(&["vault", "passphrase", "--new-passphrase-file", &another]),
        json!({ "changed": true })
    );
    home.run(&["records", "list"]).refused(4, "VLT-101");
    let summary = home
        .bare(&["--passphrase-file", &another, "--json", "records", "summary"])
        .json();
    assert_eq!(summary["digest"], before);

    // The whole kit, as it was written.
    let kit = home.text("kit");
    home.ok(&["vault", "recover", "--recovery-key-file", &kit]);
    assert_eq!(home.digest(), before);

    // A file that holds only the code, copied by hand.
    let text = fs::read_to_string(&kit).unwrap();
    let code = text
        .lines()
        .find_map(|line| line.strip_prefix("# Code: "))
        .unwrap();
    let typed = home.write("typed", &code.to_lowercase().replace('-', " "));
    let recovered = home.bare(&[
        "--passphrase-file",
        &another,
        "--json",
        "vault",
        "recover",
        "--recovery-key-file",
        &typed,
    ]);
    assert_eq!(recovered.json(), json!({ "recovered": true }));
    home.run(&["records", "list"]).refused(4, "VLT-101");
    home.write("passphrase", ANOTHER);
    assert_eq!(home.digest(), before);
}

#[test]
fn a_kit_that_does_not_fit_is_told_from_one_that_was_mistyped() {
    let home = Home::with_vault();
    let other = Home::with_vault();
    home.run(&["vault", "recover", "--recovery-key-file", &other.text("kit")])
        .refused(1, "VLT-106");
    let text = fs::read_to_string(home.path("kit")).unwrap();
    let code = text
        .lines()
        .find_map(|line| line.strip_prefix("# Code: "))
        .unwrap();
    let slip = if code.starts_with('7') { "8" } else { "7" };
    let mistyped = home.write("mistyped", &format!("{slip}{}", &code[1..]));
    home.run(&["vault", "recover", "--recovery-key-file", &mistyped])
        .refused(1, "VLT-105");
    home.ok(&["records", "list"]);
}

#[test]
fn a_weak_passphrase_makes_no_vault() {
    let home = Home::new();
    home.write("passphrase", "password");
    home.run(&["vault", "create", "--recovery-out", &home.text("kit")])
        .refused(1, "VLT-104");
    assert!(!home.vault().join("vault.header").exists());
    assert!(
        !home.path("kit").exists(),
        "no kit is left of a vault that was not made"
    );
}

#[test]
fn a_kit_that_cannot_be_written_makes_no_vault() {
    let home = Home::new();
    home.run(&[
        "vault",
        "create",
        "--recovery-out",
        &home.text("no/such/folder/kit"),
    ])
    .refused(2, "SYS-712");
    assert!(!home.vault().exists());
    home.write("kit", "something precious");
    home.run(&["vault", "create", "--recovery-out", &home.text("kit")])
        .refused(2, "SYS-712");
    assert_eq!(
        fs::read_to_string(home.path("kit")).unwrap(),
        "something precious\n",
        "no file is written over"
    );
}

#[test]
fn a_passphrase_comes_from_a_file_or_a_descriptor() {
    let home = Home::with_vault();
    let shell = |script: &str| {
        let mut command = home.environment("sh");
        command.args([
            "-c",
            script,
            "sh",
            env!("CARGO_BIN_EXE_satchel-cli"),
            &home.text("passphrase"),
        ]);
        Run::of(&mut command)
    };
    for script in [
        "exec \"$1\" --json --passphrase-fd 3 records list 3<\"$2\"",
        "cat \"$2\" | \"$1\" --json --passphrase-fd 0 records list",
        "printf %s \"$(cat \"$2\")\" | \"$1\" --json records list --passphrase-fd 0",
    ] {
        assert_eq!(shell(script).json(), json!([]), "{script}");
    }
    shell("\"$1\" --json --passphrase-fd 9 records list").refused(2, "SYS-712");
    shell("\"$1\" --json --passphrase-fd 0 records list </dev/null").refused(2, "SYS-712");
    let both = shell("\"$1\" --passphrase-file \"$2\" --passphrase-fd 0 records list");
    assert_eq!(both.code, Some(2), "{both:?}");
}

#[test]
fn the_recovery_code_is_shown_when_no_file_is_named() {
    let home = Home::new();
    let made = home.run(&["vault", "create"]);
    made.json();
    let words = made
        .stderr
        .lines()
        .find(|line| line.split(' ').count() == 9)
        .unwrap();
    assert!(words.split(' ').all(|group| group.len() == 6), "{words}");
    let typed = home.write("typed", words);
    home.ok(&["vault", "recover", "--recovery-key-file", &typed]);
}

#[test]
fn the_passphrase_is_no_argument() {
    let home = Home::with_vault();
    let run = home.bare(&["--passphrase", PASSPHRASE, "records", "list"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    let mut command = home.command(&["--json", "records", "list"]);
    command
        .env("SATCHEL_PASSPHRASE", PASSPHRASE)
        .env("PASSPHRASE", PASSPHRASE);
    Run::of(&mut command).refused(2, "SYS-712");
}
