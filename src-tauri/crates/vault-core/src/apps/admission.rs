//! Admitting an app from its manifest, listing apps, removing one.

use openplatform::{
    ids::linker,
    manifest::{AppAddress, Manifest, ScopeRequest},
    origin::is_loopback,
};
use rand::RngCore as _;
use time::OffsetDateTime;
use url::Url;
use uuid::Uuid;
use vault_store::{
    AppId, PartyKind, Scope, SecretValue, View, app_config,
    app_files::AppFile,
    apps::{self, App, AppKind, AppState},
    disclosures::DisclosureKind,
    grants::{self, GrantState},
    tokens,
};

use super::{
    package::{Admitted, Files},
    versions::{self, AppOffer, Renewal},
};
use crate::{
    SpaceHandle, VaultError, VaultEvent,
    disclosure::{
        self, APP_FACE, Destination, DisclosureRequest, GrantView, Identity, Narrowing, Recipient,
        RequestedScope, app_party,
    },
    vault::Turn,
};

/// An app that the person wants.
#[derive(Debug, Clone)]
pub struct NewApp {
    /// The manifest, as it was reviewed.
    pub manifest: String,
    /// Where the manifest was fetched; needed for a hosted app.
    pub url: Option<Url>,
    /// How the app is held.
    pub kind: AppKind,
    /// Fingerprint of the key that signed the package; empty for one without.
    pub key_pin: String,
}

/// An installed app with what it sees.
#[derive(Debug, Clone)]
pub struct AppInfo {
    /// The installation.
    pub id: AppId,
    /// The app itself, the same for every installation of it.
    pub app: String,
    /// Its manifest.
    pub manifest: Manifest,
    /// Where the manifest was fetched; empty for an app that was not fetched.
    pub manifest_url: String,
    /// The origin of its pages.
    pub origin: String,
    /// Where its first page is.
    pub frame_url: String,
    /// How it is held.
    pub kind: AppKind,
    /// Fingerprint of the key that signed its package; empty for one without a signature, and for an app that is none.
    pub key_pin: String,
    /// Whether it may be opened.
    pub state: AppState,
    /// What ties it to its name.
    pub identity: Identity,
    /// Where what it gets ends up.
    pub destination: Destination,
    /// What it asks for, as leaves.
    pub asks: Vec<RequestedScope>,
    /// When it was installed.
    pub created_at: OffsetDateTime,
    /// When it was opened last.
    pub last_opened_at: Option<OffsetDateTime>,
    /// Bytes that it keeps in the vault.
    pub stored_bytes: u64,
    /// Whether it is open.
    pub open: bool,
    /// What it sees: the grants that stand, newest first.
    pub sees: Vec<GrantView>,
    /// What it saw last, when it sees nothing now.
    pub saw: Option<GrantView>,
    /// A newer version that waits for the person's look.
    pub offer: Option<AppOffer>,
    /// Whether it got something that it can be asked to erase.
    pub can_ask_to_erase: bool,
}

impl AppInfo {
    /// It came with a backpack, and the person has not looked at it here.
    #[must_use]
    pub fn arrived(&self) -> bool {
        self.state == AppState::Review && self.offer.is_none()
    }
}

impl SpaceHandle {
    /// Installs an app. Installing shares nothing. An app that came with Satchel is brought up to date when it is there already; of a
    /// hosted app that is installed, the person takes the version that they have just looked at; a package is compared with the one that
    /// is there, see [`super::Renewal`].
    ///
    /// # Errors
    /// [`VaultError::Exists`] when it is installed already just so, [`VaultError::Invalid`] when its manifest has a mistake,
    /// [`VaultError::Imitates`] when its name is taken for another's.
    pub async fn admit_app(&self, new: NewApp) -> Result<AppId, VaultError> {
        self.write(move |turn| Ok(admit_files(turn, &new, Vec::new())?.id()))
            .await
    }

    /// Whether an app of this name may be installed, before anybody looks at the rest of it.
    ///
    /// # Errors
    /// [`VaultError::Imitates`] when the name is taken for another's.
    pub async fn check_app_name(&self, name: &str) -> Result<(), VaultError> {
        let party = app_party(AppId::new(), name);
        self.write(move |turn| disclosure::check_name(turn, &party)).await
    }

    /// The installed apps, in the order in which they were installed.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read or written.
    pub async fn apps(&self) -> Result<Vec<AppInfo>, VaultError> {
        self.write(|turn| {
            disclosure::sweep(turn)?;
            let all = turn.space.db.read(apps::list)?;
            all.iter().map(|app| info(turn, app)).collect()
        })
        .await
    }

    /// One installed app.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`].
    pub async fn app(&self, id: AppId) -> Result<AppInfo, VaultError> {
        self.write(move |turn| {
            disclosure::sweep(turn)?;
            let app = get(turn, id)?;
            info(turn, &app)
        })
        .await
    }

    /// Removes an app with what it keeps; what it sees is stopped, and its tokens open nothing.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], or the database could not be written.
    pub async fn remove_app(&self, id: AppId) -> Result<(), VaultError> {
        self.write(move |turn| remove(turn, id)).await
    }
}

/// The app as disclosure knows it.
pub(crate) fn recipient(app: &App, port: u16) -> Recipient {
    let origin = origin(app, port);
    let (maker, contact) = Manifest::parse(app.manifest.as_bytes())
        .map(|manifest| (manifest.author, manifest.email))
        .unwrap_or_default();
    Recipient {
        party: app_party(app.id, &app.name),
        maker,
        contact,
        account: app.account.clone(),
        identity: identity(app),
        destination: destination(app, &origin),
        origin,
    }
}

/// Everything that the manifest of an app asks for.
pub(crate) fn request(app: &App, port: u16) -> Result<DisclosureRequest, VaultError> {
    let manifest = stored_manifest(app)?;
    Ok(DisclosureRequest {
        recipient: recipient(app, port),
        face: APP_FACE,
        scopes: scopes(&manifest)?,
        purpose: manifest.vault.purpose,
        privacy: manifest.vault.privacy.map(Into::into),
        narrowing: Narrowing::default(),
    })
}

/// What a manifest asks for, as leaves, each once.
///
/// # Errors
/// [`VaultError::Internal`] for a scope outside the grammar, which the parser of manifests lets nobody write.
pub fn asked(manifest: &Manifest) -> Result<Vec<RequestedScope>, VaultError> {
    Ok(disclosure::leaves(&scopes(manifest)?))
}

fn scopes(manifest: &Manifest) -> Result<Vec<RequestedScope>, VaultError> {
    let one = |asked: ScopeRequest| {
        Ok(RequestedScope {
            scope: Scope::new(asked.scope.as_str())
                .map_err(|_| VaultError::Internal("a scope of a manifest breaks the grammar"))?,
            required: asked.required,
            explanation: Some(asked.explanation).filter(|words| !words.is_empty()),
            declared: true,
        })
    };
    manifest.requests().into_iter().map(one).collect()
}

pub(super) fn get(turn: &Turn<'_>, id: AppId) -> Result<App, VaultError> {
    turn.space
        .db
        .read(|view| apps::get(view, id))?
        .ok_or(VaultError::NoSuch("app"))
}

pub(crate) fn stored_manifest(app: &App) -> Result<Manifest, VaultError> {
    Manifest::parse(app.manifest.as_bytes())
        .map_err(|_| VaultError::Internal("a stored manifest cannot be read"))
}

pub(super) fn info(turn: &Turn<'_>, app: &App) -> Result<AppInfo, VaultError> {
    let port = turn.gateway_port();
    let party = app_party(app.id, &app.name);
    let sees = disclosure::standing(turn, &party)?;
    let (stored_bytes, sees, saw, can_ask_to_erase) = turn.space.db.read(|view| {
        let saw = if sees.is_empty() {
            last_seen(view, &party.id)?
        } else {
            None
        };
        let sees = GrantView::all(view, sees)?;
        let stored = app_config::size(view, app.id)?;
        Ok::<_, VaultError>((stored, sees, saw, disclosure::can_ask_to_erase(view, &party)?))
    })?;
    let manifest = stored_manifest(app)?;
    let asks = request(app, port)?.leaves();
    let recipient = recipient(app, port);
    Ok(AppInfo {
        id: app.id,
        app: app.app.clone(),
        key_pin: app.key_pin.clone(),
        frame_url: frame_url(app, &manifest, &recipient.origin)?,
        manifest,
        manifest_url: app.manifest_url.clone(),
        origin: recipient.origin,
        kind: app.kind,
        state: app.state,
        identity: recipient.identity,
        destination: recipient.destination,
        asks,
        created_at: app.created_at,
        last_opened_at: app.last_opened_at,
        stored_bytes,
        open: turn.questions.opening(turn.space.info.id, app.id).is_some(),
        sees,
        saw,
        offer: versions::offer(turn, app)?,
        can_ask_to_erase,
    })
}

fn last_seen(view: &View<'_>, party: &str) -> Result<Option<GrantView>, VaultError> {
    let all = grants::list(view)?;
    let theirs = all.into_iter().find(|grant| {
        grant.recipient.kind == PartyKind::App
            && grant.recipient.id == party
            && grant.state != GrantState::Live
            && grant.use_count > 0
    });
    theirs.map(|grant| GrantView::of(view, grant)).transpose()
}

/// Installs an app, with its files where it is a package.
pub(super) fn admit_files(
    turn: &mut Turn<'_>,
    new: &NewApp,
    files: Vec<AppFile>,
) -> Result<Admitted, VaultError> {
    let invalid = |why| VaultError::Invalid {
        field: "manifest",
        why,
    };
    let manifest = Manifest::parse(new.manifest.as_bytes()).map_err(|_| invalid("a readable manifest"))?;
    let address = match (new.kind, &new.url) {
        (AppKind::Hosted, Some(url)) => Some(
            manifest
                .resolve(url)
                .map_err(|_| invalid("a usable web address"))?,
        ),
        (AppKind::Hosted, None) => return Err(invalid("the address that it came from")),
        (AppKind::Packaged | AppKind::Included, _) => None,
    };
    let app = app_name(new, &manifest);
    let known = turn
        .space
        .db
        .read(apps::list)?
        .into_iter()
        .find(|known| known.app == app);
    if let Some(known) = known {
        let id = known.id;
        return Ok(Admitted::Known(id, refresh(turn, new, files, &manifest, known)?));
    }
    let row = fresh(turn, new, &manifest, address.as_ref(), app);
    if new.kind != AppKind::Included {
        disclosure::check_name(turn, &app_party(row.id, &row.name))?;
    }
    let mut entry = disclosure::log_entry(
        turn.now(),
        DisclosureKind::Installed,
        &app_party(row.id, &row.name),
        APP_FACE,
    );
    entry.text = "Installed; sees nothing".to_owned();
    turn.space.db.write(|tx| {
        apps::put(tx, &row)?;
        Files::Hold(&files).write(tx, &row)?;
        disclosure::append_log(tx, entry)
    })?;
    changed(turn);
    disclosure::tell_logged(turn);
    Ok(Admitted::New(row.id))
}

/// An included app comes with every start of Satchel. A hosted one was looked at just now, as it is at its address. A package comes from
/// a file, and is compared with the one that is here; of one that came with a backpack the person looked at the description just now.
fn refresh(
    turn: &mut Turn<'_>,
    new: &NewApp,
    files: Vec<AppFile>,
    manifest: &Manifest,
    known: App,
) -> Result<Renewal, VaultError> {
    match (new.kind, known.kind) {
        (AppKind::Included, AppKind::Included) => {
            update(turn, new, manifest, known)?;
            Ok(Renewal::Taken)
        }
        (AppKind::Hosted, AppKind::Hosted) => {
            let found = versions::found(&known, new.manifest.clone(), &new.key_pin, files)?;
            looked_at(turn, &known, &found)?;
            Ok(Renewal::Taken)
        }
        (AppKind::Packaged, AppKind::Packaged) => {
            let found = versions::found(&known, new.manifest.clone(), &new.key_pin, files)?;
            if known.state == AppState::Review && known.offered.is_empty() {
                versions::accept(turn, &known, &found)?;
                return Ok(Renewal::Taken);
            }
            match versions::renew(turn, known, &found)? {
                Renewal::Same => Err(VaultError::Exists("app")),
                renewal @ (Renewal::Taken | Renewal::Offered | Renewal::Paused) => Ok(renewal),
            }
        }
        (AppKind::Included | AppKind::Hosted | AppKind::Packaged, _) => Err(VaultError::Exists("app")),
    }
}

fn update(turn: &Turn<'_>, new: &NewApp, manifest: &Manifest, known: App) -> Result<(), VaultError> {
    if known.manifest == new.manifest {
        return Ok(());
    }
    let updated = App {
        name: manifest.name.clone(),
        manifest: new.manifest.clone(),
        rev: known.rev.wrapping_add(1),
        ..known
    };
    turn.space.db.write(|tx| apps::put(tx, &updated))?;
    changed(turn);
    Ok(())
}

/// The person has reviewed a hosted app that is here: it holds, as it was reviewed.
fn looked_at(turn: &mut Turn<'_>, known: &App, found: &versions::Found) -> Result<(), VaultError> {
    let waits = known.state == AppState::Review || !known.offered.is_empty();
    if !waits && stored_manifest(known)? == found.manifest {
        return Err(VaultError::Exists("app"));
    }
    versions::accept(turn, known, found)
}

fn fresh(
    turn: &Turn<'_>,
    new: &NewApp,
    manifest: &Manifest,
    address: Option<&AppAddress>,
    app: String,
) -> App {
    let id = AppId::new();
    App {
        id,
        app,
        name: manifest.name.clone(),
        manifest_url: new.url.as_ref().map(Url::to_string).unwrap_or_default(),
        manifest: new.manifest.clone(),
        origin: address.map_or_else(
            || package_origin(id, turn.gateway_port()),
            |address| address.origin().to_string(),
        ),
        kind: new.kind,
        account: Uuid::new_v4().simple().to_string(),
        verify_token: fresh_token(),
        service_token: Some(fresh_token()),
        rev: 1,
        state: AppState::Ready,
        created_at: turn.now(),
        last_opened_at: None,
        key_pin: new.key_pin.clone(),
        offered: String::new(),
        offered_key: String::new(),
        declined: String::new(),
    }
}

fn remove(turn: &mut Turn<'_>, id: AppId) -> Result<(), VaultError> {
    let app = get(turn, id)?;
    let party = app_party(id, &app.name);
    let theirs =
        |grant: &grants::Grant| grant.recipient.kind == PartyKind::App && grant.recipient.id == party.id;
    disclosure::revoke_where(turn, theirs, "removed")?;
    disclosure::close_app(turn, id, &party)?;
    let mut entry = disclosure::log_entry(turn.now(), DisclosureKind::Removed, &party, APP_FACE);
    entry.text = "Removed with what it kept".to_owned();
    turn.space.db.write(|tx| {
        tokens::delete_party(tx, PartyKind::App, &party.id)?;
        disclosure::forget_rules(tx, &party)?;
        apps::delete(tx, id)?;
        disclosure::append_log(tx, entry)
    })?;
    changed(turn);
    disclosure::tell_logged(turn);
    Ok(())
}

/// The app itself: a hosted one is where its manifest is, others are known by their name.
fn app_name(new: &NewApp, manifest: &Manifest) -> String {
    match (new.kind, &new.url) {
        (AppKind::Hosted, Some(url)) => url.to_string(),
        (AppKind::Hosted | AppKind::Packaged, _) => package_name(&manifest.name),
        (AppKind::Included, _) => format!("included:{}", linker(&manifest.name)),
    }
}

/// A package is known by its name; its key says whether the next one of that name is by the same maker.
pub(super) fn package_name(name: &str) -> String {
    format!("package:{}", linker(name))
}

/// The origin of an app's own pages.
pub(crate) fn origin(app: &App, port: u16) -> String {
    match app.kind {
        AppKind::Hosted => app.origin.clone(),
        AppKind::Packaged | AppKind::Included => package_origin(app.id, port),
    }
}

/// Packages are served by the gateway, each below a host name of its own.
fn package_origin(id: AppId, port: u16) -> String {
    format!("http://{}.localhost:{port}", id.as_uuid().simple())
}

fn frame_url(app: &App, manifest: &Manifest, origin: &str) -> Result<String, VaultError> {
    if app.kind != AppKind::Hosted {
        let path = manifest.url.as_deref().unwrap_or("/");
        return Ok(format!("{origin}/{}", path.trim_start_matches('/')));
    }
    let broken = || VaultError::Internal("a stored manifest has no usable address");
    let url = Url::parse(&app.manifest_url).map_err(|_| broken())?;
    let address = manifest.resolve(&url).map_err(|_| broken())?;
    Ok(address.url().to_owned())
}

/// In clear over a network, anybody in between can be the app.
fn identity(app: &App) -> Identity {
    let since = app.created_at;
    match app.kind {
        AppKind::Included => Identity::Package { included: true },
        AppKind::Packaged => Identity::Package { included: false },
        AppKind::Hosted => match Url::parse(&app.origin) {
            Ok(url) if url.scheme() == "https" || is_loopback(&url) => Identity::Origin { since },
            Ok(_) | Err(_) => Identity::Unknown,
        },
    }
}

fn destination(app: &App, origin: &str) -> Destination {
    if app.kind != AppKind::Hosted {
        return Destination::Local;
    }
    let host = origin
        .split_once("://")
        .map_or(origin, |(_, host)| host)
        .to_owned();
    match Url::parse(origin) {
        Ok(url) if is_loopback(&url) => Destination::Program { address: host },
        Ok(_) | Err(_) => Destination::Internet { host },
    }
}

/// 32 random bytes as hex: no sign in it that an app's server would take for something else.
pub(crate) fn fresh_token() -> SecretValue {
    let mut bytes = zeroize::Zeroizing::new([0_u8; 32]);
    rand::rngs::OsRng.fill_bytes(bytes.as_mut_slice());
    let hex = openplatform::token::AppToken::from_random(&bytes);
    SecretValue::from(hex.expose())
}

pub(super) fn changed(turn: &Turn<'_>) {
    turn.tell(VaultEvent::AppsChanged {
        space: turn.space.info.id,
    });
}
