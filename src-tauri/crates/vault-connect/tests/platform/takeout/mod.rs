//! Takeouts: what stands in files comes out as records, to the last row and cent.

mod bundles;
mod golden;
mod job;
mod kit;
mod layouts;
mod maker;
mod random;
mod smoke;
mod fixing;
mod mapped;
mod tables;
mod vault;
