//! A vault that is being served: its events, the person's word to it, and what an app's program asks of it.

use serde_json::{Value, json};

use super::{Home, Kept, Run, browser, received};

/// `satchel-cli serve --json`, running.
pub(crate) struct Served {
    process: Kept,
    base: String,
}

impl Served {
    /// Starts it and waits until it listens.
    pub(crate) fn start(home: &Home) -> Self {
        let mut process = home.converse(&["serve"]);
        let ready: Value = serde_json::from_str(&process.line()).unwrap();
        assert_eq!(ready["event"], "ready");
        Self {
            process,
            base: ready["base"].as_str().unwrap().to_owned(),
        }
    }

    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// Says a line.
    pub(crate) fn say(&mut self, line: &Value) {
        self.process.say(&line.to_string());
    }

    /// Reads until a line fits, and gives it.
    pub(crate) fn until(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            let line: Value = serde_json::from_str(&self.process.line()).unwrap();
            if fits(&line) {
                return line;
            }
        }
    }

    /// Says a line and gives the answer that has the member `name`.
    pub(crate) fn answer(&mut self, line: &Value, name: &str) -> Value {
        self.say(line);
        self.until(|line| {
            line.get(name).is_some() || line.get("error").is_some() || line.get("code").is_some()
        })
    }

    /// What `/v1` answers to a token: the status, and the body as text.
    pub(crate) fn v1(&self, token: &str, path: &str) -> (u16, String) {
        let answer = browser::get(&format!("{}{path}", self.base), token);
        received::keep(&received::folder(), answer.1.as_bytes());
        answer
    }

    /// Sends it a signal, such as the `-INT` of Ctrl C, and waits for the end.
    pub(crate) fn interrupt(self, home: &Home, signal: &str) -> Run {
        let id = self.process.child.id().to_string();
        assert_eq!(
            Run::of(home.environment("kill").args([signal, &id])).code,
            Some(0)
        );
        self.process.finish()
    }

    /// Locks, and waits for the end.
    pub(crate) fn lock(mut self) -> Run {
        self.say(&json!({ "lock": true }));
        self.process.finish()
    }
}
