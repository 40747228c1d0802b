//! What the process does for its own safety before anything else.

use std::{env, io, os::unix::process::CommandExt as _, process::Command};

use rlimit::Resource;

/// WebKitGTK's DMA-BUF renderer shows blank windows on common drivers and virtual displays.
pub(super) const RENDERER: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// Switches core dumps off, so that a crash leaves no keys on the disk.
///
/// # Errors
/// The system refused.
pub fn forbid_core_dumps() -> io::Result<()> {
    Resource::CORE.set(0, 0)
}

/// Starts the program once more with the environment that the web engine needs. Returns when that environment is there already, or
/// when starting again failed: then the program goes on without it.
pub fn ensure_renderer() {
    if env::var_os(RENDERER).is_some() {
        return;
    }
    let Ok(program) = env::current_exe() else { return };
    // Setting a variable inside a running process is unsafe; a process image with it set is not.
    let error = Command::new(program)
        .args(env::args_os().skip(1))
        .env(RENDERER, "1")
        .exec();
    tracing::warn!(%error, "could not start again with the renderer variable");
}
