//! Cooperatives: peers, transfers to them, and what they send.

mod incoming;
mod kit;
mod peers;
mod transfers;
