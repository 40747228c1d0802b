//! The person's own browser, and through it or the desktop their mail program.

use std::{
    env, io,
    process::{Command, Stdio},
    time::Duration,
};

use url::Url;

use super::hardening::RENDERER;

/// What a browser is given.
const WEB: [&str; 2] = ["http", "https"];

/// How long an opener that fails takes to say so; one that goes on has opened something.
const PATIENCE: Duration = Duration::from_millis(1500);

/// Opens an address in the browser that `$BROWSER` names, else in the one that the desktop prefers. Does not wait for it.
///
/// # Errors
/// It is no address of the web, or no browser could be started.
pub fn open(url: &Url) -> io::Result<()> {
    let mut child = command(url, &WEB)?.spawn()?;
    // Whoever starts a process has to take note of its end; the browser's may be hours away.
    std::thread::Builder::new()
        .name("browser".into())
        .spawn(move || child.wait())?;
    Ok(())
}

/// The same, and waits a moment to see whether the opener failed. Returns whether something opened.
pub async fn open_and_see(url: &Url) -> bool {
    see(command(url, &WEB)).await
}

/// Opens a letter (`mailto:`) in the mail program that the browser or the desktop knows. Returns whether something opened.
pub async fn write_and_see(letter: &Url) -> bool {
    see(command(letter, &["mailto"])).await
}

async fn see(command: io::Result<Command>) -> bool {
    let Ok(mut child) = command.and_then(|command| tokio::process::Command::from(command).spawn()) else {
        return false;
    };
    match tokio::time::timeout(PATIENCE, child.wait()).await {
        Ok(Ok(status)) => status.success(),
        Ok(Err(_)) => false,
        Err(_) => {
            tokio::spawn(async move { child.wait().await });
            true
        }
    }
}

fn command(url: &Url, schemes: &[&str]) -> io::Result<Command> {
    if !schemes.contains(&url.scheme()) {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "not an address of the kind that is opened here",
        ));
    }
    let chosen = env::var("BROWSER").ok().filter(|text| !text.trim().is_empty());
    let (program, arguments) = parts(chosen.as_deref().unwrap_or("xdg-open"));
    let mut command = Command::new(program);
    command
        .args(arguments)
        .arg(url.as_str())
        .env_remove(RENDERER)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    Ok(command)
}

/// Program and arguments, without a shell in between.
fn parts(text: &str) -> (&str, Vec<&str>) {
    let mut words = text.split_whitespace();
    (words.next().unwrap_or_default(), words.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chosen_browser_may_have_arguments() {
        assert_eq!(
            parts(" /opt/firefox --new-window "),
            ("/opt/firefox", vec!["--new-window"])
        );
    }

    #[test]
    fn only_web_addresses_are_opened_and_only_letters_are_written() {
        for address in [
            "file:///etc/passwd",
            "javascript:alert(1)",
            "tauri://localhost/",
            "mailto:a@b.example",
        ] {
            assert!(open(&address.parse().unwrap()).is_err(), "{address}");
        }
        let letter = |address: &str| command(&address.parse().unwrap(), &["mailto"]);
        assert!(letter("https://a.example").is_err());
        let command = letter("mailto:a@b.example?subject=x").unwrap();
        let arguments: Vec<_> = command.get_args().collect();
        assert_eq!(
            arguments.last().unwrap().to_str(),
            Some("mailto:a@b.example?subject=x")
        );
    }
}
