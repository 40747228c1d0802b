//! After sharing: an app is stopped, asked to erase, and reported; the log is saved as a page.

use std::{fs, path::PathBuf};

use serde_json::{Value, json};

use super::{
    desktop::Desktop,
    driver::Driver,
    frames::{TestApps, ask, becomes},
    person::{choose_everything, install, make_vault, open_and_unlock, press_when_armed, say},
};

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_asked_to_erase_and_reported() {
    let apps = TestApps::serve(&["sample"]);
    let desktop = Desktop::start(&[]);
    make_vault(&desktop);
    let driver = open_and_unlock(&desktop).await;
    install(&driver, "Sample", apps.address("sample")).await;
    share(&driver).await;

    say("stop in the app's window, and go on to the letter");
    driver.click("button", "Stop sharing with Sample").await;
    driver
        .says("Sample can see nothing. Ask them to erase what they have?")
        .await;
    driver.shot("40-stopped").await;
    driver.click("button", "Ask Sample to erase").await;
    driver.main_window().await;
    driver.find("dialog", "Ask Sample to erase what they have").await;
    driver.says("- Single gigs: on ").await;
    driver.says("Article 17").await;
    driver.shot("41-letter").await;

    say("the mail program gets it");
    driver.click("button", "Write an e-mail").await;
    let address = desktop.opened_address();
    assert!(
        address.starts_with("mailto:privacy@sample.example?subject=Request%20to%20erase"),
        "{address}"
    );
    assert!(
        address.contains("Single%20gigs") && !address.contains("Quince"),
        "{address}"
    );

    say("the request stands in Activity with its month");
    driver.click("link", "Activity").await;
    driver.find("grid", "Activity").await;
    driver.says("You asked them to erase it").await;
    driver.says("Answer due").await;
    open_line(&driver, "You asked them to erase it").await;
    driver.find("region", "You asked them to erase it").await;
    driver.find("button", "Write again").await;
    driver
        .holds(
            "return /^Day 0 of (28|29|30|31)$/.test(document.querySelector('aside svg[role=img]')?.getAttribute('aria-label'))",
            json!([]),
        )
        .await;
    driver.shot("42-asked-to-erase").await;

    report(&driver, &desktop).await;
    save_log(&driver, &desktop).await;

    say("they answered");
    open_line(&driver, "You asked them to erase it").await;
    driver.click("button", "They answered").await;
    driver.find("alertdialog", "What did they answer?").await;
    driver.click("button", "They erased it").await;
    driver.says("They say that they erased it").await;
    driver.says("Erased, as they say").await;
    driver.shot("45-answered").await;
    driver.quit().await;
}

async fn share(driver: &Driver) {
    say("share with an app, which reads");
    driver.click("button", "Open Sample").await;
    driver.window("consent.html").await;
    driver.find("button", "Share").await;
    choose_everything(driver).await;
    press_when_armed(driver, "Share").await;
    driver.window("app.html").await;
    driver.enter_frame("Sample (app)").await;
    becomes(driver, "state", "ready").await;
    let (status, answer) = ask(driver, "/v1/records?kind=work&limit=2").await;
    assert_eq!(status, 200, "{answer}");
    driver.leave_frame().await;
}

async fn report(driver: &Driver, desktop: &Desktop) {
    say("a report for the authority");
    let main = driver.front();
    driver.click("button", "Report to authority").await;
    driver.accept_file_dialog(&main).await;
    driver.says("Report saved").await;
    let page = saved(desktop, "Report about Sample");
    for part in [
        "Report about Sample",
        "privacy@sample.example",
        "by e-mail",
        "BEGIN PUBLIC KEY",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("Quince") && !page.contains("<script"), "{page}");
    driver.says("A report for an authority").await;
}

async fn save_log(driver: &Driver, desktop: &Desktop) {
    say("the log as a page");
    let main = driver.front();
    driver.click("button", "Save the log").await;
    driver.find("dialog", "Save the log as a file").await;
    driver.click("radio", "A page to read").await;
    driver.shot("44-save-log").await;
    driver.click("button", "Choose a place").await;
    driver.accept_file_dialog(&main).await;
    driver.says("Saved").await;
    let page = saved(desktop, "Satchel log of");
    assert!(page.contains("signing_key") && page.contains("Asked to erase"));
    assert!(!page.contains("Quince"));
}

/// Opens the line of the log with these words.
async fn open_line(driver: &Driver, words: &str) {
    let found = driver
        .script(
            "const row = [...document.querySelectorAll('tbody tr')].find(row => row.textContent.includes(arguments[0])); row?.click(); return !!row",
            json!([words]),
        )
        .await;
    assert_eq!(found, Value::Bool(true), "{words}");
}

/// What was saved under a name that begins so, as a page.
fn saved(desktop: &Desktop, name: &str) -> String {
    let begins = |path: &PathBuf| {
        path.file_name()
            .is_some_and(|one| one.to_string_lossy().starts_with(name))
    };
    let folder = fs::read_dir(desktop.home()).unwrap();
    let path = folder
        .flatten()
        .map(|entry| entry.path())
        .find(begins)
        .unwrap_or_else(|| panic!("no {name}"));
    assert!(
        path.extension().is_some_and(|ending| ending == "html"),
        "{}",
        path.display()
    );
    if let Some(folder) = std::env::var_os("SATCHEL_SCREENSHOTS") {
        let copy = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join(folder)
            .join(format!("{name}.html"));
        fs::copy(&path, copy).unwrap();
    }
    fs::read_to_string(path).unwrap()
}
