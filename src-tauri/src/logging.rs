//! The log of the program: warnings on standard error, more on request, and never a secret.

use tracing::{Level, Metadata};
use tracing_subscriber::{
    EnvFilter, Layer as _, filter::filter_fn, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

/// The variable that asks for more, such as `SATCHEL_LOG=debug`.
const VARIABLE: &str = "SATCHEL_LOG";

/// The modules of Tauri that print the key of its own protocol: they say nothing, whatever is asked for.
const SILENT: [&str; 2] = ["tauri::ipc", "tauri::webview"];

/// Libraries that print keys, headers, addresses or bodies below a warning.
const ONLY_WARNINGS: [&str; 12] = [
    "axum",
    "h2",
    "hyper",
    "hyper_util",
    "keyring",
    "oauth2",
    "reqwest",
    "rustls",
    "secret_service",
    "tower",
    "tower_http",
    "zbus",
];

/// Starts the log. A second call changes nothing.
pub fn start() {
    let wanted = EnvFilter::try_from_env(VARIABLE).unwrap_or_else(|_| EnvFilter::new("warn"));
    // Apart from what is wanted, where a more exact wish would win.
    let allowed = filter_fn(|event: &Metadata<'_>| may_be_said(event.target(), *event.level()));
    let _ = tracing_subscriber::registry()
        .with(wanted)
        .with(fmt::layer().with_writer(std::io::stderr).with_filter(allowed))
        .try_init();
}

fn may_be_said(target: &str, level: Level) -> bool {
    let within = |modules: &[&str]| modules.iter().any(|module| is_within(target, module));
    !within(&SILENT) && (level <= Level::WARN || !within(&ONLY_WARNINGS))
}

fn is_within(target: &str, module: &str) -> bool {
    target
        .strip_prefix(module)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_prints_secrets_is_held_back_whatever_is_asked_for() {
        for target in ["tauri::ipc", "tauri::ipc::protocol", "tauri::webview::plugin"] {
            assert!(!may_be_said(target, Level::ERROR), "{target}");
        }
        for target in [
            "hyper",
            "hyper_util::client",
            "reqwest::connect",
            "zbus::connection",
        ] {
            assert!(!may_be_said(target, Level::INFO), "{target}");
            assert!(may_be_said(target, Level::WARN), "{target}");
        }
        for target in ["satchel::lock", "tauri::window", "vault_core", "hyperspace"] {
            assert!(may_be_said(target, Level::TRACE), "{target}");
        }
    }
}
