//! Somebody with a home folder who uses what is installed.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::{
        fs::{DirBuilderExt as _, PermissionsExt as _},
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::must;
use crate::{
    display::Display,
    shell::{Failure, Outcome, succeeds},
};

/// How long a window may take to appear and to paint itself.
const PATIENCE: Duration = Duration::from_secs(60);
/// A page that has painted its text has more colours than this; a bare window has one or two.
const COLOURS: u32 = 24;

/// A file or folder as it lies in the home folder: its mode, and its bytes if it is a file.
type Everything = BTreeMap<PathBuf, (u32, Option<Vec<u8>>)>;

pub(super) struct Person {
    home: PathBuf,
    passphrase: PathBuf,
}

impl Person {
    pub(super) fn new(folder: &Path) -> Result<Self, Failure> {
        let private = |path: &Path| fs::DirBuilder::new().mode(0o700).recursive(true).create(path);
        let home = folder.join("person");
        private(&home)?;
        private(&folder.join("run"))?;
        let passphrase = folder.join("passphrase");
        fs::write(&passphrase, "seven quiet lanterns over the harbour\n")?;
        Ok(Self { home, passphrase })
    }

    pub(super) fn asks_for_help(&self, program: &Path) -> Outcome {
        let help = answer(self.at_home(program).arg("--help"))?;
        must(
            help.contains("Usage: satchel-cli") && help.contains("backpack"),
            "satchel-cli --help lists the commands",
        )
    }

    /// A vault with a profile field and an entry of the person's own.
    pub(super) fn makes_a_vault(&self, program: &Path) -> Outcome {
        let kit = self.passphrase.with_file_name("recovery-kit");
        answer(
            self.vault(program)
                .args(["vault", "create", "--port", "0", "--recovery-out"])
                .arg(kit),
        )?;
        answer(self.vault(program).args([
            "records",
            "add",
            "work",
            "start=2026-03-02",
            "title=Evening shift",
            "amount=61.50",
            "currency=EUR",
        ]))?;
        must(
            self.home
                .join(".local/share/org.satchel.Satchel/vault/Personal.satchel")
                .is_dir(),
            "the vault lies in the home folder",
        )
    }

    /// What the vault holds, after a check that it is whole.
    pub(super) fn records(&self, program: &Path) -> Result<Value, Failure> {
        answer(self.vault(program).args(["vault", "check"]))?;
        let list = answer(self.vault(program).args(["records", "list"]))?;
        let records: Value =
            serde_json::from_str(&list).map_err(|error| Failure::new(format!("records list: {error}")))?;
        must(
            records.pointer("/0/title").and_then(Value::as_str) == Some("Evening shift"),
            "the vault is whole and holds the entry",
        )?;
        Ok(records)
    }

    /// Starts the installed app, waits until its page is painted, takes a picture, ends it.
    pub(super) fn sees_the_window(&self, display: &Display, picture: &Path) -> Outcome {
        // Its own bus: a Satchel that already runs in the session of whoever checks must not be raised instead.
        let mut app = display.command("dbus-run-session");
        app.args(["--", "/usr/bin/satchel"]).process_group(0);
        self.move_in(&mut app);
        app.env("GDK_BACKEND", "x11").env("NO_AT_BRIDGE", "1");
        let mut app = App(app.spawn()?);
        let start = Instant::now();
        let mut before = Vec::new();
        loop {
            thread::sleep(Duration::from_millis(500));
            if let Some(window) = display.window("Satchel") {
                let shown = picture_of(display, &window, picture).unwrap_or_default();
                if !shown.is_empty() && shown == before && colours(picture) > COLOURS {
                    let seconds = start.elapsed().as_secs_f64();
                    return must(
                        true,
                        &format!(
                            "the window shows its page after {seconds:.1} s: {}",
                            picture.display()
                        ),
                    );
                }
                before = shown;
            }
            must_run(&mut app.0, start)?;
        }
    }

    /// Every file and folder of the home folder.
    pub(super) fn everything(&self) -> Result<Everything, Failure> {
        let mut all = Everything::new();
        let mut open = vec![self.home.clone()];
        while let Some(path) = open.pop() {
            let data = fs::symlink_metadata(&path)?;
            let bytes = data.is_file().then(|| fs::read(&path)).transpose()?;
            if data.is_dir() {
                for entry in fs::read_dir(&path)? {
                    open.push(entry?.path());
                }
            }
            all.insert(path, (data.permissions().mode(), bytes));
        }
        Ok(all)
    }

    fn vault(&self, program: &Path) -> Command {
        let mut command = self.at_home(program);
        command
            .arg("--json")
            .arg("--passphrase-file")
            .arg(&self.passphrase);
        command
    }

    fn at_home(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        self.move_in(&mut command);
        command.stdin(Stdio::null());
        command
    }

    /// This home folder and nothing of the session of whoever checks.
    fn move_in(&self, command: &mut Command) {
        for name in [
            "DBUS_SESSION_BUS_ADDRESS",
            "WAYLAND_DISPLAY",
            "XDG_CACHE_HOME",
            "XDG_CONFIG_HOME",
            "XDG_DATA_HOME",
            "XDG_STATE_HOME",
        ] {
            command.env_remove(name);
        }
        command
            .env("HOME", &self.home)
            .env("XDG_RUNTIME_DIR", self.passphrase.with_file_name("run"))
            .env("LC_ALL", "C.UTF-8")
            .current_dir(&self.home);
    }
}

/// The app with its bus and the processes of its web engine; ends with this value.
struct App(Child);

impl Drop for App {
    fn drop(&mut self) {
        let group = format!("-{}", self.0.id());
        let signal = |name: &str| succeeds(Command::new("kill").args([name, "--", &group]));
        signal("-TERM");
        for _ in 0..50 {
            // The first process ends and is waited for; the group is gone when no signal reaches it.
            let _ = self.0.try_wait();
            if !signal("-0") {
                return;
            }
            thread::sleep(Duration::from_millis(100));
        }
        signal("-KILL");
        let _ = self.0.wait();
    }
}

fn must_run(app: &mut Child, start: Instant) -> Outcome {
    if let Some(status) = app.try_wait()? {
        return Err(Failure::new(format!(
            "satchel ended with {status} before it showed a window"
        )));
    }
    if start.elapsed() > PATIENCE {
        return Err(Failure::new("satchel showed no painted window"));
    }
    Ok(())
}

fn picture_of(display: &Display, window: &str, path: &Path) -> Result<Vec<u8>, Failure> {
    // Without dates, so that two pictures of the same content are the same file.
    let taken = display
        .command("import")
        .args(["-window", window, "-define", "png:exclude-chunks=date,time"])
        .arg(path)
        .status()?;
    if !taken.success() {
        return Err(Failure::new("the window could not be photographed"));
    }
    Ok(fs::read(path)?)
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

/// What a program printed, if it succeeded.
fn answer(command: &mut Command) -> Result<String, Failure> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(Failure::new(format!(
        "{command:?} ended with {}: {}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )))
}
