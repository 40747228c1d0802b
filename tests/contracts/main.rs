//! The architecture, as tests: what depends on what, what may leave, what each window may do, and that nothing secret can be printed.
//! Whoever breaks one of its rules finds the rule here, with the list to change if the rule itself is to change.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a failing test should say where"
)]

mod capabilities;
mod ci;
mod crates;
mod errors;
mod exit;
mod formats;
mod gateway;
mod licences;
mod pages;
mod policies;
mod rules;
mod silence;
mod source;
mod tree;
mod used;
