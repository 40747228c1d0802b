//! The main job from the terminal, and the contract of its command line.

use std::{fs, os::unix::fs::PermissionsExt as _};

use serde_json::{Value, json};

use crate::support::{Home, Kept, PASSPHRASE, Run, platform::Platform};

const ANOTHER: &str = "granite-violin-meadow-copper-seven";

#[test]
fn the_main_job_from_the_terminal() {
    let home = Home::new();
    create(&home);
    let platform = Platform::start(&home, 400);
    let linked = platform.connect(&home, "lucia");
    assert!(linked["counts"]["new"].as_u64().unwrap() > 400, "{linked}");
    look_at_records(&home);
    fetch_again(&home);
    add_entry(&home);
    pause_and_disconnect(&home, &linked);
    platform.stop();
}

fn create(home: &Home) {
    let kit = home.text("kit");
    let made = home.ok(&["vault", "create", "--recovery-out", &kit, "--port", "23456"]);
    assert_eq!(made["port"], 23_456);
    assert_eq!(made["place"], home.vault().to_str().unwrap());
    assert_eq!(made["recovery_kit"], kit);
    for (path, mode) in [
        (home.vault(), 0o700),
        (home.vault().join("vault.header"), 0o600),
        (home.path("kit"), 0o600),
    ] {
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            mode,
            "{}",
            path.display()
        );
    }
    let status = home.bare(&["--json", "vault", "status"]).json();
    for (name, value) in [
        ("state", json!("locked")),
        ("port", json!(23_456)),
        ("spaces", json!(1)),
        ("recovery_kit", json!(true)),
    ] {
        assert_eq!(status[name], value, "{status}");
    }
    assert_eq!(status["id"], made["id"]);

    home.ok(&["persona", "set", "first_name", "Lucía"]);
    home.ok(&["persona", "set", "languages", "es,", "ca"]);
    let persona = home.ok(&["persona", "show"]);
    assert_eq!(
        (&persona["first_name"], &persona["languages"]),
        (&json!("Lucía"), &json!("es, ca"))
    );
    home.ok(&["persona", "set", "languages"]);
    assert!(
        home.ok(&["persona", "show"])
            .get("languages")
            .is_none_or(|value| value == "")
    );
}

fn look_at_records(home: &Home) {
    let work = home.ok(&["records", "list", "--kind", "work", "--limit", "1000"]);
    let work = work.as_array().unwrap();
    assert_eq!(work.len(), 400);
    let newest_first = work
        .windows(2)
        .all(|pair| pair[0]["start"].as_str() >= pair[1]["start"].as_str());
    assert!(newest_first, "the list has the newest first");
    let limited = home.ok(&["records", "list", "--limit", "3", "--platform", "demo"]);
    assert_eq!(limited.as_array().unwrap().len(), 3);

    let first = &work[0];
    let shown = home.ok(&["records", "show", first["id"].as_str().unwrap()]);
    assert_eq!(&shown, first);
    let provenance = &shown["provenance"];
    assert_eq!(
        (&provenance["assurance"], &provenance["source"]),
        (&json!("fetched"), &json!("oauth:demo/1"))
    );
    assert_eq!(provenance["sha256"].as_str().unwrap().len(), 64);
    assert!(
        provenance["path"].as_str().unwrap().starts_with("$.items["),
        "{provenance}"
    );

    let day = &first["start"].as_str().unwrap()[..10];
    let of_day = home.ok(&["records", "list", "--kind", "work", "--from", day, "--to", day]);
    assert!(of_day.as_array().unwrap().contains(first), "{day}");
    assert!(
        of_day
            .as_array()
            .unwrap()
            .iter()
            .all(|record| record["start"].as_str().unwrap().starts_with(day))
    );

    let title = work.iter().find_map(|record| record["title"].as_str()).unwrap();
    let word = title.split_whitespace().max_by_key(|word| word.len()).unwrap();
    let found = home.ok(&["records", "search", word]);
    assert!(
        found
            .as_array()
            .unwrap()
            .iter()
            .any(|record| record["title"] == title),
        "{word}"
    );
    assert_eq!(
        home.ok(&["records", "search", "word-that-nobody-wrote"]),
        json!([])
    );

    let summary = home.ok(&["records", "summary"]);
    let listed = home.ok(&["records", "list"]);
    assert_eq!(summary["records"], listed.as_array().unwrap().len());
    let counted: u64 = summary["kinds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|kind| kind["count"].as_u64().unwrap())
        .sum();
    assert_eq!(summary["records"], counted);
    assert!(!summary["earned"].as_array().unwrap().is_empty());
}

/// The same bytes twice change nothing.
fn fetch_again(home: &Home) {
    let before = home.digest();
    let fetched = home.ok(&["connection", "fetch", "--all"]);
    let counts = &fetched[0]["counts"];
    assert_eq!(
        (&counts["new"], &counts["changed"]),
        (&json!(0), &json!(0)),
        "{counts}"
    );
    assert!(
        counts["same"].as_u64().or(counts["unchanged"].as_u64()).unwrap() > 400,
        "{counts}"
    );
    assert_eq!(home.digest(), before);
}

fn add_entry(home: &Home) {
    let before = home.ok(&["records", "summary"])["records"].as_u64().unwrap();
    let entry = home.ok(&[
        "records",
        "add",
        "work",
        "start=2026-11-20",
        "title=Quince harvest",
        "amount=62.50",
        "currency=EUR",
    ]);
    assert_eq!(
        entry["amount"],
        json!({ "minor": 6250, "currency": "EUR", "exponent": 2 })
    );
    assert_eq!(entry["provenance"]["assurance"], "typed");
    assert_eq!(home.ok(&["records", "search", "quince"]), json!([entry]));
    assert_eq!(home.ok(&["records", "summary"])["records"], before + 1);
    home.run(&["records", "add", "work", "start=2026-11-20", "price=3"])
        .refused(2, "SYS-712");
}

#[test]
fn a_typed_rating_says_its_scale() {
    let home = Home::with_vault();
    let add = ["records", "add", "rating", "start=2026-11-20", "rating=4.5"];
    home.run(&add).refused(2, "SYS-712");
    home.run(&[&add[..], &["rating_min=1", "rating_max=many"]].concat())
        .refused(2, "SYS-712");
    let scale = ["rating_min=1", "rating_max=5", "rating_name=stars"];
    let entry = home.ok(&[&add[..], &scale].concat());
    assert_eq!(
        entry["rating"],
        json!({ "name": "stars", "value": 4.5, "min": 1.0, "max": 5.0 })
    );
}

#[test]
fn one_platform_that_is_away_keeps_no_other_from_being_fetched() {
    let home = Home::with_vault();
    let (away, here) = (Platform::start(&home, 20), Platform::start(&home, 20));
    let first = away.connect(&home, "lucia");
    let second = here.connect(&home, "bruno");
    away.stop();
    let run = home.run(&["connection", "fetch", "--all"]);
    let done = run.document();
    assert_eq!(run.code, Some(1), "{run:?}");
    assert_eq!(
        (&done[0]["connection"], &done[0]["code"]),
        (&first["connection"], &json!("CON-503"))
    );
    assert_eq!(done[1]["connection"], second["connection"]);
    assert_eq!(done[1]["counts"]["new"], 0);
    home.ok(&["connection", "disconnect", first["connection"].as_str().unwrap()]);
    let fetched = home.ok(&["connection", "fetch", "--all"]);
    assert_eq!(
        fetched.as_array().unwrap().len(),
        1,
        "what is stopped is left alone"
    );
}

#[test]
fn an_account_that_is_linked_again_comes_in_once() {
    let home = Home::with_vault();
    let platform = Platform::start(&home, 30);
    let first = platform.connect(&home, "lucia");
    let id = first["connection"].as_str().unwrap();
    let before = home.digest();
    assert_eq!(
        home.ok(&["connection", "disconnect", id])["revoked_at_platform"],
        true
    );
    assert_eq!(
        home.ok(&["connection", "disconnect", id])["revoked_at_platform"],
        false,
        "there is nothing left to take back"
    );
    let again = platform.connect(&home, "lucia");
    assert_eq!(
        (&again["connection"], &again["counts"]["new"]),
        (&first["connection"], &json!(0))
    );
    assert_eq!(home.digest(), before);
}

#[test]
fn own_entries_are_no_account_at_a_platform() {
    let home = Home::with_vault();
    home.ok(&["records", "add", "work", "start=2026-11-20", "title=Mine"]);
    let own = home.ok(&["connection", "list"])[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for command in [
        &["connection", "disconnect", &own, "--delete-data"][..],
        &["connection", "pause", &own],
        &["connection", "fetch", &own],
    ] {
        home.run(command).refused(2, "SYS-712");
    }
    assert_eq!(home.ok(&["records", "list"]).as_array().unwrap().len(), 1);
}

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
fn the_log_is_never_written_over_a_file() {
    let home = Home::with_vault();
    let file = home.write("log.ndjson", "something precious");
    home.run(&["log", "export", &file]).refused(2, "SYS-712");
    assert_eq!(fs::read_to_string(&file).unwrap(), "something precious\n");
}

fn pause_and_disconnect(home: &Home, linked: &Value) {
    let id = linked["connection"].as_str().unwrap();
    home.ok(&["connection", "pause", id]);
    assert_eq!(home.ok(&["connection", "list"])[0]["state"], "stopped");
    let before = home.digest();
    let ended = home.ok(&["connection", "disconnect", id]);
    assert_eq!(
        (&ended["revoked_at_platform"], &ended["data_deleted"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(
        home.digest(),
        before,
        "records stay unless the person says otherwise"
    );
    home.run(&["connection", "fetch", id]).refused(1, "CON-401");
}

#[test]
fn disconnecting_can_take_the_records_along() {
    let home = Home::with_vault();
    let entry = home.ok(&["records", "add", "work", "start=2026-11-20", "title=Mine"]);
    let platform = Platform::start(&home, 30);
    let linked = platform.connect(&home, "bruno");
    home.ok(&[
        "connection",
        "disconnect",
        linked["connection"].as_str().unwrap(),
        "--delete-data",
    ]);
    assert_eq!(
        home.ok(&["records", "list"]),
        json!([entry]),
        "only what the person typed is left"
    );
}

#[test]
fn a_refusal_at_the_platform_links_nothing() {
    let home = Home::with_vault();
    let platform = Platform::start(&home, 30);
    let run = platform.try_connect(&home, "noor", "deny");
    run.refused(1, "CON-403");
    assert_eq!(home.ok(&["connection", "list"]), json!([]));
    assert_eq!(home.ok(&["records", "list"]), json!([]));
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
fn spaces_are_apart() {
    let home = Home::with_vault();
    home.ok(&["space", "add", "Second"]);
    let names: Vec<Value> = home
        .ok(&["space", "list"])
        .as_array()
        .unwrap()
        .iter()
        .map(|space| space["name"].clone())
        .collect();
    assert_eq!(names, [json!("Personal"), json!("Second")]);
    home.ok(&[
        "--space",
        "Second",
        "records",
        "add",
        "work",
        "start=2026-11-20",
        "title=Elsewhere",
    ]);
    assert_eq!(home.ok(&["records", "list"]), json!([]));
    assert_eq!(
        home.ok(&["records", "list", "--space", "Second"])
            .as_array()
            .unwrap()
            .len(),
        1
    );
    home.run(&["records", "list", "--space", "Third"])
        .refused(1, "VLT-160");
    home.ok(&["space", "remove", "Second"]);
    assert_eq!(home.databases().len(), 1, "the file of a removed space is gone");
    home.run(&["space", "remove", "Personal"]).refused(1, "VLT-161");
}

#[test]
fn platforms_and_settings_are_told() {
    let home = Home::with_vault();
    let platforms = home.ok(&["platform", "list"]);
    assert!(
        platforms
            .as_array()
            .unwrap()
            .iter()
            .any(|platform| platform["id"] == "demo")
    );
    assert_eq!(home.ok(&["platform", "show", "demo"])["id"], "demo");
    home.run(&["platform", "show", "nowhere"]).refused(1, "CON-404");
    let settings = home.ok(&["settings", "list"]);
    let key = settings[0]["key"].as_str().unwrap();
    assert_eq!(home.ok(&["settings", "get", key]), settings[0]);
    home.run(&["settings", "get", "no.such"]).refused(1, "SYS-713");
}

#[test]
fn every_exit_code_has_its_cause() {
    let home = Home::new();
    home.run(&["vault", "status"]).refused(1, "VLT-150");
    home.ok(&["vault", "create", "--recovery-out", &home.text("kit")]);
    home.ok(&["vault", "check"]);
    home.run(&["vault", "create"]).refused(1, "VLT-151");
    for wrong in [
        &["records", "lost"][..],
        &["--no-such", "vault", "status"],
        &[],
        &["records", "show"],
        &["--passphrase-fd", "x", "records", "list"],
    ] {
        let run = home.bare(wrong);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{wrong:?}");
        assert!(
            run.stderr.contains("--help") || run.stderr.contains("Usage"),
            "{run:?}"
        );
        let run = home.bare(&[&["--json"], wrong].concat());
        assert_eq!(run.code, Some(2), "{run:?}");
        assert_eq!(run.document()["code"], "SYS-712", "{run:?}");
    }
    home.run(&["records", "list", "--kind", "holiday"])
        .refused(2, "SYS-712");
    home.run(&["records", "show", "not-an-id"]).refused(2, "SYS-712");
    home.bare(&["--json", "records", "list"]).refused(2, "SYS-712");
    home.write("passphrase", "not the passphrase of this vault");
    home.run(&["records", "list"]).refused(4, "VLT-101");
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
fn global_options_stand_before_and_after() {
    let home = Home::new();
    let (file, dir) = (home.text("passphrase"), home.text("elsewhere.satchel"));
    let made = home.bare(&[
        "vault",
        "--vault",
        &dir,
        "create",
        "--json",
        "--passphrase-file",
        &file,
        "--recovery-out",
        &home.text("kit"),
    ]);
    assert_eq!(made.json()["place"], dir);
    let before = home
        .bare(&[
            "--vault",
            &dir,
            "--passphrase-file",
            &file,
            "--json",
            "space",
            "list",
        ])
        .json();
    let after = home
        .bare(&[
            "space",
            "list",
            "--json",
            "--vault",
            &dir,
            "--passphrase-file",
            &file,
        ])
        .json();
    let between = home
        .bare(&[
            "space",
            "--json",
            "--vault",
            &dir,
            "list",
            "--passphrase-file",
            &file,
        ])
        .json();
    assert_eq!(before[0]["name"], "elsewhere");
    assert_eq!((&after, &between), (&before, &before));
}

#[test]
fn words_for_people_go_to_stderr() {
    let home = Home::new();
    let made = home.ok(&["vault", "create"]);
    assert!(made["recovery_kit"].is_null());
    let plain = home.bare(&[
        "--passphrase-file",
        &home.text("passphrase"),
        "records",
        "summary",
    ]);
    assert_eq!(plain.code, Some(0));
    assert!(
        plain
            .stdout
            .lines()
            .any(|line| line.starts_with("records") && line.ends_with('0')),
        "{plain:?}"
    );
    assert_eq!(plain.stderr, "");
    let failed = home.bare(&[
        "--passphrase-file",
        &home.text("passphrase"),
        "records",
        "show",
        "018f0000-0000-7000-8000-000000000000",
    ]);
    assert_eq!((failed.code, failed.stdout.as_str()), (Some(1), ""));
    assert!(failed.stderr.contains("(SYS-713)"), "{failed:?}");
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

#[test]
fn the_demo_platform_runs_in_the_foreground_until_it_is_told_to_end() {
    let home = Home::new();
    let mut process =
        Kept::start(&mut home.command(&["demo-platform", "--json", "--port", "0", "--records", "10"]));
    let ready: Value = serde_json::from_str(&process.line()).unwrap();
    assert_eq!(ready["event"], "ready");
    let id = process.child.id().to_string();
    assert_eq!(
        Run::of(home.environment("kill").args(["-TERM", &id])).code,
        Some(0)
    );
    assert!(process.ends_within(std::time::Duration::from_secs(10)));
    let run = process.finish();
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""), "{run:?}");
    home.bare(&["--json", "demo-platform", "--fault", "no-such-fault"])
        .refused(2, "SYS-712");
}
