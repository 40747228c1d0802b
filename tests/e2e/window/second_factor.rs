//! The second factor in the real window, with the codes that an authenticator would show.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;
use totp_rs::{Builder, Secret, Totp};

use super::{
    axe,
    desktop::Desktop,
    driver::Driver,
    person::{PASSPHRASE, make_vault, open_and_unlock, say},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_new_recovery_kit_needs_a_code() {
    let desktop = Desktop::start(&[]);
    make_vault(&desktop);
    let driver = open_and_unlock(&desktop).await;
    driver.click("link", "Settings").await;
    driver.click("tab", "Security").await;

    say("the picture and the secret are shown, and the first code is typed");
    driver.click("button", "Set up").await;
    driver.says("Set up a second factor").await;
    let secret = driver
        .script("return document.querySelector('.secret').textContent", json!([]))
        .await;
    let secret = secret.as_str().unwrap().replace(' ', "");
    let drawn = "const i = document.querySelector('.set img'); return i.complete && i.naturalWidth > 100";
    driver.holds(drawn, json!([])).await;
    axe::nothing_serious(&driver, "second factor").await;
    driver.shot("60-second-factor").await;
    let authenticator = Builder::new()
        .with_secret(Secret::try_from_base32(&secret).unwrap())
        .build()
        .unwrap();
    driver.fill("Code that it shows", "000000").await;
    driver.click("button", "Use it from now on").await;
    driver.says("This code is not right").await;
    let first = shown(&authenticator);
    driver.fill("Code that it shows", &first).await;
    driver.click("button", "Use it from now on").await;
    driver.says("Your recovery codes").await;
    let codes = "return [...document.querySelectorAll('.codes li')].map((code) => code.textContent)";
    let codes = driver.script(codes, json!([])).await;
    assert_eq!(codes.as_array().unwrap().len(), 10);
    driver.click("button", "I have kept them").await;
    driver.says("10 recovery codes are left.").await;

    say("a new kit asks for one, and is made after it");
    driver.click("button", "Make a new kit").await;
    driver.fill("Current passphrase", PASSPHRASE).await;
    driver.click("button", "Make it").await;
    driver.says("A code is needed").await;
    driver.shot("61-second-factor-asked").await;
    driver.fill("Code", &first).await;
    driver.click("button", "Go on").await;
    driver.says("This code is not right").await;
    driver.fill("Code", &next(&authenticator, &first).await).await;
    driver.click("button", "Go on").await;
    driver.says("Recovery kit").await;
    say("nothing of it is kept by the page");
    kept_nowhere(&driver, &secret).await;
    driver.quit().await;
}

/// What the authenticator shows now.
fn shown(authenticator: &Totp) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    authenticator.generate(now.as_secs()).to_string()
}

/// The code of the next half minute. An earlier one was taken, and each is taken once.
async fn next(authenticator: &Totp, before: &str) -> String {
    loop {
        let code = shown(authenticator);
        if code != before {
            return code;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

async fn kept_nowhere(driver: &Driver, secret: &str) {
    let page = driver
        .script(
            "return document.documentElement.outerHTML + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)",
            json!([]),
        )
        .await;
    let page = page.as_str().unwrap().replace(' ', "");
    assert!(!page.contains(secret));
}
