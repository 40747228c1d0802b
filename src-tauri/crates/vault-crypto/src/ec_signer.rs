//! Keys on P-256 that sign tokens: the issuer key of a vault whose owner chose `ES256`.

use std::fmt;

use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey, EncodePublicKey, LineEnding};
use rand::rngs::OsRng;

use crate::{SignerError, envelope};

/// A private key on P-256. The library computes in constant time, with a nonce that it derives from key and message (RFC 6979).
pub struct EcSigner {
    key: SigningKey,
    public_pem: String,
}

impl EcSigner {
    /// A new key.
    ///
    /// # Errors
    /// [`SignerError::NotAKey`] if its public half cannot be written.
    pub fn generate() -> Result<Self, SignerError> {
        Self::of(SigningKey::random(&mut OsRng))
    }

    /// ECDSA with SHA-256 (JWA `ES256`): the two numbers one behind the other, 64 bytes.
    ///
    /// # Errors
    /// [`SignerError::Signing`].
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        let signature: Signature = self.key.try_sign(message).map_err(|_| SignerError::Signing)?;
        Ok(signature.to_vec())
    }

    /// The public key as PEM: `PUBLIC KEY` (SPKI).
    #[must_use]
    pub fn public_key_pem(&self) -> &str {
        &self.public_pem
    }

    /// The private key in an envelope, for the header.
    ///
    /// # Errors
    /// [`SignerError::NotAKey`] if the key cannot be written.
    pub fn seal(&self, key: &[u8; 32], purpose: &[u8]) -> Result<Vec<u8>, SignerError> {
        let der = self.key.to_pkcs8_der().map_err(|_| SignerError::NotAKey)?;
        Ok(envelope::seal(key, purpose, der.as_bytes()))
    }

    /// Opens what [`EcSigner::seal`] made.
    ///
    /// # Errors
    /// [`SignerError::Sealed`], [`SignerError::NotAKey`].
    pub fn open(key: &[u8; 32], purpose: &[u8], sealed: &[u8]) -> Result<Self, SignerError> {
        let der = envelope::open(key, purpose, sealed)?;
        Self::of(SigningKey::from_pkcs8_der(&der).map_err(|_| SignerError::NotAKey)?)
    }

    fn of(key: SigningKey) -> Result<Self, SignerError> {
        let public = p256::PublicKey::from(key.verifying_key());
        let public_pem = public
            .to_public_key_pem(LineEnding::LF)
            .map_err(|_| SignerError::NotAKey)?;
        Ok(Self { key, public_pem })
    }
}

impl fmt::Debug for EcSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EcSigner(…)")
    }
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::VerifyingKey;
    use p256::ecdsa::signature::Verifier as _;
    use p256::pkcs8::DecodePublicKey as _;

    use super::*;

    fn verifies(pem: &str, message: &[u8], signature: &[u8]) -> bool {
        let key = VerifyingKey::from_public_key_pem(pem).unwrap();
        let signature = Signature::from_slice(signature).unwrap();
        key.verify(message, &signature).is_ok()
    }

    #[test]
    fn what_a_key_signs_its_public_half_verifies() {
        let signer = EcSigner::generate().unwrap();
        let signature = signer.sign(b"a message").unwrap();
        assert_eq!(signature.len(), 64);
        assert!(verifies(signer.public_key_pem(), b"a message", &signature));
        assert!(!verifies(signer.public_key_pem(), b"another", &signature));
        assert_eq!(format!("{signer:?}"), "EcSigner(…)");
    }

    #[test]
    fn a_sealed_key_opens_with_its_key_and_purpose_only() {
        let signer = EcSigner::generate().unwrap();
        let sealed = signer.seal(&[1; 32], b"issuer").unwrap();
        let opened = EcSigner::open(&[1; 32], b"issuer", &sealed).unwrap();
        assert_eq!(opened.public_key_pem(), signer.public_key_pem());
        assert!(EcSigner::open(&[2; 32], b"issuer", &sealed).is_err());
        assert!(EcSigner::open(&[1; 32], b"peer", &sealed).is_err());
    }
}
