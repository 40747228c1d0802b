//! A cooperative that runs upstream's library, from the paper with its key to the receipt: it is added and compared, a transfer is filled in,
//! checked, signed and sent, and what it has stored is what was shown.

use std::fs;

use serde_json::{Value, json};

use super::{
    axe::nothing_serious,
    desktop::Desktop,
    driver::Driver,
    person::{CLI, PASSPHRASE, make_vault, open_and_unlock, press_when_armed, say},
};
use crate::support::cooperative::Cooperative;

/// What the person has typed before.
const PERSONA: [(&str, &str); 6] = [
    ("first_name", "Mariona"),
    ("last_name", "Núñez Ferrer"),
    ("address", "C/ de l'Àngel, 3: 2n 1a"),
    ("city", "Barcelona"),
    ("zip_code", "08001"),
    ("country", "ES"),
];
/// What is missing, and typed on the page of the transfer.
const FILLED: [(&str, &str); 5] = [
    ("Tax number", "12345678Z"),
    ("Province or state", "Barcelona"),
    ("Telephone", "+34600000000"),
    ("E-mail address", "mariona@example.coop"),
    ("Language", "ca"),
];

fn write_persona(desktop: &Desktop) {
    let secret = desktop.home().join("pw");
    fs::write(&secret, PASSPHRASE).unwrap();
    for (field, value) in PERSONA {
        let set = desktop
            .command(CLI)
            .arg("--passphrase-file")
            .arg(&secret)
            .args(["persona", "set", field, value])
            .output()
            .unwrap();
        assert!(
            set.status.success(),
            "{field}: {}",
            String::from_utf8_lossy(&set.stderr)
        );
    }
    fs::remove_file(secret).unwrap();
}

/// Types into a field that is found by its words, and leaves it.
async fn type_and_leave(driver: &Driver, label: &str, text: &str) {
    driver.find("textbox", label).await;
    driver
        .script(
            "const named = [...document.querySelectorAll('input')].find(one => document.getElementById(one.getAttribute('aria-labelledby') ?? '')?.textContent.trim() === arguments[0]); \
             named.value = arguments[1]; named.dispatchEvent(new Event('input', { bubbles: true })); named.dispatchEvent(new Event('change', { bubbles: true })); named.blur()",
            json!([label, text]),
        )
        .await;
    driver.says(text).await;
}

async fn paste(driver: &Driver, text: &str) {
    driver
        .script(
            "const area = document.getElementById('coop-text'); area.value = arguments[0]; area.dispatchEvent(new Event('input', { bubbles: true }))",
            json!([text]),
        )
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cooperative_gets_exactly_what_was_shown_and_signed() {
    let desktop = Desktop::start(&[]);
    make_vault(&desktop);
    write_persona(&desktop);
    let mut cooperative = Cooperative::start(&desktop.home().join("cooperative"));
    let driver = open_and_unlock(&desktop).await;

    say("nobody is known, and the vault has a name and a key");
    driver.click("link", "Cooperatives").await;
    driver.says("No cooperatives yet.").await;
    driver.shot("80-cooperatives-none").await;
    nothing_serious(&driver, "no cooperatives").await;

    say("a description is pasted, its key compared, and kept");
    driver.click("button", "Add your first cooperative").await;
    driver.click("radio", "A text").await;
    paste(&driver, cooperative.descriptor()).await;
    driver.click("button", "Look at it").await;
    driver
        .says("Compare this fingerprint before you send anything.")
        .await;
    driver.shot("81-cooperative-look").await;
    nothing_serious(&driver, "a look at a cooperative").await;
    driver.click("button", "They match, add it").await;
    driver.says("You checked its key").await;
    driver.shot("82-cooperatives").await;
    nothing_serious(&driver, "the list of cooperatives").await;

    say("what is missing is filled in on the page");
    driver.click("button", "Start: Contratar la luz").await;
    for (label, text) in FILLED {
        type_and_leave(&driver, label, text).await;
    }
    driver.shot("83-transfer").await;
    nothing_serious(&driver, "a transfer").await;

    say("a no sends nothing");
    driver.click("button", "Check and sign").await;
    driver.window("consent.html").await;
    driver.find("button", "Don’t send").await;
    driver.says("Only for").await;
    driver.shot("84-transfer-consent").await;
    nothing_serious(&driver, "the question about a transfer").await;
    press_when_armed(&driver, "Don’t send").await;
    driver.gone("consent.html").await;
    driver.main_window().await;
    driver.says("You did not sign. Nothing was sent.").await;
    assert_eq!(cooperative.stored(), Vec::<Value>::new());

    say("a cooperative that does not know the vault says so, as upstream really does");
    driver.click("button", "Check and sign").await;
    driver.window("consent.html").await;
    press_when_armed(&driver, "Sign and send").await;
    driver.gone("consent.html").await;
    driver.main_window().await;
    driver
        .says("Their server failed. Perhaps they do not know your vault.")
        .await;
    driver.shot("85-transfer-unknown-peer").await;
    nothing_serious(&driver, "a transfer that was not taken").await;
    assert_eq!(cooperative.stored(), Vec::<Value>::new());

    say("it is given the vault's own description");
    driver.click("link", "Send them your key").await;
    driver.click("button", "Show it").await;
    driver.says("publickey").await;
    let own = driver
        .script("return document.querySelector('pre').textContent", json!([]))
        .await;
    let own = own.as_str().unwrap();
    let id = own
        .lines()
        .find_map(|line| line.strip_prefix("peerid: "))
        .unwrap()
        .trim_matches(['\'', '"'])
        .to_owned();
    driver.shot("86-own-description").await;
    nothing_serious(&driver, "the vault's own description").await;
    cooperative.know(&id, own);

    say("now it takes what was shown; its words are in the language that was typed");
    driver.click("link", "Cooperatives").await;
    driver.click("button", "Start: Contractar la llum").await;
    driver.click("button", "Check and sign").await;
    driver.window("consent.html").await;
    press_when_armed(&driver, "Sign and send").await;
    driver.gone("consent.html").await;
    driver.main_window().await;
    driver.says("Raig SCCL has your data").await;
    driver.shot("87-receipt").await;
    nothing_serious(&driver, "a receipt").await;
    let stored = cooperative.stored();
    assert_eq!(stored.len(), 1);
    for (field, value) in [
        ("originpeer", id.as_str()),
        ("name", "Núñez Ferrer, Mariona"),
        ("nif", "12345678Z"),
        ("address", "C/ de l'Àngel, 3: 2n 1a"),
        ("city", "Barcelona"),
        ("state", "Barcelona"),
        ("postalcode", "08001"),
        ("country", "ES"),
        ("email", "mariona@example.coop"),
        ("phone", "+34600000000"),
        ("lang", "ca"),
        ("audience", "raig"),
        ("service", "contract"),
    ] {
        assert_eq!(stored[0][field], value, "{}", stored[0]);
    }
    driver.click("link", "Cooperatives").await;
    driver.says("Sent").await;
    driver.quit().await;
    let log = desktop.log();
    for value in ["12345678Z", "Núñez", "mariona@example.coop"] {
        assert!(!log.contains(value), "{value}");
    }
}
