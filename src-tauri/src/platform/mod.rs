//! What depends on the operating system: hardening of the process, the keyring, the desktop session, the folder of web data.

pub mod browser;
pub mod hardening;
pub mod keyring;
pub mod paths;
pub mod session;
pub mod web_data;
