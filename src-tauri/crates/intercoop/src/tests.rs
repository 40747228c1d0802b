//! A key that signs, for the tests of this crate.

use std::sync::LazyLock;

use rand::rngs::OsRng;
use rsa::pkcs8::{EncodePublicKey as _, LineEnding};
use rsa::{Pkcs1v15Sign, Pss, RsaPrivateKey};
use sha1::{Digest as _, Sha1};
use sha2::Sha256;

use crate::key::PeerKey;

/// A key pair, made anew in each run.
pub(crate) struct TestKey(RsaPrivateKey);

/// The key of the sender.
pub(crate) static OURS: LazyLock<TestKey> = LazyLock::new(TestKey::generate);
/// Another one.
pub(crate) static OTHERS: LazyLock<TestKey> = LazyLock::new(TestKey::generate);

impl TestKey {
    fn generate() -> Self {
        Self(RsaPrivateKey::new(&mut OsRng, 2048).unwrap())
    }

    pub(crate) fn pem(&self) -> String {
        self.0.to_public_key().to_public_key_pem(LineEnding::LF).unwrap()
    }

    pub(crate) fn public(&self) -> PeerKey {
        PeerKey::from_pem(&self.pem()).unwrap()
    }

    pub(crate) fn sign(&self, text: &str) -> Vec<u8> {
        self.0
            .sign(Pkcs1v15Sign::new::<Sha1>(), &Sha1::digest(text))
            .unwrap()
    }

    pub(crate) fn sign_strong(&self, text: &str) -> Vec<u8> {
        let scheme = Pss::new_with_salt::<Sha256>(32);
        self.0
            .sign_with_rng(&mut OsRng, scheme, &Sha256::digest(text))
            .unwrap()
    }
}
