//! The vault's own public key, as others need it to check tokens.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use rokwire::key::Alg;
use vault_crypto::public_numbers;

use super::registration::public_key;
use crate::{VaultError, VaultHandle, issuer};

/// A public key of the vault that tokens may be signed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerKey {
    /// As PEM: SPKI under `PUBLIC KEY`.
    pub pem: String,
    /// Its algorithm.
    pub alg: &'static str,
    /// Its id.
    pub kid: String,
    /// The modulus, as a JWK has it.
    pub n: String,
    /// The exponent, as a JWK has it.
    pub e: String,
}

impl IssuerKey {
    fn of(pem: &str) -> Result<Self, VaultError> {
        let alg = Alg::Rs256;
        let key = public_key(pem, alg.as_str())?;
        let (n, e) =
            public_numbers(pem).map_err(|_| VaultError::Internal("the issuer key could not be read"))?;
        Ok(Self {
            pem: key.key_pem(),
            alg: alg.as_str(),
            kid: key.kid().as_str().to_owned(),
            n: BASE64.encode(n),
            e: BASE64.encode(e),
        })
    }
}

impl VaultHandle {
    /// The public keys that tokens which may still work are signed with, the one in use first.
    ///
    /// # Errors
    /// The vault is locked, or the key could not be read.
    pub async fn issuer_keys(&self) -> Result<Vec<IssuerKey>, VaultError> {
        self.run(|vault| {
            let ids: Vec<_> = vault.spaces.iter().map(|space| space.info.id).collect();
            let mut keys: Vec<IssuerKey> = Vec::new();
            for id in ids {
                let mut turn = vault.turn(id)?;
                let current = turn.signer()?.public_key_pem().to_owned();
                let now = turn.now();
                let former = turn.space.db.read(|view| issuer::former(view, &current))?;
                let alive = former
                    .into_iter()
                    .filter(|key| now < key.until)
                    .map(|key| key.pem);
                for pem in std::iter::once(current).chain(alive) {
                    let key = IssuerKey::of(&pem)?;
                    if !keys.contains(&key) {
                        keys.push(key);
                    }
                }
            }
            Ok(keys)
        })
        .await
    }
}
