//! What one app hands to another arrives there, after the person's yes, with what was handed; and apps that may know of each other hear who
//! comes and goes.

use serde_json::{Value, json};

use super::{
    desktop::Desktop,
    driver::Driver,
    frames::{TestApps, becomes, heard, message, press_armed, words},
    person::{choose_everything, install, make_vault, open_and_unlock, press_when_armed, say},
};

const FROM: &str = "Sample";
const TO: &str = "Profile 4";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_handed_over_arrives_in_the_page_of_the_other_app() {
    let apps = TestApps::serve(&["sample", "p4"]);
    let desktop = Desktop::start(&[]);
    make_vault(&desktop);
    let driver = open_and_unlock(&desktop).await;
    install(&driver, FROM, apps.address("sample")).await;
    install(&driver, TO, apps.address("p4")).await;
    open(&driver, TO, "Share").await;

    say("an app that may see which apps there are hears of one that opens");
    let mut sample = open(&driver, FROM, "Don’t share").await;
    go(&driver, TO).await;
    let opened = event(&driver, "app.open", 1).await;
    let id = opened[0].as_str().unwrap_or_default().to_owned();
    assert!(
        id.len() == 32 && id.chars().all(|c| c.is_ascii_hexdigit()),
        "{opened}"
    );

    say("a share arrives with its kind, its sender and the thing");
    hand(
        &driver,
        &sample,
        json!({"type": "share", "body": {"app": "profile 4", "type": "note", "body": {"weeks": [24, "<b>x</b>"]}}}),
    )
    .await;
    go(&driver, TO).await;
    let share = &event(&driver, "share", 1).await[0];
    assert_eq!(
        (
            &share["type"],
            &share["body"],
            &share["app"]["id"],
            &share["app"]["name"]
        ),
        (
            &json!("note"),
            &json!({"weeks": [24, "<b>x</b>"]}),
            &json!(id),
            &json!(FROM)
        ),
        "{share}"
    );

    say("what it is opened with arrives without a kind");
    hand(
        &driver,
        &sample,
        json!({"type": "open", "body": {"id": TO, "body": {"order": 7}}}),
    )
    .await;
    go(&driver, TO).await;
    let share = &event(&driver, "share", 2).await[0];
    assert_eq!(
        (&share["type"], &share["body"]),
        (&Value::Null, &json!({"order": 7})),
        "{share}"
    );

    say("a link into the other app arrives as a share of that kind");
    hand(
        &driver,
        &sample,
        json!({"type": "share", "body": {"app": TO, "type": "link", "body": {"order": "8", "from": "list"}}}),
    )
    .await;
    go(&driver, TO).await;
    let share = &event(&driver, "share", 3).await[0];
    assert_eq!(
        (&share["type"], &share["body"]),
        (&json!("link"), &json!({"order": "8", "from": "list"})),
        "{share}"
    );

    say("without a yes nothing arrives");
    go(&driver, FROM).await;
    message(
        &driver,
        json!({"type": "share", "body": {"app": TO, "type": "note", "body": "never"}}),
    )
    .await;
    driver.leave_frame().await;
    driver.find("alertdialog", &format!("Hand this to {TO}?")).await;
    driver.click("button", "Don’t let it").await;

    say("the menu that an app asks for comes back to it");
    go(&driver, FROM).await;
    message(&driver, json!({"type": "menu", "body": null})).await;
    heard(
        &driver,
        &json!({"openplatform": true, "type": "menu", "body": null}),
    )
    .await;

    say("it hears that the other was closed, and its own page again who opens");
    driver.leave_frame().await;
    driver.click("button", &format!("Close {FROM}")).await;
    go(&driver, TO).await;
    assert_eq!(event(&driver, "app.close", 1).await, json!([id]));
    sample = open(&driver, FROM, "Don’t share").await;
    go(&driver, TO).await;
    assert_eq!(event(&driver, "app.open", 2).await, json!([id]));
    let shares = driver
        .script(
            "return document.querySelectorAll('#events li[data-event=share]').length",
            json!([]),
        )
        .await;
    assert_eq!(shares, json!(3), "what was refused never came");

    say("an app that is not open is opened with it");
    driver.leave_frame().await;
    driver.click("button", &format!("Close {TO}")).await;
    hand(
        &driver,
        &sample,
        json!({"type": "open", "body": {"id": TO, "body": {"order": 9}}}),
    )
    .await;
    driver.window("consent.html").await;
    press_when_armed(&driver, "Don’t share").await;
    go(&driver, TO).await;
    becomes(&driver, "state", "ready").await;
    let share = &event(&driver, "share", 1).await[0];
    assert_eq!(share["body"], json!({"order": 9}), "{share}");
    let first: Value = serde_json::from_str(&words(&driver, "init").await).unwrap();
    assert_eq!(first["data"], json!({"order": 9}), "older libraries read it here");
    driver.quit().await;
}

/// Opens an app from the list with this answer to what it asks, none where it does not ask again. The window that it has.
async fn open(driver: &Driver, name: &str, answer: &str) -> String {
    driver.main_window().await;
    driver.click("link", "Apps").await;
    driver.click("button", &format!("Open {name}")).await;
    if !answer.is_empty() {
        driver.window("consent.html").await;
        driver.find("button", answer).await;
        if answer == "Share" {
            choose_everything(driver).await;
        }
        press_when_armed(driver, answer).await;
    }
    go(driver, name).await;
    becomes(driver, "state", "ready").await;
    driver.front()
}

/// Turns to the window of an app and goes into its frame.
async fn go(driver: &Driver, name: &str) {
    driver.app_window(name).await;
    driver.enter_frame(&format!("{name} (app)")).await;
}

/// Lets the first app hand something over, and says yes for once. A yes counts in front only, and the other app came to the front.
async fn hand(driver: &Driver, window: &str, what: Value) {
    driver.raise(window).await;
    go(driver, FROM).await;
    message(driver, what).await;
    driver.leave_frame().await;
    driver.find("alertdialog", &format!("Hand this to {TO}?")).await;
    press_armed(driver, "This once").await;
}

/// The arguments of an event when it comes for the `nth` time.
async fn event(driver: &Driver, name: &str, nth: usize) -> Value {
    let script = "return document.querySelectorAll(`#events li[data-event=\"${arguments[0]}\"]`)[arguments[1] - 1]?.textContent ?? ''";
    let there = "return document.querySelectorAll(`#events li[data-event=\"${arguments[0]}\"]`).length >= arguments[1]";
    driver.holds(there, json!([name, nth])).await;
    let line = driver.script(script, json!([name, nth])).await;
    let line = line.as_str().unwrap_or_default();
    serde_json::from_str(line.strip_prefix(name).unwrap_or_default()).unwrap()
}
