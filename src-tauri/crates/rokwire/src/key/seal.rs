//! Encryption to a service's key: RSA-OAEP, hash and MGF1 hash by its signing algorithm, an optional label, raw bytes (specification 4.3).

use rsa::rand_core::CryptoRngCore;
use rsa::traits::PublicKeyParts as _;
use rsa::{Oaep, RsaPublicKey};
use sha2::{Sha256, Sha384, Sha512};
use thiserror::Error;

use super::{Alg, Material, PubKey};

/// Why nothing was encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SealError {
    /// Only RSA keys encrypt.
    #[error("only RSA keys encrypt")]
    NotRsa,
    /// More bytes than [`longest_sealed`].
    #[error("this is more than fits the key")]
    TooLong,
}

impl PubKey {
    /// Encrypts for the holder of the key. `random` is the operating system's generator; `label` is empty where none was agreed.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn seal(
        &self,
        random: &mut impl CryptoRngCore,
        label: &str,
        plain: &[u8],
    ) -> Result<Vec<u8>, SealError> {
        let Material::Rsa(key) = &self.material else {
            return Err(SealError::NotRsa);
        };
        if plain.len() > longest(key, self.alg) {
            return Err(SealError::TooLong);
        }
        key.encrypt(random, padding(self.alg, label), plain)
            .map_err(|_| SealError::TooLong)
    }
}

/// The most bytes that fit a key; none if it is not RSA.
pub fn longest_sealed(key: &PubKey) -> Option<usize> {
    match &key.material {
        Material::Rsa(rsa) => Some(longest(rsa, key.alg)),
        Material::P256(_) | Material::Other => None,
    }
}

/// RFC 8017, 7.1.1.
fn longest(key: &RsaPublicKey, alg: Alg) -> usize {
    key.size().saturating_sub(2 * hash_bytes(alg) + 2)
}

fn hash_bytes(alg: Alg) -> usize {
    match alg {
        Alg::Rs256 | Alg::Ps256 | Alg::Es256 => 32,
        Alg::Rs384 | Alg::Ps384 | Alg::Es384 => 48,
        Alg::Rs512 | Alg::Ps512 | Alg::Es512 | Alg::EdDsa => 64,
    }
}

fn padding(alg: Alg, label: &str) -> Oaep {
    let mut padding = match hash_bytes(alg) {
        32 => Oaep::new::<Sha256>(),
        48 => Oaep::new::<Sha384>(),
        _ => Oaep::new::<Sha512>(),
    };
    if !label.is_empty() {
        padding.label = Some(label.to_owned());
    }
    padding
}

#[cfg(test)]
mod tests {
    use rand::rngs::OsRng;
    use rsa::RsaPrivateKey;
    use rsa::pkcs8::{EncodePublicKey as _, LineEnding};

    use super::*;

    #[test]
    fn what_was_sealed_opens_with_the_private_key_and_the_label() {
        let private = RsaPrivateKey::new(&mut OsRng, 2048).unwrap();
        let pem = private.to_public_key().to_public_key_pem(LineEnding::LF).unwrap();
        for alg in [Alg::Rs256, Alg::Ps384, Alg::Rs512] {
            let key = PubKey::from_pem(&pem, alg).unwrap();
            let most = longest_sealed(&key).unwrap();
            for (label, plain) in [("", vec![]), ("a label", vec![7; 32]), ("", vec![9; most])] {
                let sealed = key.seal(&mut OsRng, label, &plain).unwrap();
                assert_eq!(private.decrypt(padding(alg, label), &sealed).unwrap(), plain);
                assert!(private.decrypt(padding(alg, "another"), &sealed).is_err());
            }
            let more = vec![0; most + 1];
            assert_eq!(key.seal(&mut OsRng, "", &more), Err(SealError::TooLong));
        }
    }

    #[test]
    fn only_rsa_keys_encrypt() {
        let key = PubKey::from_pem(include_str!("../../tests/fixtures/p256.pem"), Alg::Es256).unwrap();
        assert_eq!(key.seal(&mut OsRng, "", b"x"), Err(SealError::NotRsa));
        assert_eq!(longest_sealed(&key), None);
    }
}
