//! vault-crypto
