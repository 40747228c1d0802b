//! Ledger, a sample consumer app, against a vault that is served: it connects, is told of changes, and of what it missed while the vault was away.

use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::{Home, Kept, browser, platform::Platform, received, served::Served};

const LEDGER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/apps/ledger/server.mjs");

/// The app's own server.
struct Ledger {
    process: Kept,
    base: String,
    /// Steps that were passed over: a message may be faster than the browser.
    passed_over: Vec<Value>,
}

impl Ledger {
    fn start() -> Self {
        let mut command = Command::new("node");
        command.arg(LEDGER).stdin(Stdio::piped());
        let mut process = Kept::start(received::by_node(&mut command, "Ledger"));
        let ready: Value = serde_json::from_str(&process.line()).unwrap();
        Self {
            process,
            base: ready["base"].as_str().unwrap().to_owned(),
            passed_over: Vec::new(),
        }
    }

    fn say(&mut self, order: &Value) {
        self.process.say(&order.to_string());
    }

    /// The first step that fits and was not asked for before.
    fn until(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.passed_over.iter().position(&fits) {
            return self.passed_over.remove(at);
        }
        loop {
            let step: Value = serde_json::from_str(&self.process.line()).unwrap();
            assert!(step["event"] != "fault" && step["event"] != "forged", "{step}");
            if fits(&step) {
                return step;
            }
            self.passed_over.push(step);
        }
    }

    /// The next message with data.
    fn data(&mut self) -> Value {
        let step = self.until(|step| step["event"] == "message" && step["state"] == "Synced");
        assert_eq!(step["faults"], json!([]), "{step}");
        step
    }
}

#[test]
fn a_sample_app_is_served_told_and_told_again_after_a_restart() {
    let home = Home::with_vault();
    let platform = Platform::start(&home, 40);
    platform.connect(&home, "lucia");
    let mut ledger = Ledger::start();
    let (callback, back) = (format!("{}/data", ledger.base), format!("{}/back", ledger.base));
    let added = home.ok(&[
        "app",
        "add",
        "--gigdata",
        "Ledger",
        "--callback",
        &callback,
        "--return",
        &back,
        "--allow-loopback",
    ]);
    let mut served = Served::start(&home);
    ledger.say(&json!({ "base": served.base(), "app": added["id"], "secret": added["secret"] }));

    let start = format!("{}/start", ledger.base);
    let person = std::thread::spawn(move || browser::follow(&start));
    let question = served.until(|line| line["event"] == "consent_requested");
    assert_eq!(question["party"], "Ledger");
    let allow = json!({ "allow": question["id"], "passphrase_file": home.text("passphrase") });
    let allowed = served.answer(&allow, "allowed");
    assert!(allowed["grant"].is_string(), "{allowed}");
    let connected = ledger.until(|step| step["event"] == "connected");
    let (status, page) = person.join().unwrap();
    assert_eq!(
        (status, page.as_str()),
        (200, "Thank you. You can close this page.")
    );
    assert_eq!(
        (&connected["platforms"], &connected["apps"], &connected["emails"]),
        (&json!(1), &json!(1), &json!(0))
    );
    let told = ledger.data();
    assert_eq!((&told["gigs"], &told["user"]), (&json!(40), &connected["user"]));
    assert!(told["reviews"].as_u64().unwrap() > 0, "{told}");

    // It is away for a moment, and so is the vault: the same message comes again, once it can be taken.
    ledger.say(&json!({ "answer": 503 }));
    ledger.say(&json!({ "ask": true }));
    assert_eq!(ledger.until(|step| step["event"] == "asked")["status"], 202);
    let missed = ledger.data();
    assert_eq!(missed["answered"], 503);
    served.lock();
    ledger.say(&json!({ "answer": 200 }));
    let mut served = Served::start(&home);
    let again = ledger.until(|step| step["event"] == "message" && step["answered"] == 200);
    assert_eq!(
        (&again["delivery"], &again["faults"], &again["state"]),
        (&missed["delivery"], &json!([]), &json!("Synced"))
    );

    // The person takes it back: the app is told that, and learns nothing more.
    let revoked = served.answer(&json!({ "revoke": allowed["grant"] }), "revoked");
    assert_eq!(revoked["revoked"], allowed["grant"]);
    let removed = ledger.until(|step| step["event"] == "message" && step["state"] == "Removed");
    assert_eq!(
        (&removed["reason"], &removed["gigs"]),
        (&json!("ConnectionDeleted"), &Value::Null)
    );
    served.lock();
}
