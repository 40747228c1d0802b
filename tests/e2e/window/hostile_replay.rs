//! The token of one app in the hands of another: in a message, in an address with the other's origin, in the other forms of the address, after
//! another opening, and after the app was removed.

use serde_json::{Value, json};

use super::{
    desktop::Desktop,
    driver::Driver,
    frames::{TestApps, becomes},
    person::{choose_everything, install, make_vault, open_and_unlock, press_when_armed, say},
};

const VICTIM: &str = "Sample";
const THIEF: &str = "Hostile";

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_of_no_use_to_another_app() {
    let apps = TestApps::serve(&["sample", "hostile", "p5"]);
    let desktop = Desktop::start(&[]);
    make_vault(&desktop);
    let driver = open_and_unlock(&desktop).await;
    install(&driver, VICTIM, apps.address("sample")).await;
    install(&driver, THIEF, apps.address("hostile")).await;
    install(&driver, "Profile 5", apps.address("p5")).await;
    let thief = apps.address("hostile");

    say("the tokens of two apps, of version 4 and 5, that were shared with");
    open(&driver, VICTIM, "Share").await;
    let plain = argument(&driver).await;
    open(&driver, "Profile 5", "Share").await;
    let chained = argument(&driver).await;
    let (base, token) = plain.split_once("/verify/?accesstoken=").unwrap();
    let (_, signed) = chained.split_once("token=").unwrap();
    let server = Server::new();
    let own = server.get(&plain, &[]).await;
    assert_eq!(
        own.0, 200,
        "the address works for the app’s own server: {}",
        own.1
    );

    say("in a message of the other app’s frame it is not heard");
    open(&driver, THIEF, "Don’t share").await;
    becomes(&driver, "state", "done").await;
    let control = says(&driver, json!({"type": "meta", "body": {"ua": "x"}}), None).await;
    assert_eq!(
        control["type"], "verify",
        "with its own token it is heard: {control}"
    );
    for body in [
        json!({"type": "vault", "body": {"get": "/v1/records?kind=work"}}),
        json!({"type": "verify", "body": {"ua": "x"}}),
        json!({"type": "meta", "body": {"ua": "x"}}),
    ] {
        assert_eq!(
            says(&driver, body.clone(), Some(token)).await,
            Value::Null,
            "{body}"
        );
    }
    let five = says(
        &driver,
        json!({"TYPE": "vault", "data": {"get": "/v1/records?kind=work"}}),
        None,
    )
    .await;
    assert_ne!(
        five["data"]["status"], 200,
        "without a token it is the app of its own window: {five}"
    );

    say("its page cannot fetch with it");
    let chained_plainly = format!("{base}/verify/?accesstoken={}", signed.split('~').next().unwrap());
    let addresses = [
        plain.clone(),
        chained.clone(),
        format!("{base}/v1/records?kind=work"),
        format!("{base}/v1/grant"),
    ];
    for address in &addresses {
        let script = format!(
            "const done = arguments[arguments.length - 1]; fetch({}, {{ headers: {{ Authorization: {} }} }}).then(answer => answer.text().then(text => done(answer.status + ' ' + text)), error => done(error.name))",
            json!(address),
            json!(format!("Bearer {token}"))
        );
        let got = driver.script_that_calls_back(&script).await;
        assert_eq!(got, json!("TypeError"), "{}", address.len());
    }

    say("whoever names the other’s origin is refused, and so is every other form of the address");
    for address in &addresses {
        let bearer = format!("Bearer {token}");
        let answer = server
            .get(address, &[("Origin", thief), ("Authorization", &bearer)])
            .await;
        assert_eq!(answer.0, 403, "{}", answer.1);
        assert!(answer.1.contains("forbidden_origin"), "{}", answer.1);
    }
    let bent = format!(
        "{base}/verify/?token={}~{}",
        signed.split('~').next().unwrap(),
        "1".repeat(8)
    );
    for address in [
        bent,
        chained_plainly,
        format!("{base}/verify/?token={token}"),
        format!("{base}/session/?ssid={token}"),
        format!("{base}/users/?token={token}"),
        format!("{plain}1"),
    ] {
        let answer = server.get(&address, &[("x-token", token)]).await;
        assert_eq!(answer.0, 401, "{}", answer.1);
    }

    say("after another opening the old token is over");
    close(&driver, VICTIM).await;
    let unknown = server
        .get(&format!("{base}/verify/?accesstoken={}", "7".repeat(64)), &[])
        .await;
    assert_eq!(server.get(&plain, &[]).await, unknown, "closed");
    open(&driver, VICTIM, "Share").await;
    let next = argument(&driver).await;
    assert_ne!(next, plain);
    assert_eq!(server.get(&plain, &[]).await, unknown, "opened again");
    assert_eq!(server.get(&next, &[]).await.0, 200);

    say("after the app was removed its token is over");
    driver.leave_frame().await;
    driver.main_window().await;
    driver.click("link", "Apps").await;
    super::hostile_storage::remove(&driver, VICTIM).await;
    assert_eq!(server.get(&next, &[]).await, unknown, "removed");
    driver.quit().await;
}

/// A server that has no page: it sends what it likes.
struct Server(reqwest::Client);

impl Server {
    fn new() -> Self {
        Self(reqwest::Client::new())
    }

    async fn get(&self, address: &str, headers: &[(&str, &str)]) -> (u16, String) {
        let request = headers
            .iter()
            .fold(self.0.get(address), |request, (name, value)| {
                request.header(*name, *value)
            });
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

/// Opens an app with this answer to what it asks, and goes into its frame.
async fn open(driver: &Driver, name: &str, answer: &str) {
    driver.leave_frame().await;
    driver.main_window().await;
    driver.click("link", "Apps").await;
    driver.click("button", &format!("Open {name}")).await;
    driver.window("consent.html").await;
    driver.find("button", answer).await;
    if answer == "Share" {
        choose_everything(driver).await;
    }
    press_when_armed(driver, answer).await;
    driver.app_window(name).await;
    driver.enter_frame(&format!("{name} (app)")).await;
    driver
        .holds("return location.search.includes('openplatform=')", json!([]))
        .await;
}

async fn close(driver: &Driver, name: &str) {
    driver.app_window(name).await;
    let before = driver.windows().await.len();
    driver.click("button", &format!("Close {name}")).await;
    while driver.windows().await.len() == before {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    driver.main_window().await;
    // The token ends with the window, a moment later.
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
}

/// What the app was opened with: the address that its server asks.
async fn argument(driver: &Driver) -> String {
    let argument = driver
        .script(
            "return new URLSearchParams(location.search).get('openplatform')",
            json!([]),
        )
        .await;
    argument.as_str().unwrap().to_owned()
}

/// What the host answers to a message of this frame; nothing after a while. `token`: another one than its own.
async fn says(driver: &Driver, message: Value, token: Option<&str>) -> Value {
    let script = format!(
        "const done = arguments[arguments.length - 1], message = {message}, five = !!message.TYPE, id = five ? String(Math.floor(Math.random() * 1e9)) : 'r' + Math.random().toString(32).slice(2); \
         const own = decodeURIComponent(new URLSearchParams(location.search).get('openplatform').split('accesstoken=')[1]); \
         Object.assign(message, five ? {{ totalplatform: true, origin: location.origin + location.pathname, callbackid: id }} \
           : {{ openplatform: true, accesstoken: {} ?? own, sender: true, origin: location.origin, callback: id }}); \
         addEventListener('message', event => {{ try {{ const answer = JSON.parse(event.data); if (answer.callback === id || answer.callbackid === id) done(answer); }} catch {{ }} }}); \
         parent.postMessage(JSON.stringify(message), '*'); setTimeout(done, 2000, null)",
        json!(token)
    );
    driver.script_that_calls_back(&script).await
}
