//! `satchel-cli`: the second face. Every command is one call that the main window makes too.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool talks to its terminal"
)]

mod app_choices;
mod apps;
mod arguments;
mod backpack;
mod connections;
mod consumers;
mod cooperatives;
mod core_apps;
mod demo;
mod ended;
mod failure;
mod grants;
mod imports;
mod log;
mod output;
mod persona;
mod platforms;
mod records;
mod requests;
mod serve;
mod services;
mod session;
mod spaces;
mod terminal;
mod vault;
mod watch;

use std::process::ExitCode;

use clap::Parser as _;

use arguments::{Arguments, Command};
use failure::Failure;
use session::Session;

/// Runs the command line of this process.
#[must_use]
pub fn run() -> ExitCode {
    if let Err(error) = crate::platform::hardening::forbid_core_dumps() {
        eprintln!("satchel-cli: core dumps could not be switched off: {error}");
    }
    crate::logging::start();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() {
                not_understood(&error)
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    let json = arguments.global.json;
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("satchel-cli: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(command(arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(json),
    }
}

/// A command line that clap did not take: in JSON as well where that was asked for, which nothing but the words themselves tell.
fn not_understood(error: &clap::Error) -> ExitCode {
    if std::env::args_os().any(|word| word == "--json") {
        let reason = error.to_string();
        let first = reason.lines().next().unwrap_or_default();
        return Failure::usage(first.trim_start_matches("error: ")).print_json();
    }
    ExitCode::from(2)
}

async fn command(arguments: Arguments) -> Result<(), Failure> {
    let session = Session::new(arguments.global);
    match arguments.command {
        Command::Vault(command) => vault::run(&session, command).await,
        Command::Space(command) => spaces::run(&session, command).await,
        Command::Persona(command) => persona::run(&session, command).await,
        Command::Settings(command) => persona::settings(&session, command).await,
        Command::Platform(command) => platforms::run(&session, command).await,
        Command::Connect(command) => connections::connect(&session, command).await,
        Command::Connection(command) => connections::run(&session, command).await,
        Command::Import(command) => imports::run(&session, command).await,
        Command::Completeness => imports::completeness(&session).await,
        Command::Request(command) => requests::run(&session, command).await,
        Command::Records(command) => records::run(&session, command).await,
        Command::DemoPlatform(command) => demo::run(&session, command).await,
        Command::App(command) => apps::run(&session, command).await,
        Command::Grant(command) => grants::run(&session, command).await,
        Command::CoreApp(command) => core_apps::run(&session, command).await,
        Command::Service(command) => services::run(&session, command).await,
        Command::ServiceAccount(command) => services::accounts(&session, command).await,
        Command::Peer(command) => cooperatives::peers(&session, command).await,
        Command::Transfer(command) => cooperatives::transfers(&session, command).await,
        Command::Incoming(command) => cooperatives::incoming(&session, command).await,
        Command::Log(command) => log::run(&session, command).await,
        Command::Serve => serve::run(&session).await,
        Command::Backpack(command) => backpack::run(&session, command).await,
    }
}
