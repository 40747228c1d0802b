//! Public keys of services: `key_pem`, `alg`, and the id computed of them (specification 1.1).

mod alg;
mod change;
mod jwk;
mod pem;
mod seal;
mod verify;

pub use alg::{Alg, BadAlg};
pub use change::KeyChange;
pub use jwk::{Jwk, JwkSet};
pub use pem::MAX_PEM_BYTES;
pub use seal::{SealError, longest_sealed};
pub use verify::VerifyError;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rsa::RsaPublicKey;
use rsa::pkcs1::{DecodeRsaPublicKey as _, EncodeRsaPublicKey as _};
use rsa::pkcs8::spki::SubjectPublicKeyInfoRef;
use rsa::pkcs8::{DecodePublicKey as _, EncodePublicKey as _};
use rsa::traits::PublicKeyParts as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use alg::Family;

/// Smallest RSA modulus that is accepted, in bits.
pub const MIN_RSA_BITS: usize = 2048;

/// A public key with the algorithm it is registered for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PubKey {
    alg: Alg,
    material: Material,
    spki: Vec<u8>,
    kid: KeyId,
}

/// The key itself, as far as this crate can use it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Material {
    Rsa(RsaPublicKey),
    P256(p256::ecdsa::VerifyingKey),
    /// A key of another curve: it has an id and is written again, and verifies nothing.
    Other,
}

/// `kid`: `SHA256:` and the standard base64, with padding, of a SHA-256.
///
/// What is hashed is the PKCS#1 `RSAPublicKey` for RSA, and the SubjectPublicKeyInfo for the others; so it is neither an RFC
/// 7638 thumbprint nor, for RSA, the hash of the SPKI. It is never transported with the key, always computed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KeyId(String);

/// A public key as it is transported: the object `pub_key` of registrations, and `params` of signature credentials.
///
/// Both members are required. Upstream drops a credential without `alg` and says nothing (9 row 29).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyOnWire {
    /// The key as PEM.
    pub key_pem: String,
    /// A name of [`Alg`].
    pub alg: String,
}

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
    /// `alg` is none of the names of [`Alg`].
    #[error(transparent)]
    BadAlg(#[from] BadAlg),
    /// The algorithm is known and its signatures cannot be checked here.
    #[error("signatures of this algorithm are not checked here: use RS256, PS256 or ES256")]
    Unchecked,
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
    /// [`KeyError`] says why the key is refused. Points of curves other than P-256 are not checked beyond their length.
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

    /// The wire form: `key_pem` and `alg` (specification 1.1).
    pub fn to_wire(&self) -> KeyOnWire {
        KeyOnWire {
            key_pem: self.key_pem(),
            alg: self.alg.as_str().to_owned(),
        }
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
            material: Material::Rsa(key),
        })
    }

    fn of_spki(der: &[u8], alg: Alg) -> Result<Self, KeyError> {
        let info = SubjectPublicKeyInfoRef::try_from(der).map_err(|_| KeyError::NotAPublicKey)?;
        if !alg.fits(&info) {
            return Err(KeyError::WrongAlgorithm);
        }
        let material = match alg {
            Alg::Es256 => {
                let point = info.subject_public_key.as_bytes().unwrap_or_default();
                let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(point);
                Material::P256(key.map_err(|_| KeyError::NotAPublicKey)?)
            }
            Alg::Rs256
            | Alg::Rs384
            | Alg::Rs512
            | Alg::Ps256
            | Alg::Ps384
            | Alg::Ps512
            | Alg::Es384
            | Alg::Es512
            | Alg::EdDsa => Material::Other,
        };
        Ok(Self {
            alg,
            kid: KeyId::of(der),
            spki: der.to_vec(),
            material,
        })
    }
}

impl KeyOnWire {
    /// Reads the key, which has to be one that signatures can be checked with.
    ///
    /// # Errors
    /// [`KeyError`]. `ES384`, `ES512` and `EdDSA` are [`KeyError::Unchecked`]: a key that checks nothing is not pinned.
    pub fn read(&self) -> Result<PubKey, KeyError> {
        let key = PubKey::from_pem(&self.key_pem, self.alg.parse()?)?;
        key.can_verify().then_some(key).ok_or(KeyError::Unchecked)
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
