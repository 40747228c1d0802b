//! Satchel
