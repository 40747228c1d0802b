//! The consent that an application asks for a service, and the token that comes of it (specification 8.4).

use rokwire::token::Kind;
use time::OffsetDateTime;
use url::Url;
use vault_store::{
    AppTypeId, CoreAppId, RequestId, Scope, core_installations,
    grants::{Grant, GrantDuration},
    requests,
    service_registrations::ServiceRegistration,
};

use super::{
    FACE, registration, service_party,
    tokens::{Draft, Minted, mint, wire_scopes},
};
use crate::{
    SpaceHandle, VaultError,
    consumers::{Reach, reach},
    core_apps,
    disclosure::{
        self, Asked, Destination, DisclosureRequest, Identity, Narrowing, Need, Recipient, RequestedScope,
        approve_by, expand, standing,
    },
    vault::Turn,
};

/// So many scopes one call may ask for.
const MOST_SCOPES: usize = 64;

/// What comes of asking.
#[derive(Debug)]
pub enum Authorized {
    /// The person is asked.
    Pending {
        /// The service that is asked for, as it is registered.
        service: Box<ServiceRegistration>,
        /// The question.
        consent: Consent,
    },
    /// The person agreed.
    Granted(Minted),
    /// The person did not agree.
    Denied,
    /// This build may be used without a profile only, or its way in is not known.
    NoUnlock,
    /// This installation may not use such a service; an unknown one is answered just so.
    NotAllowed,
    /// The service did not say that it asks for this.
    NotRegistered(String),
    /// Nothing, or too much, was asked for.
    Malformed,
}

/// A question that waits for the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// Its id.
    pub id: RequestId,
    /// When it ends as refused.
    pub expires_at: OffsetDateTime,
}

impl SpaceHandle {
    /// Asks, for a build of an application of this space, that a service may see something. What the application says of consent counts for
    /// nothing.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read or written. Refusals are answers, not errors.
    pub async fn authorize_service(
        &self,
        app: CoreAppId,
        build: Option<AppTypeId>,
        service: String,
        requested: Vec<String>,
        issuer: String,
    ) -> Result<Authorized, VaultError> {
        self.write(move |turn| authorize(turn, (app, build), &service, &requested, &issuer))
            .await
    }
}

fn authorize(
    turn: &mut Turn<'_>,
    (app, build): (CoreAppId, Option<AppTypeId>),
    service: &str,
    requested: &[String],
    issuer: &str,
) -> Result<Authorized, VaultError> {
    disclosure::sweep(turn)?;
    let may_ask = match build {
        Some(build) => {
            turn.space
                .db
                .read(|view| core_apps::ways(view, app, build))?
                .unlock
        }
        None => false,
    };
    if !may_ask {
        return Ok(Authorized::NoUnlock);
    }
    let installation = turn.space.db.read(|view| core_installations::get(view, app))?;
    let allowed = installation.is_some_and(|one| one.services.iter().any(|known| known == service));
    let service = match registration::get(turn, service) {
        Ok(found) if allowed => found,
        Ok(_) | Err(VaultError::NoSuch(_)) => return Ok(Authorized::NotAllowed),
        Err(error) => return Err(error),
    };
    if requested.is_empty() || requested.len() > MOST_SCOPES {
        return Ok(Authorized::Malformed);
    }
    let asked = match within(&service, requested) {
        Ok(asked) => asked,
        Err(outside) => return Ok(Authorized::NotRegistered(outside)),
    };
    let request = request(turn, app, &service, asked)?;
    let party = request.recipient.party.clone();
    match disclosure::ask(turn, &request)? {
        Asked::Question(id) => {
            let waiting = turn.space.db.read(|view| requests::get(view, id))?;
            let expires_at = waiting.ok_or(VaultError::NoSuch("question"))?.expires_at;
            Ok(Authorized::Pending {
                service: Box::new(service),
                consent: Consent { id, expires_at },
            })
        }
        Asked::Refused => Ok(Authorized::Denied),
        Asked::Granted(_) => {
            let wanted: Vec<Scope> = request.leaves().into_iter().map(|leaf| leaf.scope).collect();
            let standing = standing(turn, &party)?;
            let approved = approve_by(&standing, &party, FACE, &wanted, Need::Any);
            let Some(approved) = approved else {
                return Ok(Authorized::Denied);
            };
            let held: Vec<&Grant> = standing
                .iter()
                .filter(|grant| approved.grants().iter().any(|(id, _)| *id == grant.id))
                .collect();
            // Where several grants cover what is asked, the token names the newest, and ends with the first that ends.
            let Some(newest) = held.first() else {
                return Ok(Authorized::Denied);
            };
            let scopes = approved.scopes();
            let draft = Draft {
                issuer,
                subject: core_apps::account(turn, app)?.to_string(),
                app: app.to_string(),
                session: newest.id.to_string(),
                kind: Kind::Scoped {
                    audience: service
                        .id
                        .parse()
                        .map_err(|_| VaultError::Internal("a registered service without its id"))?,
                    scopes: wire_scopes(&scopes),
                    authenticated: turn.is_freshly_unlocked(),
                },
                scopes,
                party: party.id,
                grant: Some(newest.id),
                build,
                until: ending(&held),
            };
            mint(turn, draft).map(Authorized::Granted)
        }
    }
}

/// The first end of the grants that a token stands for.
pub(super) fn ending(grants: &[&Grant]) -> Option<OffsetDateTime> {
    grants
        .iter()
        .filter(|grant| grant.duration == GrantDuration::Until)
        .filter_map(|grant| grant.until)
        .min()
}

/// What is asked for, with the words of the registration; the first that is outside of it, or that this vault does not have, is given back.
fn within(service: &ServiceRegistration, requested: &[String]) -> Result<Vec<RequestedScope>, String> {
    let mut asked = Vec::new();
    for text in requested {
        let outside = || text.chars().take(200).collect::<String>();
        let scope = Scope::new(text).map_err(|_| outside())?;
        let listed = service
            .scopes
            .iter()
            .find(|one| Scope::new(&one.scope).is_ok_and(|registered| registered.covers(&scope)));
        let listed = listed.ok_or_else(outside)?;
        if expand(&scope).is_empty() {
            return Err(outside());
        }
        asked.push(RequestedScope {
            scope,
            required: listed.required,
            explanation: Some(listed.explanation.clone()).filter(|words| !words.is_empty()),
            declared: true,
        });
    }
    Ok(asked)
}

fn request(
    turn: &Turn<'_>,
    app: CoreAppId,
    service: &ServiceRegistration,
    scopes: Vec<RequestedScope>,
) -> Result<DisclosureRequest, VaultError> {
    let admitted = core_apps::get(turn, app)?;
    Ok(DisclosureRequest {
        recipient: recipient(turn, app, service)?,
        face: FACE,
        purpose: format!("{}, asked in {}", first_line(&service.description), admitted.name),
        privacy: Some(service.info_url.clone()).filter(|url| !url.is_empty()),
        scopes,
        narrowing: Narrowing::default(),
    })
}

/// A service in an application as disclosure knows it.
pub(super) fn recipient(
    turn: &Turn<'_>,
    app: CoreAppId,
    service: &ServiceRegistration,
) -> Result<Recipient, VaultError> {
    let since = service.pinned_at;
    Ok(Recipient {
        party: service_party(&service.id, &service.name, app),
        maker: String::new(),
        origin: service.host.clone(),
        contact: String::new(),
        account: core_apps::account(turn, app)?.to_string(),
        identity: if service.key.is_some() {
            Identity::Key { since }
        } else {
            Identity::Origin { since }
        },
        destination: destination(&service.host),
    })
}

/// Where what a service gets ends up.
pub(super) fn destination(host: &str) -> Destination {
    let Ok(url) = Url::parse(host) else {
        return Destination::Internet {
            host: host.to_owned(),
        };
    };
    let name = url.host_str().unwrap_or_default();
    let address = url
        .port()
        .map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"));
    if reach(&url) == Some(Reach::Loopback) {
        Destination::Program { address }
    } else {
        Destination::Internet { host: address }
    }
}

fn first_line(text: &str) -> &str {
    let line = text.lines().next().unwrap_or_default().trim();
    if line.is_empty() { "For its service" } else { line }
}
