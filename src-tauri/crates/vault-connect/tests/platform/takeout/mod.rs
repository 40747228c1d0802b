//! Takeouts: what stands in files comes out as records, to the last row and cent.

mod smoke;
