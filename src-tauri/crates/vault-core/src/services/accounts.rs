//! Service accounts: backends with standing access, each for the applications of its instances. What one may see the person is asked like
//! for anybody else; the account itself ends at a date that it was made with, whatever was agreed.

use std::sync::Arc;

use rokwire::{
    key::PubKey,
    service_id::ServiceId,
    token::{Kind, ServiceAuth},
};
use time::{Duration, OffsetDateTime};
use vault_crypto::SpaceId;
use vault_store::{
    CoreAppId, CredentialId, RequestId, Scope, SecretValue, ServiceAccountId, Sha256, core_apps as app_table,
    disclosures::DisclosureKind,
    grants::Grant,
    service_accounts::{self, ServiceAccount, ServiceInstance},
    service_credentials::{self, CredentialProof, ServiceCredential},
    service_registrations::{self, ServiceRegistration},
};

use super::{
    FACE, account_owner, account_party,
    authorize::{destination, ending},
    invalid, owner, registration,
    tokens::{Draft, Minted, mint, wire_scopes},
};
use crate::{
    SpaceHandle, VaultError, VaultHandle,
    core_apps::{changed, fresh_secret},
    disclosure::{
        self, Asked, Destination, DisclosureRequest, GrantView, Identity, Narrowing, Recipient,
        RequestedScope,
    },
    vault::{OpenVault, Turn},
};

/// So many instances, and so many credentials, one account may have.
const MOST: usize = 32;
/// An account ends within this time.
const LONGEST_LIFE: Duration = Duration::days(400);

/// What a service account is made with.
#[derive(Debug, Clone)]
pub struct NewServiceAccount {
    /// Its name.
    pub name: String,
    /// The known service that it belongs to; empty for none.
    pub service: String,
    /// The applications of this space that it is for, and what the person is asked to let it see in each.
    pub instances: Vec<(CoreAppId, Vec<Scope>)>,
    /// When it ends.
    pub expires_at: OffsetDateTime,
    /// How it proves itself.
    pub credential: NewCredential,
}

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

/// A service account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceAccountInfo {
    /// The account.
    pub account: ServiceAccount,
    /// The applications that it is for.
    pub instances: Vec<ServiceInstance>,
    /// Its credentials, oldest first; of tokens the digest only.
    pub credentials: Vec<ServiceCredential>,
    /// What it sees: the grants that stand, newest first.
    pub sees: Vec<GrantView>,
}

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

impl SpaceHandle {
    /// Makes a service account and asks the person what it may see. Until they agree it gets no token.
    ///
    /// # Errors
    /// [`VaultError::Invalid`]; [`VaultError::Imitates`]; [`VaultError::NoSuch`] for an unknown service or application;
    /// [`VaultError::NeedsSecondFactor`].
    pub async fn add_service_account(
        &self,
        new: NewServiceAccount,
    ) -> Result<(ServiceAccountInfo, Credentials, Vec<RequestId>), VaultError> {
        let new = Arc::new(new);
        let draft = Arc::clone(&new);
        // A code opens one act, and must not be spent on one that is refused.
        self.write(move |turn| draft_of(turn, &draft).map(drop)).await?;
        self.vault().pass_guard().await?;
        self.write(move |turn| add(turn, &new)).await
    }

    /// Asks the person once more what a service account may see; the questions that wait then.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], or the database could not be written.
    pub async fn ask_for_service_account(&self, id: ServiceAccountId) -> Result<Vec<RequestId>, VaultError> {
        self.write(move |turn| {
            let account = get(turn, id)?;
            ask_all(turn, &account)
        })
        .await
    }

    /// The service accounts of this space, in the order in which they were made.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read or written.
    pub async fn service_accounts(&self) -> Result<Vec<ServiceAccountInfo>, VaultError> {
        self.write(|turn| {
            disclosure::sweep(turn)?;
            let all = turn.space.db.read(service_accounts::list)?;
            all.into_iter().map(|account| info(turn, account)).collect()
        })
        .await
    }

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

    /// Removes a service account: what it sees is stopped, its tokens and credentials open nothing.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], or the database could not be written.
    pub async fn remove_service_account(&self, id: ServiceAccountId) -> Result<(), VaultError> {
        self.write(move |turn| remove(turn, id)).await
    }
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

fn get(turn: &Turn<'_>, id: ServiceAccountId) -> Result<ServiceAccount, VaultError> {
    let found = turn.space.db.read(|view| service_accounts::get(view, id))?;
    found.ok_or(VaultError::NoSuch("service account"))
}

/// Whether an account is the one that its service names as its own (`service_account_id`); one without a service is nobody else's.
pub(super) fn is_the_services_own(turn: &Turn<'_>, account: &ServiceAccount) -> Result<bool, VaultError> {
    if account.service.is_empty() {
        return Ok(true);
    }
    let service = turn
        .space
        .db
        .read(|view| service_registrations::get(view, &account.service))?;
    Ok(service.is_some_and(|service| service.service_account == account.id.to_string()))
}

/// A service account in an application as disclosure knows it.
pub(super) fn recipient(
    turn: &Turn<'_>,
    app: CoreAppId,
    account: &ServiceAccount,
) -> Result<Recipient, VaultError> {
    let service = match registration::get(turn, &account.service) {
        Ok(service) => Some(service),
        Err(VaultError::NoSuch(_)) => None,
        Err(error) => return Err(error),
    };
    let host = service.map(|service| service.host).unwrap_or_default();
    Ok(Recipient {
        party: account_party(account.id, &account.name, app),
        maker: String::new(),
        origin: host.clone(),
        contact: String::new(),
        account: account.id.to_string(),
        identity: Identity::Key {
            since: account.created_at,
        },
        destination: if host.is_empty() {
            Destination::Program {
                address: "127.0.0.1".to_owned(),
            }
        } else {
            destination(&host)
        },
    })
}

/// What an account is made of, once nothing speaks against it.
struct NewAccount {
    account: ServiceAccount,
    service: Option<ServiceRegistration>,
    party: vault_store::Party,
    credential: ServiceCredential,
    made: Credentials,
}

fn draft_of(turn: &mut Turn<'_>, new: &NewServiceAccount) -> Result<NewAccount, VaultError> {
    let now = turn.now();
    if new.instances.is_empty() || new.instances.len() > MOST {
        return Err(invalid("instances", "1 to 32 applications"));
    }
    if new.expires_at <= now || new.expires_at > now + LONGEST_LIFE {
        return Err(invalid("expires", "a moment within the next 400 days"));
    }
    for (app, scopes) in &new.instances {
        crate::core_apps::get(turn, *app)?;
        if scopes.is_empty() || scopes.iter().any(|scope| disclosure::expand(scope).is_empty()) {
            return Err(invalid("scopes", "scopes of this vault"));
        }
    }
    let service = if new.service.is_empty() {
        None
    } else {
        Some(registration::get(turn, &new.service)?)
    };
    let named = service
        .as_ref()
        .map(|service| service.service_account.as_str())
        .filter(|id| !id.is_empty());
    let id = match named {
        None => ServiceAccountId::new(),
        Some(text) => text
            .parse()
            .map_err(|_| invalid("service_account_id", "an id of this vault, or none"))?,
    };
    let account = ServiceAccount {
        id,
        name: new.name.trim().to_owned(),
        service: new.service.clone(),
        created_at: now,
        expires_at: new.expires_at,
    };
    let party = vault_store::Party {
        id: account_owner(id),
        ..account_party(id, &account.name, CoreAppId::new())
    };
    disclosure::check_name(turn, &party)?;
    let (credential, made) = credential(id, &new.credential, now)?;
    if turn
        .space
        .db
        .read(|view| service_accounts::get(view, id))?
        .is_some()
    {
        return Err(VaultError::Exists("service account"));
    }
    Ok(NewAccount {
        account,
        service,
        party,
        credential,
        made,
    })
}

fn add(
    turn: &mut Turn<'_>,
    new: &NewServiceAccount,
) -> Result<(ServiceAccountInfo, Credentials, Vec<RequestId>), VaultError> {
    let NewAccount {
        account,
        mut service,
        party,
        credential,
        made,
    } = draft_of(turn, new)?;
    let id = account.id;
    let mut entry = disclosure::log_entry(account.created_at, DisclosureKind::Installed, &party, FACE);
    entry.text = "Registered; sees nothing".to_owned();
    turn.space.db.write(|tx| {
        service_accounts::insert(tx, &account)?;
        for (app, scopes) in &new.instances {
            let instance = ServiceInstance {
                account: id,
                app: *app,
                scopes: scopes.clone(),
            };
            service_accounts::put_instance(tx, &instance)?;
        }
        service_credentials::insert(tx, &credential)?;
        if let Some(service) = service.as_mut() {
            service.service_account = id.to_string();
            service_registrations::put(tx, service)?;
        }
        disclosure::append_log(tx, entry)
    })?;
    changed(turn);
    disclosure::tell_logged(turn);
    let questions = ask_all(turn, &account)?;
    Ok((info(turn, account)?, made, questions))
}

fn credential(
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

fn ask_all(turn: &mut Turn<'_>, account: &ServiceAccount) -> Result<Vec<RequestId>, VaultError> {
    let instances = turn
        .space
        .db
        .read(|view| service_accounts::instances(view, account.id))?;
    let mut questions = Vec::new();
    for instance in instances {
        let app = crate::core_apps::get(turn, instance.app)?;
        let scopes = instance.scopes.iter().map(|scope| RequestedScope {
            scope: scope.clone(),
            required: false,
            explanation: None,
            declared: true,
        });
        let request = DisclosureRequest {
            recipient: recipient(turn, instance.app, account)?,
            face: FACE,
            purpose: format!("Standing access of a backend of {}", app.name),
            privacy: None,
            scopes: scopes.collect(),
            narrowing: Narrowing::default(),
        };
        if let Asked::Question(id) = disclosure::ask(turn, &request)? {
            questions.push(id);
        }
    }
    Ok(questions)
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
        until: Some(until),
    };
    mint(turn, draft).map(Some)
}

fn remove(turn: &mut Turn<'_>, id: ServiceAccountId) -> Result<(), VaultError> {
    let account = get(turn, id)?;
    let theirs = account_owner(id);
    disclosure::revoke_where(
        turn,
        |grant| {
            grant.recipient.kind == vault_store::PartyKind::Service && owner(&grant.recipient.id) == theirs
        },
        "removed",
    )?;
    let instances = turn.space.db.read(|view| service_accounts::instances(view, id))?;
    for instance in &instances {
        let party = account_party(id, &account.name, instance.app);
        disclosure::withdraw_questions(turn, &party)?;
    }
    let party = vault_store::Party {
        id: theirs,
        ..account_party(id, &account.name, CoreAppId::new())
    };
    let mut entry = disclosure::log_entry(turn.now(), DisclosureKind::Removed, &party, FACE);
    entry.text = "Removed".to_owned();
    turn.space.db.write(|tx| {
        for instance in &instances {
            let party = account_party(id, &account.name, instance.app);
            disclosure::forget_rules(tx, &party)?;
        }
        service_accounts::delete(tx, id)?;
        disclosure::append_log(tx, entry)
    })?;
    changed(turn);
    disclosure::tell_logged(turn);
    Ok(())
}

fn info(turn: &Turn<'_>, account: ServiceAccount) -> Result<ServiceAccountInfo, VaultError> {
    let (now, theirs) = (turn.now(), account_owner(account.id));
    turn.space.db.read(|view| {
        let standing = vault_store::grants::live(view, now)?;
        let sees = standing
            .into_iter()
            .filter(|grant| {
                grant.recipient.kind == vault_store::PartyKind::Service
                    && owner(&grant.recipient.id) == theirs
            })
            .collect();
        Ok(ServiceAccountInfo {
            instances: service_accounts::instances(view, account.id)?,
            credentials: service_credentials::of_account(view, account.id)?,
            sees: GrantView::all(view, sees)?,
            account,
        })
    })
}
