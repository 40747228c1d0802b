//! A virtual display of our own, for windows that nobody looks at.

use std::{
    ffi::OsStr,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use crate::shell::Failure;

/// An Xvfb server with a number that it chose itself; it ends with this value.
pub(crate) struct Display {
    server: Child,
    name: String,
}

impl Display {
    pub(crate) fn start() -> Result<Self, Failure> {
        let mut server = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1600x1000x24",
                "-nolisten",
                "tcp",
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let output = server
            .stdout
            .take()
            .ok_or_else(|| Failure::new("Xvfb says nothing"))?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        Ok(Self {
            server,
            name: format!(":{}", line.trim()),
        })
    }

    /// A silent program on this display.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env("DISPLAY", &self.name)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    /// The visible window whose title contains `title`.
    pub(crate) fn window(&self, title: &str) -> Option<String> {
        let found = self
            .command("xdotool")
            .args(["search", "--onlyvisible", "--name", title])
            .stdout(Stdio::piped())
            .output()
            .ok()?;
        let text = String::from_utf8(found.stdout).ok()?;
        text.lines().next().map(str::to_owned)
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        stop(&mut self.server);
    }
}

/// Ends a program and waits until it is gone.
pub(crate) fn stop(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}
