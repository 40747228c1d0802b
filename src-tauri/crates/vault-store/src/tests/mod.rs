//! Tests that need to look inside: files on the disk, tables, chains.

mod backpack;
mod consumers;
mod core;
mod core_builds;
mod crash;
mod files;
mod fixture;
mod imports;
mod intake;
mod kit;
mod log;
mod log_tampering;
mod migrations;
mod queries;
mod search;
mod sharing;
mod small_tables;
