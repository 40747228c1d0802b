//! Where things lie on this computer.

use std::{env, path::PathBuf};

/// The app's identifier, as in `tauri.conf.json`.
pub const IDENTIFIER: &str = "org.satchel.Satchel";

/// The app's data folder: `$XDG_DATA_HOME/<identifier>`, by default below `~/.local/share`. The same as Tauri's `app_data_dir`, so
/// that window and terminal agree.
#[must_use]
pub fn data_dir() -> PathBuf {
    let home = || PathBuf::from(env::var_os("HOME").unwrap_or_else(|| "/".into()));
    let base = env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    base.unwrap_or_else(|| home().join(".local/share")).join(IDENTIFIER)
}

/// The vault that is opened unless another is chosen.
#[must_use]
pub fn default_vault() -> PathBuf {
    data_dir().join("vault").join("Personal.satchel")
}

/// The name that people know a vault by: that of its folder, without the ending.
#[must_use]
pub fn vault_name(folder: &std::path::Path) -> String {
    let name = folder.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if name.is_empty() { "Personal".into() } else { name }
}
