//! The project's own commands. `cargo xtask` lists them.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool talks to its terminal"
)]

mod bench;
mod display;
mod fuzz;
mod package;
mod run;
mod setup;
mod shell;
mod test;

use std::{env, process::ExitCode};

use shell::Failure;

const USAGE: &str = "\
cargo xtask COMMAND

  setup     install what is missing (system packages through apt, npm packages)
  run       build and open the app; with no display, run the demonstration under Xvfb
  test      everything that CI runs; `test --fast` leaves out the tests in the real window
  bench     the measurements, each beside the peer that it is compared with
  fuzz      run the fuzz targets: fuzz [TARGET] [SECONDS]
  package   build the installable package (.deb) into target/release/bundle: package [deb|rpm|appimage|dmg|nsis|all];
            `--built` takes the programs that are built already; `--check` installs, upgrades and removes the .deb on this
            machine and looks whether a vault outlives that
  bindings  write the TypeScript bindings of the commands anew";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let rest = arguments.get(1..).unwrap_or_default();
    let outcome = match arguments.first().map(String::as_str) {
        Some("setup") => setup::everything(),
        Some("run") => run::run(rest),
        Some("test") => test::test(rest),
        Some("bench") => bench::bench(rest),
        Some("fuzz") => fuzz::fuzz(rest),
        Some("package") => package::package(rest),
        Some("bindings") => run::bindings(),
        Some("help" | "--help" | "-h") | None => {
            println!("{USAGE}");
            Ok(())
        }
        Some(other) => Err(Failure::new(format!("there is no command `{other}`\n\n{USAGE}"))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nxtask: {failure}");
            ExitCode::FAILURE
        }
    }
}
