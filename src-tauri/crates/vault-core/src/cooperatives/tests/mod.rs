//! Cooperatives: peers, transfers to them, and what they send.

mod incoming;
pub(crate) mod kit;
mod peers;
mod transfers;
