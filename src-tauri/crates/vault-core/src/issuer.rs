//! Another issuer key in the place of the one that the vault signs with. What was signed before stays good: receipts name the key that they
//! were signed with, and the log knows the former keys, each signed by the one that came after it.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use vault_crypto::{Passphrase, Signer, verify_pss_sha256};
use vault_store::{SecretValue, View, receipts, sealed};

use crate::{VaultError, VaultHandle, services::LONGEST_LIFE, vault::Turn};

/// Where a space keeps the former keys.
const NAME: &str = "issuer.former";

/// A key that the vault signed with before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FormerKey {
    /// As PEM.
    pub(crate) pem: String,
    /// Until when tokens that it signed may work.
    #[serde(with = "time::serde::rfc3339")]
    pub(crate) until: OffsetDateTime,
    /// The signature of the key that came after it, over this key.
    signature: String,
}

impl VaultHandle {
    /// Makes another issuer key and signs with it from now on; takes a few seconds. Tokens that were handed out work for the rest of their
    /// time, and both keys are published until then.
    ///
    /// # Errors
    /// [`VaultError::WrongKey`] when `passphrase` is not the vault's, [`VaultError::NeedsSecondFactor`], or the disk refuses; the key is
    /// then as it was.
    pub async fn rotate_issuer_key(&self, passphrase: Passphrase) -> Result<(), VaultError> {
        // A key takes seconds: what would be refused after them is refused before.
        self.allow_issuer_key(passphrase).await?;
        let made = tokio::task::spawn_blocking(Signer::generate).await;
        let signer = made
            .ok()
            .and_then(Result::ok)
            .ok_or(VaultError::Internal("the issuer key could not be made"))?;
        self.put_issuer_key(signer).await
    }

    /// The same with a key that exists already.
    ///
    /// # Errors
    /// As [`VaultHandle::rotate_issuer_key`].
    pub async fn use_issuer_key(&self, passphrase: Passphrase, signer: Signer) -> Result<(), VaultError> {
        self.allow_issuer_key(passphrase).await?;
        self.put_issuer_key(signer).await
    }

    async fn allow_issuer_key(&self, passphrase: Passphrase) -> Result<(), VaultError> {
        self.check_passphrase(passphrase).await?;
        self.pass_guard().await
    }

    async fn put_issuer_key(&self, signer: Signer) -> Result<(), VaultError> {
        self.run(move |vault| {
            let ids: Vec<_> = vault.spaces.iter().map(|space| space.info.id).collect();
            // The spaces first: until the header has the new key, they only say what is so already.
            for id in ids {
                let mut turn = vault.turn(id)?;
                let former = turn.signer()?.public_key_pem().to_owned();
                remember(&mut turn, former, &signer)?;
            }
            vault.replace_issuer(signer)
        })
        .await
    }
}

fn remember(turn: &mut Turn<'_>, pem: String, next: &Signer) -> Result<(), VaultError> {
    let broken = |_| VaultError::Internal("the former key could not be signed");
    let signature = next.sign_pss_sha256(&message(&pem)).map_err(broken)?;
    let entry = FormerKey {
        until: turn.now() + LONGEST_LIFE,
        signature: BASE64.encode(signature),
        pem: pem.clone(),
    };
    turn.space.db.write(|tx| {
        let mut all = read(tx)?;
        all.insert(0, entry);
        let text = serde_json::to_vec(&all)
            .map_err(|_| VaultError::Internal("the former keys could not be written"))?;
        sealed::set(tx, NAME, &SecretValue::new(text))?;
        Ok(receipts::name_key(tx, &pem)?)
    })
}

/// The former keys of a space, the newest first, as far as each is signed by the one that came after it. Entries of a change that did not
/// come about are passed over: nothing signed them that is a key of this vault.
pub(crate) fn former(view: &View<'_>, current: &str) -> Result<Vec<FormerKey>, VaultError> {
    let mut found = Vec::new();
    let mut next = current.to_owned();
    for entry in read(view)? {
        let signature = BASE64.decode(&entry.signature).unwrap_or_default();
        if verify_pss_sha256(&next, &message(&entry.pem), &signature).is_ok() {
            next.clone_from(&entry.pem);
            found.push(entry);
        }
    }
    Ok(found)
}

/// Every key that may have signed something in a space, the one in use first.
pub(crate) fn all_keys(turn: &mut Turn<'_>) -> Result<Vec<String>, VaultError> {
    let current = turn.signer()?.public_key_pem().to_owned();
    let former = turn.space.db.read(|view| former(view, &current))?;
    let mut keys = vec![current];
    keys.extend(former.into_iter().map(|key| key.pem));
    Ok(keys)
}

fn read(view: &View<'_>) -> Result<Vec<FormerKey>, VaultError> {
    let kept = sealed::get(view, NAME)?;
    Ok(kept
        .and_then(|kept| serde_json::from_slice(kept.expose()).ok())
        .unwrap_or_default())
}

fn message(pem: &str) -> Vec<u8> {
    format!("satchel former issuer key v1\n{pem}").into_bytes()
}
