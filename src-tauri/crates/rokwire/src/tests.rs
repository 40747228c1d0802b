//! Keys for the tests of this crate, made once per run. The product signs in `vault-crypto`.

use std::sync::OnceLock;

use p256::ecdsa::signature::Signer as _;
use p256::pkcs8::EncodePublicKey as _;
use rand::rngs::OsRng;
use rsa::pkcs8::LineEnding;
use rsa::{Pkcs1v15Sign, Pss, RsaPrivateKey};
use sha2::{Digest as _, Sha256};

use crate::key::{Alg, PubKey};

/// A private RSA key of 2048 bits.
pub(crate) fn rsa_private() -> &'static RsaPrivateKey {
    static KEY: OnceLock<RsaPrivateKey> = OnceLock::new();
    KEY.get_or_init(|| RsaPrivateKey::new(&mut OsRng, 2048).unwrap())
}

/// Its public half.
pub(crate) fn rsa_key(alg: Alg) -> PubKey {
    let pem = rsa_private()
        .to_public_key()
        .to_public_key_pem(LineEnding::LF)
        .unwrap();
    PubKey::from_pem(&pem, alg).unwrap()
}

fn ec_private() -> &'static p256::ecdsa::SigningKey {
    static KEY: OnceLock<p256::ecdsa::SigningKey> = OnceLock::new();
    KEY.get_or_init(|| p256::ecdsa::SigningKey::random(&mut OsRng))
}

/// The public half of a key on P-256.
pub(crate) fn ec_key() -> PubKey {
    let pem = ec_private()
        .verifying_key()
        .to_public_key_pem(LineEnding::LF)
        .unwrap();
    PubKey::from_pem(&pem, Alg::Es256).unwrap()
}

/// A signature of [`ec_key`].
pub(crate) fn ec_sign(message: &[u8]) -> Vec<u8> {
    let signature: p256::ecdsa::Signature = ec_private().sign(message);
    signature.to_vec()
}

/// A signature of the test's keys by one of the three algorithms that a vault signs with.
pub(crate) fn sign(alg: Alg, message: &[u8]) -> Vec<u8> {
    let hashed = Sha256::digest(message);
    match alg {
        Alg::Rs256 => rsa_private().sign_with_rng(&mut OsRng, Pkcs1v15Sign::new::<Sha256>(), &hashed),
        Alg::Ps256 => rsa_private().sign_with_rng(&mut OsRng, Pss::new_blinded::<Sha256>(), &hashed),
        Alg::Es256 => return ec_sign(message),
        Alg::Rs384 | Alg::Rs512 | Alg::Ps384 | Alg::Ps512 | Alg::Es384 | Alg::Es512 | Alg::EdDsa => {
            panic!("no key for {alg}")
        }
    }
    .unwrap()
}

/// The public key that belongs to [`sign`].
pub(crate) fn key(alg: Alg) -> PubKey {
    if alg == Alg::Es256 {
        return ec_key();
    }
    rsa_key(alg)
}
