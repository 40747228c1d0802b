//! Satchel in a window.

use std::process::ExitCode;

use satchel::platform::hardening;

fn main() -> ExitCode {
    if let Err(error) = hardening::forbid_core_dumps() {
        tracing::warn!(%error, "core dumps could not be switched off");
    }
    hardening::ensure_renderer();
    match satchel::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "Satchel could not start");
            ExitCode::FAILURE
        }
    }
}
