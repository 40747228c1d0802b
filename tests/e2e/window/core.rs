//! The Core's side of the person in the real window: an application is admitted and gets a config, a service is known, a backend has standing
//! access to what was agreed to. What the keys that were shown once open is asked over HTTP, as their holders would.

use std::{fs, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use super::{
    axe::nothing_serious,
    desktop::Desktop,
    driver::Driver,
    person::{at_the_terminal, developer_mode, make_vault, open_and_unlock, press_when_armed, say},
};

const NAME: &str = "Mariona Canaria4410";
const SURNAME: &str = "Canaria4411";
const ACCOUNT: &str = "lucia rides";
const SERVICE_KEY: &str = include_str!("../../../src-tauri/crates/rokwire/tests/fixtures/rsa_spki.pem");

fn write_name(desktop: &Desktop) {
    for (field, value) in [("first_name", NAME), ("last_name", SURNAME)] {
        at_the_terminal(desktop, &["persona", "set", field, value]);
    }
}

/// Writes into a text area, which takes more than keys can type.
async fn paste(driver: &Driver, id: &str, text: &str) {
    let script = "const area = document.getElementById(arguments[0]); area.value = arguments[1]; \
                  area.dispatchEvent(new Event('input', { bubbles: true }))";
    driver.script(script, json!([id, text])).await;
}

/// The secret of the dialog in front.
async fn shown_once(driver: &Driver) -> String {
    driver.find("button", "I have kept it").await;
    let secret = "return document.querySelector('dialog code').textContent";
    driver
        .script(secret, json!([]))
        .await
        .as_str()
        .unwrap()
        .to_owned()
}

/// It is nowhere in the page, nor in what the page could keep.
async fn kept_nowhere(driver: &Driver, secret: &str) {
    let all = "return document.documentElement.outerHTML + JSON.stringify({ ...localStorage, ...sessionStorage }) + location.href";
    let all = driver.script(all, json!([])).await;
    assert!(!all.as_str().unwrap().contains(secret));
}

async fn post(address: &str, body: &Value) -> (StatusCode, String) {
    let request = Client::new()
        .post(address)
        .json(body)
        .timeout(Duration::from_secs(30));
    let answer = request.send().await.unwrap();
    (answer.status(), answer.text().await.unwrap())
}

/// What the token of a backend opens that is for one application.
async fn scope(core: &str, proof: &Value) -> String {
    let (status, tokens) = post(&format!("{core}/tps/access-tokens"), proof).await;
    assert_eq!(status, StatusCode::OK, "{tokens}");
    let tokens: Value = serde_json::from_str(&tokens).unwrap();
    let token = tokens[0]["token"]["access_token"].as_str().unwrap();
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    claims["scope"].as_str().unwrap().to_owned()
}

/// More of an account is asked about, less is not.
async fn change_the_account(driver: &Driver, core: &str, proof: &Value) {
    let [first, last] = ["first_name", "last_name"].map(|field| format!("vault:profile.{field}:get"));
    say("an account is to see more: that is said, asked, and holds after the yes");
    driver.click("button", "Change Nightly greeting").await;
    driver.says("Nothing changes yet.").await;
    driver.click("checkbox", "Last name").await;
    driver.says("For Rota: Last name.").await;
    nothing_serious(driver, "changing a service account").await;
    driver.shot("97-core-change").await;
    driver.click("button", "Change it").await;
    driver.window("consent.html").await;
    driver.says("Nightly greeting asks for your name").await;
    assert_eq!(scope(core, proof).await, first, "what was agreed goes on");
    driver.click("radio", "Until I stop it").await;
    press_when_armed(driver, "Share").await;
    driver.gone("consent.html").await;
    let both = scope(core, proof).await;
    assert!(both.contains(&first) && both.contains(&last), "{both}");
    // The list grows above the buttons: a press before that would meet another place.
    let two = "return document.querySelector('article[aria-labelledby^=\"a-\"]').textContent.split('Save receipt').length === 3";
    driver.holds(two, json!([])).await;

    say("it is to see less: that is said, and holds at once without a question");
    driver.click("button", "Change Nightly greeting").await;
    driver.click("checkbox", "First name").await;
    driver.says("Of Rota it no longer sees: First name.").await;
    driver.shot("98-core-change-less").await;
    driver.click("button", "Change it").await;
    driver
        .says("Nightly greeting is changed. Nothing waits for you.")
        .await;
    assert_eq!(scope(core, proof).await, last);
    assert!(!driver.shows("consent.html").await);
    driver.main_window().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_a_service_and_a_backend_are_let_in_by_hand() {
    let desktop = Desktop::start(&[]);
    make_vault(&desktop);
    write_name(&desktop);
    let driver = open_and_unlock(&desktop).await;

    say("a token to try out tells where the Core is, and opens nothing");
    developer_mode(&driver).await;
    driver.click("button", "Make a token").await;
    driver.says("It says that it works until").await;
    let token = driver
        .script(
            "return document.querySelector('code.made').textContent",
            json!([]),
        )
        .await;
    let token = token.as_str().unwrap().to_owned();
    paste(&driver, "token-text", &token).await;
    driver.click("button", "Check the token").await;
    driver.says("It is for nobody real and opens nothing.").await;
    driver.says("The signature is by this vault’s key").await;
    nothing_serious(&driver, "a token that was looked at").await;
    driver
        .script(
            "document.getElementById('token-mint').scrollIntoView()",
            json!([]),
        )
        .await;
    driver.shot("94-core-token").await;
    let claims = "return document.querySelector('[aria-labelledby=token-claims]').textContent";
    let claims = driver.script(claims, json!([])).await;
    let claims: Value = serde_json::from_str(claims.as_str().unwrap()).unwrap();
    let core = claims["iss"].as_str().unwrap().to_owned();
    let preferences = Client::new().get(format!("{core}/services/account/preferences"));
    let refused = preferences.bearer_auth(&token).send().await.unwrap().status();
    assert_eq!(refused, StatusCode::UNAUTHORIZED);

    say("an application is admitted, and its key shown once");
    driver.click("link", "Apps").await;
    driver.click("button", "Admit an application").await;
    driver.fill("Name", "Rota").await;
    driver.fill("Code", "rota").await;
    driver.fill("Identifier", "org.example.rota").await;
    driver.fill("Versions", "1.0.0, 1.2.0").await;
    nothing_serious(&driver, "admitting an application").await;
    driver.shot("90-core-admit").await;
    driver.click("button", "Admit it").await;
    driver.says("The key of Rota").await;
    let key = shown_once(&driver).await;
    driver.shot("91-core-key").await;
    driver.click("button", "I have kept it").await;
    driver.says("It never asked for you").await;
    kept_nowhere(&driver, &key).await;

    say("it is served the config that was written for it, letter by letter");
    driver.click("tab", "App configs").await;
    driver.says("It is served no config.").await;
    driver.click("button", "Add a config").await;
    paste(&driver, "config-data", "{\n  \"home\": 1,\n}").await;
    driver.click("button", "Keep it").await;
    driver.says("Line 3, character 1: trailing comma.").await;
    paste(&driver, "config-data", r#"{"home": 12345678901234567890.50}"#).await;
    driver.click("button", "Keep it").await;
    driver.says("from 1.0.0").await;
    nothing_serious(&driver, "the configs of an application").await;
    driver.shot("92-core-config").await;
    let asked = json!({ "app_type_identifier": "org.example.rota", "version": "1.1.0", "api_key": key });
    let (status, config) = post(&format!("{core}/services/app-configs"), &asked).await;
    assert_eq!(status, StatusCode::OK, "{config}");
    assert!(config.contains("12345678901234567890.50"), "{config}");

    say("a service is known by its key");
    driver.click("link", "Apps").await;
    driver.click("link", "Known services").await;
    driver.click("button", "Add a service").await;
    let scopes = json!([{ "scope": "vault:profile.first_name:get", "required": true, "explanation": "To greet you." }]);
    let registration = json!({
        "service_id": "rotas", "name": "Rota backend", "description": "", "host": "https://rota.example",
        "pub_key": { "key_pem": SERVICE_KEY, "alg": "RS256" }, "scopes": scopes,
    });
    paste(&driver, "service-text", &registration.to_string()).await;
    driver.click("button", "Add it").await;
    driver.says("SHA256:").await;
    driver.says("To greet you.").await;
    nothing_serious(&driver, "known services").await;

    say("from another address it waits, and goes on as it was");
    driver.click("button", "Add a service").await;
    let moved = registration
        .to_string()
        .replace("rota.example", "elsewhere.example");
    paste(&driver, "service-text", &moved).await;
    driver.click("button", "Add it").await;
    driver.says("Its key or address changed").await;
    driver.click("button", "Compare keys of Rota backend").await;
    driver.says("https://elsewhere.example").await;
    nothing_serious(&driver, "a service that changed").await;
    driver.shot("93-core-compare").await;
    driver.click("button", "Keep what I pinned").await;
    driver.says("Key pinned").await;

    say("a backend gets an account, whose token is shown once and opens nothing by itself");
    driver.click("button", "Make a service account").await;
    driver.fill("Name of the account", "Nightly greeting").await;
    driver.click("checkbox", "Rota").await;
    driver.click("checkbox", "First name").await;
    nothing_serious(&driver, "making a service account").await;
    driver.click("button", "Make it").await;
    driver.says("The token of Nightly greeting").await;
    let backend = shown_once(&driver).await;
    driver.shot("95-core-account").await;
    driver.click("button", "I have kept it").await;
    kept_nowhere(&driver, &backend).await;
    let id = "return document.querySelector('article[aria-labelledby^=\"a-\"] p.mono').textContent";
    let id = driver.script(id, json!([])).await;
    let proof = json!({ "account_id": id, "auth_type": "static_token", "creds": { "token": backend } });
    let (status, _) = post(&format!("{core}/tps/access-tokens"), &proof).await;
    assert_ne!(status, StatusCode::OK);

    say("once the person agreed, it sees that, and the page says so");
    driver.window("consent.html").await;
    driver.says("Nightly greeting asks for your name").await;
    driver.click("radio", "Until I stop it").await;
    press_when_armed(&driver, "Share").await;
    driver.gone("consent.html").await;
    driver.find("button", "Stop: Name").await;
    driver.shot("96-core-sees").await;
    assert_eq!(scope(&core, &proof).await, "vault:profile.first_name:get");
    change_the_account(&driver, &core, &proof).await;

    say("ended, its token opens nothing from the next call on");
    driver.click("button", "End Nightly greeting").await;
    driver.says("End Nightly greeting?").await;
    driver
        .script("document.querySelector('dialog .btn.danger').click()", json!([]))
        .await;
    driver.says("No backend has standing access.").await;
    let (status, _) = post(&format!("{core}/tps/access-tokens"), &proof).await;
    assert_ne!(status, StatusCode::OK);
    driver.quit().await;
}

/// A file of a platform, so that there is a connection: nothing is linked for it.
fn import_trips(desktop: &Desktop) {
    let file = desktop.home().join("trips.csv");
    let rows = "City Name,Trip UUID,Local Amount,Currency Code,Classification,Category,Local Timestamp\n\
                Phoenix,aa-1,12.50,USD,fare,driver_payment_fares,2024-03-05 18:30:00\n";
    fs::write(&file, rows).unwrap();
    let file = file.to_str().unwrap();
    let arguments = [
        "import",
        file,
        "--account",
        ACCOUNT,
        "--time-zone",
        "America/Phoenix",
    ];
    at_the_terminal(desktop, &arguments);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_is_entered_and_knows_the_person_as_the_page_says() {
    let desktop = Desktop::start(&[]);
    make_vault(&desktop);
    import_trips(&desktop);
    let driver = open_and_unlock(&desktop).await;

    say("an application with two builds");
    driver.click("link", "Apps").await;
    driver.click("button", "Admit an application").await;
    driver.fill("Name", "Rota").await;
    driver.fill("Code", "rota").await;
    driver.fill("Identifier", "org.example.rota").await;
    driver.click("button", "Admit it").await;
    let key = shown_once(&driver).await;
    driver.click("button", "I have kept it").await;
    kept_nowhere(&driver, &key).await;
    driver.click("tab", "Keys and builds").await;
    driver.click("button", "Add a build").await;
    driver.fill("Identifier", "rota.example").await;
    driver.click("button", "Keep it").await;
    driver.find("button", "Remove rota.example").await;

    say("a build knows the person by a connection of this space, once");
    driver
        .click("button", "Add a connection to org.example.rota")
        .await;
    driver.says("That shares nothing yet.").await;
    driver.says(ACCOUNT).await;
    nothing_serious(&driver, "a connection for a build").await;
    driver.shot("97-core-provider").await;
    driver.click("button", "Add it").await;
    driver.says("Your number in uber").await;
    assert!(
        driver
            .look("button", "Add a connection to org.example.rota")
            .await
            .is_none()
    );
    driver.find("button", "Add a connection to rota.example").await;
    nothing_serious(&driver, "the builds of an application").await;
    driver.shot("98-core-builds").await;

    say("a build that is removed is gone, the last one stays");
    driver.click("button", "Remove rota.example").await;
    driver.says("Whoever uses this build is signed out").await;
    nothing_serious(&driver, "removing a build").await;
    driver
        .script("document.querySelector('dialog .btn.danger').click()", json!([]))
        .await;
    driver.says("rota.example is a stranger from now on.").await;
    assert!(driver.look("button", "Remove org.example.rota").await.is_none());

    say("one way in is taken from the other build");
    driver.click("switch", "May ask for what you have").await;
    let off = "return !document.querySelector('.ways input').checked";
    driver.holds(off, json!([])).await;

    say("sign-ins end once a year, on a day that there is");
    driver.click("tab", "Services and spaces").await;
    driver.says("have no end of their own").await;
    driver.click("button", "Change how long sign-ins last").await;
    driver.fill("Longest idle time", "60").await;
    driver.click("checkbox", "End all of them once a year").await;
    driver.fill("Day", "32").await;
    driver.click("button", "Keep it").await;
    driver.says("a day and a time that a year has").await;
    nothing_serious(&driver, "how long sign-ins last").await;
    driver.shot("99-core-sessions").await;
    driver.fill("Day", "31").await;
    driver.click("button", "Keep it").await;
    driver
        .says("after 60 idle minutes and on 31 January at 00:00 UTC")
        .await;
    driver.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_numbers_of_other_systems_are_shown_before_they_leave() {
    const NUMBER: &str = "uin-Canaria4499";
    let desktop = Desktop::start(&[]);
    make_vault(&desktop);
    import_trips(&desktop);
    at_the_terminal(&desktop, &["persona", "external", "uin", NUMBER]);
    let read = |arguments: &[&str]| -> Value { at_the_terminal(&desktop, arguments).parse().unwrap() };
    let scopes = ["uin", "uber"].map(|system| format!("vault:external_ids.{system}:get"));
    let asks = scopes
        .each_ref()
        .map(|scope| json!({ "scope": scope, "required": true, "explanation": "To find your row." }));
    let registration = json!({
        "service_id": "rotas", "name": "Rota backend", "description": "", "host": "https://rota.example",
        "pub_key": { "key_pem": SERVICE_KEY, "alg": "RS256" }, "scopes": asks,
    });
    let file = desktop.home().join("rotas.json");
    fs::write(&file, registration.to_string()).unwrap();
    at_the_terminal(&desktop, &["service", "add", file.to_str().unwrap()]);
    let build = "org.example.rota";
    let app = read(&[
        "--json",
        "core-app",
        "add",
        "--name",
        "Rota",
        "--code",
        "rota",
        "--type",
        build,
        "--service",
        "rotas",
        "--anonymous",
    ]);
    let connections = read(&["--json", "connection", "list"]);
    let trips = connections
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["account"] == ACCOUNT);
    let id = |value: &Value| value["id"].as_str().unwrap().to_owned();
    let provider = [
        "core-app",
        "provider",
        "add",
        &id(&app),
        build,
        &id(trips.unwrap()),
    ];
    at_the_terminal(&desktop, &provider);
    let (status, spaces) = (
        read(&["--json", "vault", "status"]),
        read(&["--json", "space", "list"]),
    );
    let core = format!("http://127.0.0.1:{}/core", status["port"]);

    let driver = open_and_unlock(&desktop).await;
    let login = json!({
        "auth_type": "anonymous", "app_type_identifier": build, "org_id": id(&spaces[0]), "api_key": app["api_key"],
        "device": { "type": "desktop" }, "creds": {},
    });
    let (status, entered) = post(&format!("{core}/services/auth/login"), &login).await;
    assert_eq!(status, StatusCode::OK, "{entered}");
    let entered: Value = serde_json::from_str(&entered).unwrap();
    let token = entered["token"]["access_token"].as_str().unwrap();
    let ask = async || {
        let body = json!({ "service_id": "rotas", "requested_scopes": scopes });
        let asked = Client::new()
            .post(format!("{core}/services/auth/authorize-service"))
            .bearer_auth(token)
            .json(&body);
        asked.send().await.unwrap().json::<Value>().await.unwrap()
    };
    assert_eq!(ask().await["consent"]["status"], "pending");

    say("both values stand in the question, and leave after the yes");
    driver.window("consent.html").await;
    driver
        .click("checkbox", "Your number in uin and Your number in uber")
        .await;
    driver.click("radio", "This once").await;
    let reasons = driver.text().await.matches("To find your row.").count();
    assert_eq!(reasons, 1, "one reason for both is said once");
    driver.says(NUMBER).await;
    driver.says(ACCOUNT).await;
    driver.says("2 rows, 2 columns").await;
    nothing_serious(&driver, "a question for numbers of other systems").await;
    driver.shot("89-core-numbers").await;
    press_when_armed(&driver, "Share").await;
    driver.gone("consent.html").await;
    let answer = ask().await;
    let account = Client::new()
        .get(format!("{core}/services/account"))
        .bearer_auth(answer["access_token"].as_str().unwrap());
    let account: Value = account.send().await.unwrap().json().await.unwrap();
    assert_eq!(account["external_ids"], json!({ "uin": NUMBER, "uber": ACCOUNT }));
    driver.main_window().await;
    driver.quit().await;
}
