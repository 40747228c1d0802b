//! What an app leaves in the engine is found by that app alone: by no other one, not by the same one in another space, and not after it was
//! removed and installed again.

use std::{collections::BTreeMap, fs, path::PathBuf, process::Command};

use super::{
    desktop::Desktop,
    driver::Driver,
    frames::TestApps,
    person::{at_the_terminal, install, make_vault, open_and_unlock, press_when_armed, say},
};

const KEEPER: &str = include_str!("../../apps/hostile/keeper.js");
/// Where every engine keeps something: a test that kept nothing would find nothing.
const SURE: [&str; 2] = ["localStorage", "indexedDB"];

/// What became of each place.
type Places = BTreeMap<String, String>;

#[tokio::test(flavor = "multi_thread")]
async fn what_an_app_keeps_is_found_by_that_app_alone() {
    let apps = TestApps::serve(&["hostile", "sample"]);
    let desktop = Desktop::start(&[]);
    make_vault(&desktop);
    at_the_terminal(&desktop, &["space", "add", "Second"]);
    let driver = open_and_unlock(&desktop).await;
    install(&driver, "Hostile", apps.address("hostile")).await;
    install(&driver, "Sample", apps.address("sample")).await;

    say("an app keeps what it can, and finds it");
    open(&driver, "Hostile", true).await;
    let kept = run(&driver, "keep").await;
    let own = run(&driver, "found").await;
    println!("    {:<16} {:<44} found again", "place", "kept");
    for (place, how) in &kept {
        println!("    {place:<16} {how:<44} {}", own[place]);
    }
    for place in SURE {
        assert_eq!(
            (kept[place].as_str(), own[place].as_str()),
            ("kept", "found"),
            "{place}"
        );
    }

    say("another app at the same host finds nothing, while the first is open");
    driver.leave_frame().await;
    driver.main_window().await;
    driver.click("link", "Apps").await;
    open(&driver, "Sample", true).await;
    nothing(&driver, "another app").await;
    close(&driver, "Sample").await;

    say("the same app, removed and installed again, finds nothing");
    remove(&driver, "Hostile").await;
    install(&driver, "Hostile", apps.address("hostile")).await;
    open(&driver, "Hostile", true).await;
    nothing(&driver, "the app after it was removed").await;
    run(&driver, "keep").await;
    close(&driver, "Hostile").await;

    say("the same app in another space finds nothing");
    driver.click("button", "Space: Personal").await;
    driver.click("menuitemradio", "Second").await;
    driver.find("button", "Space: Second").await;
    install(&driver, "Hostile", apps.address("hostile")).await;
    open(&driver, "Hostile", true).await;
    nothing(&driver, "the app in another space").await;
    close(&driver, "Hostile").await;

    say("a package, removed and installed again, finds nothing either");
    let file = package(&desktop);
    install_package(&driver, &file).await;
    open(&driver, "Shelf", false).await;
    let kept = run(&driver, "keep").await;
    let own = run(&driver, "found").await;
    for place in SURE {
        assert_eq!(
            (kept[place].as_str(), own[place].as_str()),
            ("kept", "found"),
            "{place}"
        );
    }
    close(&driver, "Shelf").await;
    remove(&driver, "Shelf").await;
    install_package(&driver, &file).await;
    open(&driver, "Shelf", false).await;
    nothing(&driver, "the package after it was removed").await;
    driver.quit().await;
}

async fn run(driver: &Driver, act: &str) -> Places {
    let script = format!("{KEEPER}; const done = arguments[arguments.length - 1]; {act}().then(done);");
    serde_json::from_value(driver.script_that_calls_back(&script).await).unwrap()
}

async fn nothing(driver: &Driver, whose: &str) {
    let found = run(driver, "found").await;
    println!("    {whose}: {found:?}");
    let places: Vec<&String> = found
        .iter()
        .filter(|(_, what)| *what == "found")
        .map(|(place, _)| place)
        .collect();
    assert_eq!(places, Vec::<&String>::new(), "{whose} finds what was kept");
    for place in SURE {
        assert_eq!(found[place], "-", "{place} was looked at");
    }
}

/// Opens an app from the list, and goes into its frame once its page is there.
async fn open(driver: &Driver, name: &str, asks: bool) {
    driver.click("button", &format!("Open {name}")).await;
    if asks {
        driver.window("consent.html").await;
        press_when_armed(driver, "Don’t share").await;
        driver.gone("consent.html").await;
    }
    driver.app_window(name).await;
    driver.enter_frame(&format!("{name} (app)")).await;
    driver
        .holds(
            "return location.protocol === 'http:' && document.readyState === 'complete'",
            serde_json::json!([]),
        )
        .await;
}

async fn close(driver: &Driver, name: &str) {
    driver.leave_frame().await;
    driver.click("button", &format!("Close {name}")).await;
    driver.main_window().await;
    driver.click("link", "Apps").await;
}

pub(super) async fn remove(driver: &Driver, name: &str) {
    driver.click("button", &format!("Manage {name}")).await;
    driver.click("button", &format!("Remove {name}")).await;
    driver
        .holds(
            "const yes = [...document.querySelectorAll('[role=alertdialog] button, [role=dialog] button, dialog button')].find(one => one.textContent.trim() === arguments[0]); yes?.click(); return !!yes",
            serde_json::json!([format!("Remove {name}")]),
        )
        .await;
    driver.says(&format!("{name} removed")).await;
    driver.click("link", "Apps").await;
}

/// A package with one page.
fn package(desktop: &Desktop) -> PathBuf {
    let staged = desktop.home().join("shelf");
    fs::create_dir(&staged).unwrap();
    let description = r#"{"name":"Shelf","url":"/index.html","author":"Nobody","version":"1","description":"Keeps things.","allowreadprofile":0,"allowreadusers":0,"allowreadapps":0,"allowreadmeta":false,"vault":{"purpose":"To keep things.","scopes":[]}}"#;
    fs::write(staged.join("openplatform.json"), description).unwrap();
    fs::write(
        staged.join("index.html"),
        "<!doctype html><meta charset=utf-8><title>Shelf</title><p>Shelf",
    )
    .unwrap();
    let file = desktop.home().join("shelf.zip");
    let made = Command::new("zip")
        .current_dir(&staged)
        .args(["-q", "-r", "-X"])
        .arg(&file)
        .arg(".")
        .status();
    assert!(made.expect("zip").success());
    file
}

async fn install_package(driver: &Driver, file: &std::path::Path) {
    let main = driver.front();
    driver.click("button", "Choose a package").await;
    driver.choose_file(&main, file).await;
    driver.find("heading", "Install Shelf?").await;
    driver.click("button", "Install").await;
    driver.find("heading", "Shelf").await;
    driver.click("link", "Apps").await;
}
