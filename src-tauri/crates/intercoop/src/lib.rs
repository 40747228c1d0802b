//! intercoop
