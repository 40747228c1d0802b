//! Tests of packing, checking and restoring.
