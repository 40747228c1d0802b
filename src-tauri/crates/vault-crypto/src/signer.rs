//! RSA keys that sign: the issuer key of a vault, the peer key of a space.

use std::fmt;

use rand::rngs::OsRng;
use rsa::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey, LineEnding};
use rsa::traits::{PublicKeyParts, SignatureScheme};
use rsa::{Pkcs1v15Sign, Pss, RsaPrivateKey, RsaPublicKey};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::envelope;

const GENERATED_BITS: usize = 3072;
const LEAST_BITS: usize = 2048;
const MOST_BITS: usize = 4096;
const MAX_PEM_BYTES: usize = 8 * 1024;

/// Why a signing key could not be made, read or used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SignerError {
    /// No key came out of the generator.
    #[error("the signing key could not be generated")]
    Generation,
    /// Not a private RSA key in PKCS#8 form, or not a consistent one.
    #[error("this is not a private RSA key in PKCS#8 form")]
    NotAKey,
    /// Smaller than 2048 or larger than 4096 bits.
    #[error("the RSA key does not have 2048 to 4096 bits")]
    Size,
    /// The sealed key does not open with this key and purpose.
    #[error("the sealed signing key does not open")]
    Sealed(#[from] envelope::EnvelopeError),
    /// The signature could not be computed.
    #[error("the signature could not be computed")]
    Signing,
}

/// Why a signature was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum VerifyError {
    /// Not a public RSA key (`PUBLIC KEY`, SPKI) of 2048 to 4096 bits.
    #[error("this is not a public RSA key of 2048 to 4096 bits")]
    Key,
    /// The signature is not of this message by this key.
    #[error("the signature does not fit")]
    Signature,
}

/// A private RSA key. Every signature is computed blinded, because the time of the plain computation tells about the
/// key (RUSTSEC-2023-0071).
pub struct Signer {
    key: RsaPrivateKey,
    public_pem: String,
    public_der: Vec<u8>,
}

impl Signer {
    /// A new key of 3072 bits; takes a second or two.
    ///
    /// # Errors
    /// [`SignerError::Generation`].
    pub fn generate() -> Result<Self, SignerError> {
        let key = RsaPrivateKey::new(&mut OsRng, GENERATED_BITS).map_err(|_| SignerError::Generation)?;
        Self::of(key)
    }

    /// RSASSA-PSS with SHA-256, MGF1-SHA-256 and a salt of 32 bytes (JWA `PS256`); not the same twice.
    ///
    /// # Errors
    /// [`SignerError::Signing`].
    pub fn sign_pss_sha256(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        self.sign(Pss::new_blinded::<Sha256>(), &Sha256::digest(message))
    }

    /// RSASSA-PSS with SHA-256, MGF1-SHA-256 and the longest salt that fits, as the libraries of Rokwire did before 2023. Only for peers
    /// that know nothing else.
    ///
    /// # Errors
    /// [`SignerError::Signing`].
    pub fn sign_pss_sha256_longest_salt(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        // RFC 8017, 9.1.1: hash, salt and two more bytes have place in the encoded message.
        let most = (self.key.n().bits() - 1).div_ceil(8);
        let salt = most.saturating_sub(Sha256::output_size() + 2);
        self.sign(
            Pss::new_blinded_with_salt::<Sha256>(salt),
            &Sha256::digest(message),
        )
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256 (JWA `RS256`).
    ///
    /// # Errors
    /// [`SignerError::Signing`].
    pub fn sign_pkcs1v15_sha256(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        self.sign(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(message))
    }

    /// RSASSA-PKCS1-v1_5 with SHA-1, which Intercoop prescribes. Only for text that the signer has chosen: SHA-1 does
    /// not withstand an opponent who chooses it.
    ///
    /// # Errors
    /// [`SignerError::Signing`].
    pub fn sign_pkcs1v15_sha1(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        self.sign(Pkcs1v15Sign::new::<Sha1>(), &Sha1::digest(message))
    }

    /// The public key as PEM: `PUBLIC KEY` (SPKI), lines of 64 characters, a line feed at the end.
    #[must_use]
    pub fn public_key_pem(&self) -> &str {
        &self.public_pem
    }

    /// The public key as SPKI DER, the bytes a fingerprint is taken of.
    #[must_use]
    pub fn public_key_der(&self) -> &[u8] {
        &self.public_der
    }

    /// The private key in an envelope, for the header or a space's database.
    ///
    /// # Errors
    /// [`SignerError::NotAKey`] if the key cannot be written.
    pub fn seal(&self, key: &[u8; 32], purpose: &[u8]) -> Result<Vec<u8>, SignerError> {
        let der = self.key.to_pkcs8_der().map_err(|_| SignerError::NotAKey)?;
        Ok(envelope::seal(key, purpose, der.as_bytes()))
    }

    /// Opens what [`Signer::seal`] made.
    ///
    /// # Errors
    /// [`SignerError::Sealed`], [`SignerError::NotAKey`], [`SignerError::Size`].
    pub fn open(key: &[u8; 32], purpose: &[u8], sealed: &[u8]) -> Result<Self, SignerError> {
        let der = envelope::open(key, purpose, sealed)?;
        Self::of(RsaPrivateKey::from_pkcs8_der(&der).map_err(|_| SignerError::NotAKey)?)
    }

    /// The private key as unencrypted PKCS#8 PEM, for a full backpack.
    ///
    /// # Errors
    /// [`SignerError::NotAKey`] if the key cannot be written.
    pub fn to_pkcs8_pem(&self) -> Result<Zeroizing<String>, SignerError> {
        self.key
            .to_pkcs8_pem(LineEnding::LF)
            .map_err(|_| SignerError::NotAKey)
    }

    /// Reads an unencrypted PKCS#8 PEM of a key of 2048 to 4096 bits.
    ///
    /// # Errors
    /// [`SignerError::NotAKey`] and [`SignerError::Size`].
    pub fn from_pkcs8_pem(pem: &str) -> Result<Self, SignerError> {
        if pem.len() > MAX_PEM_BYTES {
            return Err(SignerError::Size);
        }
        Self::of(RsaPrivateKey::from_pkcs8_pem(pem).map_err(|_| SignerError::NotAKey)?)
    }

    fn of(key: RsaPrivateKey) -> Result<Self, SignerError> {
        if !(LEAST_BITS..=MOST_BITS).contains(&key.n().bits()) {
            return Err(SignerError::Size);
        }
        let public = key.to_public_key();
        let public_pem = public
            .to_public_key_pem(LineEnding::LF)
            .map_err(|_| SignerError::NotAKey)?;
        let public_der = public
            .to_public_key_der()
            .map_err(|_| SignerError::NotAKey)?
            .into_vec();
        Ok(Self {
            key,
            public_pem,
            public_der,
        })
    }

    fn sign(&self, scheme: impl SignatureScheme, hashed: &[u8]) -> Result<Vec<u8>, SignerError> {
        self.key
            .sign_with_rng(&mut OsRng, scheme, hashed)
            .map_err(|_| SignerError::Signing)
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer(…)")
    }
}

/// Checks an RSASSA-PSS signature (SHA-256, MGF1-SHA-256, salt of 32 bytes) against a public key in SPKI PEM.
///
/// # Errors
/// [`VerifyError`].
pub fn verify_pss_sha256(pem: &str, message: &[u8], signature: &[u8]) -> Result<(), VerifyError> {
    if pem.len() > MAX_PEM_BYTES {
        return Err(VerifyError::Key);
    }
    let key = RsaPublicKey::from_public_key_pem(pem).map_err(|_| VerifyError::Key)?;
    if !(LEAST_BITS..=MOST_BITS).contains(&key.n().bits()) {
        return Err(VerifyError::Key);
    }
    key.verify(Pss::new::<Sha256>(), &Sha256::digest(message), signature)
        .map_err(|_| VerifyError::Signature)
}
