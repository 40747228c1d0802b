//! `satchel-cli`: Satchel without a window.

use std::process::ExitCode;

fn main() -> ExitCode {
    satchel::cli::run()
}
