//! Services that the person knows: added by hand, with a key that is pinned then. A service that comes with another key, or from another
//! host, waits until the person has compared it.

use rokwire::{
    key::{KeyOnWire, PubKey},
    registration::{Registration, RegistrationError, RequestedScope},
    scope::Scope as WireScope,
    service_id::{ServiceId, ServiceIdError},
};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use url::Url;
use vault_store::{
    Party, PartyKind,
    disclosures::DisclosureKind,
    grants::Grant,
    service_registrations::{self, PinnedBy, ServiceRegistration, ServiceScope},
};

use super::{FACE, invalid, owner};
use crate::{
    SpaceHandle, VaultError, VaultHandle,
    consumers::{Reach, reach},
    core_apps::changed,
    disclosure::{self, GrantView},
    vault::{OpenVault, Turn},
};

/// Our own name is no service of anybody's either.
const OWN: &str = "satchel";
/// So many scopes one service may ask for.
const MOST_SCOPES: usize = 64;
/// The longest text of a registration, in bytes.
const LONGEST: usize = 2000;

/// What a service says of itself: the full record of specification 1.2.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewService {
    /// Its id.
    pub service_id: String,
    /// Its name.
    pub name: String,
    /// What it does.
    #[serde(default)]
    pub description: String,
    /// Its base address.
    pub host: String,
    /// Where it says more.
    #[serde(default)]
    pub info_url: String,
    /// Its sign.
    #[serde(default)]
    pub logo_url: String,
    /// The only `sub` that its own tokens may have.
    #[serde(default)]
    pub service_account_id: String,
    /// Its public key.
    #[serde(default)]
    pub pub_key: Option<NewKey>,
    /// What it may ask for.
    #[serde(default)]
    pub scopes: Vec<ServiceScope>,
    /// Whether the person lets it sign in the form of the old libraries. Nothing that it says itself.
    #[serde(skip)]
    pub legacy: bool,
}

/// A public key as it is registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewKey {
    /// PEM, whatever its label says.
    pub key_pem: String,
    /// The algorithm.
    pub alg: String,
}

impl NewService {
    /// Reads a registration: a JSON object with the members of the full record. Unknown members are ignored.
    ///
    /// # Errors
    /// [`VaultError::Invalid`].
    pub fn from_json(text: &str) -> Result<Self, VaultError> {
        let read =
            Registration::parse(text.as_bytes()).map_err(|error| invalid(member(&error), wanted(&error)))?;
        let scopes = read.scopes.iter().map(|one| ServiceScope {
            scope: one.scope.to_string(),
            required: one.required,
            explanation: one.explanation.clone(),
        });
        Ok(Self {
            service_id: read.service_id.to_string(),
            scopes: scopes.collect(),
            pub_key: read.key.as_ref().map(|key| NewKey {
                key_pem: key.key_pem(),
                alg: key.alg().as_str().to_owned(),
            }),
            name: read.name,
            description: read.description,
            host: read.host,
            info_url: read.info_url,
            logo_url: read.logo_url,
            service_account_id: read.service_account_id.unwrap_or_default(),
            legacy: false,
        })
    }
}

/// Which member of a registration is wrong.
fn member(error: &RegistrationError) -> &'static str {
    match error {
        RegistrationError::NotARegistration => "service",
        RegistrationError::ServiceId(_) => "service_id",
        RegistrationError::Member(member)
        | RegistrationError::Address(member)
        | RegistrationError::Text(member) => member,
        RegistrationError::Key(_) => "pub_key",
        RegistrationError::Scope(_) | RegistrationError::Scopes => "scopes",
        RegistrationError::FirstParty => "first_party",
        RegistrationError::Rokwire => "name",
    }
}

/// What it has to be.
fn wanted(error: &RegistrationError) -> &'static str {
    match error {
        RegistrationError::NotARegistration => "one JSON object, each member once",
        RegistrationError::Member(_) => "a member that is there, of its type",
        RegistrationError::ServiceId(_) => "2 to 63 small letters, digits and hyphens, none of ours",
        RegistrationError::Address(_) => "an https address, or one of this computer",
        RegistrationError::Key(_) => "a public key that fits its algorithm: RS*, PS* or ES256",
        RegistrationError::Scope(_) => "service:resource:operation, no wildcard",
        RegistrationError::Scopes => "at most 100, each once",
        RegistrationError::Text(_) => "not too long, and without signs that nobody sees",
        RegistrationError::FirstParty => "false: nobody outside is a part of the vault",
        RegistrationError::Rokwire => "another name than that of Rokwire",
    }
}

/// What became of adding a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceAdded {
    /// It was not known; its key is pinned.
    Added,
    /// It is known just so.
    Same,
    /// It is known with the same key and host; the rest was taken over.
    Updated,
    /// Its key or its host is another. It goes on as it was until the person decides.
    Waiting,
}

/// A known service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceInfo {
    /// What is registered.
    pub service: ServiceRegistration,
    /// `kid` of its key; empty if it has none.
    pub fingerprint: String,
    /// `kid` of the key that waits; empty if none waits.
    pub waiting_fingerprint: String,
    /// What it sees, in whatever application: the grants that stand, newest first.
    pub sees: Vec<GrantView>,
}

impl SpaceHandle {
    /// Adds a service, or compares it with the one that is known. Adding one shares nothing.
    ///
    /// # Errors
    /// [`VaultError::Invalid`]; [`VaultError::Imitates`] for a name or an id that is taken for another's; [`VaultError::Exists`] when
    /// another space knows this id with another key or host.
    pub async fn add_service(&self, new: NewService) -> Result<ServiceAdded, VaultError> {
        let space = self.id();
        self.vault()
            .run(move |vault| {
                let checked = checked(&new)?;
                check_elsewhere(vault, space, &checked)?;
                add(&mut vault.turn(space)?, &new, checked)
            })
            .await
    }

    /// Uses the key, the host and the rest that wait, whose fingerprint the person compared.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] when nothing waits; [`VaultError::ShownChanged`] when another key waits than was compared.
    pub async fn accept_service(&self, id: String, compared: String) -> Result<(), VaultError> {
        self.write(move |turn| accept(turn, &id, &compared)).await
    }

    /// Keeps a service as it was; what waits is dropped.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] when nothing waits.
    pub async fn keep_service(&self, id: String) -> Result<(), VaultError> {
        self.write(move |turn| {
            let mut service = get(turn, &id)?;
            service.waiting.take().ok_or(VaultError::NoSuch("offer"))?;
            turn.space
                .db
                .write(|tx| service_registrations::put(tx, &service))?;
            changed(turn);
            Ok(())
        })
        .await
    }

    /// The known services, by id.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read or written.
    pub async fn services(&self) -> Result<Vec<ServiceInfo>, VaultError> {
        self.write(|turn| {
            disclosure::sweep(turn)?;
            let all = turn.space.db.read(service_registrations::list)?;
            all.into_iter().map(|service| info(turn, service)).collect()
        })
        .await
    }

    /// One known service.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`].
    pub async fn service(&self, id: String) -> Result<ServiceInfo, VaultError> {
        self.write(move |turn| {
            disclosure::sweep(turn)?;
            let service = get(turn, &id)?;
            info(turn, service)
        })
        .await
    }

    /// Removes a service: what it sees is stopped, in every application.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], or the database could not be written.
    pub async fn remove_service(&self, id: String) -> Result<(), VaultError> {
        self.write(move |turn| remove(turn, &id)).await
    }
}

impl VaultHandle {
    /// The registrations of exactly these ids, from whatever space; what is unknown is left out.
    ///
    /// # Errors
    /// The vault is locked, or a database could not be read.
    pub async fn registrations(&self, ids: Vec<String>) -> Result<Vec<ServiceRegistration>, VaultError> {
        self.run(move |vault| {
            let mut found: Vec<ServiceRegistration> = Vec::new();
            for id in &ids {
                for space in &vault.spaces {
                    let one = space.db.read(|view| service_registrations::get(view, id))?;
                    if let Some(one) = one.filter(|one| !found.iter().any(|known| known.id == one.id)) {
                        found.push(one);
                    }
                }
            }
            Ok(found)
        })
        .await
    }
}

/// Whether an id is ours, or means everybody.
#[must_use]
pub fn is_reserved(id: &str) -> bool {
    id == OWN
        || matches!(
            id.parse::<ServiceId>(),
            Err(ServiceIdError::Reserved | ServiceIdError::Imitates)
        )
}

/// Whether a text is the id of a service outside the vault (specification 8.1).
#[must_use]
pub fn is_service_id(text: &str) -> bool {
    text.parse::<ServiceId>().is_ok() && text != OWN
}

/// A known service as the wire has it.
///
/// # Errors
/// Never for a service that was registered here; what is stored is read anew all the same.
pub fn wire_form(service: &ServiceRegistration) -> Result<Registration, VaultError> {
    let broken = || VaultError::Internal("a registered service could not be read");
    let scopes: Result<Vec<RequestedScope>, VaultError> = service
        .scopes
        .iter()
        .map(|one| {
            Ok(RequestedScope {
                scope: WireScope::parse(&one.scope).map_err(|_| broken())?,
                required: one.required,
                explanation: one.explanation.clone(),
            })
        })
        .collect();
    let key = service.key.as_ref().map(|(pem, alg)| public_key(pem, alg));
    Ok(Registration {
        service_id: service.id.parse().map_err(|_| broken())?,
        host: service.host.clone(),
        service_account_id: Some(service.service_account.clone()).filter(|id| !id.is_empty()),
        key: key.transpose()?,
        name: service.name.clone(),
        description: service.description.clone(),
        info_url: service.info_url.clone(),
        logo_url: service.logo_url.clone(),
        scopes: scopes?,
    })
}

/// `kid` of a public key.
///
/// # Errors
/// [`VaultError::Invalid`] for what is no public key of the algorithm.
pub fn key_fingerprint(pem: &str, alg: &str) -> Result<String, VaultError> {
    Ok(public_key(pem, alg)?.kid().as_str().to_owned())
}

/// The party that a service is among the names that nobody else may bear.
fn party(service: &ServiceRegistration) -> Party {
    Party {
        kind: PartyKind::Service,
        id: service.id.clone(),
        name: service.name.clone(),
    }
}

pub(super) fn get(turn: &Turn<'_>, id: &str) -> Result<ServiceRegistration, VaultError> {
    let found = turn.space.db.read(|view| service_registrations::get(view, id))?;
    found.ok_or(VaultError::NoSuch("service"))
}

/// A public key that signatures can be checked with.
pub(super) fn public_key(pem: &str, alg: &str) -> Result<PubKey, VaultError> {
    let key = KeyOnWire {
        key_pem: pem.to_owned(),
        alg: alg.to_owned(),
    };
    key.read().map_err(|_| {
        invalid(
            "pub_key",
            "a public key that fits its algorithm: RS*, PS* or ES256",
        )
    })
}

/// What is registered of a service that says this of itself; when it is pinned is filled in later.
fn checked(new: &NewService) -> Result<ServiceRegistration, VaultError> {
    if new.service_id.parse::<ServiceId>() == Err(ServiceIdError::Imitates) {
        return Err(VaultError::Imitates(crate::KnownName("Rokwire Core".to_owned())));
    }
    if !is_service_id(&new.service_id) {
        return Err(invalid(
            "service_id",
            "2 to 63 small letters, digits and hyphens, none of ours",
        ));
    }
    if new.description.len() > LONGEST || !disclosure::is_plain_text(&new.description) {
        return Err(invalid("description", "at most 2000 bytes, none of them hidden"));
    }
    for (field, text) in [("info_url", &new.info_url), ("logo_url", &new.logo_url)] {
        if !text.is_empty() {
            address(text, field)?;
        }
    }
    if new.service_account_id.len() > 100 {
        return Err(invalid("service_account_id", "at most 100 bytes"));
    }
    if new.scopes.len() > MOST_SCOPES {
        return Err(invalid("scopes", "at most 64"));
    }
    for one in &new.scopes {
        WireScope::parse(&one.scope)
            .map_err(|_| invalid("scope", "service:resource:operation, no wildcard"))?;
        if one.explanation.len() > LONGEST || !disclosure::is_plain_text(&one.explanation) {
            return Err(invalid("explanation", "at most 2000 bytes, none of them hidden"));
        }
    }
    let key = new
        .pub_key
        .as_ref()
        .map(|key| {
            let read = public_key(&key.key_pem, &key.alg)?;
            Ok::<_, VaultError>((read.key_pem(), read.alg().as_str().to_owned()))
        })
        .transpose()?;
    Ok(ServiceRegistration {
        id: new.service_id.clone(),
        name: new.name.trim().to_owned(),
        description: new.description.clone(),
        host: host(&new.host)?,
        info_url: new.info_url.clone(),
        logo_url: new.logo_url.clone(),
        service_account: new.service_account_id.clone(),
        key,
        legacy: new.legacy,
        scopes: new.scopes.clone(),
        pinned_by: PinnedBy::File,
        pinned_at: OffsetDateTime::UNIX_EPOCH,
        waiting: None,
    })
}

fn address(text: &str, field: &'static str) -> Result<Url, VaultError> {
    let url = Url::parse(text).map_err(|_| invalid(field, "a web address"))?;
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let fits = matches!(
        (url.scheme(), reach(&url)),
        ("https" | "http", Some(Reach::Loopback)) | ("https", Some(Reach::Public) | None)
    );
    if text.len() <= LONGEST && plain && fits {
        Ok(url)
    } else {
        Err(invalid(field, "an https address, or one of this computer"))
    }
}

/// The base address, without a slash at its end.
fn host(text: &str) -> Result<String, VaultError> {
    let url = address(text, "host")?;
    if url.query().is_some() {
        return Err(invalid("host", "an address without a query"));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// The same id in another space is the same service.
fn check_elsewhere(
    vault: &OpenVault,
    here: vault_crypto::SpaceId,
    service: &ServiceRegistration,
) -> Result<(), VaultError> {
    for space in vault.spaces.iter().filter(|space| space.info.id != here) {
        let known = space
            .db
            .read(|view| service_registrations::get(view, &service.id))?;
        if known.is_some_and(|known| known.key != service.key || known.host != service.host) {
            return Err(VaultError::Exists("service"));
        }
    }
    Ok(())
}

fn add(
    turn: &mut Turn<'_>,
    new: &NewService,
    checked: ServiceRegistration,
) -> Result<ServiceAdded, VaultError> {
    let now = turn.now();
    let known = turn
        .space
        .db
        .read(|view| service_registrations::get(view, &checked.id))?;
    check_names(turn, &checked)?;
    let Some(known) = known else {
        let service = ServiceRegistration {
            pinned_at: now,
            ..checked
        };
        let mut entry = disclosure::log_entry(now, DisclosureKind::Installed, &party(&service), FACE);
        entry.text = "Registered; sees nothing".to_owned();
        turn.space.db.write(|tx| {
            service_registrations::put(tx, &service)?;
            disclosure::append_log(tx, entry)
        })?;
        changed(turn);
        disclosure::tell_logged(turn);
        return Ok(ServiceAdded::Added);
    };
    if known.key != checked.key || known.host != checked.host {
        let text = serde_json::to_string(new)
            .map_err(|_| VaultError::Internal("a registration could not be written"))?;
        let service = ServiceRegistration {
            waiting: Some((text, now)),
            ..known
        };
        turn.space
            .db
            .write(|tx| service_registrations::put(tx, &service))?;
        changed(turn);
        return Ok(ServiceAdded::Waiting);
    }
    let service = ServiceRegistration {
        pinned_by: known.pinned_by,
        pinned_at: known.pinned_at,
        waiting: known.waiting.clone(),
        ..checked
    };
    if service == known {
        return Ok(ServiceAdded::Same);
    }
    turn.space
        .db
        .write(|tx| service_registrations::put(tx, &service))?;
    changed(turn);
    Ok(ServiceAdded::Updated)
}

fn accept(turn: &mut Turn<'_>, id: &str, compared: &str) -> Result<(), VaultError> {
    let known = get(turn, id)?;
    let (text, _) = known.waiting.as_ref().ok_or(VaultError::NoSuch("offer"))?;
    let new = NewService {
        legacy: known.legacy,
        ..NewService::from_json(text)?
    };
    let service = checked(&new)?;
    if fingerprint(&service)? != compared {
        return Err(VaultError::ShownChanged);
    }
    check_names(turn, &service)?;
    let now = turn.now();
    let service = ServiceRegistration {
        pinned_by: PinnedBy::Comparison,
        pinned_at: now,
        ..service
    };
    let mut entry = disclosure::log_entry(now, DisclosureKind::Accepted, &party(&service), FACE);
    entry.text = "Its new key or host was compared".to_owned();
    turn.space.db.write(|tx| {
        service_registrations::put(tx, &service)?;
        disclosure::append_log(tx, entry)
    })?;
    changed(turn);
    disclosure::tell_logged(turn);
    Ok(())
}

/// Neither the name nor the id may be taken for that of somebody else.
fn check_names(turn: &Turn<'_>, service: &ServiceRegistration) -> Result<(), VaultError> {
    disclosure::check_name(turn, &party(service))?;
    let form = disclosure::name_form(&service.id);
    if disclosure::name_form(OWN) == form {
        return Err(VaultError::Imitates(crate::KnownName("Satchel".to_owned())));
    }
    let own: Option<ServiceId> = service.id.parse().ok();
    let imitates = |known: &str| {
        let known: Option<ServiceId> = known.parse().ok();
        own.as_ref()
            .zip(known)
            .is_some_and(|(own, known)| own.imitates(&known))
    };
    let all = turn.space.db.read(service_registrations::list)?;
    let alike = all.into_iter().find(|known| {
        known.id != service.id && (imitates(&known.id) || disclosure::name_form(&known.id) == form)
    });
    alike.map_or(Ok(()), |known| {
        Err(VaultError::Imitates(crate::KnownName(known.id)))
    })
}

fn remove(turn: &mut Turn<'_>, id: &str) -> Result<(), VaultError> {
    let service = get(turn, id)?;
    let theirs = |party: &Party| party.kind == PartyKind::Service && owner(&party.id) == id;
    disclosure::revoke_where(turn, |grant: &Grant| theirs(&grant.recipient), "removed")?;
    let apps = turn.space.db.read(vault_store::core_apps::list)?;
    for app in &apps {
        let party = super::service_party(id, &service.name, app.id);
        disclosure::withdraw_questions(turn, &party)?;
    }
    let mut entry = disclosure::log_entry(turn.now(), DisclosureKind::Removed, &party(&service), FACE);
    entry.text = "Removed".to_owned();
    turn.space.db.write(|tx| {
        for app in &apps {
            let party = super::service_party(id, &service.name, app.id);
            disclosure::forget_rules(tx, &party)?;
        }
        service_registrations::delete(tx, id)?;
        disclosure::append_log(tx, entry)
    })?;
    changed(turn);
    disclosure::tell_logged(turn);
    Ok(())
}

fn fingerprint(service: &ServiceRegistration) -> Result<String, VaultError> {
    service
        .key
        .as_ref()
        .map_or(Ok(String::new()), |(pem, alg)| key_fingerprint(pem, alg))
}

fn info(turn: &Turn<'_>, service: ServiceRegistration) -> Result<ServiceInfo, VaultError> {
    let now = turn.now();
    let waiting_fingerprint = match &service.waiting {
        Some((text, _)) => fingerprint(&checked(&NewService::from_json(text)?)?)?,
        None => String::new(),
    };
    let sees = turn.space.db.read(|view| {
        let standing = vault_store::grants::live(view, now)?;
        let theirs = standing
            .into_iter()
            .filter(|grant| super::service_of(grant) == Some(service.id.as_str()))
            .collect();
        GrantView::all(view, theirs)
    })?;
    Ok(ServiceInfo {
        fingerprint: fingerprint(&service)?,
        waiting_fingerprint,
        sees,
        service,
    })
}
