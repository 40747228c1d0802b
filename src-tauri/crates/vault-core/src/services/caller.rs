//! Who calls the Core face: whose token this is, and what it opens in this very moment.

use rokwire::{
    key::PubKey,
    service_id::VAULT,
    token::{Claims, Issuer},
};
use time::OffsetDateTime;
use vault_store::{
    AccountId, AnonymousId, AppTypeId, CoreAppId, GrantId, Scope, ServiceAccountId, Sha256, View,
    core_accounts, core_anonymous, core_app_types, core_apps, core_installations,
    grants::{self, GrantState},
    service_accounts, service_registrations,
    tokens::{self, IssuedToken},
};

use super::{account_party, accounts, authorize, issuer::own_key, owner, service_party, tokens::Kept};
use crate::{
    SpaceHandle, SpaceInfo, VaultError, VaultHandle,
    core_apps::{is_over, origins, ways},
    disclosure::{self, Recipient},
    vault::{OpenVault, Turn},
};

/// Whose token was presented.
#[derive(Debug, Clone)]
pub enum CoreCaller {
    /// Nobody's: it was never handed out, or is broken.
    Nobody,
    /// One of ours that opens nothing any more.
    Over {
        /// Whether its own time is over; else its grant, its session or its application is.
        expired: bool,
        /// The origins of the application's web pages; none for one that was removed.
        origins: Vec<String>,
    },
    /// One that works.
    Works(Box<CoreAccess>),
}

impl CoreCaller {
    /// The origins of the web pages of the application that the token is of.
    #[must_use]
    pub fn origins(&self) -> Option<&[String]> {
        match self {
            Self::Nobody => None,
            Self::Over { origins, .. } => Some(origins),
            Self::Works(access) => Some(&access.origins),
        }
    }
}

/// A token that works.
#[derive(Debug, Clone)]
pub struct CoreAccess {
    /// The space that it names.
    pub space: SpaceHandle,
    /// The application that it names.
    pub app: CoreAppId,
    /// The build that asked for it; `None` for the token of a backend, and for one of a version that did not note it.
    pub build: Option<AppTypeId>,
    /// Who holds it.
    pub holder: CoreHolder,
    /// The origins of the application's web pages.
    pub origins: Vec<String>,
}

/// Who holds a token that works.
#[derive(Debug, Clone)]
pub enum CoreHolder {
    /// An application that is used without a profile.
    Anonymous {
        /// Who uses it, as far as anybody knows.
        id: AnonymousId,
    },
    /// A service that the person agreed to.
    Service {
        /// The service.
        service: String,
        /// The person's account with the application.
        account: AccountId,
        /// As disclosure knows it.
        recipient: Recipient,
        /// What the token names, and the grants still open.
        scopes: Vec<Scope>,
    },
    /// A backend with standing access.
    Account {
        /// The service account.
        id: ServiceAccountId,
        /// As disclosure knows it.
        recipient: Recipient,
        /// What the token names, and the grants still open.
        scopes: Vec<Scope>,
    },
}

impl VaultHandle {
    /// Whose token this is, with `issuer` as the base address of the Core face. Tokens are kept as digests only, so the search is by digest
    /// and its time tells nothing.
    ///
    /// # Errors
    /// The vault is locked, or a database could not be read or written.
    pub async fn core_caller(&self, token: &str, issuer: &str) -> Result<CoreCaller, VaultError> {
        let (token, issuer) = (token.to_owned(), issuer.to_owned());
        let found = self.run(move |vault| find(vault, &token, &issuer)).await?;
        Ok(match found {
            Found::Nobody => CoreCaller::Nobody,
            Found::Over { expired, origins } => CoreCaller::Over { expired, origins },
            Found::Works {
                info,
                app,
                build,
                holder,
                origins,
            } => CoreCaller::Works(Box::new(CoreAccess {
                space: SpaceHandle::new(self.clone(), info),
                app,
                build,
                holder: *holder,
                origins,
            })),
        })
    }

    /// Whether pages of an origin are of a web build of an application of any space.
    pub(crate) async fn admits_core_origin(&self, origin: String) -> Result<bool, VaultError> {
        self.run(move |vault| {
            for space in &vault.spaces {
                let known = space.db.read(|view| {
                    for app in core_apps::list(view)? {
                        if origins(&core_app_types::of_app(view, app.id)?).contains(&origin) {
                            return Ok(true);
                        }
                    }
                    Ok::<_, VaultError>(false)
                })?;
                if known {
                    return Ok(true);
                }
            }
            Ok(false)
        })
        .await
    }
}

enum Found {
    Nobody,
    Over {
        expired: bool,
        origins: Vec<String>,
    },
    Works {
        info: SpaceInfo,
        app: CoreAppId,
        build: Option<AppTypeId>,
        holder: Box<CoreHolder>,
        origins: Vec<String>,
    },
}

fn find(vault: &mut OpenVault, token: &str, issuer: &str) -> Result<Found, VaultError> {
    let digest = Sha256::of(token.as_bytes());
    let mut found = None;
    for space in &vault.spaces {
        let row = space.db.read(|view| tokens::find(view, digest))?;
        if let Some(row) = row {
            found.get_or_insert((space.info.clone(), row));
        }
    }
    let kind = |row: &IssuedToken| Kept::ALL.into_iter().find(|kind| kind.as_str() == row.kind);
    let found = found.and_then(|(info, row)| Some((info, kind(&row)?, row)));
    let Some((info, kind, row)) = found else {
        return Ok(Found::Nobody);
    };
    let turn = &mut vault.turn(info.id)?;
    disclosure::sweep(turn)?;
    let Some((app, build)) = app_of_token(turn, kind, &row)? else {
        return Ok(Found::Over {
            expired: false,
            origins: Vec::new(),
        });
    };
    let origins = turn
        .space
        .db
        .read(|view| Ok::<_, VaultError>(origins(&core_app_types::of_app(view, app)?)))?;
    // Looked up anew: what the look above ended may be this.
    let row = turn
        .space
        .db
        .read(|view| tokens::find(view, digest))?
        .unwrap_or(row);
    let now = turn.now();
    let live = row.created_at <= now && row.expires_at.is_some_and(|end| now < end);
    let holder = match claims(turn, token, issuer, kind, &row, app)? {
        Some(claims) if live => holder(turn, kind, (app, build), &claims)?,
        Some(_) | None => None,
    };
    Ok(match holder {
        Some(holder) => Found::Works {
            info,
            app,
            build,
            holder: Box::new(holder),
            origins,
        },
        None => Found::Over {
            expired: row.expires_at.is_some_and(|end| now >= end) && is_by_itself(turn, kind, app, &row)?,
            origins,
        },
    })
}

/// What a token says, once more after all the checks of the wire: signature, names, times, and the audience that it was made for.
fn claims(
    turn: &mut Turn<'_>,
    token: &str,
    issuer: &str,
    kind: Kept,
    row: &IssuedToken,
    app: CoreAppId,
) -> Result<Option<Claims>, VaultError> {
    let keys: Result<Vec<PubKey>, VaultError> = crate::issuer::all_keys(turn)?
        .iter()
        .map(|pem| own_key(pem))
        .collect();
    let issuer = Issuer {
        host: issuer,
        keys: &keys?,
    };
    let audience = match kind {
        Kept::Anonymous => turn
            .space
            .db
            .read(|view| core_apps::get(view, app))?
            .map(|app| app.code)
            .unwrap_or_default(),
        Kept::Scoped => owner(&row.party_id).to_owned(),
        Kept::Service => VAULT.to_owned(),
    };
    let (now, space) = (turn.now(), turn.space.info.id.to_string());
    let read = issuer
        .read(token, now)
        .and_then(|signed| signed.for_audience(&audience));
    Ok(read
        .ok()
        .filter(|claims| claims.holder().space == space && claims.holder().app == app.to_string()))
}

/// The application that a token is of, and the build that asked for it.
fn app_of_token(
    turn: &Turn<'_>,
    kind: Kept,
    row: &IssuedToken,
) -> Result<Option<(CoreAppId, Option<AppTypeId>)>, VaultError> {
    match kind {
        Kept::Anonymous => {
            let Ok(id) = row.party_id.parse::<AnonymousId>() else {
                return Ok(None);
            };
            let session = turn.space.db.read(|view| core_anonymous::get(view, id))?;
            Ok(session.map(|session| (session.app, Some(session.app_type))))
        }
        Kept::Scoped | Kept::Service => Ok(super::app_of(&row.party_id).map(|app| (app, row.build))),
    }
}

/// Whether only a token's own time is over: what it stood for is still there, so that its holder gets another by asking.
fn is_by_itself(turn: &Turn<'_>, kind: Kept, app: CoreAppId, row: &IssuedToken) -> Result<bool, VaultError> {
    match (kind, row.grant) {
        (Kept::Anonymous, _) => {
            let (id, now) = (row.party_id.parse::<AnonymousId>().ok(), turn.now());
            match id {
                Some(id) => turn.space.db.read(|view| is_open(view, id, app, now)),
                None => Ok(false),
            }
        }
        (Kept::Scoped | Kept::Service, Some(grant)) => {
            let (found, now) = (turn.space.db.read(|view| grants::get(view, grant))?, turn.now());
            Ok(found.is_some_and(|grant| {
                grant.state == GrantState::Live && grant.until.is_none_or(|end| now < end)
            }))
        }
        (Kept::Scoped | Kept::Service, None) => Ok(false),
    }
}

/// Who holds a token, as far as what it stands for is still there.
fn holder(
    turn: &mut Turn<'_>,
    kind: Kept,
    (app, build): (CoreAppId, Option<AppTypeId>),
    claims: &Claims,
) -> Result<Option<CoreHolder>, VaultError> {
    let now = turn.now();
    if turn.space.db.read(|view| core_apps::get(view, app))?.is_none() {
        return Ok(None);
    }
    match kind {
        Kept::Anonymous => {
            let Ok(id) = claims.holder().subject.parse::<AnonymousId>() else {
                return Ok(None);
            };
            let open = turn.space.db.read(|view| is_open(view, id, app, now))?;
            Ok(open.then_some(CoreHolder::Anonymous { id }))
        }
        Kept::Scoped => {
            // Every scoped token is of the build that asked for it.
            let may = match build {
                Some(build) => turn.space.db.read(|view| ways(view, app, build))?.unlock,
                None => false,
            };
            if may { scoped(turn, app, claims) } else { Ok(None) }
        }
        Kept::Service => account(turn, app, claims),
    }
}

fn is_open(
    view: &View<'_>,
    id: AnonymousId,
    app: CoreAppId,
    now: OffsetDateTime,
) -> Result<bool, VaultError> {
    let session = core_anonymous::get(view, id)?.filter(|one| one.app == app && one.ended_at.is_none());
    let installation = core_installations::get(view, app)?;
    let Some((session, installation)) = session.zip(installation) else {
        return Ok(false);
    };
    Ok(ways(view, app, session.app_type)?.anonymous && !is_over(&session, installation.sessions, now))
}

fn scoped(turn: &mut Turn<'_>, app: CoreAppId, claims: &Claims) -> Result<Option<CoreHolder>, VaultError> {
    let found = turn.space.db.read(|view| {
        let service = service_registrations::get(view, claims.kind().audience())?;
        let account = core_accounts::of_app(view, app)?;
        Ok::<_, VaultError>(service.zip(account))
    })?;
    let Some((service, account)) =
        found.filter(|(_, account)| account.to_string() == claims.holder().subject)
    else {
        return Ok(None);
    };
    let party = service_party(&service.id, &service.name, app);
    let Some(scopes) = still_open(turn, &party, claims)? else {
        return Ok(None);
    };
    Ok(Some(CoreHolder::Service {
        recipient: authorize::recipient(turn, app, &service)?,
        service: service.id,
        account,
        scopes,
    }))
}

fn account(turn: &mut Turn<'_>, app: CoreAppId, claims: &Claims) -> Result<Option<CoreHolder>, VaultError> {
    let Ok(id) = claims.holder().subject.parse::<ServiceAccountId>() else {
        return Ok(None);
    };
    let now = turn.now();
    let found = turn.space.db.read(|view| service_accounts::get(view, id))?;
    let Some(found) = found.filter(|found| found.expires_at > now) else {
        return Ok(None);
    };
    if !accounts::is_the_services_own(turn, &found)? {
        return Ok(None);
    }
    let party = account_party(id, &found.name, app);
    let Some(scopes) = still_open(turn, &party, claims)? else {
        return Ok(None);
    };
    Ok(Some(CoreHolder::Account {
        id,
        recipient: accounts::recipient(turn, app, &found)?,
        scopes,
    }))
}

/// What a token names, as far as the grants of its party open it now; `None` when its own grant stands no more, or nothing is open.
fn still_open(
    turn: &Turn<'_>,
    party: &vault_store::Party,
    claims: &Claims,
) -> Result<Option<Vec<Scope>>, VaultError> {
    let standing = disclosure::standing(turn, party)?;
    let grant = claims.holder().session.parse::<GrantId>().ok();
    if !standing.iter().any(|one| Some(one.id) == grant) {
        return Ok(None);
    }
    let scopes: Vec<Scope> = claims
        .kind()
        .scopes()
        .iter()
        .filter_map(|scope| Scope::new(&scope.to_string()).ok())
        .filter(|scope| {
            standing
                .iter()
                .any(|one| one.scopes.iter().any(|held| held.covers(scope)))
        })
        .collect();
    Ok((!scopes.is_empty()).then_some(scopes))
}
