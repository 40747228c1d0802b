//! `satchel-cli demo-platform`: the demo platform in the foreground.

use demo_platform::{ACCOUNTS, Config, Fault};
use serde_json::{Value, json};

use super::{arguments::DemoPlatform, ended::Ended, failure::Failure, output, session::Session};

pub(super) async fn run(session: &Session, command: DemoPlatform) -> Result<(), Failure> {
    let fault = match command.fault.as_deref() {
        Some(name) => Some(
            name.parse::<Fault>()
                .map_err(|error| Failure::usage(&error.to_string()))?,
        ),
        None => None,
    };
    let defaults = Config::default();
    let config = Config {
        port: command.port,
        records: command.records.unwrap_or(defaults.records),
        seed: command.seed.unwrap_or(defaults.seed),
        fault,
        ..defaults
    };
    let running = demo_platform::start(config)
        .await
        .map_err(|error| crate::error::AppError::new("SYS-701").with_details(error.to_string()))?;
    // Listened for before anybody is told that it runs: who starts it may end it at once.
    let ended = Ended::listen();
    if session.json() {
        let people: Vec<Value> = ACCOUNTS
            .iter()
            .map(|account| json!({ "email": account.email, "token": running.platform_token(account) }))
            .collect();
        output::json(&json!({ "event": "ready", "base": running.base(), "people": people }))?;
    } else {
        output::say(&format!(
            "The demo platform answers at {}. Ctrl C ends it.",
            running.base()
        ));
    }
    ended.wait().await;
    running.shutdown().await;
    Ok(())
}
