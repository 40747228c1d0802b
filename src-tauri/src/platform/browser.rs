//! The person's own browser.

use std::{
    env, io,
    process::{Command, Stdio},
};

use url::Url;

/// Opens an address in the browser that `$BROWSER` names, else in the one that the desktop prefers. Does not wait for it.
///
/// # Errors
/// No browser could be started.
pub fn open(url: &Url) -> io::Result<()> {
    let program = env::var_os("BROWSER").filter(|name| !name.is_empty()).unwrap_or_else(|| "xdg-open".into());
    let mut child = Command::new(program)
        .arg(url.as_str())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    // Whoever starts a process has to take note of its end; the browser's may be hours away.
    std::thread::Builder::new().name("browser".into()).spawn(move || child.wait())?;
    Ok(())
}
