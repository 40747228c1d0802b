//! The terminal, from outside.

mod accounts;
mod contract;
mod keys;
mod main_job;
