//! The installed app in its window on the virtual display.

use std::{
    fs,
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Child, Command},
    thread,
    time::{Duration, Instant},
};

use super::must;
use crate::{
    display::Display,
    shell::{Failure, Outcome, succeeds},
};

/// How long a window may take to appear, to paint itself, to answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long the app may take to end.
const FAREWELL: Duration = Duration::from_secs(10);
/// A page that has painted its text has more colours than this; a bare window has one or two.
const COLOURS: u32 = 24;

/// The app with its bus and the processes of its web engine; they end with this value.
pub(super) struct App<'a> {
    display: &'a Display,
    process: Child,
    window: String,
}

impl<'a> App<'a> {
    /// Starts the app and waits until its page is painted.
    pub(super) fn start(
        display: &'a Display,
        command: &mut Command,
        picture: &Path,
    ) -> Result<Self, Failure> {
        let process = command
            .env("GDK_BACKEND", "x11")
            .env("NO_AT_BRIDGE", "1")
            .process_group(0)
            .spawn()?;
        let mut app = Self {
            display,
            process,
            window: String::new(),
        };
        let start = Instant::now();
        app.window = loop {
            if let Some(window) = display.window("Satchel") {
                break window;
            }
            app.must_run(start)?;
            thread::sleep(Duration::from_millis(50));
        };
        must(
            true,
            &format!("the window is there after {:.1} s", start.elapsed().as_secs_f64()),
        )?;
        app.waits_for_its_page(picture)?;
        Ok(app)
    }

    /// Waits until the window shows a page and has come to rest, and leaves a picture of it.
    pub(super) fn waits_for_its_page(&mut self, picture: &Path) -> Outcome {
        let start = Instant::now();
        let mut before = Vec::new();
        loop {
            let shown = self.picture(picture).unwrap_or_default();
            if !shown.is_empty() && shown == before && colours(picture) > COLOURS {
                return must(true, &format!("the window shows its page: {}", picture.display()));
            }
            before = shown;
            self.must_run(start)?;
            thread::sleep(Duration::from_millis(500));
        }
    }

    /// Types a line and the enter key.
    pub(super) fn types(&self, line: &str) -> Outcome {
        let keys = |arguments: &[&str]| succeeds(self.display.command("xdotool").args(arguments));
        let typed = keys(&["windowfocus", "--sync", &self.window])
            && keys(&["type", "--delay", "20", line])
            && keys(&["key", "Return"]);
        must(typed, "the keyboard reaches the window")
    }

    pub(super) fn must_run(&mut self, start: Instant) -> Outcome {
        if let Some(status) = self.process.try_wait()? {
            return Err(Failure::new(format!("satchel ended by itself with {status}")));
        }
        if start.elapsed() > PATIENCE {
            return Err(Failure::new("the window of satchel did not get that far in time"));
        }
        Ok(())
    }

    fn picture(&self, path: &Path) -> Result<Vec<u8>, Failure> {
        // Without dates, so that two pictures of the same content are the same file.
        let taken = succeeds(
            self.display
                .command("import")
                .args(["-window", &self.window, "-define", "png:exclude-chunks=date,time"])
                .arg(path),
        );
        if !taken {
            return Err(Failure::new("the window could not be photographed"));
        }
        Ok(fs::read(path)?)
    }
}

impl Drop for App<'_> {
    fn drop(&mut self) {
        let group = format!("-{}", self.process.id());
        let signal = |name: &str| succeeds(Command::new("kill").args([name, "--", &group]));
        signal("-TERM");
        let start = Instant::now();
        while start.elapsed() < FAREWELL {
            // The first process is waited for; the group is gone when no signal reaches it any more.
            let _ = self.process.try_wait();
            if !signal("-0") {
                return;
            }
            thread::sleep(Duration::from_millis(100));
        }
        signal("-KILL");
        let _ = self.process.wait();
    }
}

fn colours(picture: &Path) -> u32 {
    let output = Command::new("identify")
        .args(["-format", "%k"])
        .arg(picture)
        .output();
    output
        .ok()
        .and_then(|output| String::from_utf8_lossy(&output.stdout).trim().parse().ok())
        .unwrap_or(0)
}
