//! A cooperative that runs upstream's library, from the paper with its key to the receipt: it is added and compared, a transfer is filled in,
//! checked, signed and sent, and what it has stored is what was shown.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::{
    axe::nothing_serious,
    desktop::Desktop,
    driver::Driver,
    person::{at_the_terminal, make_vault, open_and_unlock, press_when_armed, say},
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

/// Whether the picture of the cooperative's service is shown, as it was made anew.
const PICTURE: &str = "const picture = [...document.images].find(one => one.alt === 'Picture of Contratar la luz'); \
                       return picture?.complete === true && picture.naturalWidth === 128 && picture.src.startsWith('data:image/png')";

fn write_persona(desktop: &Desktop, persona: &[(&str, &str)]) {
    for (field, value) in persona {
        at_the_terminal(desktop, &["persona", "set", field, value]);
    }
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

/// A QR code that says the whole description of a cooperative, `Hort Comú SCCL`.
const CODE: &[u8] = include_bytes!("cooperative-code.png");

/// Everything that the cooperative's service needs.
const WHOLE: [(&str, &str); 11] = [
    ("first_name", "Mariona"),
    ("last_name", "Núñez Ferrer"),
    ("tax_id", "12345678Z"),
    ("address", "C/ de l'Àngel, 3: 2n 1a"),
    ("city", "Barcelona"),
    ("state", "Barcelona"),
    ("zip_code", "08001"),
    ("country", "ES"),
    ("email", "mariona@example.coop"),
    ("phone", "+34600000000"),
    ("language", "en"),
];

/// Adds a cooperative by the text of its description, and counts its key as compared.
async fn add(driver: &Driver, descriptor: &str) {
    driver.click("link", "Cooperatives").await;
    driver.click("button", "Add a cooperative").await;
    driver.click("radio", "A text").await;
    paste(driver, descriptor).await;
    driver.click("button", "Look at it").await;
    driver.click("button", "They match, add it").await;
    driver.says("You checked its key").await;
}

/// A button of which half can be seen is not brought into sight by a click of WebDriver.
async fn to_the_end_of_the_form(driver: &Driver) {
    driver
        .script(
            "const form = document.getElementById('offer').parentElement; form.scrollTop = form.scrollHeight",
            json!([]),
        )
        .await;
}

/// Asks for the service, and signs what is shown. Where it ended is in front then.
async fn sign_and_send(driver: &Driver) {
    driver.click("link", "Cooperatives").await;
    driver.click("button", "Start: Contratar la luz").await;
    driver.click("button", "Check and sign").await;
    driver.window("consent.html").await;
    press_when_armed(driver, "Sign and send").await;
    driver.gone("consent.html").await;
    driver.main_window().await;
}

/// The one line of the own description that begins with a word.
fn line_of(own: &str, word: &str) -> String {
    let line = own.lines().find_map(|line| line.strip_prefix(word)).unwrap();
    line.trim().trim_matches(['\'', '"']).to_owned()
}

/// Asks the palette, and takes what it finds by its words.
async fn jump(driver: &Driver, query: &str, option: &str) {
    driver.click("button", "Search or jump to").await;
    driver
        .script(
            "const field = document.querySelector('[role=dialog] input, dialog input'); field.value = arguments[0]; field.dispatchEvent(new Event('input', { bubbles: true }))",
            json!([query]),
        )
        .await;
    driver.says(option).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_arrives_waits_for_a_look_and_what_fails_says_what_is_so() {
    let desktop = Desktop::start(&[]);
    make_vault(&desktop);
    write_persona(&desktop, &WHOLE);
    let mut cooperative = Cooperative::start(&desktop.home().join("cooperative"));
    let driver = open_and_unlock(&desktop).await;
    // From another host, and without a picture of its service.
    let before = cooperative.documented().replace("127.0.0.1", "localhost");
    let lines = before.lines().filter(|line| !line.contains("image:"));
    add(&driver, &lines.collect::<Vec<&str>>().join("\n")).await;
    assert_eq!(driver.script(PICTURE, json!([])).await, false);

    say("a description that waits shows nothing of its own until its key was compared");
    driver.click("button", "Add a cooperative").await;
    driver.click("radio", "A text").await;
    paste(&driver, cooperative.documented()).await;
    driver.click("button", "Look at it").await;
    driver.click("button", "Add, compare later").await;
    driver.says("Nothing can be sent until you have checked.").await;
    assert_eq!(driver.script(PICTURE, json!([])).await, false);
    driver.click("button", "Compare keys of Raig SCCL").await;
    driver.click("button", "They match").await;
    driver.says("You checked its key").await;

    say("its own picture and that of its service are shown");
    driver.holds(PICTURE, json!([])).await;
    driver.shot("88-cooperative-pictures").await;
    nothing_serious(&driver, "a cooperative with pictures").await;
    driver.click("button", "Start: Contratar la luz").await;
    driver.says("What they get").await;
    driver.shot("88-transfer-picture").await;
    nothing_serious(&driver, "a transfer with a picture").await;

    say("another is added by the picture of its code");
    driver.click("link", "Cooperatives").await;
    driver.click("button", "Add a cooperative").await;
    driver.click("radio", "A QR code").await;
    driver.shot("88-code").await;
    nothing_serious(&driver, "adding by a code").await;
    driver
        .script(
            "const bytes = Uint8Array.from(atob(arguments[0]), one => one.charCodeAt(0)); const files = new DataTransfer(); \
             files.items.add(new File([bytes], 'code.png', { type: 'image/png' })); \
             document.querySelector('dialog').dispatchEvent(new ClipboardEvent('paste', { clipboardData: files, bubbles: true }))",
            json!([BASE64_STANDARD.encode(CODE)]),
        )
        .await;
    driver.says("This is what the code says.").await;
    driver.shot("88-code-read").await;
    nothing_serious(&driver, "what a code says").await;
    driver.click("button", "Look at it").await;
    driver.says("Hort Comú SCCL").await;
    driver.click("button", "They match, add it").await;
    driver.says("Hort Comú SCCL").await;

    say("a service is offered, in one language, and not to everybody");
    driver.click("link", "Your name and key").await;
    driver.says("You offer nothing yet.").await;
    driver.click("button", "Add a service").await;
    driver.fill("Short name of the service", "repair").await;
    driver.fill("Name in English", "Repair a bicycle").await;
    driver
        .fill("Description in English", "At your door, within two days.")
        .await;
    for field in ["Name", "Tax number", "E-mail"] {
        driver.click("checkbox", field).await;
    }
    to_the_end_of_the_form(&driver).await;
    driver.click("button", "Add an exception").await;
    driver.fill("Value of exception 1", "666").await;
    to_the_end_of_the_form(&driver).await;
    driver.click("checkbox", "Offered now").await;
    driver.shot("88-offer-form").await;
    nothing_serious(&driver, "the form of an offer").await;
    driver.click("button", "Keep").await;
    driver.says("Repair a bicycle").await;
    driver.click("button", "Show it").await;
    driver.says("publickey").await;
    let own = driver
        .script("return document.querySelector('pre').textContent", json!([]))
        .await;
    let own = own.as_str().unwrap().to_owned();
    driver.click("button", "Show it").await;
    driver.shot("89-own-page").await;
    nothing_serious(&driver, "the own page").await;

    say("upstream's client sends three packages: one is for a member that is left out");
    let target = line_of(&own, "targetUrl:");
    let values = |nif: &str, member: u32| {
        json!({
            "originpeer": "raig", "innerid": member, "name": "Puig Soler, Aina", "nif": nif, "service": "repair",
            "email": ["aina@example.org", "aina.puig@example.com"], "postalcode": "08001", "country": "NO",
        })
    };
    for (nif, member, status) in [
        ("87654321X", 1234, 200),
        ("11111111H", 1235, 200),
        ("22222222J", 666, 400),
    ] {
        let sent = cooperative.send(&target, &values(nif, member), "");
        assert_eq!(sent["status"], status, "{sent}");
    }
    driver.says("2 arrived and wait").await;
    jump(&driver, "raig", "Arrived from Raig SCCL: Repair a bicycle").await;
    driver.shot("90-palette-arrived").await;
    nothing_serious(&driver, "the palette").await;
    driver.press("\u{E00C}").await;
    driver.click("link", "Cooperatives").await;
    driver.says("Repair a bicycle").await;
    driver.shot("91-arrived").await;
    nothing_serious(&driver, "what arrived").await;

    say("one is looked at and accepted");
    driver.click("link", "Look at: Repair a bicycle*").await;
    driver.says("aina.puig@example.com").await;
    driver.shot("92-incoming").await;
    nothing_serious(&driver, "an incoming transfer").await;
    driver.click("tab", "Raw").await;
    driver.says("postalcode: 08001").await;
    driver.shot("93-incoming-raw").await;
    nothing_serious(&driver, "the text of an incoming transfer").await;
    driver.click("button", "Accept").await;
    driver.says("You accepted it.").await;
    driver.says("1 arrived and waits").await;
    driver.shot("94-incoming-accepted").await;
    nothing_serious(&driver, "an accepted transfer").await;

    say("the other is let go");
    jump(&driver, "arrived", "needs you").await;
    driver.press("\u{E007}").await;
    driver.click("button", "Discard").await;
    driver.says("You accepted it").await;
    driver
        .holds(
            "return !document.body.innerText.includes('arrived and wait')",
            json!([]),
        )
        .await;
    driver.shot("95-arrived-one-kept").await;

    say("a refusal says whose it is, and in their words too");
    cooperative.know(&line_of(&own, "peerid:"), &own);
    cooperative.refuse(&json!([{
        "field": "nif", "value": "12345678Z", "error": "BadMessage",
        "arguments": ["The service is not available for this member"],
    }]));
    sign_and_send(&driver).await;
    driver.says("They have stopped this service for you.").await;
    driver
        .says("“Malformed message: The service is not available for this member”")
        .await;
    driver.shot("96-transfer-refused").await;
    nothing_serious(&driver, "a refused transfer").await;
    cooperative.refuse(&json!([]));

    say("a target that ends in the middle may have it");
    cooperative.die(true);
    sign_and_send(&driver).await;
    driver.says("No answer came after sending.").await;
    driver.shot("97-transfer-unknown").await;
    nothing_serious(&driver, "a transfer whose end nobody knows").await;
    driver.click("button", "Ask them whether it arrived").await;
    driver.shot("98-ask-them").await;
    nothing_serious(&driver, "asking them").await;
    driver.press("\u{E00C}").await;

    say("transfers are found by what they were for");
    jump(&driver, "contratar", "Contratar la luz: Raig SCCL").await;
    driver.shot("99-palette-transfers").await;
    driver.press("\u{E00C}").await;
    assert_eq!(cooperative.stored(), Vec::<Value>::new());
    driver.quit().await;
    let log = desktop.log();
    for value in ["87654321X", "Aina", "aina@example.org", "12345678Z", "Núñez"] {
        assert!(!log.contains(value), "{value}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cooperative_gets_exactly_what_was_shown_and_signed() {
    let desktop = Desktop::start(&[]);
    make_vault(&desktop);
    write_persona(&desktop, &PERSONA);
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
