//! What depends on the operating system: hardening of the process, the keyring, the desktop session, folders, the browser.

pub mod browser;
pub mod hardening;
pub mod keyring;
pub mod paths;
pub mod scratch;
pub mod session;
