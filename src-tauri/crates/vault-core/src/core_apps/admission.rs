//! Admitting a Core application: its builds, and its installation in a space.

use time::OffsetDateTime;
use vault_crypto::SpaceId;
use vault_store::{
    AccountId, AppConfigId, AppTypeId, CoreAppId, PartyKind, SecretValue, TombstoneId, core_accounts,
    core_app_types::{self, AppType},
    core_apps::{self, CoreApp},
    core_configs,
    core_installations::{self, Installation, SessionPolicy},
    disclosures::DisclosureKind,
    grants::Grant,
    tokens,
    tombstones::{self, Tombstone},
};

use super::{builds::BuildInfo, changed, configs::version, invalid, keys, party};
use crate::{
    SpaceHandle, VaultError,
    disclosure::{self, GrantView},
    services,
    vault::{OpenVault, Turn},
};

/// So many builds one application may have.
const MOST_TYPES: usize = 32;
/// So many versions one build may name.
const MOST_VERSIONS: usize = 256;
/// So many services one application may use.
const MOST_SERVICES: usize = 64;
/// The longest identifier of a build, in bytes.
const LONGEST_IDENTIFIER: usize = 200;
/// The longest code, in bytes: it is the audience of tokens.
const LONGEST_CODE: usize = 63;

/// What an application is admitted with.
#[derive(Debug, Clone, Default)]
pub struct NewCoreApp {
    /// Its name.
    pub name: String,
    /// A short handle: small letters, digits and hyphens.
    pub code: String,
    /// Whether it may be attached to other spaces.
    pub multi_tenant: bool,
    /// Its builds.
    pub types: Vec<NewAppType>,
    /// The services that it may use here.
    pub services: Vec<String>,
    /// Whether it may be used without a profile.
    pub anonymous: bool,
    /// How long its sessions without a profile last.
    pub sessions: SessionPolicy,
}

/// A build of an application.
#[derive(Debug, Clone, Default)]
pub struct NewAppType {
    /// What it is known by: a bundle id, an Android application id, or the host name of a web application.
    pub identifier: String,
    /// Its name.
    pub name: String,
    /// The versions that there are.
    pub versions: Vec<String>,
}

/// An admitted application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoreAppInfo {
    /// The application.
    pub app: CoreApp,
    /// Its builds, by identifier.
    pub types: Vec<AppType>,
    /// What holds of them in this space, in the same order.
    pub here: Vec<BuildInfo>,
    /// Its keys, oldest first; of each only what names it and when it was made.
    pub keys: Vec<(vault_store::ApiKeyId, OffsetDateTime)>,
    /// Its installation in this space.
    pub installation: Installation,
    /// Under which id it knows the person; `None` until it first does.
    pub account: Option<AccountId>,
    /// What services of it see: the grants that stand, newest first.
    pub sees: Vec<GrantView>,
}

impl SpaceHandle {
    /// Admits an application to this space. That shares nothing. Its key is shown this once.
    ///
    /// # Errors
    /// [`VaultError::Exists`] when another application of the vault has the name, the code or the identifier of a build;
    /// [`VaultError::Imitates`]; [`VaultError::Invalid`].
    pub async fn add_core_app(&self, new: NewCoreApp) -> Result<(CoreAppInfo, SecretValue), VaultError> {
        let space = self.id();
        self.vault().run(move |vault| add(vault, space, &new)).await
    }

    /// Attaches an application of another space, with its builds and its general settings. It is told a key of this space, and knows the
    /// person here under another account.
    ///
    /// # Errors
    /// [`VaultError::Exists`] when it is here already; [`VaultError::NoSuch`] for one that is nowhere, or not made for several spaces.
    pub async fn attach_core_app(&self, id: CoreAppId) -> Result<(CoreAppInfo, SecretValue), VaultError> {
        let space = self.id();
        self.vault().run(move |vault| attach(vault, space, id)).await
    }

    /// The applications of this space, in the order in which they were admitted.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read or written.
    pub async fn core_apps(&self) -> Result<Vec<CoreAppInfo>, VaultError> {
        self.write(|turn| {
            disclosure::sweep(turn)?;
            let all = turn.space.db.read(core_apps::list)?;
            all.into_iter().map(|app| info(turn, app)).collect()
        })
        .await
    }

    /// One application.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`].
    pub async fn core_app(&self, id: CoreAppId) -> Result<CoreAppInfo, VaultError> {
        self.write(move |turn| {
            disclosure::sweep(turn)?;
            let app = get(turn, id)?;
            info(turn, app)
        })
        .await
    }

    /// Adds a build, or replaces the one with the same identifier.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`]; [`VaultError::Exists`] when another application of the vault has the identifier; [`VaultError::Invalid`].
    pub async fn put_core_type(&self, id: CoreAppId, new: NewAppType) -> Result<AppTypeId, VaultError> {
        let space = self.id();
        self.vault()
            .run(move |vault| {
                check_type(&new)?;
                get(&vault.turn(space)?, id)?;
                check_identifier(vault, id, &new.identifier)?;
                put_type(vault, id, &new)
            })
            .await
    }

    /// Changes how an application may be used here: its services, whether without a profile, its sessions. A service that it may not use
    /// any more sees nothing of it from now on.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`]; [`VaultError::Invalid`].
    pub async fn set_core_installation(&self, installation: Installation) -> Result<(), VaultError> {
        self.write(move |turn| {
            let app = get(turn, installation.app)?;
            check_services(&installation.services)?;
            let allowed = installation.services.clone();
            let gone = |grant: &Grant| {
                services::is_of_app(grant, app.id)
                    && services::service_of(grant)
                        .is_some_and(|one| !allowed.iter().any(|known| known == one))
            };
            disclosure::revoke_where(turn, gone, "removed")?;
            turn.space
                .db
                .write(|tx| core_installations::put(tx, &installation))?;
            changed(turn);
            Ok(())
        })
        .await
    }

    /// Removes an application from this space: what its services see is stopped, its tokens and keys open nothing, what it kept is gone.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], or the database could not be written.
    pub async fn remove_core_app(&self, id: CoreAppId) -> Result<(), VaultError> {
        self.write(move |turn| remove(turn, id)).await
    }
}

/// The application of an id in this space.
pub(crate) fn get(turn: &Turn<'_>, id: CoreAppId) -> Result<CoreApp, VaultError> {
    let found = turn.space.db.read(|view| core_apps::get(view, id))?;
    found.ok_or(VaultError::NoSuch("app"))
}

/// The person's account with an application, made at its first use.
pub(crate) fn account(turn: &Turn<'_>, app: CoreAppId) -> Result<AccountId, VaultError> {
    let now = turn.now();
    turn.space.db.write(|tx| {
        if let Some(known) = core_accounts::of_app(tx, app)? {
            return Ok(known);
        }
        let account = AccountId::new();
        core_accounts::insert(tx, app, account, now)?;
        Ok(account)
    })
}

/// The origins that the web pages of an application may have: the identifiers of its builds as host names.
pub(crate) fn origins(types: &[AppType]) -> Vec<String> {
    let hosts = types.iter().map(|build| build.identifier.as_str());
    hosts
        .flat_map(|host| {
            let local = matches!(
                host.rsplit_once(':').map_or(host, |(name, _)| name),
                "127.0.0.1" | "localhost"
            );
            let clear = local.then(|| format!("http://{host}"));
            [Some(format!("https://{host}")), clear].into_iter().flatten()
        })
        .collect()
}

fn add(
    vault: &mut OpenVault,
    space: SpaceId,
    new: &NewCoreApp,
) -> Result<(CoreAppInfo, SecretValue), VaultError> {
    check(new)?;
    let id = CoreAppId::new();
    let name = new.name.trim();
    let everywhere: Vec<CoreApp> = over_spaces(vault, core_apps::list)?;
    if everywhere.iter().any(|known| known.code == new.code) {
        return Err(VaultError::Exists("code"));
    }
    if everywhere.iter().any(|known| known.name == name) {
        return Err(VaultError::Exists("core app"));
    }
    for build in &new.types {
        check_identifier(vault, id, &build.identifier)?;
    }
    let turn = &mut vault.turn(space)?;
    disclosure::check_name(turn, &party(id, name))?;
    let app = CoreApp {
        id,
        name: name.to_owned(),
        code: new.code.clone(),
        multi_tenant: new.multi_tenant,
        created_at: turn.now(),
    };
    let types: Vec<AppType> = new.types.iter().map(|build| fresh_type(id, build)).collect();
    let installation = Installation {
        app: id,
        services: new.services.clone(),
        anonymous: new.anonymous,
        sessions: new.sessions,
    };
    install(turn, &app, &types, &installation, &[])
}

fn attach(
    vault: &mut OpenVault,
    space: SpaceId,
    id: CoreAppId,
) -> Result<(CoreAppInfo, SecretValue), VaultError> {
    let here = vault
        .turn(space)?
        .space
        .db
        .read(|view| core_apps::get(view, id))?;
    if here.is_some() {
        return Err(VaultError::Exists("core app"));
    }
    let found = over_spaces(vault, |view| {
        let Some(app) = core_apps::get(view, id)?.filter(|app| app.multi_tenant) else {
            return Ok(Vec::new());
        };
        let types = core_app_types::of_app(view, id)?;
        let mut general = Vec::new();
        for build in &types {
            let all = core_configs::of_type(view, build.id)?;
            general.extend(all.into_iter().filter(|config| !config.of_space));
        }
        let anonymous = core_installations::get(view, id)?.is_some_and(|one| one.anonymous);
        Ok(vec![(app, types, general, anonymous)])
    })?;
    let (app, types, general, anonymous) = found.into_iter().next().ok_or(VaultError::NoSuch("app"))?;
    let turn = &mut vault.turn(space)?;
    disclosure::check_name(turn, &party(id, &app.name))?;
    let installation = Installation {
        app: id,
        services: Vec::new(),
        anonymous,
        sessions: SessionPolicy::default(),
    };
    let app = CoreApp {
        created_at: turn.now(),
        ..app
    };
    install(turn, &app, &types, &installation, &general)
}

fn install(
    turn: &mut Turn<'_>,
    app: &CoreApp,
    types: &[AppType],
    installation: &Installation,
    general: &[core_configs::AppConfig],
) -> Result<(CoreAppInfo, SecretValue), VaultError> {
    let now = turn.now();
    let (key, row) = keys::fresh(app.id, now);
    let mut entry = disclosure::log_entry(
        now,
        DisclosureKind::Installed,
        &party(app.id, &app.name),
        services::FACE,
    );
    entry.text = "Registered; sees nothing".to_owned();
    turn.space.db.write(|tx| {
        core_apps::insert(tx, app)?;
        for build in types {
            core_app_types::put(tx, build)?;
        }
        for config in general {
            let config = core_configs::AppConfig {
                id: AppConfigId::new(),
                ..config.clone()
            };
            core_configs::put(tx, &config)?;
        }
        core_installations::put(tx, installation)?;
        vault_store::core_api_keys::insert(tx, &row)?;
        disclosure::append_log(tx, entry)
    })?;
    changed(turn);
    disclosure::tell_logged(turn);
    Ok((info(turn, app.clone())?, key))
}

fn put_type(vault: &mut OpenVault, app: CoreAppId, new: &NewAppType) -> Result<AppTypeId, VaultError> {
    let known = over_spaces(vault, |view| {
        Ok(core_app_types::find(view, &new.identifier)?.into_iter().collect())
    })?;
    let known = known.into_iter().next();
    let build = AppType {
        id: known.map_or_else(AppTypeId::new, |build: AppType| build.id),
        ..fresh_type(app, new)
    };
    // An application is the same in every space that it is attached to.
    for id in spaces(vault) {
        let turn = vault.turn(id)?;
        turn.space.db.write(|tx| {
            if core_apps::get(tx, app)?.is_none() {
                return Ok(());
            }
            let all = core_app_types::of_app(tx, app)?;
            if all.len() >= MOST_TYPES && !all.iter().any(|one| one.id == build.id) {
                return Err(invalid("type", "at most 32 builds"));
            }
            Ok(core_app_types::put(tx, &build)?)
        })?;
        changed(&turn);
    }
    Ok(build.id)
}

fn remove(turn: &mut Turn<'_>, id: CoreAppId) -> Result<(), VaultError> {
    let app = get(turn, id)?;
    disclosure::revoke_where(turn, |grant| services::is_of_app(grant, id), "removed")?;
    let party = party(id, &app.name);
    let now = turn.now();
    let mut entry = disclosure::log_entry(now, DisclosureKind::Removed, &party, services::FACE);
    entry.text = "Removed with what it kept".to_owned();
    let waiting = services::parties_of_app(turn, id)?;
    for party in &waiting {
        disclosure::withdraw_questions(turn, party)?;
    }
    turn.space.db.write(|tx| {
        for session in vault_store::core_anonymous::open_of_app(tx, id)? {
            tokens::expire(tx, PartyKind::Service, Some(&session.id.to_string()), now)?;
        }
        for party in &waiting {
            tokens::expire(tx, party.kind, Some(&party.id), now)?;
        }
        if let Some(account) = core_accounts::take(tx, id)? {
            tombstones::insert(tx, &tombstone(id, account, "{}", now))?;
        }
        core_apps::delete(tx, id)?;
        disclosure::append_log(tx, entry)
    })?;
    changed(turn);
    disclosure::tell_logged(turn);
    Ok(())
}

/// What is kept of an account that is deleted.
pub(crate) fn tombstone(
    app: CoreAppId,
    account: AccountId,
    context: &str,
    created_at: OffsetDateTime,
) -> Tombstone {
    Tombstone {
        id: TombstoneId::new(),
        app,
        account,
        context: context.to_owned(),
        created_at,
    }
}

fn info(turn: &Turn<'_>, app: CoreApp) -> Result<CoreAppInfo, VaultError> {
    let now = turn.now();
    turn.space.db.read(|view| {
        let standing = vault_store::grants::live(view, now)?;
        let theirs = standing
            .into_iter()
            .filter(|grant| services::is_of_app(grant, app.id))
            .collect();
        let keys = vault_store::core_api_keys::of_app(view, app.id)?;
        let types = core_app_types::of_app(view, app.id)?;
        let here = types.iter().map(|build| BuildInfo::read(view, build.id));
        Ok(CoreAppInfo {
            here: here.collect::<Result<_, _>>()?,
            types,
            keys: keys.into_iter().map(|key| (key.id, key.created_at)).collect(),
            installation: core_installations::get(view, app.id)?
                .ok_or(VaultError::Internal("an application without its installation"))?,
            account: core_accounts::of_app(view, app.id)?,
            sees: GrantView::all(view, theirs)?,
            app,
        })
    })
}

fn check(new: &NewCoreApp) -> Result<(), VaultError> {
    let code = new.code.as_str();
    let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let fits = (2..=LONGEST_CODE).contains(&code.len())
        && code.starts_with(|sign: char| sign.is_ascii_lowercase())
        && code.bytes().all(letters);
    // It is an audience, and must not be that of somebody else.
    if !fits || services::is_reserved(code) {
        return Err(invalid(
            "code",
            "2 to 63 small letters, digits and hyphens, none of ours",
        ));
    }
    if new.types.is_empty() || new.types.len() > MOST_TYPES {
        return Err(invalid("types", "1 to 32 builds"));
    }
    check_services(&new.services)?;
    new.types.iter().try_for_each(check_type)
}

fn check_services(services: &[String]) -> Result<(), VaultError> {
    let fits = services.len() <= MOST_SERVICES && services.iter().all(|id| services::is_service_id(id));
    fits.then_some(())
        .ok_or(invalid("services", "at most 64 service ids"))
}

fn check_type(new: &NewAppType) -> Result<(), VaultError> {
    let identifier = new.identifier.as_str();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':');
    if identifier.is_empty() || identifier.len() > LONGEST_IDENTIFIER || !identifier.bytes().all(plain) {
        return Err(invalid(
            "identifier",
            "1 to 200 letters, digits, dots, hyphens, underscores and colons",
        ));
    }
    if !new.name.is_empty() && !disclosure::is_plain_name(&new.name) {
        return Err(invalid("name", "1 to 100 characters, none of them hidden"));
    }
    if new.versions.len() > MOST_VERSIONS {
        return Err(invalid("versions", "at most 256 versions"));
    }
    new.versions.iter().try_for_each(|text| version(text).map(drop))
}

/// No build of another application has the identifier.
fn check_identifier(vault: &mut OpenVault, app: CoreAppId, identifier: &str) -> Result<(), VaultError> {
    let found: Vec<AppType> = over_spaces(vault, |view| {
        Ok(core_app_types::find(view, identifier)?.into_iter().collect())
    })?;
    if found.iter().all(|build| build.app == app) {
        Ok(())
    } else {
        Err(VaultError::Exists("identifier"))
    }
}

fn fresh_type(app: CoreAppId, new: &NewAppType) -> AppType {
    AppType {
        id: AppTypeId::new(),
        app,
        identifier: new.identifier.clone(),
        name: new.name.clone(),
        versions: new.versions.clone(),
    }
}

/// The ids of the open spaces, oldest first.
pub(crate) fn spaces(vault: &OpenVault) -> Vec<SpaceId> {
    vault.spaces.iter().map(|space| space.info.id).collect()
}

/// What every open space knows, one after the other.
pub(crate) fn over_spaces<T>(
    vault: &OpenVault,
    read: impl Fn(&vault_store::View<'_>) -> Result<Vec<T>, vault_store::StoreError>,
) -> Result<Vec<T>, VaultError> {
    let mut all = Vec::new();
    for space in &vault.spaces {
        all.extend(space.db.read(&read)?);
    }
    Ok(all)
}
