//! The gateway over real sockets, with a vault behind it.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a failing test should say where"
)]

#[path = "../../../../../tests/e2e/canaries/mod.rs"]
mod canaries;
mod faces;
mod gigdata;
mod host;
mod intercoop;
mod kit;
mod refusals;
mod rokwire;
mod silence;
