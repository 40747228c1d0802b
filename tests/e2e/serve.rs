//! The vault being served: an app asks, the person answers, data leaves under the grant, and stops when the grant is taken back.

use std::net::TcpListener;

use serde_json::{Value, json};

use crate::support::{Home, platform::Platform, served::Served};

const APP: &str = "My Backpack";

#[test]
fn an_app_gets_what_the_person_allows_until_it_is_taken_back() {
    let home = Home::with_vault();
    home.ok(&["persona", "set", "first_name", "Lucía"]);
    let platform = Platform::start(&home, 40);
    platform.connect(&home, "lucia");
    platform.stop();

    let mut served = Served::start(&home);
    let (question, token) = open_and_allow(&home, &mut served);
    assert!(
        question["scopes"]
            .as_array()
            .unwrap()
            .iter()
            .any(|scope| scope["scope"] == "vault:work.records:get"),
        "{question}"
    );
    let (status, body) = served.v1(&token, "/v1/records?kind=work&limit=10");
    let answer: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        (status, answer["records"].as_array().map(Vec::len)),
        (200, Some(10)),
        "{answer}"
    );

    let disclosed = served.until(|line| line["event"] == "disclosed" && line["records"] == 10);
    assert_eq!(
        (&disclosed["party"], &disclosed["result"]),
        (&json!(APP), &json!("shared")),
        "{disclosed}"
    );

    let grant = served.v1(&token, "/v1/grant");
    assert_eq!(grant.0, 200, "{grant:?}");
    served.lock();
    let grants = home.ok(&["grant", "list"]);
    let id = grants[0]["id"].as_str().unwrap();
    assert_eq!(home.ok(&["grant", "revoke", id])["state"], "revoked");

    let mut served = Served::start(&home);
    let refused = (
        403,
        r#"{"code":"consent_denied","message":"Nothing is shared."}"#.to_owned(),
    );
    assert_eq!(served.v1(&token, "/v1/records?kind=work&limit=10"), refused);
    assert_eq!(
        served
            .v1(
                "no-token-of-ours-no-token-of-ours-no-token",
                "/v1/records?kind=work"
            )
            .0,
        401
    );
    served.say(&json!({ "nonsense": 1 }));
    assert_eq!(
        served.until(|line| line.get("error").is_some())["error"],
        "not_a_command"
    );
    let ended = served.lock();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stdout.contains("\"event\":\"locked\""), "{ended:?}");

    let log = home.ok(&["log", "list"]);
    let results: Vec<&str> = log
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|entry| entry["result"].as_str())
        .collect();
    assert!(results.len() >= 2, "{log}");
    assert!(
        log.as_array().unwrap().iter().all(|entry| entry["party"] == APP),
        "{log}"
    );
    let checked = home.ok(&["log", "verify"]);
    assert_eq!(checked["whole"], true, "{checked}");
    assert!(checked["entries"].as_u64().unwrap() >= 2);
}

#[test]
fn a_refusal_is_kept_and_nothing_leaves() {
    let home = Home::with_vault();
    home.ok(&["records", "add", "work", "start=2026-11-20", "title=Mine"]);
    let mut served = Served::start(&home);
    served.say(&json!({ "open_app": APP }));
    let question = served.until(|line| line["event"] == "consent_requested");
    let opened = served.answer(&json!({ "deny": question["id"] }), "denied");
    assert_eq!(opened["denied"], question["id"]);
    let opened = served.until(|line| line.get("opened").is_some());
    let token = token(&opened);
    assert_eq!(served.v1(&token, "/v1/records?kind=work").0, 403);
    served.lock();
    assert_eq!(home.ok(&["grant", "list"]), json!([]));
    assert!(
        !home.ok(&["log", "list"]).as_array().unwrap().is_empty(),
        "a refusal is in the log"
    );
}

#[test]
fn a_vault_whose_port_is_taken_is_not_served_elsewhere() {
    let home = Home::new();
    let holder = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = holder.local_addr().unwrap().port().to_string();
    home.ok(&[
        "vault",
        "create",
        "--port",
        &port,
        "--recovery-out",
        &home.text("kit"),
    ]);
    let run = home.run(&["serve"]);
    run.refused(1, "SYS-701");
    assert!(run.stderr.contains(&port), "it says which port: {run:?}");
    drop(holder);
    let served = Served::start(&home);
    assert_eq!(served.base(), format!("http://127.0.0.1:{port}"));
    home.run(&["records", "list"]).refused(3, "VLT-102");
    assert_eq!(served.lock().code, Some(0));
    home.ok(&["records", "list"]);
}

#[test]
fn a_served_vault_that_is_interrupted_is_locked() {
    let home = Home::with_vault();
    for signal in ["-INT", "-TERM"] {
        let served = Served::start(&home);
        let ended = served.interrupt(&home, signal);
        assert_eq!(ended.code, Some(0), "{signal}: {ended:?}");
        assert!(
            ended.stdout.contains("\"event\":\"locked\""),
            "{signal}: {ended:?}"
        );
    }
    home.ok(&["vault", "check"]);
}

/// One gateway serves all spaces, so a line is carried out in whichever space its id belongs to.
#[test]
fn another_space_is_served_as_well() {
    let home = Home::with_vault();
    home.ok(&["space", "add", "Second"]);
    let platform = Platform::start(&home, 30);
    let run = platform.try_connect_in(&home, "Second", "lucia", "allow");
    let linked = run.document();

    let mut served = Served::start(&home);
    let fetched = served.answer(&json!({ "fetch": linked["connection"] }), "fetched");
    assert_eq!(fetched["counts"]["same"], linked["counts"]["new"], "{fetched}");
    served.lock();
}

/// The time that the platform named has come: nobody has to ask.
#[test]
fn what_is_due_is_fetched() {
    let home = Home::with_vault();
    let platform = Platform::start(&home, 30);
    platform.set_fault(Some("rate-limit"));
    platform
        .try_connect(&home, "lucia", "allow")
        .refused(1, "CON-429");
    platform.set_fault(None);
    let list = home.ok(&["connection", "list"]);
    assert_eq!(list[0]["state"], "platformBusy");
    std::thread::sleep(std::time::Duration::from_secs(6));
    let mut served = Served::start(&home);
    let finished = served.until(|line| line["event"] == "retrieval_finished");
    assert_eq!(
        (&finished["connection"], &finished["complete"]),
        (&list[0]["id"], &json!(true)),
        "{finished}"
    );
    served.lock();
    assert_eq!(home.ok(&["connection", "list"])[0]["state"], "working");
}

/// Opens the sample app and allows what it asks for. Returns the question and the token that the app was opened with.
pub(crate) fn open_and_allow(home: &Home, served: &mut Served) -> (Value, String) {
    open_and_allow_app(home, served, APP)
}

/// The same with an app by its name.
pub(crate) fn open_and_allow_app(home: &Home, served: &mut Served, app: &str) -> (Value, String) {
    served.say(&json!({ "open_app": app }));
    let question = served.until(|line| line["event"] == "consent_requested");
    let allowed = served.answer(&json!({ "allow": question["id"] }), "allowed");
    if allowed["error"] == "reauth_required" {
        let allowed = served.answer(
            &json!({ "allow": question["id"], "passphrase_file": home.text("passphrase") }),
            "allowed",
        );
        assert!(allowed["grant"].is_string(), "{allowed}");
    }
    let opened = served.until(|line| line.get("opened").is_some());
    (question, token(&opened))
}

/// The token in the address of a frame: the address of `verify` is the value of the parameter, and the token is a parameter of that.
fn token(opened: &Value) -> String {
    let address: reqwest::Url = opened["url"].as_str().unwrap().parse().unwrap();
    let (_, verify) = address
        .query_pairs()
        .find(|(name, _)| name == "openplatform")
        .unwrap();
    let verify = verify.split('~').next().unwrap().parse::<reqwest::Url>().unwrap();
    let (_, token) = verify
        .query_pairs()
        .find(|(name, _)| name == "accesstoken")
        .unwrap();
    token.into_owned()
}
