//! Checking signatures: the algorithms of JWA (RFC 7518, 3.3 to 3.5), with the algorithm that the key is registered for.

use p256::ecdsa::signature::Verifier as _;
use rsa::traits::{PublicKeyParts as _, SignatureScheme};
use rsa::{Pkcs1v15Sign, Pss, RsaPublicKey};
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use thiserror::Error;

use super::{Alg, Material, PubKey};

/// Why a signature is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum VerifyError {
    /// This crate does not check signatures of the key's algorithm.
    #[error("signatures of this algorithm are not checked here")]
    Unchecked,
    /// It is not of this message by this key.
    #[error("the signature does not fit")]
    Signature,
}

impl PubKey {
    /// Whether signatures of its algorithm are checked here: all but `ES384`, `ES512` and `EdDSA`.
    pub fn can_verify(&self) -> bool {
        match self.material {
            Material::Rsa(_) | Material::P256(_) => true,
            Material::Other => false,
        }
    }

    /// Checks a signature by the key's own algorithm. The salt of PSS has the length of the hash, as JWA has it; the two numbers
    /// of ECDSA stand one behind the other, in 64 bytes.
    ///
    /// # Errors
    /// [`VerifyError`].
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), VerifyError> {
        match &self.material {
            Material::Rsa(key) => verify_rsa(key, self.alg, Salt::OfHash, message, signature),
            Material::P256(key) => {
                let signature = p256::ecdsa::Signature::from_slice(signature);
                let signature = signature.map_err(|_| VerifyError::Signature)?;
                key.verify(message, &signature)
                    .map_err(|_| VerifyError::Signature)
            }
            Material::Other => Err(VerifyError::Unchecked),
        }
    }

    /// As [`Self::verify`], and takes the longest salt of PSS too. Go before 2022 writes that one under the name `PS256`.
    ///
    /// # Errors
    /// [`VerifyError`].
    pub(crate) fn verify_any_salt(&self, message: &[u8], signature: &[u8]) -> Result<(), VerifyError> {
        let first = self.verify(message, signature);
        match (&self.material, self.alg) {
            (Material::Rsa(key), Alg::Ps256 | Alg::Ps384 | Alg::Ps512) if first.is_err() => {
                verify_rsa(key, self.alg, Salt::Longest, message, signature)
            }
            (Material::Rsa(_) | Material::P256(_) | Material::Other, _) => first,
        }
    }

    /// The reading of upstream before 2023: PSS with SHA-256, whatever the algorithm is called; the longest salt, else 32 bytes
    /// (specification 4.2, *Legacy form*; 8.1).
    ///
    /// # Errors
    /// [`VerifyError`].
    pub(crate) fn verify_legacy(&self, message: &[u8], signature: &[u8]) -> Result<(), VerifyError> {
        let Material::Rsa(key) = &self.material else {
            return Err(VerifyError::Unchecked);
        };
        verify_rsa(key, Alg::Ps256, Salt::Longest, message, signature)
            .or_else(|_| verify_rsa(key, Alg::Ps256, Salt::OfHash, message, signature))
    }
}

/// How long the salt of PSS is.
#[derive(Clone, Copy)]
enum Salt {
    OfHash,
    Longest,
}

fn verify_rsa(
    key: &RsaPublicKey,
    alg: Alg,
    salt: Salt,
    message: &[u8],
    signature: &[u8],
) -> Result<(), VerifyError> {
    let longest = |hash: usize| (key.n().bits() - 1).div_ceil(8).saturating_sub(hash + 2);
    match alg {
        Alg::Rs256 => check(
            key,
            Pkcs1v15Sign::new::<Sha256>(),
            &Sha256::digest(message),
            signature,
        ),
        Alg::Rs384 => check(
            key,
            Pkcs1v15Sign::new::<Sha384>(),
            &Sha384::digest(message),
            signature,
        ),
        Alg::Rs512 => check(
            key,
            Pkcs1v15Sign::new::<Sha512>(),
            &Sha512::digest(message),
            signature,
        ),
        Alg::Ps256 => {
            let scheme = match salt {
                Salt::OfHash => Pss::new::<Sha256>(),
                Salt::Longest => Pss::new_with_salt::<Sha256>(longest(32)),
            };
            check(key, scheme, &Sha256::digest(message), signature)
        }
        Alg::Ps384 => {
            let scheme = match salt {
                Salt::OfHash => Pss::new::<Sha384>(),
                Salt::Longest => Pss::new_with_salt::<Sha384>(longest(48)),
            };
            check(key, scheme, &Sha384::digest(message), signature)
        }
        Alg::Ps512 => {
            let scheme = match salt {
                Salt::OfHash => Pss::new::<Sha512>(),
                Salt::Longest => Pss::new_with_salt::<Sha512>(longest(64)),
            };
            check(key, scheme, &Sha512::digest(message), signature)
        }
        Alg::Es256 | Alg::Es384 | Alg::Es512 | Alg::EdDsa => Err(VerifyError::Unchecked),
    }
}

fn check(
    key: &RsaPublicKey,
    scheme: impl SignatureScheme,
    hashed: &[u8],
    signature: &[u8],
) -> Result<(), VerifyError> {
    key.verify(scheme, hashed, signature)
        .map_err(|_| VerifyError::Signature)
}

#[cfg(test)]
mod tests {
    use rand::rngs::OsRng;

    use super::*;
    use crate::tests::{ec_key, ec_sign, rsa_key, rsa_private};

    const MESSAGE: &[u8] = b"a message";

    fn signed(scheme: impl SignatureScheme, hashed: &[u8]) -> Vec<u8> {
        rsa_private().sign_with_rng(&mut OsRng, scheme, hashed).unwrap()
    }

    #[test]
    fn each_algorithm_checks_its_own_signatures_only() {
        let algs = [
            Alg::Rs256,
            Alg::Rs384,
            Alg::Rs512,
            Alg::Ps256,
            Alg::Ps384,
            Alg::Ps512,
        ];
        let signatures = [
            signed(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(MESSAGE)),
            signed(Pkcs1v15Sign::new::<Sha384>(), &Sha384::digest(MESSAGE)),
            signed(Pkcs1v15Sign::new::<Sha512>(), &Sha512::digest(MESSAGE)),
            signed(Pss::new_blinded::<Sha256>(), &Sha256::digest(MESSAGE)),
            signed(Pss::new_blinded::<Sha384>(), &Sha384::digest(MESSAGE)),
            signed(Pss::new_blinded::<Sha512>(), &Sha512::digest(MESSAGE)),
        ];
        for (row, alg) in algs.into_iter().enumerate() {
            let key = rsa_key(alg);
            for (column, signature) in signatures.iter().enumerate() {
                let good = key.verify(MESSAGE, signature).is_ok();
                assert_eq!(good, row == column, "{alg} and signature {column}");
            }
            assert_eq!(
                key.verify(b"another", &signatures[row]),
                Err(VerifyError::Signature)
            );
        }
    }

    #[test]
    fn the_longest_salt_is_for_peers_and_not_for_tokens() {
        let key = rsa_key(Alg::Ps256);
        let long = signed(
            Pss::new_blinded_with_salt::<Sha256>(222),
            &Sha256::digest(MESSAGE),
        );
        assert_eq!(key.verify(MESSAGE, &long), Err(VerifyError::Signature));
        assert_eq!(key.verify_any_salt(MESSAGE, &long), Ok(()));
        let odd = signed(Pss::new_blinded_with_salt::<Sha256>(20), &Sha256::digest(MESSAGE));
        assert_eq!(key.verify_any_salt(MESSAGE, &odd), Err(VerifyError::Signature));
        assert_eq!(rsa_key(Alg::Rs256).verify_legacy(MESSAGE, &long), Ok(()));
        let pkcs1 = signed(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(MESSAGE));
        assert_eq!(
            rsa_key(Alg::Rs256).verify_legacy(MESSAGE, &pkcs1),
            Err(VerifyError::Signature)
        );
    }

    #[test]
    fn elliptic_signatures_are_two_numbers_and_no_der() {
        let signature = ec_sign(MESSAGE);
        assert_eq!(ec_key().verify(MESSAGE, &signature), Ok(()));
        for broken in [&signature[1..], &[signature.as_slice(), &[0]].concat(), &[0; 64]] {
            assert_eq!(ec_key().verify(MESSAGE, broken), Err(VerifyError::Signature));
        }
    }

    #[test]
    fn other_curves_verify_nothing() {
        let pem = include_str!("../../tests/fixtures/ed25519.pem");
        let key = PubKey::from_pem(pem, Alg::EdDsa).unwrap();
        assert!(!key.can_verify());
        assert_eq!(key.verify(MESSAGE, &[0; 64]), Err(VerifyError::Unchecked));
    }
}
