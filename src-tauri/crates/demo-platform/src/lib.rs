//! demo-platform
