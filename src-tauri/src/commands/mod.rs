//! What the pages may ask. Each command is one call of the vault with its answer put into words; who may call which stands in
//! `src-tauri/capabilities`.

pub(crate) mod apps;
pub(crate) mod backpack;
pub(crate) mod bridge;
pub(crate) mod connections;
pub(crate) mod consent;
pub(crate) mod cooperatives;
pub(crate) mod core_apps;
pub(crate) mod developer;
pub(crate) mod dialogs;
pub(crate) mod imports;
pub(crate) mod issuer;
pub(crate) mod records;
pub(crate) mod requests;
pub(crate) mod rights;
pub(crate) mod second_factor;
pub(crate) mod services;
pub(crate) mod settings;
pub(crate) mod sharing;
pub(crate) mod vault;
