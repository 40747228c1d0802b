//! The terminal, from outside.

mod accounts;
mod apps;
mod contract;
mod core_apps;
mod imports;
mod keys;
mod main_job;
mod packages;
mod persona;
