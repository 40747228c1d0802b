//! Apps that are not ours in a real frame: one that uses the whole bridge, and one that tries to get out of it.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};

use crate::support::received;

use super::{
    axe::nothing_serious,
    desktop::Desktop,
    driver::Driver,
    person::{
        choose_everything, developer_mode, install, make_vault, open_and_unlock, press_when_armed, say,
        share_and_enter,
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn an_app_of_others_gets_what_was_agreed_and_every_word_of_the_bridge() {
    let apps = TestApps::serve(&["sample"]);
    let desktop = Desktop::start(&[]);
    make_vault(&desktop);
    let driver = open_and_unlock(&desktop).await;
    install(&driver, "Sample", apps.address("sample")).await;

    say("share with an app that nobody vouches for");
    driver.click("button", "Open Sample").await;
    driver.window("consent.html").await;
    driver.find("button", "Share").await;
    choose_everything(&driver).await;
    driver.shot("31-consent-for-app").await;
    press_when_armed(&driver, "Share").await;

    say("every word of the bridge");
    driver.window("app.html").await;
    driver.enter_frame("Sample (app)").await;
    becomes(&driver, "state", "ready").await;
    let meta: Value = serde_json::from_str(&words(&driver, "init").await).unwrap();
    assert_eq!(meta["name"], "Satchel", "{meta}");
    for button in [
        "do-meta",
        "do-notify",
        "do-loading",
        "do-loaded",
        "do-maximize",
        "do-minimize",
    ] {
        press(&driver, button).await;
    }
    let (status, answer) = ask(&driver, "/v1/records?kind=work&limit=2").await;
    assert_eq!(
        (status, answer["records"].as_array().map(Vec::len)),
        (200, Some(2)),
        "{answer}"
    );

    say("what it never spoke of before is asked for at once, and refused");
    send(&driver, "/v1/profile?fields=tax_id").await;
    driver.leave_frame().await;
    driver.window("consent.html").await;
    driver.find("button", "Don’t share").await;
    press_when_armed(&driver, "Don’t share").await;
    driver.window("app.html").await;
    driver.enter_frame("Sample (app)").await;
    let (status, answer) = answered(&driver).await;
    assert_eq!(
        (status, &answer["code"]),
        (403, &json!("consent_denied")),
        "{answer}"
    );
    driver.leave_frame().await;

    say("stop: the app is told, and gets nothing more");
    driver.click("button", "Stop sharing with Sample").await;
    driver.enter_frame("Sample (app)").await;
    driver
        .holds(
            "return document.getElementById('events').textContent.includes('revision')",
            json!([]),
        )
        .await;
    let (status, answer) = ask(&driver, "/v1/records?kind=work&limit=2").await;
    assert_eq!(
        (status, &answer["code"]),
        (403, &json!("consent_denied")),
        "{answer}"
    );

    say("the app closes itself");
    press(&driver, "do-close").await;
    driver.gone("app.html").await;
    driver.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_tries_everything_stays_in_its_frame() {
    let apps = TestApps::serve(&["hostile"]);
    let desktop = Desktop::start(&[]);
    make_vault(&desktop);
    let driver = open_and_unlock(&desktop).await;
    install(&driver, "Hostile", apps.address("hostile")).await;

    say("refused, it opens all the same and learns nothing");
    driver.click("button", "Open Hostile").await;
    driver.window("consent.html").await;
    driver.find("button", "Don’t share").await;
    press_when_armed(&driver, "Don’t share").await;
    driver.window("app.html").await;
    driver.enter_frame("Hostile (app)").await;
    becomes(&driver, "state", "done").await;
    for (button, end) in [("do-ungranted", "asked"), ("do-flood", "flooded")] {
        press(&driver, button).await;
        becomes(&driver, "state", end).await;
    }
    for (button, attempt) in [("do-top", "top-after-click"), ("do-leave", "leave")] {
        press(&driver, button).await;
        driver
            .holds(
                "return !!document.getElementById('try-' + arguments[0])",
                json!([attempt]),
            )
            .await;
    }
    let outcomes = outcomes(&driver).await;
    assert!(outcomes.len() >= 25, "{outcomes:#?}");
    assert!(
        outcomes["verify"].contains("admitted"),
        "the host knew it: {outcomes:#?}"
    );
    let broken: Vec<&String> = outcomes
        .values()
        .filter(|words| words.contains("BROKEN"))
        .collect();
    assert_eq!(broken, Vec::<&String>::new());
    driver.leave_frame().await;
    driver.shot("32-hostile-app").await;

    say("the person’s window is as it was");
    driver.click("button", "Close Hostile").await;
    driver.gone("app.html").await;
    driver.click("link", "Overview").await;
    driver.find("heading", "Overview").await;
    driver.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_message_of_an_app_has_its_effect_in_the_window() {
    let apps = TestApps::serve(&["sample"]);
    let desktop = Desktop::start(&[]);
    make_vault(&desktop);
    let driver = open_and_unlock(&desktop).await;
    developer_mode(&driver).await;
    install(&driver, "Sample", apps.address("sample")).await;
    share_and_enter(&driver, "Sample").await;

    say("what is shown in the strip and over the frame");
    message(
        &driver,
        json!({"type": "titlesuccess", "body": "Saved <b>all</b>"}),
    )
    .await;
    outside(&driver, "Sample: Saved <b>all</b>").await;
    message(&driver, json!({"type": "progress", "body": 40})).await;
    driver.leave_frame().await;
    driver
        .holds(
            "return document.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow') === '40'",
            json!([]),
        )
        .await;
    driver.enter_frame("Sample (app)").await;
    message(&driver, json!({"type": "progress", "body": null})).await;
    // Meanwhile the frame takes nothing, the driver's words neither.
    message(&driver, json!({"type": "offline", "body": null, "after": 3000})).await;
    message(&driver, json!({"type": "offline", "body": "Try <i>later</i>"})).await;
    driver.leave_frame().await;
    driver.says("Sample says it has no network.").await;
    driver.says("Try <i>later</i>").await;
    driver.enter_frame("Sample (app)").await;
    message(
        &driver,
        json!({"type": "snackbar", "body": {"body": "A short word", "type": "success"}, "callback": "a1"}),
    )
    .await;
    outside(&driver, "Sample: A short word").await;
    message(
        &driver,
        json!({"type": "console", "body": {"type": 3, "msg": "Something broke", "show": true}}),
    )
    .await;
    outside(&driver, "Something broke").await;
    look(&driver, "33-app-console", "the console").await;
    message(
        &driver,
        json!({"type": "help", "body": {"body": "# How it works"}}),
    )
    .await;
    outside(&driver, "These are words of Sample, not of Satchel.").await;
    look(&driver, "34-app-help", "a page of help").await;
    message(
        &driver,
        json!({"type": "message", "body": {"body": "Hello <b>you</b>", "button": "Fine"}}),
    )
    .await;
    outside(&driver, "Hello <b>you</b>").await;
    driver.leave_frame().await;
    driver.find("alertdialog", "Sample says").await;
    driver.shot("35-app-message").await;
    nothing_serious(&driver, "words of an app").await;
    driver.click("button", "Fine").await;
    driver.enter_frame("Sample (app)").await;

    say("questions are answered as the library waits for it");
    message(&driver, json!({"type": "confirm", "body": {"body": "Sure?", "buttons": ["\"check\" Yes", "No"]}, "callback": "b1"})).await;
    driver.leave_frame().await;
    driver.find("alertdialog", "Sample says").await;
    driver.shot("36-app-confirm").await;
    driver.click("button", "No").await;
    driver.enter_frame("Sample (app)").await;
    heard(
        &driver,
        &json!({"openplatform": true, "type": "confirm", "body": {"index": 1}, "callback": "b1"}),
    )
    .await;
    message(&driver, json!({"type": "options", "body": [{"name": "One", "value": 1}, {"name": "Two", "value": 2, "callbackid": "x"}], "callback": "b2"})).await;
    driver.leave_frame().await;
    driver.find("alertdialog", "Menu of Sample").await;
    driver.shot("37-app-menu").await;
    driver.click("button", "Two").await;
    driver.enter_frame("Sample (app)").await;
    heard(&driver, &json!({"openplatform": true, "type": "options", "body": {"name": "Two", "value": 2}, "callback": "b2"})).await;
    message(
        &driver,
        json!({"type": "config", "body": {"body": "{\"a\":[1]}"}, "callback": "c1"}),
    )
    .await;
    heard(
        &driver,
        &json!({"openplatform": true, "type": "config", "body": {"success": true}, "callback": "c1"}),
    )
    .await;
    message(
        &driver,
        json!({"type": "config", "body": {"body": null}, "callback": "c2"}),
    )
    .await;
    heard(
        &driver,
        &json!({"openplatform": true, "type": "config", "body": {"a": [1]}, "callback": "c2"}),
    )
    .await;
    message(
        &driver,
        json!({"type": "launched", "body": null, "callback": "d1"}),
    )
    .await;
    heard(
        &driver,
        &json!({"openplatform": true, "type": "launched", "body": [], "callback": "d1"}),
    )
    .await;

    say("the strip asks the app");
    driver.leave_frame().await;
    driver.click("button", "More of Sample").await;
    driver.click("menuitem", "Its help").await;
    driver.enter_frame("Sample (app)").await;
    heard(
        &driver,
        &json!({"openplatform": true, "type": "help", "body": "1.0.0"}),
    )
    .await;

    say("the library of P5 in the same frame is heard and answered in its own way");
    message(&driver, json!({"TYPE": "init"})).await;
    heard(&driver, &json!({"TYPE": "init"})).await;
    message(
        &driver,
        json!({"TYPE": "vault", "data": {"get": "/v1/grant"}, "callbackid": "3"}),
    )
    .await;
    driver
        .holds(
            "return document.getElementById('heard').textContent.includes('\"callbackid\":\"3\"')",
            json!([]),
        )
        .await;
    message(&driver, json!({"TYPE": "success", "data": "Kept"})).await;
    outside(&driver, "Sample: Kept").await;

    say("developers see what passed, without values, until they open one");
    driver.leave_frame().await;
    driver.click("button", "More of Sample").await;
    driver.click("menuitem", "Messages (developer)").await;
    driver.says("P2–P4").await;
    driver.says("from the app · P5").await;
    let words = driver.text().await;
    assert!(
        !words.contains("Something broke") && !words.contains("How it works"),
        "{words}"
    );
    driver.shot("38-app-messages").await;
    nothing_serious(&driver, "the messages of an app").await;
    driver.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_leaves_an_app_is_asked_first_and_a_flood_stops_nobody() {
    let apps = TestApps::serve(&["sample"]);
    let desktop = Desktop::start(&[]);
    make_vault(&desktop);
    let driver = open_and_unlock(&desktop).await;
    install(&driver, "Sample", apps.address("sample")).await;
    driver.click("button", "Open Sample").await;
    driver.window("consent.html").await;
    driver.find("button", "Don’t share").await;
    press_when_armed(&driver, "Don’t share").await;
    driver.window("app.html").await;
    driver.enter_frame("Sample (app)").await;
    becomes(&driver, "state", "ready").await;

    say("a copy is refused, then agreed once, then for good");
    let copy = json!({"type": "clipboard", "body": "what was copied"});
    message(&driver, copy.clone()).await;
    driver.leave_frame().await;
    driver.find("alertdialog", "Let Sample copy this?").await;
    driver.says("what was copied").await;
    driver
        .holds("const frame = document.querySelector('iframe'); return frame.inert && getComputedStyle(frame).visibility === 'hidden'", json!([]))
        .await;
    driver.shot("40-app-copy").await;
    nothing_serious(&driver, "a question about what leaves an app").await;
    driver.click("button", "Don’t let it").await;
    driver.enter_frame("Sample (app)").await;
    message(&driver, copy.clone()).await;
    driver.leave_frame().await;
    press_armed(&driver, "Always let it copy").await;
    driver.enter_frame("Sample (app)").await;
    message(&driver, copy).await;

    say("an address outside is opened after a yes, and no other");
    // Only a real click may open a window.
    driver.click("button", "Open a window").await;
    driver.leave_frame().await;
    driver.find("alertdialog", "Open this in your browser?").await;
    driver.says("https://outside.example/look?from=sample").await;
    driver.shot("41-app-address").await;
    press_armed(&driver, "This once").await;
    assert_eq!(
        desktop.opened_address(),
        "https://outside.example/look?from=sample"
    );

    say("100,000 messages, 50 MB and poisoned keys leave the window and the vault as they were");
    driver.enter_frame("Sample (app)").await;
    press(&driver, "do-flood").await;
    becomes(&driver, "state", "flooded").await;
    message(
        &driver,
        json!({"type": "config", "body": {"body": null}, "callback": "e1"}),
    )
    .await;
    driver.leave_frame().await;
    let polluted = driver
        .script("return ({}).polluted === undefined", json!([]))
        .await;
    assert_eq!(polluted, json!(true));
    say("something is handed to an app that comes up with it");
    driver.enter_frame("Sample (app)").await;
    message(
        &driver,
        json!({"type": "share", "body": {"app": "my backpack", "type": "note", "body": {"weeks": 24}}}),
    )
    .await;
    driver.leave_frame().await;
    driver.find("alertdialog", "Hand this to My Backpack?").await;
    driver.says("has no network").await;
    driver.shot("42-app-share").await;
    press_armed(&driver, "This once").await;
    driver.window("consent.html").await;
    driver.find("button", "Don’t share").await;
    press_when_armed(&driver, "Don’t share").await;
    driver.window("app.html").await;

    driver.click("button", "What it received").await;
    driver.main_window().await;
    driver.click("link", "Activity").await;
    for line in [
        "Copies things",
        "You agreed, until you close it",
        "Opens addresses of https://outside.example",
        "You let it through",
        "Hands things to My Backpack",
    ] {
        driver.says(line).await;
    }
    let words = driver.text().await;
    assert!(
        !words.contains("what was copied") && !words.contains("from=sample"),
        "{words}"
    );
    driver.quit().await;
    let log = desktop.log();
    assert!(
        !log.contains("what was copied") && !log.contains("from=sample"),
        "{log}"
    );
}

/// Lets the app send a message, as its library would.
pub(super) async fn message(driver: &Driver, message: Value) {
    driver
        .script(
            "document.getElementById('message').value = arguments[0]; document.getElementById('say').requestSubmit()",
            json!([message.to_string()]),
        )
        .await;
}

/// Waits until the host has posted just this.
pub(super) async fn heard(driver: &Driver, wanted: &Value) {
    driver
        .holds(
            "const same = (a, b) => JSON.stringify(a, Object.keys(a).sort()) === JSON.stringify(b, Object.keys(b).sort()) && JSON.stringify(a.body) === JSON.stringify(b.body); \
             return document.getElementById('heard').textContent.split('\\n').filter(Boolean).some(line => same(JSON.parse(line), arguments[0]))",
            json!([wanted]),
        )
        .await;
}

/// Waits for words around the frame, and goes back into it.
async fn outside(driver: &Driver, words: &str) {
    driver.leave_frame().await;
    driver.says(words).await;
    driver.enter_frame("Sample (app)").await;
}

/// Looks at the window around the frame, and goes back into it.
async fn look(driver: &Driver, shot: &str, what: &str) {
    driver.leave_frame().await;
    driver.shot(shot).await;
    nothing_serious(driver, what).await;
    driver.enter_frame("Sample (app)").await;
}

/// A yes to what leaves an app counts in a focused window, a second after it came up.
pub(super) async fn press_armed(driver: &Driver, button: &str) {
    driver.find("button", button).await;
    driver
        .holds(
            "return [...document.querySelectorAll('dialog button')].some(button => button.textContent.trim() === arguments[0] && !button.disabled)",
            json!([button]),
        )
        .await;
    driver.click("button", button).await;
}

pub(super) async fn press(driver: &Driver, id: &str) {
    driver
        .script("document.getElementById(arguments[0]).click()", json!([id]))
        .await;
}

pub(super) async fn words(driver: &Driver, id: &str) -> String {
    let words = driver
        .script(
            "return document.getElementById(arguments[0]).textContent",
            json!([id]),
        )
        .await;
    words.as_str().unwrap_or_default().to_owned()
}

pub(super) async fn becomes(driver: &Driver, id: &str, end: &str) {
    driver
        .holds(
            "return document.getElementById(arguments[0])?.textContent === arguments[1]",
            json!([id, end]),
        )
        .await;
}

/// What the bridge answers to a path: the status, and the answer or its code.
pub(super) async fn ask(driver: &Driver, path: &str) -> (u64, Value) {
    send(driver, path).await;
    answered(driver).await
}

/// Lets the app ask for a path.
async fn send(driver: &Driver, path: &str) {
    driver
        .script(
            "document.getElementById('path').value = arguments[0]; document.getElementById('ask').requestSubmit()",
            json!([path]),
        )
        .await;
}

async fn answered(driver: &Driver) -> (u64, Value) {
    driver
        .holds(
            "return document.getElementById('answer').textContent !== 'waiting'",
            json!([]),
        )
        .await;
    let answer: Value = serde_json::from_str(&words(driver, "answer").await).unwrap();
    match answer["ok"] == true {
        true => (200, answer["json"].clone()),
        false => (answer["status"].as_u64().unwrap_or_default(), answer),
    }
}

/// What became of each attempt, by its name.
async fn outcomes(driver: &Driver) -> BTreeMap<String, String> {
    let lines = driver
        .script(
            "return [...document.querySelectorAll('#results li')].map(line => [line.id.slice(4), line.textContent])",
            json!([]),
        )
        .await;
    serde_json::from_value::<Vec<(String, String)>>(lines)
        .unwrap()
        .into_iter()
        .collect()
}

/// The apps of `tests/apps`, each on an origin of its own, for as long as this lives.
pub(super) struct TestApps {
    server: Child,
    addresses: BTreeMap<String, String>,
}

impl TestApps {
    pub(super) fn serve(names: &[&str]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/apps/server.mjs");
        let mut server = received::by_node(&mut Command::new("node"), "_")
            .arg(script)
            .args(names)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Node.js");
        let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
        let addresses = names
            .iter()
            .map(|_| {
                let line = lines.next().unwrap().unwrap();
                let (name, address) = line.split_once(' ').unwrap();
                (name.to_owned(), address.trim().to_owned())
            })
            .collect();
        Self { server, addresses }
    }

    pub(super) fn address(&self, name: &str) -> &str {
        &self.addresses[name]
    }
}

impl Drop for TestApps {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
