//! The terminal, from outside.

mod accounts;
mod apps;
mod contract;
mod keys;
mod main_job;
mod packages;
mod persona;
