//! The vault's own public key, as others need it to check tokens.

use rokwire::key::{Alg, PubKey};
use vault_crypto::jws;

use super::registration::public_key;
use crate::{VaultError, VaultHandle, issuer};

/// What others know the key by that the vault signs with: it is one key, but tokens and documents name it by different digests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerNames {
    /// The `kid` of tokens (specification 1.1).
    pub tokens: String,
    /// The `kid` of receipts, and of metadata that is signed for the servers of apps ([`jws::key_id`]).
    pub documents: String,
}

impl VaultHandle {
    /// What others know the key by that the vault signs with now.
    ///
    /// # Errors
    /// The vault is locked, or the key could not be read.
    pub async fn issuer_names(&self) -> Result<IssuerNames, VaultError> {
        self.run(|vault| {
            let first = vault.spaces.first().map(|space| space.info.id);
            let mut turn = vault.turn(first.ok_or(VaultError::NoSuchSpace)?)?;
            let signer = turn.signer()?;
            Ok(IssuerNames {
                tokens: own_key(signer.public_key_pem())?.kid().to_string(),
                documents: jws::key_id(signer),
            })
        })
        .await
    }

    /// The public keys that tokens which may still work are signed with, the one in use first.
    ///
    /// # Errors
    /// The vault is locked, or the key could not be read.
    pub async fn issuer_keys(&self) -> Result<Vec<PubKey>, VaultError> {
        self.run(|vault| {
            let ids: Vec<_> = vault.spaces.iter().map(|space| space.info.id).collect();
            let mut keys: Vec<PubKey> = Vec::new();
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
                    let key = own_key(&pem)?;
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

/// A key of the vault, with the one algorithm that it signs tokens with.
pub(super) fn own_key(pem: &str) -> Result<PubKey, VaultError> {
    public_key(pem, Alg::Rs256.as_str())
}
