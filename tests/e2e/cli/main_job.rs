//! The main job, from making a vault to leaving a platform.

use std::{fs, os::unix::fs::PermissionsExt as _};

use serde_json::{Value, json};

use crate::support::{Home, platform::Platform};

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
