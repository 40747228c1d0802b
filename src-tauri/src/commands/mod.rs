//! What the pages may ask. Each command is one call of the vault with its answer put into words; who may call which stands in
//! `src-tauri/capabilities`.

pub(crate) mod connections;
pub(crate) mod dialogs;
pub(crate) mod records;
pub(crate) mod settings;
pub(crate) mod vault;
