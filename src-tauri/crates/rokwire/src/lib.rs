//! rokwire
