//! A program that ran to its end, and one that is still running.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use serde_json::Value;

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Run {
    /// The exit code; none when a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// Runs a command to its end.
    pub(crate) fn of(command: &mut Command) -> Self {
        command.output().unwrap().into()
    }

    /// The one JSON document of the stdout of a command that succeeded.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.document()
    }

    /// The one JSON document of stdout.
    pub(crate) fn document(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The command was refused: exit code and error code, and in the same words for people as for programs.
    #[track_caller]
    pub(crate) fn refused(&self, exit: i32, code: &str) {
        assert_eq!(self.code, Some(exit), "{self:?}");
        let said = self.document();
        assert_eq!(said["code"], code, "{self:?}");
        let message = said["message"].as_str().unwrap();
        assert!(
            message.len() > 40 && message.matches('.').count() >= 3,
            "three sentences: {message}"
        );
        assert!(self.stderr.contains(message), "{self:?}");
        assert_eq!(said.as_object().unwrap().len(), 2, "{said}");
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// A child process that is killed, by its id, when the value goes.
pub(crate) struct Kept {
    pub(crate) child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    stderr: Option<JoinHandle<String>>,
}

impl Kept {
    /// Starts a command.
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let stdin = child.stdin.take();
        let mut words = child.stderr.take().unwrap();
        // Read all the while: a full pipe would stop the program.
        let stderr = std::thread::spawn(move || {
            let mut text = Vec::new();
            let _ = words.read_to_end(&mut text);
            String::from_utf8_lossy(&text).into_owned()
        });
        Self {
            stdin,
            child,
            stdout,
            stderr: Some(stderr),
        }
    }

    /// Writes a line to its stdin, which has to be a pipe.
    pub(crate) fn say(&mut self, line: &str) {
        writeln!(self.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    /// The next line of its stdout.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        assert!(line.ends_with('\n'), "it ended without a line: {:?}", self.end());
        line.trim_end().to_owned()
    }

    /// Waits for its end.
    pub(crate) fn finish(mut self) -> Run {
        let mut stdout = String::new();
        self.stdout.read_to_string(&mut stdout).unwrap();
        let code = self.child.wait().unwrap().code();
        Run {
            code,
            stdout,
            stderr: self.words(),
        }
    }

    /// Kills it (`SIGKILL`) and waits. Returns whether it was still running then.
    pub(crate) fn kill(mut self) -> bool {
        use std::os::unix::process::ExitStatusExt as _;
        let _ = self.child.kill();
        self.child.wait().unwrap().signal() == Some(9)
    }

    /// The same, with what it had still said.
    pub(crate) fn kill_and_hear(mut self) -> (bool, String) {
        use std::os::unix::process::ExitStatusExt as _;
        let _ = self.child.kill();
        let mut said = String::new();
        self.stdout.read_to_string(&mut said).unwrap();
        (self.child.wait().unwrap().signal() == Some(9), said)
    }

    /// Whether it ends within a time.
    pub(crate) fn ends_within(&mut self, time: Duration) -> bool {
        let deadline = Instant::now() + time;
        while Instant::now() < deadline {
            if self.child.try_wait().unwrap().is_some() {
                return true;
            }
            std::thread::sleep(
                Duration::from_millis(5).min(deadline.saturating_duration_since(Instant::now())),
            );
        }
        false
    }

    /// Ends it. Returns what it said on stderr.
    pub(crate) fn end(&mut self) -> String {
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.words()
    }

    fn words(&mut self) -> String {
        self.stderr
            .take()
            .map_or_else(String::new, |thread| thread.join().unwrap())
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
