//! Packs, reads, damages and forges backpacks through the public interface.
#![cfg(test)]

mod attacks;
mod common;
mod damage;
mod envelope;
mod fixture;
mod page;
mod round_trip;
mod sample;
mod stock_tools;
mod writing;
