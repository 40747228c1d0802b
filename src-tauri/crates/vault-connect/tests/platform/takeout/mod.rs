//! Takeouts: what stands in files comes out as records, to the last row and cent.

mod bundles;
mod fixing;
mod golden;
mod job;
mod kit;
mod layouts;
mod maker;
mod mapped;
mod random;
mod smoke;
mod tables;
mod vault;
