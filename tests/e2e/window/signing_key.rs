//! The key that the vault signs with, as an app's own server knows it that cannot reach this computer: its page gets the key after the yes, and
//! what it is told later is checked by the key that was kept then, until the person makes another one.

use serde_json::{Value, json};

use super::{
    axe::nothing_serious,
    desktop::Desktop,
    driver::Driver,
    frames::{TestApps, becomes, press, words},
    person::{PASSPHRASE, install, make_vault, open_and_unlock, press_when_armed, say, share_and_enter},
};
use crate::support::readers::{Answers, Readers};

/// What the app's page is told of itself and the person now.
async fn told(driver: &Driver) -> Value {
    driver
        .script("document.getElementById('meta').textContent = ''", json!([]))
        .await;
    press(driver, "do-meta").await;
    let is_there = "return document.getElementById('meta').textContent !== ''";
    driver.holds(is_there, json!([])).await;
    let said: Value = serde_json::from_str(&words(driver, "meta").await).unwrap();
    assert_eq!(said["err"], Value::Null, "{said}");
    said["meta"].clone()
}

/// The member with the key and what was signed.
fn member(meta: &Value) -> &Value {
    let member = &meta["vault"];
    let names: Vec<&String> = member.as_object().unwrap().keys().collect();
    assert_eq!(names, ["issuer", "kid", "jwks", "signed"], "{member}");
    assert_eq!(member["jwks"]["keys"][0]["kid"], member["kid"]);
    member
}

/// An app's server: it has what its page gave it the first time, and libraries.
struct Server {
    python: Readers,
    node: Readers,
    kept: Value,
    app: String,
}

impl Server {
    fn new(meta: &Value) -> Self {
        Self {
            python: Readers::of_python(),
            node: Readers::of_node(),
            kept: member(meta).clone(),
            app: meta["id"].as_str().unwrap().to_owned(),
        }
    }

    fn check(&mut self, jws: &Value) -> Answers {
        let set = &self.kept["jwks"];
        let pem = self.python.order("pem", &json!({ "jwks": set }))["pem"].clone();
        let order = json!({
            "token": jws, "pem": pem, "alg": "PS256", "issuer": self.kept["issuer"], "jwks": set,
            "audience": self.app, "typ": "vault-metadata+jwt",
        });
        Answers::of(&mut self.python, &mut self.node, &order)
    }
}

async fn close(driver: &Driver) {
    driver.leave_frame().await;
    driver.click("button", "Close Sample").await;
    driver.gone("app.html").await;
    driver.main_window().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_apps_server_checks_by_the_key_that_it_kept_until_there_is_another() {
    let apps = TestApps::serve(&["sample"]);
    let desktop = Desktop::start(&[]);
    make_vault(&desktop);
    let driver = open_and_unlock(&desktop).await;
    install(&driver, "Sample", apps.address("sample")).await;

    say("after a no the app opens, and is told of no key");
    driver.click("button", "Open Sample").await;
    driver.window("consent.html").await;
    press_when_armed(&driver, "Don’t share").await;
    driver.window("app.html").await;
    driver.enter_frame("Sample (app)").await;
    becomes(&driver, "state", "ready").await;
    let first: Value = serde_json::from_str(&words(&driver, "init").await).unwrap();
    for meta in [first, told(&driver).await] {
        assert_eq!(meta["name"], "Satchel", "{meta}");
        assert_eq!(meta.get("vault"), None, "{meta}");
        assert!(!meta.to_string().contains("jwks"), "{meta}");
    }
    close(&driver).await;

    say("after the yes it is, and what it is told later holds by that key");
    share_and_enter(&driver, "Sample").await;
    let first: Value = serde_json::from_str(&words(&driver, "init").await).unwrap();
    let mut server = Server::new(&first);
    let later = told(&driver).await;
    let signed = member(&later)["signed"].clone();
    assert_ne!(signed, server.kept["signed"], "each has its own number");
    let answers = server.check(&signed);
    let claims = answers.all_read("what the app was told later");
    let metadata = &claims["metadata"];
    for one in [&metadata["id"], &metadata["name"], &metadata["profile"]["id"]] {
        assert!(one.as_str().is_some_and(|text| !text.is_empty()), "{metadata}");
    }
    assert_eq!(
        (&metadata["id"], &metadata["profile"]["id"]),
        (&later["id"], &later["profile"]["id"])
    );
    // What would open something on this computer stays on it.
    let token = driver.script("return OP.accesstoken", json!([])).await;
    let token = token.as_str().unwrap();
    assert!(later.to_string().contains(token));
    assert!(token.len() > 20 && !claims.to_string().contains(token));
    close(&driver).await;

    say("another key is made in the settings, after the passphrase");
    let kept = server.kept["kid"].as_str().unwrap().to_owned();
    driver.click("link", "Settings").await;
    driver.click("tab", "Security").await;
    driver.says(&kept).await;
    driver.click("button", "Make a new signing key").await;
    driver
        .says("refuse what is signed with the new one until whoever runs them was given it")
        .await;
    nothing_serious(&driver, "the question before another key").await;
    driver.shot("62-signing-key-asked").await;
    driver.fill("Current passphrase", "not this one at all").await;
    driver.click("button", "Make it").await;
    driver.says("VLT-101").await;
    driver.says(&kept).await;
    driver.fill("Current passphrase", PASSPHRASE).await;
    driver.click("button", "Make it").await;
    driver.says("There is a new signing key").await;
    nothing_serious(&driver, "the new key").await;
    driver.shot("63-signing-key-made").await;
    let shown = "return [...document.querySelectorAll('dialog dd')].map((one) => one.textContent)";
    let shown = driver.script(shown, json!([])).await;
    driver.click("button", "Done").await;
    assert!(!driver.text().await.contains(&kept));

    say("the server refuses what the new key signs, until it is given that");
    driver.click("link", "Apps").await;
    share_and_enter(&driver, "Sample").await;
    let anew = told(&driver).await;
    let fresh = member(&anew);
    assert_eq!(fresh["kid"], shown[1]);
    server
        .check(&fresh["signed"])
        .all_refuse("what another key has signed");
    server.check(&signed).all_read("what the former key has signed");
    server.kept = fresh.clone();
    server
        .check(&fresh["signed"])
        .all_read("what the new key has signed");
    driver.quit().await;
}
