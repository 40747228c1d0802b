//! The demo platform as a process of its own, and a link to it.

use serde_json::{Value, json};

use super::{Home, Kept, Run, browser};

/// A demo platform in the foreground of its own terminal.
pub(crate) struct Platform {
    process: Kept,
    base: String,
    people: Value,
}

impl Platform {
    /// Starts one with so many gigs for each person, and with its log at its fullest.
    pub(crate) fn start(home: &Home, gigs: u32) -> Self {
        let gigs = gigs.to_string();
        let options = [
            "demo-platform",
            "--json",
            "--port",
            "0",
            "--records",
            &gigs,
            "--seed",
            "7",
        ];
        let mut process = Kept::start(home.command(&options).env("SATCHEL_LOG", "trace"));
        let ready: Value = serde_json::from_str(&process.line()).unwrap();
        assert_eq!(ready["event"], json!("ready"));
        let base = ready["base"].as_str().unwrap().to_owned();
        assert!(base.starts_with("http://127.0.0.1:"), "{base}");
        Self {
            process,
            base,
            people: ready["people"].clone(),
        }
    }

    /// Address and token of one of its people.
    pub(crate) fn person(&self, at: usize) -> (String, String) {
        let of = |name: &str| self.people[at][name].as_str().unwrap().to_owned();
        (of("email"), of("token"))
    }

    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// Links the vault of a home to an account, as a person with a browser would, and fetches once.
    pub(crate) fn connect(&self, home: &Home, account: &str) -> Value {
        let run = self.try_connect(home, account, "allow");
        assert_eq!(run.code, Some(0), "{run:?}");
        run.document()
    }

    /// The same with any decision, and however it ends.
    pub(crate) fn try_connect(&self, home: &Home, account: &str, decision: &str) -> Run {
        self.try_connect_in(home, "Personal", account, decision)
    }

    /// The same in a space.
    pub(crate) fn try_connect_in(&self, home: &Home, space: &str, account: &str, decision: &str) -> Run {
        let mut linking = home.start(&[
            "--space",
            space,
            "connect",
            "demo",
            "--platform-url",
            &self.base,
            "--print-url",
        ]);
        let address = linking.line();
        assert!(address.starts_with(&self.base), "{address}");
        browser::decide(&address, account, decision);
        linking.finish()
    }

    /// Sets its misbehaviour, or ends it.
    pub(crate) fn set_fault(&self, fault: Option<&str>) {
        browser::post(&format!("{}/admin/fault", self.base), &json!({ "fault": fault }));
    }

    /// Ends it. Returns its log.
    pub(crate) fn stop(mut self) -> String {
        self.process.end()
    }
}
