//! vault-connect
