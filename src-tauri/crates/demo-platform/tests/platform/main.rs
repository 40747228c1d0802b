//! The demo platform as a client meets it, over HTTP.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "helpers of tests may fail where the test fails"
)]

mod client;
mod data;
mod export;
mod faults;
mod oauth;
