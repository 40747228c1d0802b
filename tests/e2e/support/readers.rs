//! The libraries that others read tokens with, each in a process of its own; `cargo xtask test` installs them into the project's tools.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use super::Kept;

/// A process that answers each line with a line.
pub(crate) struct Readers {
    process: Kept,
    /// What it said of itself.
    pub(crate) ready: Value,
}

impl Readers {
    /// PyJWT, `jwcrypto` and `cryptography`.
    pub(crate) fn of_python() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let python = root.join("target/tools/rokwire/bin/python");
        assert!(
            python.exists(),
            "PyJWT is missing: `cargo xtask test` installs it"
        );
        let mut command = Command::new(python);
        command
            .arg(root.join("tests/e2e/support/rokwire.py"))
            .env("PYTHONDONTWRITEBYTECODE", "1");
        Self::start(command)
    }

    /// `jose` on Node.js.
    pub(crate) fn of_node() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let packages = root.join("target/tools/backends/node_modules");
        assert!(
            packages.join("jose").is_dir(),
            "jose is missing: `cargo xtask test` installs it"
        );
        let mut command = Command::new("node");
        command
            .arg(root.join("tests/e2e/support/rokwire.js"))
            .env("NODE_PATH", packages);
        Self::start(command)
    }

    fn start(mut command: Command) -> Self {
        let mut process = Kept::start(command.stdin(Stdio::piped()));
        let ready = serde_json::from_str(&process.line()).unwrap();
        Self { process, ready }
    }

    /// Gives an order.
    pub(crate) fn order(&mut self, what: &str, order: &Value) -> Value {
        let mut order = order.clone();
        order["do"] = json!(what);
        self.process.say(&order.to_string());
        serde_json::from_str(&self.process.line()).unwrap()
    }
}

/// The answers of all libraries: each read the token, or none did.
pub(crate) struct Answers(Vec<(String, Value)>);

impl Answers {
    /// What each says to an order to `verify`.
    pub(crate) fn of(python: &mut Readers, node: &mut Readers, order: &Value) -> Self {
        let mut all = Vec::new();
        for said in [python.order("verify", order), node.order("verify", order)] {
            let said = said.as_object().unwrap().clone();
            all.extend(said.into_iter().filter(|(name, _)| !name.starts_with("why ")));
        }
        assert_eq!(all.len(), 5, "PyJWT and jose in two ways, jwcrypto in one");
        Self(all)
    }

    /// What they all read, which is the same.
    #[track_caller]
    pub(crate) fn all_read(&self, what: &str) -> &Value {
        for (library, said) in &self.0 {
            assert!(said.is_object(), "{library} refuses {what}");
            assert_eq!(said, &self.0[0].1, "{library} and {}", self.0[0].0);
        }
        &self.0[0].1
    }

    /// None of them takes it.
    #[track_caller]
    pub(crate) fn all_refuse(&self, what: &str) {
        for (library, said) in &self.0 {
            assert!(said.is_null(), "{library} takes {what}");
        }
    }
}
