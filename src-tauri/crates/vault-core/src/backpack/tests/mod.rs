//! Packing, checking and restoring, on real vaults in temporary folders.

mod cooperatives;
mod forged;
mod hostile;
mod kit;
mod merge;
mod people;
mod round_trip;
mod secrecy;
mod stock_tools;
mod trouble;
