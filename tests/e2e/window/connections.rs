//! Connecting by address, a platform from a file, and switching off what an app sees of one platform.

use std::fs;

use demo_platform::{ACCOUNTS, Config};
use serde_json::json;

use super::{
    axe::nothing_serious,
    desktop::Desktop,
    driver::Driver,
    frames::{TestApps, ask, becomes},
    mailbox::Mailbox,
    person::{choose_everything, install, make_vault, open_and_unlock, press_when_armed, say},
};

/// The file of a platform, with plain http where only https may be.
const FILE: &str = "connector = 1\nid = \"errands\"\nname = \"Errands\"\nwords = \"Errands on foot.\"\nnever = \"post or change anything\"\ninterval = 21600\n\n\
    [endpoint]\nurl = \"http://errands.example/api/ExportData\"\ndialect = \"current\"\n";

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_connected_and_an_app_stops_seeing_its_platform() {
    let platform = demo_platform::start(Config::default()).await.unwrap();
    let apps = TestApps::serve(&["sample"]);
    let desktop = Desktop::start(&[("SATCHEL_DEMO_PLATFORM_URL", &platform.base())]);
    make_vault(&desktop);
    let driver = open_and_unlock(&desktop).await;
    let lucia = &ACCOUNTS[0];

    say("a token that the platform refuses, then the right one");
    driver.click("link", "Connections").await;
    driver.click("button", "Confirm by e-mail").await;
    connect(&driver, lucia.email, "00000000-0000-4000-8000-000000000000").await;
    driver.click("button", "Show the connection").await;
    driver.find("button", "Connect again").await;
    driver.shot("50-token-refused").await;
    nothing_serious(&driver, "a connection that needs a token").await;
    driver.click("button", "Connect again").await;
    driver
        .fill(
            "Your access token at Demo platform",
            &platform.platform_token(lucia),
        )
        .await;
    driver.shot("51-by-address").await;
    nothing_serious(&driver, "connecting by address").await;
    driver.click("button", "Connect the address").await;
    driver.find("region", "Demo platform is connected").await;
    driver.click("button", "Show the connection").await;
    driver.find("button", "Demo platform, up to date").await;
    driver.says("Next fetch").await;
    driver.shot("52-connected").await;

    add_from_file(&driver, &desktop).await;

    install(&driver, "Sample", apps.address("sample")).await;
    let main = driver.front();
    share(&driver).await;
    driver.main_window().await;
    driver.raise(&main).await;

    say("who sees what, and the app sees this platform no more");
    driver.click("link", "Connections").await;
    driver.click("tab", "Who sees what").await;
    driver.find("region", "Demo platform").await;
    driver.shot("54-who-sees-what").await;
    nothing_serious(&driver, "who sees what").await;
    driver.click("button", "Stop Sample seeing Demo platform").await;
    driver
        .find("alertdialog", "Stop Sample seeing Demo platform?")
        .await;
    driver.shot("55-stop-one").await;
    driver.click("button", "Stop").await;
    driver.says("Sample sees Demo platform no more").await;
    driver.says("Nobody sees it.").await;
    driver.find("button", "Stop Sample seeing Own entries").await;

    driver.window("app.html").await;
    driver.enter_frame("Sample (app)").await;
    let (status, answer) = ask(&driver, "/v1/records?kind=work&limit=1000").await;
    assert_eq!(status, 200, "{answer}");
    let records = answer["records"].as_array().unwrap();
    assert_eq!(records.len(), 3, "its own entries and nothing else");
    assert!(
        records.iter().all(|record| record["platform"] == "own"),
        "{answer}"
    );
    driver.leave_frame().await;

    say("the app sees nothing any more");
    driver.main_window().await;
    driver.raise(&main).await;
    driver.click("radio", "App").await;
    driver.find("region", "Sample").await;
    driver.shot("56-by-app").await;
    driver.click("button", "Stop sharing with Sample").await;
    driver.find("alertdialog", "Stop sharing with Sample?").await;
    driver.click("button", "Stop").await;
    driver.says("Nobody sees anything of your platforms.").await;
    driver.shot("57-nobody").await;
    driver.window("app.html").await;
    driver.enter_frame("Sample (app)").await;
    let (status, answer) = ask(&driver, "/v1/records?kind=work&limit=1").await;
    assert_ne!(status, 200, "{answer}");
    driver.leave_frame().await;
    driver.quit().await;
    assert!(!desktop.log().contains(lucia.email), "an address in the log");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_confirmed_by_the_code_of_its_mail() {
    let platform = demo_platform::start(Config::default()).await.unwrap();
    let mailbox = Mailbox::open().await;
    let desktop = Desktop::start(&[("SATCHEL_DEMO_PLATFORM_URL", &platform.base())]);
    make_vault(&desktop);
    let driver = open_and_unlock(&desktop).await;
    let lucia = &ACCOUNTS[0];

    set_mail_server(&driver, &mailbox).await;

    say("a mail is sent and nothing is fetched before its code was typed");
    driver.click("link", "Connections").await;
    driver.click("button", "Confirm by e-mail").await;
    driver.click("button", "Confirm Demo platform by e-mail").await;
    driver
        .fill("Your e-mail address at Demo platform", lucia.email)
        .await;
    driver
        .fill(
            "Your access token at Demo platform",
            &platform.platform_token(lucia),
        )
        .await;
    driver.click("button", "Send the e-mail").await;
    driver.find("region", "Check your e-mail, valid 48 hours").await;
    let mail = mailbox.mail(1).await;
    assert!(mail.contains(&format!("To: {}", lucia.email)), "{mail}");
    driver.find("button", "Send again").await;
    driver.shot("61-check-your-mail").await;
    nothing_serious(&driver, "waiting for the mail").await;

    say("the connection waits in the list; a wrong code is told");
    driver.click("button", "Later").await;
    driver.click("link", "Back to Connections").await;
    driver.find("region", "Not finished").await;
    driver
        .says(&format!("Check your e-mail, {}, valid until", lucia.email))
        .await;
    open_row(&driver, "Demo platform").await;
    driver.find("button", "Enter the code").await;
    driver.shot("62-waits").await;
    driver.click("button", "Enter the code").await;
    driver.fill("Code from the e-mail", "AAAA-AAAA").await;
    driver.click("button", "Confirm").await;
    driver.says("This is not the code in the e-mail.").await;

    say("the right one connects");
    driver.fill("Code from the e-mail", &code(&mail)).await;
    driver.click("button", "Confirm").await;
    driver.find("region", "Demo platform is connected").await;
    driver.click("button", "Show the connection").await;
    driver.find("button", "Demo platform, up to date").await;
    driver.quit().await;
    assert_eq!(mailbox.count(), 2, "the test mail and one that asks");
    for secret in [lucia.email, &code(&mail), &platform.platform_token(lucia)] {
        assert!(
            !desktop.log().contains(secret),
            "something of the person in the log"
        );
    }
}

async fn set_mail_server(driver: &Driver, mailbox: &Mailbox) {
    say("a mail server of one's own, tried");
    driver.click("link", "Settings").await;
    driver.click("tab", "E-mail").await;
    driver.fill("Server", "127.0.0.1").await;
    driver.fill("Port", &mailbox.port().to_string()).await;
    driver.click("button", "Encryption").await;
    driver
        .click("option", "None, for a server on this computer only")
        .await;
    driver.fill("Sender", "me@home.example").await;
    driver.fill("Send it to", "me@home.example").await;
    driver.shot("60-mail-server").await;
    nothing_serious(driver, "the mail server").await;
    driver.click("button", "Send a test mail").await;
    driver.says("Test mail sent to me@home.example").await;
    assert!(mailbox.mail(0).await.contains("Your mail server works"));
}

/// Opens a connection of the list, whatever its state is.
async fn open_row(driver: &Driver, name: &str) {
    driver
        .holds(
            "const row = [...document.querySelectorAll('.crow')].find(row => row.getAttribute('aria-label').startsWith(arguments[0] + ',')); \
             row?.click(); return row !== undefined",
            json!([name]),
        )
        .await;
}

/// The code of a mail: two groups of four on a line of their own.
fn code(mail: &str) -> String {
    let is_code = |line: &&str| {
        line.len() == 9
            && line.split_once('-').is_some_and(|(one, other)| {
                one.len() == 4
                    && (one.to_owned() + other)
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric())
            })
    };
    mail.lines()
        .map(str::trim)
        .find(is_code)
        .expect("a code")
        .to_owned()
}

async fn connect(driver: &Driver, address: &str, token: &str) {
    driver.click("button", "Confirm Demo platform by e-mail").await;
    driver.fill("Your e-mail address at Demo platform", address).await;
    driver.fill("Your access token at Demo platform", token).await;
    driver.click("button", "Connect the address").await;
    driver.find("region", "Demo platform is connected").await;
}

/// The line of a mistake is shown; the corrected file is looked at and added.
async fn add_from_file(driver: &Driver, desktop: &Desktop) {
    say("a platform from a file, first with a mistake");
    let path = desktop.home().join("errands.toml");
    fs::write(&path, FILE).unwrap();
    let main = driver.front();
    driver.click("button", "Add a connection").await;
    driver.click("button", "Add a platform from a file").await;
    driver.choose_file(&main, &path).await;
    driver.find("region", "This file has a mistake").await;
    driver.says("Line 9:").await;
    driver.shot("53-mistake").await;
    nothing_serious(driver, "a file with a mistake").await;
    fs::write(&path, FILE.replace("http://", "https://")).unwrap();
    driver.click("button", "Choose another file").await;
    driver.choose_file(&main, &path).await;
    driver.find("region", "Add Errands?").await;
    driver.says("errands.example").await;
    driver.click("button", "Add Errands").await;
    driver.find("button", "Confirm Errands by e-mail").await;
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
    let (status, answer) = ask(driver, "/v1/records?kind=work&limit=1000").await;
    assert_eq!(status, 200, "{answer}");
    assert!(answer["records"].as_array().unwrap().len() > 3, "{answer}");
    driver.leave_frame().await;
}
