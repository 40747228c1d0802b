//! The log of the program: warnings on standard error, more on request, and never a secret.

use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _};

/// The variable that asks for more, such as `SATCHEL_LOG=debug`.
const VARIABLE: &str = "SATCHEL_LOG";

/// What a person may ask for never reaches below this: libraries that print keys, headers or addresses are held at `warn`, and the
/// module of Tauri that prints the key of its own protocol is silent.
const ALWAYS: [&str; 8] = [
    "tauri::ipc=off",
    "tauri::webview=off",
    "hyper=warn",
    "hyper_util=warn",
    "reqwest=warn",
    "rustls=warn",
    "zbus=warn",
    "h2=warn",
];

/// Starts the log. A second call changes nothing.
pub fn start() {
    let mut filter = EnvFilter::try_from_env(VARIABLE).unwrap_or_else(|_| EnvFilter::new("warn"));
    for directive in ALWAYS.iter().filter_map(|text| text.parse().ok()) {
        filter = filter.add_directive(directive);
    }
    let _ = tracing_subscriber::registry()
        .with(filter)
        .with(fmt::layer().with_writer(std::io::stderr))
        .try_init();
}
