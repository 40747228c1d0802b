//! Calls between apps, against an app server on this computer that answers, sends elsewhere, or sends too much.

use std::sync::{Arc, Mutex};

use openplatform::ids::openplatform_id;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use vault_core::{VaultEvent, apps::Exit};
use vault_store::{AppId, SecretValue};

use super::kit::{error, manifest};
use crate::kit::{Answer, World};

/// The server of the app that offers services. It keeps what it is sent, head and body as one text.
struct Offering {
    base: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Offering {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
        let heard: Arc<Mutex<Vec<String>>> = Arc::default();
        let (kept, own) = (Arc::clone(&heard), base.clone());
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(serve(socket, own.clone(), Arc::clone(&kept)));
            }
        });
        Self { base, heard }
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    fn manifest(&self) -> Value {
        json!({
            "name": "Postman", "url": format!("{}/", self.base), "reference": "post-1", "allowreadprofile": 0,
            "services": {
                "send": format!("{}/send", self.base),
                "relative": "/send",
                "away": format!("{}/away", self.base),
                "big": format!("{}/big", self.base),
                "dead": "http://127.0.0.1:1/",
                "plain": "http://services.example/",
                "file": "file:///etc/hostname",
            }
        })
    }
}

async fn serve(mut socket: TcpStream, base: String, kept: Arc<Mutex<Vec<String>>>) {
    let mut bytes = Vec::new();
    let whole = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).to_lowercase();
        let (head, body) = text.split_once("\r\n\r\n")?;
        let length = head
            .split("content-length: ")
            .nth(1)
            .map_or(0, |rest| rest.split("\r\n").next().unwrap().parse().unwrap());
        (body.len() >= length).then_some(())
    };
    while whole(&bytes).is_none() {
        let mut piece = [0; 4096];
        match socket.read(&mut piece).await {
            Ok(read) if read > 0 => bytes.extend_from_slice(&piece[..read]),
            Ok(_) | Err(_) => return,
        }
    }
    let heard = String::from_utf8(bytes).unwrap();
    let path = heard.split(' ').nth(1).unwrap().to_owned();
    kept.lock().unwrap().push(heard);
    let head = match path.as_str() {
        "/away" => format!("302 Found\r\nLocation: {base}/send"),
        "/big" => "200 OK\r\nContent-Type: text/plain".to_owned(),
        _ => "201 Created\r\nContent-Type: text/plain; charset=utf-8\r\nSet-Cookie: a=b".to_owned(),
    };
    let body = if path == "/big" {
        "x".repeat(1024 * 1024 + 1)
    } else {
        "received".to_owned()
    };
    let answer = format!(
        "HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let _ = socket.write_all(answer.as_bytes()).await;
}

/// An app that calls, one that offers, and the way between them where it is open.
struct Pair {
    world: World,
    offering: Offering,
    target: AppId,
    caller: AppId,
    token: String,
}

impl Pair {
    async fn new(open: bool) -> Self {
        let (world, offering) = (World::new().await, Offering::start().await);
        let target = world.install(&offering.manifest()).await;
        let (caller, token) = world.shared(&manifest("Desk")).await;
        if open {
            let exit = Exit::services(target);
            world.space.allow_exit(caller, exit).await.unwrap();
        }
        Self {
            world,
            offering,
            target,
            caller,
            token,
        }
    }

    async fn call(&self, app: &str, service: &str) -> Answer {
        let path = format!(
            "/api/services/?accesstoken={}&app={app}&service={service}",
            self.token
        );
        let headers = [("Content-Type", "application/x-own; v=1"), ("Cookie", "secret=1")];
        self.world.ask("POST", &path, &headers, b"\x01 any bytes").await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_is_called_by_id_reference_or_name_as_the_account_that_it_knows() {
    let pair = Pair::new(true).await;
    pair.world
        .choose(pair.target, |choices| {
            choices.origin_token = Some(SecretValue::from("origin-secret"))
        })
        .await;
    let id = pair.target.to_string().replace('-', "");
    for app in [id.as_str(), "post-1", "Postman", "postman"] {
        let answer = pair.call(app, "send").await;
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (201, "received"),
            "{app}"
        );
        assert_eq!(answer.one("content-type"), "text/plain; charset=utf-8");
        assert_eq!(answer.header("set-cookie"), None);
    }
    assert_eq!(pair.call("Postman", "relative").await.status, 201);
    // What the other app's own server is told when it verifies.
    let token = pair.world.open(pair.target).await;
    let verify = format!("/verify/?accesstoken={token}");
    let known: Value = pair
        .world
        .get(&verify, &[("X-Origin", "origin-secret")])
        .await
        .json();
    let heard = pair.offering.heard();
    assert_eq!(heard.len(), 5);
    let expected = format!(
        "{}--{}-{}-{}",
        openplatform_id(&pair.world.base()),
        known["verifytoken"].as_str().unwrap(),
        known["profile"]["id"].as_str().unwrap(),
        known["servicetoken"].as_str().unwrap()
    );
    assert_eq!(expected.split('-').count(), 5, "five parts, one of them empty");
    for one in &heard {
        let lower = one.to_lowercase();
        assert!(
            lower.contains(&format!("x-openplatform: {expected}\r\n")),
            "{one}"
        );
        assert!(lower.contains("x-origin: origin-secret\r\n"));
        assert!(lower.contains("content-type: application/x-own; v=1\r\n"));
        assert!(!lower.contains("cookie") && !lower.contains(&pair.token));
        assert!(one.ends_with("\x01 any bytes"));
    }
}

/// Without the person's agreement nothing is called, and nothing is said of which apps there are.
#[tokio::test(flavor = "multi_thread")]
async fn without_agreement_for_this_pair_nothing_is_called() {
    let pair = Pair::new(false).await;
    // A way for something else, or from another app, is none.
    let share = Exit::share(pair.target);
    pair.world.space.allow_exit(pair.caller, share).await.unwrap();
    let other = pair.world.install(&manifest("Other")).await;
    let services = Exit::services(pair.target);
    pair.world
        .space
        .allow_exit(other, services.clone())
        .await
        .unwrap();
    let mut events = pair.world.vault.events();
    let refused = pair.call("Postman", "send").await;
    // The person hears of it, so that they can open the way.
    let wanted = VaultEvent::ServiceWanted {
        space: pair.world.space.id(),
        app: pair.caller,
        target: pair.target,
    };
    assert!(std::iter::from_fn(|| events.try_recv().ok()).any(|event| event == wanted));
    assert_eq!(
        (refused.status, error(&refused).as_str()),
        (400, "error-permissions")
    );
    let unknown = pair.call("Nobody", "send").await;
    assert_eq!(refused.but_date, unknown.but_date);
    assert!(pair.offering.heard().is_empty());

    pair.world
        .space
        .allow_exit(pair.caller, services.clone())
        .await
        .unwrap();
    assert_eq!(pair.call("Postman", "send").await.status, 201);
    let metadata: Value = pair
        .world
        .get(&format!("/verify/?accesstoken={}", pair.token), &[])
        .await
        .json();
    assert!(metadata["services"].is_string());
    pair.world.space.close_exit(pair.caller, services).await.unwrap();
    assert_eq!(error(&pair.call("Postman", "send").await), "error-permissions");
    assert_eq!(pair.offering.heard().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_reason_not_to_call_has_its_code() {
    let pair = Pair::new(true).await;
    for (app, service, status, code) in [
        ("Postman", "", 400, "error-services-invalid"),
        ("", "send", 400, "error-services-app"),
        ("openplatform", "mail", 400, "error-services-notsupported"),
        ("Postman", "other", 400, "error-services-notsupported"),
        ("Postman", "plain", 400, "error-services-endpoint"),
        ("Postman", "file", 400, "error-services-endpoint"),
        ("Postman", "dead", 502, "error-services-endpoint"),
        ("Postman", "away", 502, "error-services-endpoint"),
        ("Postman", "big", 502, "error-services-endpoint"),
    ] {
        let answer = pair.call(app, service).await;
        assert_eq!(
            (answer.status, error(&answer).as_str()),
            (status, code),
            "{app} {service}"
        );
    }
    let led = pair
        .offering
        .heard()
        .iter()
        .filter(|one| one.contains(" /send "))
        .count();
    assert_eq!(led, 0, "a redirect is not followed");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_of_the_internet_offers_nothing_on_this_computer() {
    let (world, offering) = (World::new().await, Offering::start().await);
    let mut far = manifest("Far");
    far["services"] = json!({"send": format!("{}/send", offering.base)});
    let target = world.install(&far).await;
    let (caller, token) = world.shared(&manifest("Desk")).await;
    world
        .space
        .allow_exit(caller, Exit::services(target))
        .await
        .unwrap();
    let path = format!("/api/services/?accesstoken={token}&app=Far&service=send");
    let answer = world.ask("POST", &path, &[], b"x").await;
    assert_eq!(error(&answer), "error-services-endpoint");
    assert!(offering.heard().is_empty());
}
