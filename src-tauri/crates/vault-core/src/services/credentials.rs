//! What a service account proves itself by: tokens, of which the vault keeps the digest, and public keys.

use rokwire::{key::PubKey, service_id::ServiceId};
use time::OffsetDateTime;
use vault_store::{
    CredentialId, SecretValue, ServiceAccountId, Sha256, service_accounts,
    service_credentials::{self, CredentialProof, ServiceCredential},
    service_registrations,
};

use super::{
    accounts::{MOST, get},
    invalid, registration,
};
use crate::{
    SpaceHandle, VaultError, VaultHandle,
    core_apps::{changed, fresh_secret},
    disclosure,
};

/// How a service account is to prove itself.
#[derive(Debug, Clone)]
pub enum NewCredential {
    /// By a token, which is shown once.
    Token {
        /// The name of the credential.
        name: String,
    },
    /// By signing its requests.
    Key {
        /// The name of the credential.
        name: String,
        /// Its public key, as PEM.
        pem: String,
        /// The algorithm; without one a key cannot be used, so it has to be said.
        alg: String,
    },
}

/// A credential that was made: its id, and the token that is shown this once.
#[derive(Debug)]
pub struct Credentials {
    /// Its id.
    pub id: CredentialId,
    /// The token; `None` for a key.
    pub token: Option<SecretValue>,
}

impl SpaceHandle {
    /// Adds a credential to a service account; a token is shown this once.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`]; [`VaultError::Invalid`] for a key that does not fit its algorithm, or when it has 32.
    pub async fn add_service_credential(
        &self,
        id: ServiceAccountId,
        new: NewCredential,
    ) -> Result<Credentials, VaultError> {
        self.write(move |turn| {
            get(turn, id)?;
            let (row, made) = credential(id, &new, turn.now())?;
            turn.space.db.write(|tx| {
                if service_credentials::of_account(tx, id)?.len() >= MOST {
                    return Err(invalid("credential", "at most 32"));
                }
                Ok(service_credentials::insert(tx, &row)?)
            })?;
            changed(turn);
            Ok(made)
        })
        .await
    }

    /// Takes a credential of a service account away.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], or the database could not be written.
    pub async fn remove_service_credential(
        &self,
        id: ServiceAccountId,
        credential: CredentialId,
    ) -> Result<(), VaultError> {
        self.write(move |turn| {
            let had = turn
                .space
                .db
                .write(|tx| service_credentials::delete(tx, id, credential))?;
            changed(turn);
            had.then_some(()).ok_or(VaultError::NoSuch("credential"))
        })
        .await
    }
}

impl VaultHandle {
    /// The public keys with which a service account may sign its requests, and the service that may sign in the form of the old libraries.
    ///
    /// # Errors
    /// The vault is locked, or a database could not be read.
    pub async fn service_keys(
        &self,
        account: String,
    ) -> Result<Vec<(PubKey, Option<ServiceId>)>, VaultError> {
        self.run(move |vault| {
            let mut keys = Vec::new();
            let Ok(id) = account.parse::<ServiceAccountId>() else {
                return Ok(keys);
            };
            for space in &vault.spaces {
                let (legacy, all) = space.db.read(|view| {
                    let service = match service_accounts::get(view, id)? {
                        Some(account) => service_registrations::get(view, &account.service)?,
                        None => None,
                    };
                    let legacy = service.filter(|service| service.legacy);
                    let all = service_credentials::of_account(view, id)?;
                    Ok::<_, VaultError>((legacy, all))
                })?;
                let legacy: Option<ServiceId> = legacy.and_then(|service| service.id.parse().ok());
                for one in all {
                    if let CredentialProof::Key { pem, alg } = &one.proof {
                        keys.push((registration::public_key(pem, alg)?, legacy.clone()));
                    }
                }
            }
            Ok(keys)
        })
        .await
    }
}

/// A credential as it is kept, and as it is handed out.
pub(super) fn credential(
    account: ServiceAccountId,
    new: &NewCredential,
    created_at: OffsetDateTime,
) -> Result<(ServiceCredential, Credentials), VaultError> {
    let id = CredentialId::new();
    let (name, proof, token) = match new {
        NewCredential::Token { name } => {
            let token = fresh_secret();
            let digest = Sha256::of(token.expose());
            (name, CredentialProof::Token(digest), Some(token))
        }
        NewCredential::Key { name, pem, alg } => {
            let key = registration::public_key(pem, alg)?;
            let proof = CredentialProof::Key {
                pem: key.key_pem(),
                alg: key.alg().as_str().to_owned(),
            };
            (name, proof, None)
        }
    };
    if !name.is_empty() && !disclosure::is_plain_name(name) {
        return Err(invalid("name", "1 to 100 characters, none of them hidden"));
    }
    let row = ServiceCredential {
        id,
        account,
        name: name.clone(),
        proof,
        created_at,
    };
    Ok((row, Credentials { id, token }))
}
