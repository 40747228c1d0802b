//! vault-gateway
