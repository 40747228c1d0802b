//! Satchel: the windows, their commands, and the terminal, thin over the vault's crates.

mod app;
mod bindings;
pub mod cli;
mod commands;
mod consent;
mod desk;
pub mod error;
mod events;
mod exits;
mod frames;
mod lock;
pub mod logging;
mod notices;
mod package;
pub mod platform;
mod practice;
mod renewal;
mod transfers;
mod tray;
mod view;
mod windows;

pub use app::{StartError, run};
