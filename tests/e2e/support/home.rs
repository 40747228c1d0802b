//! A person's home folder for one test, and the terminal in it.

use std::{
    ffi::OsStr,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

use super::{Kept, PASSPHRASE, Run, received};

const CLI: &str = env!("CARGO_BIN_EXE_satchel-cli");

/// A home folder that nothing else uses. It goes when the value goes.
pub(crate) struct Home {
    folder: TempDir,
}

impl Home {
    /// An empty home with the folders of the XDG specification and the passphrase in a file.
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        for name in ["home", "run", "data", "config", "cache"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        fs::set_permissions(folder.path().join("run"), fs::Permissions::from_mode(0o700)).unwrap();
        let home = Self { folder };
        home.write("passphrase", PASSPHRASE);
        home
    }

    /// A home with a vault in its usual place.
    pub(crate) fn with_vault() -> Self {
        let home = Self::new();
        home.ok(&["vault", "create", "--recovery-out", &home.text("kit")]);
        home
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The same as text, for a command line.
    pub(crate) fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    /// The folder of the vault, where the product puts it by itself.
    pub(crate) fn vault(&self) -> PathBuf {
        self.path("data/org.satchel.Satchel/vault/Personal.satchel")
    }

    /// The databases of the spaces.
    pub(crate) fn databases(&self) -> Vec<PathBuf> {
        files(&self.vault().join("spaces"))
            .into_iter()
            .filter(|path| path.extension() == Some(OsStr::new("db")))
            .collect()
    }

    /// Writes a file that only the person can read, with a line end. Returns its path.
    pub(crate) fn write(&self, name: &str, line: &str) -> String {
        let path = self.path(name);
        fs::write(&path, format!("{line}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        self.text(name)
    }

    /// The terminal in this home, with nothing of the surrounding environment.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.environment(CLI);
        command.args(arguments);
        command
    }

    /// Another program in this home.
    pub(crate) fn environment(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.path("home"))
            .env("XDG_RUNTIME_DIR", self.path("run"))
            .env("XDG_DATA_HOME", self.path("data"))
            .env("XDG_CONFIG_HOME", self.path("config"))
            .env("XDG_CACHE_HOME", self.path("cache"))
            .env("LANG", "C.UTF-8")
            .current_dir(self.path("home"))
            .stdin(Stdio::null());
        command
    }

    /// Runs a command that needs no passphrase.
    pub(crate) fn bare(&self, arguments: &[&str]) -> Run {
        Run::of(&mut self.command(arguments))
    }

    /// Runs a command with the passphrase, wanting JSON.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.bare(&self.with_passphrase(arguments))
    }

    /// The same, and it has to succeed: the one JSON document of its stdout.
    pub(crate) fn ok(&self, arguments: &[&str]) -> Value {
        self.run(arguments).json()
    }

    /// Starts a command with the passphrase that is spoken to on its stdin.
    pub(crate) fn converse(&self, arguments: &[&str]) -> Kept {
        let mut command = self.command(&self.with_passphrase(arguments));
        Kept::start(command.stdin(Stdio::piped()).env("SATCHEL_LOG", "trace"))
    }

    /// Starts a command with the passphrase and leaves it running.
    pub(crate) fn start(&self, arguments: &[&str]) -> Kept {
        Kept::start(&mut self.command(&self.with_passphrase(arguments)))
    }

    /// The digest over all records.
    pub(crate) fn digest(&self) -> String {
        self.ok(&["records", "summary"])["digest"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    fn with_passphrase<'a>(&'a self, arguments: &[&'a str]) -> Vec<&'a str> {
        // Leaked on purpose: a path of a few bytes per call, so that the arguments can be plain text.
        let file: &'static str = Box::leak(self.text("passphrase").into_boxed_str());
        [&["--passphrase-file", file, "--json"], arguments].concat()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        received::look(&self.vault());
    }
}

/// Every file below a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let entry = entry.unwrap();
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    found
}
