//! Running other programs, and saying which step failed.

use std::{
    ffi::OsStr,
    fmt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

/// Why a command of ours stopped.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

pub(crate) type Outcome = Result<(), Failure>;

/// The root of the project.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(2).unwrap_or(manifest).to_path_buf()
}

/// The folder for tools that the project installs for itself.
pub(crate) fn tools() -> PathBuf {
    root().join("target/tools")
}

/// A program that will run in the project's root.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root());
    command
}

/// Cargo, as it called us.
pub(crate) fn cargo() -> Command {
    program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs one step: says what it is, shows its output, and says how long it took.
pub(crate) fn step(what: &str, command: &mut Command) -> Outcome {
    println!("\n==> {what}");
    let start = Instant::now();
    let status = command
        .status()
        .map_err(|error| Failure::new(format!("{what}: {} could not be started: {error}", name(command))))?;
    println!("    ({what}: {:.0} s)", start.elapsed().as_secs_f64());
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "{what} failed: `{}` ended with {status}",
        name(command)
    )))
}

/// Runs one step like [`step`], and gives back what it printed.
pub(crate) fn step_and_hear(what: &str, command: &mut Command) -> Result<String, Failure> {
    println!("\n==> {what}");
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| Failure::new(format!("{what}: {} could not be started: {error}", name(command))))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    print!("{said}");
    if output.status.success() {
        return Ok(said);
    }
    Err(Failure::new(format!(
        "{what} failed: `{}` ended with {}",
        name(command),
        output.status
    )))
}

/// Whether a program can be found.
pub(crate) fn has(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|paths| std::env::split_paths(&paths).any(|folder| folder.join(program).is_file()))
}

/// Runs a program silently and tells whether it succeeded.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn name(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}
