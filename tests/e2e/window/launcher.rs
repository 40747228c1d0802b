//! An app with everything that a description can hold: its picture, its words, its settings and roles reach its server as they were typed;
//! as guest it is told nothing; a server that does not answer is told of; and the developer check says what is wrong.

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{
    axe::nothing_serious,
    desktop::Desktop,
    driver::Driver,
    frames::press_armed,
    person::{choose_everything, install, make_vault, open_and_unlock, press_when_armed, say},
};

const PAGE: &str = "<!doctype html><meta charset=utf-8><title>Route Book</title>\
    <script src=\"https://cdn.componentator.com/openplatform.min@4.js\"></script><p>Route Book is here.";
/// A square of 64 by 64 pixels in one colour.
const PICTURE: &[u8] = include_bytes!("launcher.png");

/// What the server of the app has seen and says.
#[derive(Default)]
struct Said {
    /// The verify address of the last opening, until somebody asked for it.
    verify: Option<String>,
    /// Whether it answers with an error.
    down: bool,
    /// Headers of its first page.
    headers: String,
    asked_for_picture: u32,
}

struct RouteBook {
    address: String,
    said: Arc<Mutex<Said>>,
}

impl RouteBook {
    fn serve() -> Self {
        Self::named("Route Book")
    }

    fn named(name: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let said: Arc<Mutex<Said>> = Arc::default();
        let (heard, base) = (Arc::clone(&said), address.clone());
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { continue };
                let (heard, base) = (Arc::clone(&heard), base.clone());
                // A browser engine opens connections ahead of need and leaves them silent: each has its own thread.
                thread::spawn(move || answer(stream, name, &base, &heard));
            }
        });
        Self { address, said }
    }

    /// The verify address of the last opening: the page of the app comes some time after its frame.
    async fn verify(&self) -> String {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let told = self.said.lock().unwrap().verify.take();
            if let Some(told) = told {
                return told;
            }
            assert!(Instant::now() < deadline, "the app was not opened");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// What Satchel answers the server of the app, as the one of an app of version 4 asks.
    async fn verified(&self) -> Value {
        let answer = reqwest::get(self.verify().await).await.unwrap();
        answer.json().await.unwrap()
    }
}

fn answer(mut stream: TcpStream, name: &str, base: &str, heard: &Mutex<Said>) {
    let mut request = [0; 8192];
    let read = stream.read(&mut request).unwrap_or(0);
    let text = String::from_utf8_lossy(&request[..read]).into_owned();
    let path = text.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut said = heard.lock().unwrap();
    let (status, kind, body) = if said.down {
        ("503 Service Unavailable", "text/plain", Vec::new())
    } else if path.starts_with("/openplatform.json") {
        ("200 OK", "application/json", manifest(name, base).into_bytes())
    } else if path.starts_with("/icon.png") {
        said.asked_for_picture += 1;
        ("200 OK", "image/png", PICTURE.to_vec())
    } else {
        if let Some((_, query)) = path.split_once("openplatform=") {
            let argument = query.split('&').next().unwrap_or_default();
            said.verify = Some(decoded(argument));
        }
        ("200 OK", "text/html", PAGE.as_bytes().to_vec())
    };
    let headers = if kind == "text/html" {
        said.headers.clone()
    } else {
        String::new()
    };
    drop(said);
    let _ = write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n{headers}Connection: close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(&body);
}

fn manifest(name: &str, base: &str) -> String {
    json!({
        "name": name, "services": {"send": "/send"}, "url": format!("{base}/"), "author": "Rue & Rad", "version": "1.4", "allowreadprofile": 0, "allownotifications": true,
        "description": "Keeps the routes that were ridden.", "icon": format!("{base}/icon.png"), "serververify": true,
        "settings": {"Region": "string", "Longest ride": "number", "Count returns": "boolean", "Since": "date"},
        "roles": ["rider", "dispatcher"],
        "readme": "## Routes\n\nIt keeps **routes**, see [the help](https://help.example/routes).\n\n<img src=x onerror=alert(1)>\n\n- by day\n- by town",
        "vault": {"purpose": "To keep routes.", "scopes": [{"scope": "vault:work.records:get", "explanation": "to draw them"}]}
    })
    .to_string()
}

fn decoded(text: &str) -> String {
    url::form_urlencoded::parse(format!("x={text}").as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

/// Opens the app; what it asks for is refused, so that it learns nothing but what the person typed for it.
async fn open_and_refuse(driver: &Driver) {
    driver.click("button", "Open Route Book").await;
    driver.window("consent.html").await;
    press_when_armed(driver, "Don’t share").await;
    driver.window("app.html").await;
}

async fn tab(driver: &Driver, name: &str) {
    driver.click("tab", name).await;
}

async fn close(driver: &Driver) {
    driver.window("app.html").await;
    driver.click("button", "Close Route Book").await;
    driver.gone("app.html").await;
    driver.main_window().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_seen_set_opened_as_guest_and_missed() {
    let app = RouteBook::serve();
    let desktop = Desktop::start(&[]);
    make_vault(&desktop);
    let driver = open_and_unlock(&desktop).await;
    install(&driver, "Route Book", &app.address).await;

    say("its picture is one that was made here, and its words are words");
    driver
        .holds(
            "const seen = document.querySelector('img.pic'); return !!seen && seen.src.startsWith('data:image/png;base64,') && seen.naturalWidth > 0",
            json!([]),
        )
        .await;
    driver.shot("60-apps-picture").await;
    nothing_serious(&driver, "the list of apps").await;
    driver.click("button", "Manage Route Book").await;
    tab(&driver, "Network and device").await;
    driver.says("It keeps routes, see the help (help.example)").await;
    driver
        .says("Its server runs on this computer and asks Satchel directly.")
        .await;
    let markup = driver
        .script(
            "return document.querySelectorAll('.marks img, .marks a, .marks script').length",
            json!([]),
        )
        .await;
    assert_eq!(markup, json!(0));
    driver.click("button", "Look what its first page loads").await;
    driver
        .says("openplatform.min@4.js from cdn.componentator.com")
        .await;
    driver.shot("61-app-network").await;
    nothing_serious(&driver, "the network of an app").await;

    say("what is typed reaches its server with the types that it declared");
    tab(&driver, "Settings").await;
    driver.fill("Region", "Raval").await;
    driver.fill("Longest ride", "many").await;
    driver.click("button", "Keep these settings").await;
    driver.says("Longest ride: a number, such as 12.5").await;
    driver.shot("62-app-settings-wrong").await;
    driver.fill("Longest ride", "42,5").await;
    driver.click("button", "Count returns").await;
    driver.click("option", "Yes").await;
    driver
        .script(
            "const day = document.querySelector('input[type=date]'); day.value = '2026-03-01'; day.dispatchEvent(new Event('input', { bubbles: true }))",
            json!([]),
        )
        .await;
    driver.click("checkbox", "rider").await;
    driver.fill("Your number there", "R-17").await;
    driver.click("button", "Keep these settings").await;
    driver.says("Settings of Route Book kept").await;
    driver.shot("63-app-settings").await;
    nothing_serious(&driver, "the settings of an app").await;
    open_and_refuse(&driver).await;
    driver
        .holds(
            "return !!document.querySelector('header.strip img.pic')",
            json!([]),
        )
        .await;
    driver.find("iframe", "Route Book (app)").await;
    let answer = app.verified().await;
    assert_eq!(
        answer["settings"],
        json!({"Region": "Raval", "Longest ride": 42.5, "Count returns": true, "Since": "2026-03-01T00:00:00.000Z"})
    );
    assert_eq!(answer["profile"]["name"], "");
    driver.shot("64-app-window").await;
    close(&driver).await;

    say("what it tells stands in the list and on its page, until the person has read it");
    driver.click("button", "Open Route Book").await;
    driver.window("consent.html").await;
    driver.find("button", "Share").await;
    choose_everything(&driver).await;
    let always = "Always refuse Route Book when it asks for work and notifications";
    driver.find("checkbox", always).await;
    press_when_armed(&driver, "Share").await;
    driver.window("app.html").await;
    driver.find("iframe", "Route Book (app)").await;
    let notify = app.verified().await["profile"]["notify"]
        .as_str()
        .unwrap()
        .to_owned();
    let told = json!({"type": 1, "body": "**Done** for today, see [the route](https://help.example/1)"});
    let taken = reqwest::Client::new()
        .post(&notify)
        .json(&told)
        .send()
        .await
        .unwrap();
    assert!(taken.status().is_success());
    close(&driver).await;
    driver.click("link", "Apps").await;
    driver.says("1 message").await;
    driver.shot("70-apps-message").await;
    driver.click("link", "1 message").await;
    driver.says("Done for today, see the route (help.example)").await;
    driver.shot("71-app-messages").await;
    nothing_serious(&driver, "the messages of an app").await;
    driver.click("button", "Mark as read").await;
    driver.says("all read").await;
    driver.click("button", "Clear").await;
    driver.says("It has told you nothing.").await;

    say("as guest it is told nothing of that");
    driver.click("button", "Open as guest: Route Book").await;
    driver.window("app.html").await;
    driver.find("iframe", "Route Book (app)").await;
    let guest = app.verified().await;
    assert_eq!((&guest["id"], &guest["guest"]), (&json!("0"), &json!(true)));
    for typed in ["Raval", "42.5", "R-17", "rider"] {
        assert!(!guest.to_string().contains(typed), "{typed}: {guest}");
    }
    assert_ne!(guest["verifytoken"], answer["verifytoken"]);
    close(&driver).await;

    say("arrow keys go through the list, and Enter opens");
    driver.click("link", "Apps").await;
    driver.find("button", "Manage Route Book").await;
    let rows = driver
        .script(
            "document.querySelector('[data-act=open] button').focus(); return document.querySelectorAll('[data-row]').length",
            json!([]),
        )
        .await;
    driver.press("\u{E010}").await;
    let focused = driver
        .script(
            "return document.activeElement.getAttribute('aria-label')",
            json!([]),
        )
        .await;
    assert_eq!(focused, json!("Open Route Book"), "{rows} rows");

    say("a server that does not answer is told of");
    app.said.lock().unwrap().down = true;
    open_and_refuse(&driver).await;
    driver.main_window().await;
    driver.says("Did not answer since").await;
    driver.shot("65-apps-offline").await;
    close(&driver).await;
    driver.click("button", "Manage Route Book").await;
    driver.says("Its server did not answer since").await;
    driver.shot("66-app-offline").await;
    app.said.lock().unwrap().down = false;
    driver.click("button", "Look again").await;
    driver.says("Route Book answers").await;
    assert_eq!(
        app.said.lock().unwrap().asked_for_picture,
        3,
        "looked at in the review, kept once, and once by the check"
    );
    driver.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_of_another_app_is_called_once_the_person_has_opened_the_way() {
    let (app, other) = (RouteBook::serve(), RouteBook::named("Postbox"));
    let desktop = Desktop::start(&[]);
    make_vault(&desktop);
    let driver = open_and_unlock(&desktop).await;
    install(&driver, "Route Book", &app.address).await;
    install(&driver, "Postbox", &other.address).await;
    open_and_refuse(&driver).await;
    driver.find("iframe", "Route Book (app)").await;
    let call = app
        .verify()
        .await
        .replace("/verify/?", "/api/services/?app=Postbox&service=send&");
    let called = async || {
        let client = reqwest::Client::new();
        client
            .post(&call)
            .json(&json!({"a": 1}))
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    };
    assert_eq!(called().await, 400);
    driver.find("alertdialog", "Call a service of Postbox?").await;
    driver
        .says("The server of Route Book called a service of Postbox, and got nothing.")
        .await;
    driver.shot("72-app-service").await;
    nothing_serious(&driver, "a question about a service").await;
    assert_eq!(called().await, 400, "nobody has answered");
    press_armed(&driver, "Always for these two").await;
    let mut status = 0;
    for _ in 0..50 {
        status = called().await;
        if status == 200 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(status, 200);
    driver.quit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_writes_an_app_checks_it_and_sets_how_they_are() {
    let app = RouteBook::serve();
    app.said.lock().unwrap().headers = "X-Frame-Options: DENY\r\n".to_owned();
    let desktop = Desktop::start(&[]);
    make_vault(&desktop);
    let driver = open_and_unlock(&desktop).await;
    driver.click("link", "Settings").await;
    driver.click("tab", "Developer").await;
    driver.click("switch", "Developer mode").await;
    driver
        .fill(
            "Web address of the description",
            &format!("{}/?reqtoken=canary", app.address),
        )
        .await;
    driver.click("button", "Check it").await;
    driver
        .says("Route Book can be installed, and does not work as it is.")
        .await;
    driver
        .says("X-Frame-Options keeps it out of Satchel’s window.")
        .await;
    driver.says("Its secrets were taken out").await;
    assert!(!driver.text().await.contains("canary"));
    driver
        .script("document.getElementById('appcheck').scrollIntoView()", json!([]))
        .await;
    driver.shot("67-developer-check").await;
    nothing_serious(&driver, "the check of an app").await;

    say("how the person is, and what apps may tell");
    driver.click("tab", "Notices").await;
    driver.click("button", "Status").await;
    driver.click("option", "Do not disturb").await;
    driver.fill("In your words", "On the road").await;
    driver.click("button", "Keep").await;
    driver.click("switch", "Let apps make sounds").await;
    driver.shot("68-notices").await;
    nothing_serious(&driver, "the notices").await;
    driver.click("tab", "Appearance").await;
    driver.click("button", "Background").await;
    driver.click("option", "Waves").await;
    driver.shot("69-appearance").await;
    nothing_serious(&driver, "the appearance").await;
    driver.click("tab", "Notices").await;
    driver.says("Do not disturb").await;
    driver.quit().await;
}
