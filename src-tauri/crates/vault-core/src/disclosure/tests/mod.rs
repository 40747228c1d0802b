//! Consent from question to revocation, on a real vault in a temporary folder.

mod apps;
mod grants;
mod kit;
mod log;
mod machine;
mod many;
mod names;
mod narrowing;
mod questions;
mod receipts;
mod rules;
mod versions;
