//! A test in a process of its own: for what reads the environment once, and for what is to be killed.

use std::{env, process::Command};

/// Set in the child; its value is what the child is to work with.
const PART: &str = "SATCHEL_TEST_PART";

/// A command that runs the test `name` of this program once more, as the child that does `part`.
pub(crate) fn itself(name: &str, part: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args(["--exact", name, "--nocapture", "--test-threads=1"])
        .env(PART, part);
    command
}

/// What this process is to do, when it is such a child.
pub(crate) fn part() -> Option<String> {
    env::var(PART).ok()
}
