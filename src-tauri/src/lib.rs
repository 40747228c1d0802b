//! Satchel: the windows, their commands, and the terminal, thin over the vault's crates.

pub mod cli;
pub mod error;
pub mod logging;
pub mod platform;
