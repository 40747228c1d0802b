//! The tokens of service accounts: one for each instance, for what the person agreed to there.

use rokwire::token::{Kind, ServiceAuth};
use vault_crypto::SpaceId;
use vault_store::{
    CoreAppId, Scope, ServiceAccountId, Sha256, core_apps as app_table,
    grants::Grant,
    service_accounts::{self, ServiceAccount, ServiceInstance},
    service_credentials::{self, CredentialProof},
};

use super::{
    account_party,
    accounts::is_the_services_own,
    authorize::ending,
    registration,
    tokens::{Draft, Minted, mint, wire_scopes},
};
use crate::{
    VaultError, VaultHandle, disclosure,
    vault::{OpenVault, Turn},
};

/// How a backend proves that it is a service account.
#[derive(Clone)]
pub enum ServiceProof {
    /// By its token.
    Token(String),
    /// By a signature that was found good with the key of this `kid`.
    Key(String),
}

impl ServiceProof {
    /// How it was proved, as the token that comes of it says.
    const fn auth(&self) -> ServiceAuth {
        match self {
            Self::Token(_) => ServiceAuth::StaticToken,
            Self::Key(_) => ServiceAuth::Signature,
        }
    }
}

impl std::fmt::Debug for ServiceProof {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("ServiceProof(..)")
    }
}

/// What a service account is given.
#[derive(Debug)]
pub enum ServiceTokens {
    /// Nobody's account, a wrong credential, or nothing that is shared: one answer for all.
    Nothing,
    /// A token for each instance that something is shared with.
    Tokens(Vec<(SpaceId, CoreAppId, Minted)>),
}

impl VaultHandle {
    /// Tokens for the instances of a service account, or for the one of `only`: a space and an application.
    ///
    /// # Errors
    /// The vault is locked, or a database could not be read or written.
    pub async fn service_tokens(
        &self,
        account: String,
        proof: ServiceProof,
        only: Option<(String, String)>,
        issuer: String,
    ) -> Result<ServiceTokens, VaultError> {
        self.run(move |vault| {
            let mut tokens = Vec::new();
            for (space, account, instance) in proven(vault, &account, &proof)? {
                let named = (space.to_string(), instance.app.to_string());
                if only.as_ref().is_some_and(|only| *only != named) {
                    continue;
                }
                let turn = &mut vault.turn(space)?;
                if let Some(minted) = token(turn, &account, instance.app, &proof, &issuer)? {
                    tokens.push((space, instance.app, minted));
                }
            }
            Ok(if tokens.is_empty() {
                ServiceTokens::Nothing
            } else {
                ServiceTokens::Tokens(tokens)
            })
        })
        .await
    }

    /// The instances of a service account: a space and an application each; `None` for a wrong credential or an account that is over.
    ///
    /// # Errors
    /// The vault is locked, or a database could not be read.
    pub async fn service_instances(
        &self,
        account: String,
        proof: ServiceProof,
    ) -> Result<Option<Vec<(SpaceId, CoreAppId)>>, VaultError> {
        self.run(move |vault| {
            let found = proven(vault, &account, &proof)?;
            let pairs: Vec<_> = found
                .into_iter()
                .map(|(space, _, instance)| (space, instance.app))
                .collect();
            Ok((!pairs.is_empty()).then_some(pairs))
        })
        .await
    }
}

/// The instances of the account that a proof is of, in whatever space; none when it proves nothing.
fn proven(
    vault: &OpenVault,
    account: &str,
    proof: &ServiceProof,
) -> Result<Vec<(SpaceId, ServiceAccount, ServiceInstance)>, VaultError> {
    let id = account.parse::<ServiceAccountId>().ok();
    let presented = match proof {
        ServiceProof::Token(token) => Some(Sha256::of(token.as_bytes())),
        ServiceProof::Key(_) => None,
    };
    let now = vault.clock.now();
    let mut found = Vec::new();
    let Some(id) = id else { return Ok(found) };
    for space in &vault.spaces {
        let theirs = space.db.read(|view| {
            let Some(account) = service_accounts::get(view, id)? else {
                return Ok(Vec::new());
            };
            let known = service_credentials::of_account(view, id)?;
            let fits = known.iter().any(|one| match (&one.proof, proof) {
                (CredentialProof::Token(known), ServiceProof::Token(_)) => Some(*known) == presented,
                (CredentialProof::Key { pem, alg }, ServiceProof::Key(kid)) => {
                    registration::key_fingerprint(pem, alg).is_ok_and(|known| known == *kid)
                }
                (CredentialProof::Token(_), ServiceProof::Key(_))
                | (CredentialProof::Key { .. }, ServiceProof::Token(_)) => false,
            });
            if !fits || account.expires_at <= now {
                return Ok(Vec::new());
            }
            let instances = service_accounts::instances(view, id)?;
            Ok::<_, VaultError>(
                instances
                    .into_iter()
                    .map(|instance| (account.clone(), instance))
                    .collect(),
            )
        })?;
        found.extend(
            theirs
                .into_iter()
                .map(|(account, instance)| (space.info.id, account, instance)),
        );
    }
    Ok(found)
}

/// A token for one instance; `None` when nothing is shared with it.
fn token(
    turn: &mut Turn<'_>,
    account: &ServiceAccount,
    app: CoreAppId,
    proof: &ServiceProof,
    issuer: &str,
) -> Result<Option<Minted>, VaultError> {
    disclosure::sweep(turn)?;
    if !is_the_services_own(turn, account)? {
        return Ok(None);
    }
    if turn.space.db.read(|view| app_table::get(view, app))?.is_none() {
        return Ok(None);
    }
    let party = account_party(account.id, &account.name, app);
    let standing = disclosure::standing(turn, &party)?;
    let held: Vec<&Grant> = standing.iter().collect();
    let Some(newest) = held.first() else {
        return Ok(None);
    };
    let mut scopes: Vec<Scope> = Vec::new();
    for scope in held.iter().flat_map(|grant| &grant.scopes) {
        if !scopes.contains(scope) {
            scopes.push(scope.clone());
        }
    }
    let until = ending(&held).map_or(account.expires_at, |end| end.min(account.expires_at));
    let draft = Draft {
        issuer,
        subject: account.id.to_string(),
        app: app.to_string(),
        session: newest.id.to_string(),
        kind: Kind::Service {
            auth: proof.auth(),
            scopes: wire_scopes(&scopes),
        },
        scopes,
        party: party.id,
        grant: Some(newest.id),
        build: None,
        until: Some(until),
    };
    mint(turn, draft).map(Some)
}
