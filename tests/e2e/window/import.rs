//! Files of platforms in the real window: one that is known is looked at, imported and taken back, one that is not is mapped by hand; files and
//! folders are dropped; a row that was set aside is put right; what is missing is said, and the letter that asks for it is written.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::json;

use super::{
    axe::nothing_serious,
    desktop::Desktop,
    driver::Driver,
    person::{make_vault, open_and_unlock, say},
};

const HEADER: &str =
    "City Name,Trip UUID,Local Amount,Currency Code,Classification,Category,Local Timestamp\n";
/// Payments in the file that can be read.
const GOOD: u32 = 9_000;
/// Payments in a file that takes a while.
const MANY: u32 = 20_000;

/// What Uber hands over of payments (spec/connectors.md): one in a thousand rows has an amount that is none, and the last is a payout.
fn payments(desktop: &Desktop, name: &str, good: u32) -> PathBuf {
    let mut text = HEADER.to_owned();
    for at in 0..good {
        let (day, minute) = (1 + at / 400 % 28, at % 60);
        writeln!(
            text,
            "Phoenix,trip-{at},7.25,USD,fare,driver_payment_fares,2024-03-{day:02} 1{}:{minute:02}:00",
            at % 8
        )
        .unwrap();
        if at % 1_000 == 0 {
            writeln!(
                text,
                "Phoenix,trip-{at},much,USD,fare,driver_payment_fares,2024-03-{day:02} 09:00:00"
            )
            .unwrap();
        }
    }
    text += "Phoenix,\\N,-65250.00,USD,weekly.payout,payout,2024-04-01 04:00:00\n";
    written(desktop, name, &text)
}

fn written(desktop: &Desktop, name: &str, text: &str) -> PathBuf {
    let path = desktop.home().join(name);
    fs::write(&path, text).unwrap();
    path
}

/// From Connections to the file in the system's dialog.
async fn choose(driver: &Driver, path: &Path) {
    driver.click("link", "Connections").await;
    driver.click("button", "Import a file").await;
    let main = driver.front();
    driver.click("button", "Choose a file").await;
    driver.choose_file(&main, path).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_file_is_seen_first_imported_and_taken_back() {
    let desktop = Desktop::start(&[]);
    make_vault(&desktop);
    let driver = open_and_unlock(&desktop).await;

    say("nothing is stored before it was seen");
    driver.click("link", "Connections").await;
    driver.click("button", "Import a file").await;
    driver.find("heading", "Import a file").await;
    driver.shot("90-import-choose").await;
    nothing_serious(&driver, "choosing a file").await;
    choose(&driver, &payments(&desktop, "anything.csv", GOOD)).await;
    driver.find("button", "Import 9,001 new rows").await;
    driver.says("Looks like Uber").await;
    driver.says("$65,250.00").await;
    driver.shot("91-import-check").await;
    nothing_serious(&driver, "the check of a file").await;

    say("it is imported, and the sums are true");
    driver.click("button", "Import 9,001 new rows").await;
    driver.find("button", "Undo import").await;
    driver.says("Amount cannot be read").await;
    driver.shot("92-import-result").await;
    nothing_serious(&driver, "the result of an import").await;
    driver.says("9,004 records").await;

    say("what is missing is said");
    driver.click("link", "Connections").await;
    driver.find("button", "Import a file").await;
    driver
        .script("location.hash = '#/connections/coverage'", json!([]))
        .await;
    driver.find("heading", "What is here, what is missing").await;
    driver.says("Uber").await;
    driver.shot("93-completeness").await;
    nothing_serious(&driver, "completeness").await;

    say("the same file again has nothing new, and the first is taken back");
    choose(&driver, &payments(&desktop, "anything.csv", GOOD)).await;
    driver.find("button", "Import, nothing is new").await;
    driver.click("button", "Cancel").await;
    driver.click("link", "Connections").await;
    driver.click("button", "Import a file").await;
    driver
        .holds(
            "const row = [...document.querySelectorAll('.clickrow')].find(one => one.textContent.includes('anything.csv')); row?.click(); return !!row",
            json!([]),
        )
        .await;
    driver.click("button", "Undo import").await;
    driver.find("alertdialog", "Undo this import?").await;
    driver
        .script(
            "document.querySelector('[role=alertdialog] .btn.danger').click()",
            json!([]),
        )
        .await;
    driver.says("This import is undone").await;
    driver.shot("94-import-undone").await;
    driver.says("\n3 records").await;
    driver.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_table_is_mapped_by_hand_and_a_platform_is_asked() {
    let desktop = Desktop::start(&[]);
    make_vault(&desktop);
    let driver = open_and_unlock(&desktop).await;

    say("a table that nobody knows is never guessed");
    let table = "Tag;Was;Betrag\n03.11.2026;Fahrt eins;12,50\n04.11.2026;Fahrt zwei;8,00\n";
    choose(&driver, &written(&desktop, "fahrten.csv", table)).await;
    driver.says("IMP-201").await;
    driver.shot("95-import-unknown").await;
    nothing_serious(&driver, "an unknown layout").await;
    driver
        .holds(
            "const map = [...document.querySelectorAll('a,button')].find(one => /map/i.test(one.getAttribute('aria-label') ?? one.textContent)); map?.click(); return !!map",
            json!([]),
        )
        .await;
    driver.says("Fahrt eins").await;
    driver.shot("96-import-mapping").await;
    nothing_serious(&driver, "a mapping").await;
    choose_in(&driver, "Meaning of Betrag", "Amount").await;
    choose_in(&driver, "Meaning of Was", "What").await;
    driver.fill("Currency of amounts", "EUR").await;
    driver.says("€12.50").await;
    driver.shot("96-import-mapping-chosen").await;
    nothing_serious(&driver, "a mapping with its first records").await;

    say("the letter is written, marked where the profile speaks, and sent by the person");
    driver
        .script("location.hash = '#/connections/request'", json!([]))
        .await;
    driver.click("radio", "Wolt").await;
    driver.shot("97-request-begin").await;
    nothing_serious(&driver, "beginning a request").await;
    driver.click("button", "Write the letter").await;
    driver.find("heading", "Ask Wolt for your data").await;
    driver.find("complementary", "Your letter").await;
    driver.says("Under Article 15").await;
    driver.shot("98-request-letter").await;
    nothing_serious(&driver, "a letter").await;
    driver.click("button", "I sent it").await;
    driver.find("region", "One month to answer").await;
    driver.click("button", "They refused").await;
    driver.shot("99-request-sent").await;
    driver.quit().await;
}

/// Says to the page what the shell says when files are dragged over the window, and dropped on it. The drag itself, from another program to the
/// window's own code, is not driven.
async fn dragged(driver: &Driver, what: &str, path: &Path) {
    let script = "const [event, path] = arguments; \
        const of = (name) => { try { return Object.getOwnPropertyNames(window[name] ?? {}).includes(event) ? window[name][event] : null } catch { return null } }; \
        const all = Object.getOwnPropertyNames(window).map(of).find(Boolean); if (!all) return false; \
        for (const id of Object.getOwnPropertyNames(all)) window.__TAURI_INTERNALS__.runCallback(all[id].handlerId, { event, id: Number(id), payload: { paths: [path], position: { x: 9, y: 9 } } }); \
        return true";
    let event = format!("tauri://drag-{what}");
    driver.holds(script, json!([event, path.to_str().unwrap()])).await;
}

/// One of a list box.
async fn choose_in(driver: &Driver, list: &str, option: &str) {
    driver.click("button", list).await;
    driver
        .holds(
            "const one = [...document.querySelectorAll('[role=option]')].find(one => one.textContent.trim().startsWith(arguments[0])); one?.click(); return !!one",
            json!([option]),
        )
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_and_folders_are_dropped_and_a_row_is_put_right() {
    let desktop = Desktop::start(&[]);
    make_vault(&desktop);
    let driver = open_and_unlock(&desktop).await;
    let large = payments(&desktop, "many.csv", MANY);

    say("a file is dropped wherever the person is, and looked at");
    driver.click("link", "Work").await;
    dragged(&driver, "enter", &large).await;
    driver.says("Drop it here").await;
    driver.shot("90-import-drop").await;
    dragged(&driver, "leave", &large).await;
    driver
        .holds(
            "return !document.body.textContent.includes('Drop it here')",
            json!([]),
        )
        .await;
    dragged(&driver, "enter", &large).await;
    dragged(&driver, "drop", &large).await;
    driver.find("button", "Import 20,001 new rows").await;

    say("the clock on the wall hung somewhere");
    choose_in(&driver, "Where the clock hung", "America/Phoenix").await;
    driver.says("2024-03-01 17:00 in UTC").await;
    driver.shot("91-import-zone").await;
    nothing_serious(&driver, "the zone of a file").await;

    say("it is paused and gone on with");
    driver.click("button", "Import 20,001 new rows").await;
    driver.click("button", "Pause").await;
    driver.says("Paused at").await;
    driver.shot("92-import-paused").await;
    nothing_serious(&driver, "an import that is paused").await;
    driver.click("button", "Continue").await;
    driver.find("button", "Pause").await;
    driver.shot("92-import-running").await;
    for _ in 0..120 {
        if driver.look("button", "Undo import").await.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    driver.find("button", "Undo import").await;

    say("a row that was set aside is corrected, and refused as long as it cannot be read");
    driver.click("link", "Show all 20 rows set aside").await;
    driver.find("heading", "Rows set aside 20").await;
    driver.shot("93-import-aside-all").await;
    nothing_serious(&driver, "the rows set aside").await;
    driver.click("button", "Fix row 3 of Payments").await;
    driver.find("dialog", "Row 3 of Payments").await;
    driver.says("Amount cannot be read").await;
    driver.fill("Local Amount", "7.25").await;
    driver.fill("Local Timestamp", "yesterday").await;
    driver.click("button", "Take the row").await;
    driver.says("Date cannot be read").await;
    driver.shot("93-import-fix").await;
    nothing_serious(&driver, "a row that is corrected").await;
    driver.fill("Local Timestamp", "2024-03-01 09:00:00").await;
    driver.click("button", "Take the row").await;
    driver.find("heading", "Rows set aside 19").await;
    driver
        .holds("return !document.querySelector('dialog')", json!([]))
        .await;

    say("a record of the file shows the row that it was read from");
    driver
        .holds("location.hash = '#/work?platform=uber'; return true", json!([]))
        .await;
    driver
        .holds(
            "const rows = [...document.querySelectorAll('[role=grid] tbody tr')]; const row = rows.find((one) => one.textContent.includes('2024')); row?.click(); return !!row",
            json!([]),
        )
        .await;
    driver.find("region", "Raw row").await;
    driver.says("of many.csv, as it came").await;
    driver.shot("93-record-of-a-file").await;
    nothing_serious(&driver, "a record of a file").await;

    say("a folder is dropped, and a file that is locked asks for its password");
    let folder = desktop.home().join("takeout");
    fs::create_dir(&folder).unwrap();
    fs::copy(&large, folder.join("many.csv")).unwrap();
    dragged(&driver, "drop", &folder).await;
    driver.find("button", "Import, nothing is new").await;
    driver.says("takeout").await;
    let locked = desktop.home().join("locked.zip");
    fs::write(&locked, include_bytes!("locked.zip")).unwrap();
    dragged(&driver, "drop", &locked).await;
    driver.find("textbox", "Password of the file").await;
    driver.shot("94-import-password").await;
    nothing_serious(&driver, "the password of a file").await;
    driver.fill("Password of the file", "badger").await;
    driver.click("button", "Open the file").await;
    driver.says("IMP-213").await;
    driver.fill("Password of the file", "otter").await;
    driver.click("button", "Open the file").await;
    driver.find("button", "Import 1 new row").await;
    driver.quit().await;
}
