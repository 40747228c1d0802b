//! Accounts at platforms: linked once, linked again, away, refused, left.

use serde_json::json;

use crate::support::{Home, platform::Platform};

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

/// P1 of the specification: the person looks at what there is, carries it away, and deletes it.
#[test]
fn what_came_in_is_seen_exported_and_deleted() {
    let home = Home::with_vault();
    let platform = Platform::start(&home, 20);
    let linked = platform.connect(&home, "lucia");
    assert!(!home.ok(&["records", "list"]).as_array().unwrap().is_empty());
    let (file, key) = (
        home.text("all.age"),
        home.write("bag", "carry-seven-lamps-over-water"),
    );
    home.ok(&["backpack", "export", &file, "--backpack-passphrase-file", &key]);
    home.ok(&["backpack", "verify", &file, "--backpack-passphrase-file", &key]);
    let id = linked["connection"].as_str().unwrap();
    let gone = home.ok(&["connection", "disconnect", id, "--delete-data"]);
    assert_eq!(
        (&gone["revoked_at_platform"], &gone["data_deleted"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(home.ok(&["records", "list"]), json!([]));
    assert_eq!(home.ok(&["connection", "list"]), json!([]));
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
