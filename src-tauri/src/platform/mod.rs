//! What depends on the operating system: hardening of the process, the keyring, the desktop session, folders, the browser, printing.

pub mod browser;
pub mod hardening;
pub mod keyring;
pub mod network;
pub mod notice;
pub mod paths;
pub(crate) mod print;
pub mod scratch;
pub mod session;
pub(crate) mod whole_file;
