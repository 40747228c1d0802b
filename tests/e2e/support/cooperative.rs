//! A cooperative as a process of its own, which runs upstream's library; `cargo xtask test` installs it into the project's tools.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use super::{Kept, received};

/// The cooperative's peer id.
pub(crate) const PEER: &str = "raig";
/// The name that its descriptor gives it.
const NAME: &str = "Raig SCCL";

/// A cooperative, running.
pub(crate) struct Cooperative {
    process: Kept,
    ready: Value,
}

impl Cooperative {
    /// Starts it with a key of its own and nobody in its ring.
    pub(crate) fn start(folder: &Path) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let python = root.join("target/tools/intercoop/bin/python");
        assert!(
            python.exists(),
            "intercoop is missing: `cargo xtask test` installs it"
        );
        let mut command = Command::new(python);
        command
            .arg(root.join("tests/e2e/support/cooperative.py"))
            .arg(PEER)
            .arg(folder)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped());
        let mut process = Kept::start(received::by(&mut command, NAME));
        let ready = serde_json::from_str(&process.line()).unwrap();
        Self { process, ready }
    }

    /// Its descriptor with the target whose answers are as upstream ships it: an unknown peer is a page with status 500.
    pub(crate) fn descriptor(&self) -> &str {
        self.ready["descriptor"].as_str().unwrap()
    }

    /// Its descriptor with the target that answers as upstream documents it.
    pub(crate) fn documented(&self) -> &str {
        self.ready["documentedDescriptor"].as_str().unwrap()
    }

    /// Takes a peer into its ring.
    pub(crate) fn know(&mut self, peer: &str, descriptor: &str) {
        let answer = self.order(&json!({ "peer": peer, "descriptor": descriptor }));
        assert_eq!(answer["known"], peer, "{answer}");
    }

    /// Everything that it has stored, oldest first.
    pub(crate) fn stored(&mut self) -> Vec<Value> {
        let answer = self.order(&json!({ "stored": true }));
        answer["stored"].as_array().unwrap().clone()
    }

    /// What its application refuses from now on: each rule has a field, a value that is not wanted (`null`: any), an error of the library
    /// and its arguments.
    pub(crate) fn refuse(&mut self, rules: &Value) {
        let answer = self.order(&json!({ "rules": rules }));
        assert_eq!(answer["rules"], rules.as_array().unwrap().len(), "{answer}");
    }

    /// Whether its target ends in the middle of every answer from now on.
    pub(crate) fn die(&mut self, dies: bool) {
        let answer = self.order(&json!({ "dies": dies }));
        assert_eq!(answer["dies"], dies, "{answer}");
    }

    /// The version of Intercoop that its library speaks from now on.
    pub(crate) fn speak(&mut self, version: &str) {
        let answer = self.order(&json!({ "version": version }));
        assert_eq!(answer["version"], version, "{answer}");
    }

    /// How its library reads texts.
    pub(crate) fn read(&mut self, texts: &[String]) -> Vec<Value> {
        let answer = self.order(&json!({ "read": texts }));
        answer["read"]
            .as_array()
            .unwrap_or_else(|| panic!("{answer}"))
            .clone()
    }

    /// Sends values to a target with its library's client; `how` says what is wrong with the package.
    pub(crate) fn send(&mut self, target: &str, values: &Value, how: &str) -> Value {
        self.order(&json!({ "send": target, "values": values, "how": how }))
    }

    fn order(&mut self, order: &Value) -> Value {
        self.process.say(&order.to_string());
        serde_json::from_str(&self.process.line()).unwrap()
    }
}
