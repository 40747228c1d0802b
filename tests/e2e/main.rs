//! The product from outside: the terminal, damage, sudden ends, what lies on the disk, and the real window.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a failing test should say where"
)]

mod backends;
mod canaries;
mod cli;
mod consumer;
mod crash;
mod failures;
mod intercoop;
mod mail;
mod openapi;
mod rokwire;
mod secrets;
mod serve;
mod session;
mod support;
mod window;
