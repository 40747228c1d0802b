//! Secrets from the terminal, a file or a file descriptor.

use std::{
    fs::{File, OpenOptions},
    io::{BufRead as _, BufReader, IsTerminal as _, Read},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use tokio::sync::mpsc;
use vault_core::VaultError;
use vault_crypto::Passphrase;
use zeroize::Zeroizing;

use super::failure::Failure;

/// No passphrase is longer.
const LIMIT: u64 = 8 * 1024;

/// Asks at the terminal.
pub(super) fn ask(prompt: &str) -> Result<Passphrase, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage(
            "there is no terminal to ask at: use --passphrase-file or --passphrase-fd",
        ));
    }
    let typed = rpassword::prompt_password(prompt).map_err(|_| Failure::usage("nothing was typed"))?;
    Ok(Passphrase::new(typed))
}

/// Asks for a code, without showing it.
pub(super) fn ask_code(prompt: &str) -> Result<Zeroizing<String>, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(VaultError::NeedsSecondFactor.into());
    }
    let typed = rpassword::prompt_password(prompt).map_err(|_| Failure::usage("nothing was typed"))?;
    Ok(Zeroizing::new(typed))
}

/// Asks twice, and takes what was typed both times.
pub(super) fn ask_twice(prompt: &str) -> Result<Passphrase, Failure> {
    let first = ask(prompt)?;
    let second = ask("The same again: ")?;
    if first.same_as(&second) {
        Ok(first)
    } else {
        Err(Failure::usage("the two passphrases differ"))
    }
}

/// The first line of a file.
pub(super) fn from_file(path: &Path) -> Result<Passphrase, Failure> {
    let file = File::open(path).map_err(|error| {
        Failure::usage(&format!(
            "the passphrase file could not be read: {}",
            error.kind()
        ))
    })?;
    first_line(file)
}

/// The first line of an open file descriptor.
pub(super) fn from_descriptor(number: u32) -> Result<Passphrase, Failure> {
    // The system's own name for an open descriptor: taking the descriptor itself over would need unsafe code.
    from_file(Path::new(&format!("/proc/self/fd/{number}")))
}

/// The content of a small file that holds a secret.
pub(super) fn small_file(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::usage(&format!("{} could not be read: {}", path.display(), error.kind()))
    };
    let mut text = Zeroizing::new(String::new());
    File::open(path)
        .map_err(unreadable)?
        .take(64 * 1024)
        .read_to_string(&mut text)
        .map_err(unreadable)?;
    Ok(text)
}

/// A new file that only the person can read. What is there already is never written over.
pub(super) fn new_private_file(path: &Path) -> Result<File, Failure> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(|error| {
            Failure::usage(&format!(
                "{} could not be written: {}",
                path.display(),
                error.kind()
            ))
        })
}

/// The lines of stdin, from a thread that nobody waits for: the end must not wait for somebody to type.
pub(super) fn lines() -> Result<mpsc::UnboundedReceiver<String>, Failure> {
    let (send, receive) = mpsc::unbounded_channel();
    std::thread::Builder::new()
        .name("stdin".into())
        .spawn(move || {
            for line in std::io::stdin().lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    return;
                }
            }
        })
        .map_err(VaultError::from)?;
    Ok(receive)
}

fn first_line(source: impl Read) -> Result<Passphrase, Failure> {
    let mut line = Zeroizing::new(String::new());
    BufReader::new(source.take(LIMIT))
        .read_line(&mut line)
        .map_err(|_| Failure::usage("the passphrase is not UTF-8 text"))?;
    let text = line.trim_end_matches(['\n', '\r']);
    if text.is_empty() {
        return Err(Failure::usage("the passphrase file is empty"));
    }
    Ok(Passphrase::new(text.to_owned()))
}
