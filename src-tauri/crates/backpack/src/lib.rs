//! backpack
