//! Files of platforms in the real window: one that is known is looked at, imported and taken back, one that is not is mapped by hand; what is
//! missing is said, and the letter that asks for it is written.

use std::{fmt::Write as _, fs, path::PathBuf};

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

/// What Uber hands over of payments (spec/connectors.md): one in a thousand rows has an amount that is none, and the last is a payout.
fn payments(desktop: &Desktop) -> PathBuf {
    let mut text = HEADER.to_owned();
    for at in 0..GOOD {
        let (day, minute) = (1 + at / 400, at % 60);
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
    written(desktop, "anything.csv", &text)
}

fn written(desktop: &Desktop, name: &str, text: &str) -> PathBuf {
    let path = desktop.home().join(name);
    fs::write(&path, text).unwrap();
    path
}

/// From Connections to the file in the system's dialog.
async fn choose(driver: &Driver, path: &std::path::Path) {
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
    choose(&driver, &payments(&desktop)).await;
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
    choose(&driver, &payments(&desktop)).await;
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
