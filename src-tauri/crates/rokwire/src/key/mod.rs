//! Public keys of services: `key_pem`, `alg`, and the id computed of them (specification 1.1).

mod alg;
mod pem;

pub use alg::{Alg, BadAlg};
pub use pem::MAX_PEM_BYTES;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rsa::RsaPublicKey;
use rsa::pkcs1::{DecodeRsaPublicKey as _, EncodeRsaPublicKey as _};
use rsa::pkcs8::spki::SubjectPublicKeyInfoRef;
use rsa::pkcs8::{DecodePublicKey as _, EncodePublicKey as _};
use rsa::traits::PublicKeyParts as _;
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use alg::Family;

/// Smallest RSA modulus that is accepted, in bits.
pub const MIN_RSA_BITS: usize = 2048;

/// A public key with the algorithm it is registered for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PubKey {
    alg: Alg,
    rsa: Option<RsaPublicKey>,
    spki: Vec<u8>,
    kid: KeyId,
}

/// `kid`: `SHA256:` and the standard base64, with padding, of a SHA-256.
///
/// What is hashed is the PKCS#1 `RSAPublicKey` for RSA, and the SubjectPublicKeyInfo for the others; so it is neither an RFC
/// 7638 thumbprint nor, for RSA, the hash of the SPKI. It is never transported with the key, always computed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KeyId(String);

/// Why a key is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyError {
    /// No PEM block, more than [`MAX_PEM_BYTES`], or its base64 is broken.
    #[error("this is not a PEM block")]
    NotPem,
    /// A private key. It must not be handed around; whoever did should replace it.
    #[error("this is a private key, not a public one")]
    PrivateKey,
    /// Neither SubjectPublicKeyInfo nor PKCS#1.
    #[error("this is not a public key")]
    NotAPublicKey,
    /// The key is of another family or curve than its algorithm.
    #[error("the key does not fit its algorithm")]
    WrongAlgorithm,
    /// An RSA key below [`MIN_RSA_BITS`], or of a size that no library takes.
    #[error("an RSA key has {MIN_RSA_BITS} to 4096 bits")]
    BadSize,
}

impl PubKey {
    /// Reads `key_pem`, whatever its label says: SubjectPublicKeyInfo first, then PKCS#1.
    ///
    /// Upstream writes SubjectPublicKeyInfo under `RSA PUBLIC KEY`, which strict readers take for PKCS#1; a literal `\n`
    /// counts as a line break, because stored credentials hold it.
    ///
    /// # Errors
    /// [`KeyError`] says why the key is refused. The points of EC and Ed25519 keys are not checked beyond their length.
    pub fn from_pem(key_pem: &str, alg: Alg) -> Result<Self, KeyError> {
        let der = pem::decode(key_pem)?;
        match alg.family() {
            Family::Rsa => Self::of_rsa(read_rsa(&der)?, alg),
            Family::Ec { .. } | Family::Ed25519 => Self::of_spki(&der, alg),
        }
    }

    /// The algorithm it is registered for; with `RS256` that is PKCS#1 v1.5, as JWA has it.
    pub fn alg(&self) -> Alg {
        self.alg
    }

    /// The computed id.
    pub fn kid(&self) -> &KeyId {
        &self.kid
    }

    /// The RSA key, to verify with.
    pub fn rsa(&self) -> Option<&RsaPublicKey> {
        self.rsa.as_ref()
    }

    /// `key_pem` as it is handed out: SubjectPublicKeyInfo under `PUBLIC KEY`, the one form that every reader takes.
    pub fn key_pem(&self) -> String {
        pem::encode(&self.spki)
    }

    fn of_rsa(key: RsaPublicKey, alg: Alg) -> Result<Self, KeyError> {
        if key.n().bits() < MIN_RSA_BITS {
            return Err(KeyError::BadSize);
        }
        let pkcs1 = key.to_pkcs1_der().map_err(|_| KeyError::NotAPublicKey)?;
        let spki = key.to_public_key_der().map_err(|_| KeyError::NotAPublicKey)?;
        Ok(Self {
            alg,
            kid: KeyId::of(pkcs1.as_bytes()),
            spki: spki.as_bytes().to_vec(),
            rsa: Some(key),
        })
    }

    fn of_spki(der: &[u8], alg: Alg) -> Result<Self, KeyError> {
        let info = SubjectPublicKeyInfoRef::try_from(der).map_err(|_| KeyError::NotAPublicKey)?;
        if !alg.fits(&info) {
            return Err(KeyError::WrongAlgorithm);
        }
        Ok(Self {
            alg,
            kid: KeyId::of(der),
            spki: der.to_vec(),
            rsa: None,
        })
    }
}

impl KeyId {
    fn of(der: &[u8]) -> Self {
        Self(format!("SHA256:{}", STANDARD.encode(Sha256::digest(der))))
    }

    /// The id on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn read_rsa(der: &[u8]) -> Result<RsaPublicKey, KeyError> {
    match SubjectPublicKeyInfoRef::try_from(der) {
        Ok(info) if info.algorithm.oid != rsa::pkcs1::ALGORITHM_OID => Err(KeyError::WrongAlgorithm),
        Ok(_) => RsaPublicKey::from_public_key_der(der).map_err(|_| KeyError::BadSize),
        Err(_) => RsaPublicKey::from_pkcs1_der(der).map_err(|_| KeyError::NotAPublicKey),
    }
}

#[cfg(test)]
mod tests;
