//! Apps that are not ours in a real frame: one that uses the whole bridge, and one that tries to get out of it.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};

use super::{
    desktop::Desktop,
    driver::Driver,
    person::{choose_everything, install, make_vault, open_and_unlock, press_when_armed, say},
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

async fn press(driver: &Driver, id: &str) {
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
        let mut server = Command::new("node")
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
