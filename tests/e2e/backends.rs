//! App servers on the frameworks that real ones use, against a vault that is served: they let in the person who opened the app, and nobody
//! else. `cargo xtask test` installs the frameworks into the project's tools.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use crate::support::{Home, Kept, browser, received, served::Served};

const SERVERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/apps/backends");
const FRAMEWORKS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/tools/backends/node_modules");

/// The server of an app, running.
struct Backend {
    _process: Kept,
    base: String,
}

impl Backend {
    /// Starts `total3`, `total4` or `total5` with the words of its app, from a copy in the home: the frameworks write beside what they run.
    fn start(home: &Home, framework: &str, words: &Value) -> Self {
        assert!(
            Path::new(FRAMEWORKS).is_dir(),
            "cargo xtask test installs the frameworks"
        );
        let folder = home.text(&format!("{framework}-{}", words["name"].as_str().unwrap()));
        fs::create_dir_all(&folder).unwrap();
        let server = format!("{folder}/server.js");
        fs::copy(format!("{SERVERS}/{framework}/server.js"), &server).unwrap();
        for shared in ["app.js", "host.js"] {
            fs::copy(format!("{SERVERS}/{shared}"), home.text(shared)).unwrap();
        }
        let mut command = Command::new("node");
        command
            .arg(server)
            .env("NODE_PATH", FRAMEWORKS)
            .env("APP_WORDS", words.to_string())
            .current_dir(folder)
            .stdin(Stdio::piped());
        // Whoever is given the argument of an app has what that app may have.
        let party = words
            .get("argument_of")
            .unwrap_or(&words["name"])
            .as_str()
            .unwrap();
        let mut process = Kept::start(received::by_node(&mut command, party));
        // The frameworks have something to say before.
        let base = loop {
            let line = process.line();
            if let Some(base) = serde_json::from_str::<Value>(&line)
                .ok()
                .and_then(|said| said["base"].as_str().map(str::to_owned))
            {
                break base;
            }
        };
        Self {
            _process: process,
            base,
        }
    }

    /// Installs its app. Returns the id of the installation.
    fn install(&self, home: &Home) -> String {
        let added = home.ok(&["app", "add", &format!("{}/manifest", self.base)]);
        added["id"].as_str().unwrap().to_owned()
    }

    /// A page of the app, with the argument that its frame was opened with.
    fn page(&self, path: &str, frame: &str, rest: &str) -> (u16, Value) {
        let (_, query) = frame.split_once('?').unwrap();
        let (status, text) = browser::follow(&format!("{}{path}?{query}{rest}", self.base));
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// What it knows of who opened the frame.
    #[track_caller]
    fn knows(&self, frame: &str) -> Value {
        let (status, session) = self.page("/", frame, "");
        assert_eq!(status, 200, "{session}");
        session
    }

    /// That it lets nobody in, and why.
    #[track_caller]
    fn refuses(&self, frame: &str, why: &str) {
        let (status, said) = self.page("/", frame, "");
        assert_eq!((status, &said), (401, &json!({ "refused": why })));
    }
}

/// A vault with somebody in it.
fn home() -> Home {
    let home = Home::with_vault();
    home.ok(&["persona", "set", "first_name", "Lucía"]);
    home.ok(&["persona", "set", "city", "València"]);
    home
}

/// Opens an app; what it asks for is allowed. Returns the address of its frame and the grant, where one was made.
fn open(home: &Home, served: &mut Served, app: &str) -> (String, Option<String>) {
    served.say(&json!({ "open_app": app }));
    let mut grant = None;
    let mut line = served.until(|line| line["event"] == "consent_requested" || line.get("opened").is_some());
    if line["event"] == "consent_requested" {
        let allow = json!({ "allow": line["id"], "passphrase_file": home.text("passphrase") });
        let allowed = served.answer(&allow, "allowed");
        grant = allowed["grant"].as_str().map(str::to_owned);
        assert!(grant.is_some(), "{allowed}");
        line = served.until(|line| line.get("opened").is_some());
    }
    (line["url"].as_str().unwrap().to_owned(), grant)
}

/// The same address with another sign in the token.
fn tampered(frame: &str) -> String {
    let at = frame.find("token%3D").unwrap() + "token%3D".len();
    let other = if &frame[at..=at] == "0" { "1" } else { "0" };
    format!("{}{other}{}", &frame[..at], &frame[at + 1..])
}

#[test]
fn an_app_of_version_3_lets_in_who_opened_it() {
    let home = home();
    let backend = Backend::start(&home, "total3", &json!({ "name": "Three" }));
    let app = backend.install(&home);
    home.ok(&["app", "set", &app, "profile", "p3"]);
    let mut served = Served::start(&home);
    let (frame, _) = open(&home, &mut served, &app);
    assert!(!frame.contains("&rev="), "{frame}");
    let session = backend.knows(&frame);
    assert_eq!(session["profile"]["firstname"], "Lucía");
    assert_eq!(session["meta"]["openplatform"], served.base());
    assert_eq!(
        backend.page("/users", &frame, "").1["items"][0]["firstname"],
        "Lucía"
    );
    assert_eq!(
        backend.page("/words", &frame, "").1["places"][0]["name"],
        "València"
    );
    assert_eq!(backend.page("/badge", &frame, "").1, json!({ "success": true }));
    assert_eq!(
        backend.page("/notify", &frame, "&text=hello").1,
        json!({ "success": true })
    );
    backend.refuses(&tampered(&frame), "error-invalid-accesstoken");
    served.lock();
}

#[test]
fn an_app_of_version_4_lets_in_who_opened_it_and_nobody_else() {
    let home = home();
    let (backend, other) = (
        Backend::start(
            &home,
            "total4",
            &json!({ "name": "Four", "origin": "origin-secret", "serial": "SN-4" }),
        ),
        Backend::start(&home, "total4", &json!({ "name": "Other" })),
    );
    let (app, second) = (backend.install(&home), other.install(&home));
    let mut served = Served::start(&home);
    let (frame, grant) = open(&home, &mut served, &app);
    // The person has set neither: the server wants both.
    backend.refuses(&frame, "another origin");
    served.lock();
    home.ok(&[
        "app",
        "set",
        &app,
        "origin-token",
        "--secret-file",
        &home.write("origin", "origin-secret"),
    ]);
    home.ok(&["app", "set", &app, "serial", "SN-4"]);
    home.ok(&["app", "set", &app, "roles", "editor"]);

    let mut served = Served::start(&home);
    let old = frame;
    let (frame, _) = open(&home, &mut served, &app);
    backend.refuses(&old, "error-invalid-accesstoken");
    backend.refuses(&tampered(&frame), "error-invalid-accesstoken");
    let session = backend.knows(&frame);
    let profile = &session["profile"];
    assert_eq!(
        (&profile["firstname"], &profile["roles"]),
        (&json!("Lucía"), &json!(["editor"]))
    );
    assert_eq!(session["meta"]["sn"], "SN-4");
    assert_eq!(
        backend.page("/words", &frame, "").1["localities"][0]["name"],
        "València"
    );
    assert_eq!(backend.page("/users", &frame, "").1["count"], 1);
    assert_eq!(backend.page("/badge", &frame, "").1, json!({ "success": true }));
    assert_eq!(
        backend.page("/notify", &frame, "&text=hello").1,
        json!({ "success": true })
    );
    // A session is kept as long as its revision.
    let asked = session["asked"].clone();
    assert_eq!(backend.knows(&frame)["asked"], asked);

    // The token of another app opens nothing here, and ours opens nothing there.
    let (others, _) = open(&home, &mut served, &second);
    backend.refuses(&others, "another origin");
    let stranger = Backend::start(
        &home,
        "total4",
        &json!({ "name": "Stranger", "argument_of": "Other" }),
    );
    stranger.refuses(&others, "another url");
    other.refuses(&frame, "error-invalid-origin");
    assert_eq!(other.knows(&others)["profile"]["firstname"], "Lucía");

    // A service of the first for the second, once the person has opened that way.
    let call = "&app=Four&text=hello";
    let refused = other.page("/call", &others, call).1;
    assert_eq!(refused, json!({ "refused": "no services" }));
    served.lock();
    home.ok(&["app", "exit", &second, "services", &app]);
    let mut served = Served::start(&home);
    let (others, _) = open(&home, &mut served, &second);
    let called = other.page("/call", &others, call).1;
    assert_eq!(called["status"], 200, "{called}");
    assert_eq!(called["body"]["heard"], json!({ "said": "hello" }));
    assert_eq!(called["body"]["caller"]["account"], session["profile"]["id"]);
    assert_eq!(called["body"]["caller"]["platform"], session["platform"]["id"]);

    // Taken back: the next session is nobody's, and the tenant is the same.
    let (frame, _) = open(&home, &mut served, &app);
    assert_eq!(backend.knows(&frame)["profile"]["firstname"], "Lucía");
    let revoked = served.answer(&json!({ "revoke": grant }), "revoked");
    assert!(revoked["revoked"].is_string(), "{revoked}");
    let newer = frame.replace("&rev=", "&rev=x");
    backend.refuses(&newer, "error-invalid-accesstoken");
    // Nobody is asked again for what was just stopped.
    let (again, _) = open(&home, &mut served, &app);
    let nobody = backend.knows(&again);
    assert_eq!(nobody["profile"]["name"], "");
    assert_eq!(nobody["platform"]["id"], session["platform"]["id"]);
    served.lock();
}

#[test]
fn an_app_of_version_5_lets_in_by_its_chain() {
    let home = home();
    let secrets = |name: &str, response: &str| {
        json!({
            "name": name, "response": response,
            "manifest": {
                "reqtoken": "request-secret", "restoken": "response-secret",
                "permissions": [{ "id": "editor", "name": "Editor" }]
            }
        })
    };
    let backend = Backend::start(&home, "total5", &secrets("Five", "response-secret"));
    let wrong = Backend::start(&home, "total5", &secrets("Wrong", "another"));
    let (app, second) = (backend.install(&home), wrong.install(&home));
    home.ok(&["app", "set", &app, "roles", "editor"]);
    let mut served = Served::start(&home);
    let (frame, grant) = open(&home, &mut served, &app);
    let session = backend.knows(&frame);
    assert_eq!(
        (&session["profile"]["name"], &session["profile"]["permissions"]),
        (&json!("Lucía"), &json!(["editor"]))
    );
    let told = backend.page("/notify", &frame, "&text=hello").1;
    assert_eq!(told["success"], true);
    assert!(told["value"].as_str().is_some_and(|id| !id.is_empty()), "{told}");
    backend.refuses(&tampered(&frame), "another signature");
    // It signs what it gets right, and proves itself by another secret.
    let (others, _) = open(&home, &mut served, &second);
    wrong.refuses(&others, "not known");
    let revoked = served.answer(&json!({ "revoke": grant }), "revoked");
    assert!(revoked["revoked"].is_string(), "{revoked}");
    let told = backend.page("/notify", &frame, "&text=hello").1;
    assert_eq!(
        told,
        json!([{ "error": "Invalid token" }]),
        "the token ended with the grant"
    );
    served.lock();
    let mut served = Served::start(&home);
    let fresh = Backend::start(
        &home,
        "total5",
        &json!({ "name": "Fresh", "request": "request-secret", "response": "response-secret" }),
    );
    fresh.refuses(&frame, "not known");
    let (again, _) = open(&home, &mut served, &app);
    assert_eq!(backend.knows(&again)["profile"]["name"], "Lucía");
    served.lock();
}
