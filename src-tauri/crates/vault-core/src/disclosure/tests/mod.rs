//! Consent from question to revocation, on a real vault in a temporary folder.

mod apps;
mod erasure;
mod exits;
mod grants;
mod kit;
mod log;
mod machine;
mod many;
mod messages;
mod names;
mod narrowing;
mod questions;
mod receipts;
mod report;
mod rules;
mod sights;
mod versions;
