//! `service_credentials`: how a service account proves itself: the digest of a token, or a public key.

use rusqlite::Row;
use time::OffsetDateTime;

use crate::ids::{CredentialId, ServiceAccountId};
use crate::sha256::Sha256;
use crate::sql::Millis;
use crate::{StoreError, Tx, View};

pub(crate) const V7: &str = "CREATE TABLE service_credentials (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL REFERENCES service_accounts (id) ON DELETE CASCADE,
    name TEXT NOT NULL DEFAULT '',
    sha256 BLOB CHECK (sha256 IS NULL OR length(sha256) = 32),
    key_pem TEXT,
    key_alg TEXT,
    created_at INTEGER NOT NULL,
    CHECK ((sha256 IS NULL) = (key_pem IS NOT NULL) AND (key_pem IS NULL) = (key_alg IS NULL))
) STRICT;
CREATE INDEX service_credentials_by_account ON service_credentials (account);";

/// How a service account proves itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceCredential {
    /// Its id.
    pub id: CredentialId,
    /// The account.
    pub account: ServiceAccountId,
    /// Its name.
    pub name: String,
    /// What is known of it.
    pub proof: CredentialProof,
    /// When it was made.
    pub created_at: OffsetDateTime,
}

/// What is known of a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CredentialProof {
    /// The digest of a token that is sent.
    Token(Sha256),
    /// A public key that requests are signed for.
    Key {
        /// As PEM.
        pem: String,
        /// The algorithm that it is for.
        alg: String,
    },
}

/// The credentials of an account, oldest first.
///
/// # Errors
/// The database could not be read.
pub fn of_account(view: &View<'_>, account: ServiceAccountId) -> Result<Vec<ServiceCredential>, StoreError> {
    let sql = "SELECT id, account, name, sha256, key_pem, key_alg, created_at FROM service_credentials \
               WHERE account = ?1 ORDER BY created_at, id";
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map([account], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Adds one.
///
/// # Errors
/// [`StoreError::Rule`] if there is no such account; the database could not be written.
pub fn insert(tx: &Tx<'_>, credential: &ServiceCredential) -> Result<(), StoreError> {
    let sql = "INSERT INTO service_credentials (id, account, name, sha256, key_pem, key_alg, created_at) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let (sha256, pem, alg) = match &credential.proof {
        CredentialProof::Token(sha256) => (Some(sha256), None, None),
        CredentialProof::Key { pem, alg } => (None, Some(pem), Some(alg)),
    };
    tx.conn().prepare_cached(sql)?.execute((
        credential.id,
        credential.account,
        &credential.name,
        sha256,
        pem,
        alg,
        Millis(credential.created_at),
    ))?;
    Ok(())
}

/// Takes a credential of an account away; whether it had it.
///
/// # Errors
/// The database could not be written.
pub fn delete(tx: &Tx<'_>, account: ServiceAccountId, id: CredentialId) -> Result<bool, StoreError> {
    Ok(tx
        .conn()
        .prepare_cached("DELETE FROM service_credentials WHERE account = ?1 AND id = ?2")?
        .execute((account, id))?
        > 0)
}

fn read(row: &Row<'_>) -> rusqlite::Result<ServiceCredential> {
    let proof = match row.get::<_, Option<Sha256>>(3)? {
        Some(sha256) => CredentialProof::Token(sha256),
        None => CredentialProof::Key {
            pem: row.get(4)?,
            alg: row.get(5)?,
        },
    };
    Ok(ServiceCredential {
        id: row.get(0)?,
        account: row.get(1)?,
        name: row.get(2)?,
        proof,
        created_at: row.get::<_, Millis>(6)?.0,
    })
}
