//! Somebody with a home folder who uses what is installed.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::{DirBuilderExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::{must, window::App};
use crate::{
    display::Display,
    shell::{Failure, Outcome},
};

/// Where a vault lies in the home folder unless somebody chooses another place.
const VAULT: &str = ".local/share/org.satchel.Satchel/vault/Personal.satchel";

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
            self.home.join(VAULT).is_dir(),
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

    /// Starts the installed app and waits until its page is painted.
    pub(super) fn starts_the_app<'a>(
        &self,
        display: &'a Display,
        picture: &Path,
    ) -> Result<App<'a>, Failure> {
        // Its own bus: a Satchel that already runs in the session of whoever checks must not be raised instead.
        let mut command = display.command("dbus-run-session");
        command.args(["--", "/usr/bin/satchel"]);
        self.move_in(&mut command);
        App::start(display, &mut command, picture)
    }

    /// Types the passphrase into the window. A window that has opened the vault has opened the files of its spaces.
    pub(super) fn unlocks_in(&self, app: &mut App<'_>, picture: &Path) -> Outcome {
        must(
            !self.a_space_is_open(),
            "a window that shows the locked vault has opened no space",
        )?;
        app.types(fs::read_to_string(&self.passphrase)?.trim())?;
        let start = Instant::now();
        while !self.a_space_is_open() {
            app.must_run(start)?;
            thread::sleep(Duration::from_millis(200));
        }
        must(true, "the window opened the vault with the passphrase")?;
        app.waits_for_its_page(picture)
    }

    /// Whether any process has a file of a space open.
    fn a_space_is_open(&self) -> bool {
        let spaces = self.home.join(VAULT).join("spaces");
        let entries = |path: PathBuf| fs::read_dir(path).into_iter().flatten().flatten();
        entries("/proc".into())
            .flat_map(|process| entries(process.path().join("fd")))
            .filter_map(|file| fs::read_link(file.path()).ok())
            .any(|file| file.starts_with(&spaces))
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
