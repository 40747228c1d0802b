//! vault-crypto: key hierarchy, key derivation, envelopes, signing keys and the header that holds the wrapped keys.
//!
//! The crate does no I/O and nothing asynchronous: bytes in, bytes out. Randomness comes from the operating system.
//! How the keys depend on each other:
//!
//! ```text
//! passphrase ── Argon2id ──┐
//! recovery code ── age ────┼──► vault key ──► issuer key, space list ──► space key ──► database, raw store,
//! keyring secret ── HKDF ──┘                                                           search salt, secrets
//! ```

mod derive;
mod ec_signer;
pub mod envelope;
mod header;
mod ids;
pub mod jws;
mod kdf;
mod keys;
mod passphrase;
mod recovery;
mod second_factor;
mod signer;
mod stitch;
mod strength;
mod suggest;
mod token;
#[cfg(test)]
mod vectors;

pub use ec_signer::EcSigner;
pub use header::{
    CryptoError, Header, HeaderError, KeyringError, KeyringSecret, KeyringSecretError, RecoverError,
    SpaceEntry, UnlockError,
};
pub use ids::{IdError, SpaceId, VaultId};
pub use kdf::{KdfError, KdfParams};
pub use keys::{DatabaseKey, RawStoreKey, SealKey, SearchSalt, SpaceKey, VaultKey};
pub use passphrase::Passphrase;
pub use recovery::{
    GroupMismatch, RecoveryCode, RecoveryCodeError, RecoveryFileError, RecoveryIdentity,
    RecoveryIdentityError, RecoveryKey, parse_recovery_file,
};
pub use second_factor::{RECOVERY_CODES, RecoveryCodes, SecondFactor};
pub use signer::{Signer, SignerError, VerifyError, verify_pss_sha256};
pub use stitch::personal_stitch;
pub use strength::{Hint, Level, Strength, strength};
pub use suggest::suggest_passphrase;
pub use token::{Token, TokenError};
