//! Apps from the terminal: one that changes, one that imitates.

use serde_json::json;

use crate::support::{
    Home,
    changing::{ChangingApp, manifest},
};

#[test]
fn an_app_that_is_added_again_says_what_changed_and_waits_for_a_word() {
    let home = Home::with_vault();
    let app = ChangingApp::serve(manifest("Mile Log", &["ratings"], ""));
    let url = format!("{}/openplatform.json", app.address);
    let id = home.ok(&["app", "add", &url])["id"].as_str().unwrap().to_owned();
    home.run(&["app", "add", &url]).refused(1, "APP-304");

    app.says(manifest("Mile Log", &["ratings", "profile.email"], ""));
    let offered = home.ok(&["app", "add", &url]);
    assert_eq!((&offered["id"], &offered["state"]), (&json!(id), &json!("ready")));
    assert_eq!(
        offered["asks"].as_array().unwrap().len(),
        1,
        "what was agreed to holds"
    );
    let changes = offered["offered"]["changes"].as_array().unwrap();
    assert_eq!(
        (&changes[0]["kind"], &changes[0]["words"]),
        (&json!("added"), &json!("E-mail address"))
    );
    let taken = home.ok(&["app", "accept", "Mile Log"]);
    assert_eq!(
        (taken["asks"].as_array().unwrap().len(), taken.get("offered")),
        (2, None)
    );
    home.run(&["app", "accept", &id]).refused(1, "APP-334");

    let elsewhere = ChangingApp::serve(manifest("Mile Log", &[], ""));
    app.says(manifest("Mile Log", &["ratings"], &elsewhere.address));
    let paused = home.ok(&["app", "add", &url]);
    assert_eq!(paused["state"], "review");
    assert_eq!(paused["offered"]["changes"][0]["kind"], "who");
    let kept = home.ok(&["app", "keep", &id]);
    assert_eq!(
        (&kept["state"], &kept["origin"]),
        (&json!("ready"), &json!(app.address))
    );
    home.run(&["app", "add", &url]).refused(1, "APP-304");
}

#[test]
fn an_app_that_imitates_is_not_installed() {
    let home = Home::with_vault();
    for name in ["S\u{0430}tchel", "MY-BACKPACK", "Satchel\u{00AD}"] {
        let app = ChangingApp::serve(manifest(name, &[], ""));
        let url = format!("{}/openplatform.json", app.address);
        home.run(&["app", "add", &url]).refused(1, "APP-306");
    }
    let apps = home.ok(&["app", "list"]);
    assert_eq!(apps.as_array().unwrap().len(), 1, "only what came with Satchel");
}
