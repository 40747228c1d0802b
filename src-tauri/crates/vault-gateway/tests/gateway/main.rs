//! The gateway over real sockets, with a vault behind it.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a failing test should say where"
)]

mod faces;
mod gigdata;
mod host;
mod intercoop;
mod kit;
mod refusals;
mod rokwire;
