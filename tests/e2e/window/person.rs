//! What a person does in several of the tests: makes a vault, opens it, answers a question, locks.

use std::{fs, time::Duration};

use serde_json::{Value, json};

use super::{desktop::Desktop, driver::Driver};

pub(super) const PASSPHRASE: &str = "ocean-lamp-ticket-forest-nine";
pub(super) const APP: &str = env!("CARGO_BIN_EXE_satchel");
pub(super) const CLI: &str = env!("CARGO_BIN_EXE_satchel-cli");

pub(super) fn say(step: &str) {
    println!("  · {step}");
}

/// Does something at the terminal, where the passphrase comes from a file; what it printed. No window may be open on the vault.
pub(super) fn at_the_terminal(desktop: &Desktop, arguments: &[&str]) -> String {
    let secret = desktop.home().join("pw");
    fs::write(&secret, PASSPHRASE).unwrap();
    let done = desktop
        .command(CLI)
        .arg("--passphrase-file")
        .arg(&secret)
        .args(arguments)
        .output()
        .unwrap();
    fs::remove_file(secret).unwrap();
    let why = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{arguments:?}: {why}");
    String::from_utf8(done.stdout).unwrap()
}

/// Makes the usual vault from the terminal, with a few entries.
pub(super) fn make_vault(desktop: &Desktop) {
    at_the_terminal(desktop, &["vault", "create"]);
    for day in ["2026-10-02", "2026-10-03", "2026-11-04"] {
        let start = format!("start={day}");
        let work = [
            "records",
            "add",
            "work",
            &start,
            "title=Quince harvest",
            "amount=52.50",
            "currency=EUR",
        ];
        at_the_terminal(desktop, &work);
    }
}

/// Opens the app on a vault that is there, and unlocks it.
pub(super) async fn open_and_unlock(desktop: &Desktop) -> Driver {
    let driver = Driver::open(desktop, APP, &[]).await;
    unlock(&driver).await;
    driver
}

pub(super) async fn unlock(driver: &Driver) {
    driver.find("button", "Unlock").await;
    driver.fill("Passphrase", PASSPHRASE).await;
    driver.click("button", "Unlock").await;
    driver.find("button", "Lock Satchel").await;
}

/// Every scope and source, all time, every gig, this once.
pub(super) async fn choose_everything(driver: &Driver) {
    driver
        .script(
            "for (const box of document.querySelectorAll('input[type=checkbox]')) \
             if (!box.checked && !box.labels[0].textContent.startsWith('Always refuse')) box.click();",
            json!([]),
        )
        .await;
    for radio in ["All", "Every gig", "This once"] {
        driver.click("radio", radio).await;
    }
}

/// Notes at the next press whether the page listened: it may have changed since it was asked.
const NOTE_PRESS: &str = "addEventListener('click', () => { \
     document.documentElement.dataset.heard = document.querySelector('.cs')?.dataset.armed ?? 'true'; }, { capture: true, once: true })";

/// Consent listens only in a focused window, a second after the last change, and asks for the passphrase when much is shared.
pub(super) async fn press_when_armed(driver: &Driver, button: &str) {
    let deadline = std::time::Instant::now() + Duration::from_secs(40);
    let mut typed = false;
    loop {
        typed = typed || driver.fill_if_there("Passphrase", PASSPHRASE).await;
        let armed = driver
            .script(
                "const one = [...document.querySelectorAll('button')].find(one => one.textContent.trim() === arguments[0]); \
                 return !!document.querySelector('.cs[data-armed=\"true\"]') && !!one && !one.disabled && one.getAttribute('aria-disabled') !== 'true'",
                json!([button]),
            )
            .await;
        if armed == Value::Bool(true) {
            driver.script(NOTE_PRESS, json!([])).await;
            driver.click("button", button).await;
            let heard = "return document.documentElement.dataset.heard ?? null";
            if driver.script_if_there(heard).await != Some(json!("false")) {
                return;
            }
        }
        if std::time::Instant::now() > deadline {
            driver.shot_of_failure("not-armed");
            panic!("the buttons of consent were never armed: {}", driver.text().await);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

pub(super) async fn lock(driver: &Driver) {
    driver.click("button", "Lock Satchel").await;
    driver.find("button", "Unlock").await;
}

/// What a person does in the browser: loads the page and presses Allow.
pub(super) async fn agree_in_browser(address: &str) {
    let client = reqwest::Client::new();
    let page = client.get(address).send().await.unwrap().text().await.unwrap();
    let request = page
        .split("name=\"request\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let target = format!("{}/oauth/authorize", address.split("/oauth/").next().unwrap());
    let form = [
        ("request", request.as_str()),
        ("account", "lucia"),
        ("decision", "allow"),
    ];
    let answer = client.post(target).form(&form).send().await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.status());
}

/// Installs the app whose description is at an address, after a look at it.
pub(super) async fn install(driver: &Driver, name: &str, address: &str) {
    say(&format!("install {name} from its address"));
    driver.click("link", "Apps").await;
    driver.click("button", "Install an app").await;
    driver
        .fill("Web address of the app", &format!("{address}/openplatform.json"))
        .await;
    driver.click("button", "Look at it").await;
    driver.find("heading", &format!("Install {name}?")).await;
    driver.shot("30-review").await;
    driver.click("button", "Install").await;
    driver.find("heading", name).await;
    driver.click("link", "Apps").await;
    driver.find("button", &format!("Open {name}")).await;
}

/// Turns on what developers see; no app is open yet.
pub(super) async fn developer_mode(driver: &Driver) {
    driver.click("link", "Settings").await;
    driver.click("tab", "Developer").await;
    driver.click("switch", "Developer mode").await;
    driver.says("No app is open.").await;
}

/// Opens an app, shares all that it asks for, and goes into its frame once its page is ready.
pub(super) async fn share_and_enter(driver: &Driver, name: &str) {
    driver.click("button", &format!("Open {name}")).await;
    driver.window("consent.html").await;
    driver.find("button", "Share").await;
    choose_everything(driver).await;
    press_when_armed(driver, "Share").await;
    driver.window("app.html").await;
    driver.enter_frame(&format!("{name} (app)")).await;
    super::frames::becomes(driver, "state", "ready").await;
}
