//! The contract of the command line: exit codes, options before and after, words and data apart.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Home, Kept, Run};

#[test]
fn the_log_is_never_written_over_a_file() {
    let home = Home::with_vault();
    let file = home.write("log.ndjson", "something precious");
    home.run(&["log", "export", &file]).refused(2, "SYS-712");
    assert_eq!(fs::read_to_string(&file).unwrap(), "something precious\n");
}

#[test]
fn the_log_is_saved_as_lines_or_as_a_page_by_the_ending_of_the_name() {
    let home = Home::with_vault();
    let lines = home.text("log.ndjson");
    let saved = home.ok(&["log", "export", &lines]);
    assert_eq!(saved["file"], lines);
    let text = fs::read_to_string(&lines).unwrap();
    let last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!(last["entries"], saved["entries"]);
    let first = text.lines().next().unwrap();

    let page = home.text("log.html");
    home.ok(&["log", "export", &page]);
    let html = fs::read_to_string(&page).unwrap();
    assert!(html.starts_with("<!doctype html>") && !html.contains("<script"));
    assert!(html.contains(&first.replace('"', "&quot;")), "{html}");
    assert!(html.contains("&quot;signing_key&quot;"), "the signed last line");
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
    for id in ["ebay", "etsy", "github-sponsors", "strava", "uber", "upwork"] {
        let listed = platforms.as_array().unwrap().iter();
        assert_eq!(
            listed
                .filter(|platform| platform["id"] == id && platform["ways"][0] == "link")
                .count(),
            1,
            "{id}"
        );
    }
    let freelancer = home.ok(&["platform", "show", "freelancer"]);
    assert!(freelancer["interval"].as_u64() < freelancer["retention"]["refresh"].as_u64());
    assert!(
        freelancer["retention"]["words"]
            .as_str()
            .unwrap()
            .contains("24 hours")
    );
    assert_eq!(home.ok(&["platform", "show", "ebay"])["redirect"], "name");
    assert_eq!(home.ok(&["platform", "show", "etsy"])["redirect"], "https");

    // Without a client and without a relay it is said what is missing, and nothing is opened.
    home.run(&["connect", "etsy", "--print-url"])
        .refused(1, "CON-406");
    let etsy = ["connect", "etsy", "--print-url", "--client-id", "key"];
    home.run(&etsy).refused(1, "CON-407");
    home.run(&[&etsy[..], &["--relay", "http://127.0.0.1:1/"]].concat())
        .refused(1, "CON-409");
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
