//! Manifests, and files of packages, that change after the person agreed to one. What asks for no more is taken; what asks for more waits for the person's look
//! and opens nothing meanwhile; another address or another key is another party, so the app is paused.

use openplatform::manifest::Manifest;
use url::Url;
use uuid::Uuid;
use vault_store::{
    AppId, PartyKind, Sha256, app_choices,
    app_choices::AppChoices,
    app_config,
    app_files::{self, AppFile, FileVersion},
    app_messages, app_status,
    app_status::AppStatus,
    apps::{self, App, AppKind, AppState},
    disclosures::DisclosureKind,
    grants::Grant,
    tokens,
};

use super::{
    admission::{changed, fresh_token, get, stored_manifest},
    package::{self, Files},
};
use crate::{
    SpaceHandle, VaultError,
    disclosure::{self, APP_FACE, RequestedScope, app_party},
    vault::Turn,
};

/// The reason in the log of a version that was taken without asking.
pub(crate) const NARROWER: &str = "narrower";
/// The reason in the log of a version that the person did not take.
pub(crate) const KEPT: &str = "kept";

/// What came of looking at an app's manifest again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewal {
    /// It says what it said, or what the person looked at and did not take.
    Same,
    /// It asks for no more than before, under the same name; it holds from here on.
    Taken,
    /// It asks for more, or under another name: it waits for the person's look, and what was accepted goes on to hold.
    Offered,
    /// Its address or its key is another one: the app gets nothing until the person decides.
    Paused,
}

/// A newer manifest that waits for the person's look.
#[derive(Debug, Clone)]
pub struct AppOffer {
    /// What it says.
    pub manifest: Manifest,
    /// Where its pages come from.
    pub origin: String,
    /// What it asks for, as leaves.
    pub asks: Vec<RequestedScope>,
    /// The address or key is another one, so that the app is paused.
    pub moved: Option<Moved>,
    /// The files of a package are others.
    pub files: bool,
    /// It is a package with a signature.
    pub signed: bool,
    /// What was shown; given back when the person decides.
    pub sha256: Sha256,
}

/// What makes an app another party, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moved {
    /// The origin of its pages.
    Address(String, String),
    /// The fingerprint of its key.
    Key(String, String),
}

/// A manifest as it was found, with what the app is known by.
pub(super) struct Found {
    pub(super) text: String,
    pub(super) manifest: Manifest,
    /// The origin of its pages; a package has the one that the vault gives it.
    pub(super) origin: String,
    pub(super) key_pin: String,
    /// The files of a package in the order of their paths; none of another app.
    pub(super) files: Vec<AppFile>,
}

impl SpaceHandle {
    /// Compares what is at a hosted app's address with what the person agreed to, and acts on it.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`]; [`VaultError::Invalid`] when the manifest has a mistake, which changes nothing.
    pub async fn renew_app(&self, id: AppId, manifest: String) -> Result<Renewal, VaultError> {
        self.write(move |turn| {
            let app = get(turn, id)?;
            if app.kind != AppKind::Hosted {
                return Ok(Renewal::Same);
            }
            let found = found(&app, manifest, "", Vec::new())?;
            renew(turn, app, &found)
        })
        .await
    }

    /// The person looked at a newer version and takes it. A version from another address or with another key is another party: what the
    /// app could see is stopped, its tokens are new, and what the earlier one kept in the vault is deleted.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] when nothing, or something else than was shown, waits; [`VaultError::Imitates`].
    pub async fn use_new_version(&self, id: AppId, shown: Sha256) -> Result<(), VaultError> {
        self.write(move |turn| {
            let app = offering(turn, id, shown)?;
            let found = waiting(turn, &app)?;
            accept(turn, &app, &found)
        })
        .await
    }

    /// The person looked at a newer version and does not take it. The same one is not offered again.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] when nothing, or something else than was shown, waits.
    pub async fn keep_old_version(&self, id: AppId, shown: Sha256) -> Result<(), VaultError> {
        self.write(move |turn| {
            let app = offering(turn, id, shown)?;
            let mut entry = disclosure::log_entry(
                turn.now(),
                DisclosureKind::Accepted,
                &app_party(id, &app.name),
                APP_FACE,
            );
            entry.reason = KEPT.to_owned();
            entry.text = "The newer version is not used".to_owned();
            let kept = App {
                state: AppState::Ready,
                declined: shown.to_string(),
                ..settled(app)
            };
            write(turn, &kept, Files::Settle, Some(entry))
        })
        .await
    }
}

/// Acts on a manifest that was found for an installed app.
pub(super) fn renew(turn: &mut Turn<'_>, app: App, found: &Found) -> Result<Renewal, VaultError> {
    let verdict = judge(turn, &app, found)?;
    match (app.state, app.offered.is_empty()) {
        (AppState::Blocked, _) => return Ok(Renewal::Same),
        // It came with a backpack, and nothing of it was agreed to here.
        (AppState::Review, true) => return Ok(Renewal::Paused),
        // Only the person ends a pause.
        (AppState::Review, false) if verdict != Renewal::Paused => return Ok(Renewal::Paused),
        (AppState::Review, false) | (AppState::Ready, _) => {}
    }
    if digest(found).to_string() == app.declined {
        return Ok(Renewal::Same);
    }
    match verdict {
        Renewal::Same if app.offered.is_empty() => {}
        // What was offered was taken back.
        Renewal::Same => write(turn, &settled(app), Files::Settle, None)?,
        Renewal::Taken => take(turn, app, found)?,
        Renewal::Offered if waits(turn, &app, found)? => {}
        Renewal::Offered => write(turn, &offered(app, found), Files::Wait(&found.files), None)?,
        Renewal::Paused => pause(turn, app, found)?,
    }
    Ok(verdict)
}

/// The one place that decides what a changed manifest, or changed files of a package, mean.
fn judge(turn: &Turn<'_>, app: &App, found: &Found) -> Result<Renewal, VaultError> {
    let accepted = stored_manifest(app)?;
    if moved(app, &found.origin, &found.key_pin).is_some() {
        return Ok(Renewal::Paused);
    }
    let others = held(turn, app)? != found.files;
    if accepted == found.manifest && !others {
        return Ok(Renewal::Same);
    }
    // Nobody vouches that a package without a signature is by the maker of the one before.
    let unsigned = app.kind == AppKind::Packaged && found.key_pin.is_empty();
    let renamed = accepted.name != found.manifest.name || accepted.author != found.manifest.author;
    if (unsigned && others) || renamed || accepted.changes(&found.manifest).widens() {
        return Ok(Renewal::Offered);
    }
    Ok(Renewal::Taken)
}

/// The files that are opened; none of an app that is not a package.
fn held(turn: &Turn<'_>, app: &App) -> Result<Vec<AppFile>, VaultError> {
    files(turn, app, FileVersion::Held)
}

fn files(turn: &Turn<'_>, app: &App, version: FileVersion) -> Result<Vec<AppFile>, VaultError> {
    if app.kind != AppKind::Packaged {
        return Ok(Vec::new());
    }
    Ok(turn
        .space
        .db
        .read(|view| app_files::list(view, app.id, version))?)
}

/// What waits for the person's look.
fn waiting(turn: &Turn<'_>, app: &App) -> Result<Found, VaultError> {
    let files = files(turn, app, FileVersion::Offered)?;
    found(app, app.offered.clone(), &app.offered_key, files)
}

/// Whether just this waits already.
fn waits(turn: &Turn<'_>, app: &App, found: &Found) -> Result<bool, VaultError> {
    if app.offered != found.text || app.offered_key != found.key_pin {
        return Ok(false);
    }
    Ok(files(turn, app, FileVersion::Offered)? == found.files)
}

fn moved(app: &App, origin: &str, key_pin: &str) -> Option<Moved> {
    if app.kind == AppKind::Hosted && app.origin != origin {
        return Some(Moved::Address(app.origin.clone(), origin.to_owned()));
    }
    (app.key_pin != key_pin).then(|| Moved::Key(app.key_pin.clone(), key_pin.to_owned()))
}

/// Reads a manifest that was found for an app.
///
/// # Errors
/// [`VaultError::Invalid`] when it has a mistake.
pub(super) fn found(
    app: &App,
    text: String,
    key_pin: &str,
    mut files: Vec<AppFile>,
) -> Result<Found, VaultError> {
    files.sort_by(|one, other| one.path.cmp(&other.path));
    let invalid = |why| VaultError::Invalid {
        field: "manifest",
        why,
    };
    let manifest = Manifest::parse(text.as_bytes()).map_err(|_| invalid("a readable manifest"))?;
    let origin = if app.kind == AppKind::Hosted {
        let url = Url::parse(&app.manifest_url).map_err(|_| invalid("a usable web address"))?;
        let address = manifest
            .resolve(&url)
            .map_err(|_| invalid("a usable web address"))?;
        address.origin().to_string()
    } else {
        app.origin.clone()
    };
    Ok(Found {
        text,
        manifest,
        origin,
        key_pin: key_pin.to_owned(),
        files,
    })
}

/// The newer version that waits for the person's look, if one does.
pub(super) fn offer(turn: &Turn<'_>, app: &App) -> Result<Option<AppOffer>, VaultError> {
    if app.offered.is_empty() {
        return Ok(None);
    }
    let broken = |_| VaultError::Internal("a stored manifest cannot be read");
    let found = waiting(turn, app).map_err(broken)?;
    let asks = super::admission::asked(&found.manifest)?;
    Ok(Some(AppOffer {
        moved: moved(app, &found.origin, &found.key_pin),
        sha256: digest(&found),
        files: held(turn, app)? != found.files,
        signed: !found.key_pin.is_empty(),
        origin: found.origin,
        manifest: found.manifest,
        asks,
    }))
}

fn offering(turn: &Turn<'_>, id: AppId, shown: Sha256) -> Result<App, VaultError> {
    let app = get(turn, id)?;
    let same = !app.offered.is_empty() && digest(&waiting(turn, &app)?) == shown;
    same.then_some(app).ok_or(VaultError::NoSuch("offer"))
}

/// The person looked at a version and takes it.
pub(super) fn accept(turn: &mut Turn<'_>, app: &App, found: &Found) -> Result<(), VaultError> {
    let id = app.id;
    disclosure::check_name(turn, &app_party(id, &found.manifest.name))?;
    let another_party = moved(app, &found.origin, &found.key_pin).is_some();
    if another_party {
        forget(turn, app)?;
    }
    // Stopping what it saw has counted its changes.
    let accepted = taken(get(turn, id)?, found);
    let accepted = if another_party {
        renewed(accepted)
    } else {
        accepted
    };
    let mut entry = disclosure::log_entry(
        turn.now(),
        DisclosureKind::Accepted,
        &app_party(id, &accepted.name),
        APP_FACE,
    );
    entry.text = if another_party {
        "Its new address or key; sees nothing".to_owned()
    } else {
        "The version that you looked at".to_owned()
    };
    write(turn, &accepted, Files::Hold(&found.files), Some(entry))
}

/// Nothing of what an app had goes to another party under its name.
fn forget(turn: &mut Turn<'_>, app: &App) -> Result<(), VaultError> {
    let party = app_party(app.id, &app.name);
    let theirs = |grant: &Grant| grant.recipient.kind == PartyKind::App && grant.recipient.id == party.id;
    disclosure::revoke_where(turn, theirs, "moved")?;
    disclosure::close_app(turn, app.id, &party)?;
    turn.space.db.write(|tx| {
        tokens::delete_party(tx, PartyKind::App, &party.id)?;
        app_config::clear(tx, app.id)?;
        // What the person typed for the earlier one, secrets among it, and what that one told.
        app_choices::put(tx, app.id, &AppChoices::default())?;
        app_messages::clear(tx, app.id)?;
        app_status::put(tx, app.id, &AppStatus::default())?;
        Ok(())
    })
}

/// An app that begins anew: the party behind it never knew the person under the old marks.
fn renewed(app: App) -> App {
    App {
        account: Uuid::new_v4().simple().to_string(),
        verify_token: fresh_token(),
        service_token: Some(fresh_token()),
        ..app
    }
}

fn take(turn: &mut Turn<'_>, app: App, found: &Found) -> Result<(), VaultError> {
    let mut entry = disclosure::log_entry(
        turn.now(),
        DisclosureKind::Accepted,
        &app_party(app.id, &app.name),
        APP_FACE,
    );
    entry.reason = NARROWER.to_owned();
    entry.text = "Its new version asks for no more".to_owned();
    write(turn, &taken(app, found), Files::Hold(&found.files), Some(entry))
}

fn pause(turn: &mut Turn<'_>, app: App, found: &Found) -> Result<(), VaultError> {
    if app.state == AppState::Review {
        return if waits(turn, &app, found)? {
            Ok(())
        } else {
            write(turn, &offered(app, found), Files::Wait(&found.files), None)
        };
    }
    let (id, party) = (app.id, app_party(app.id, &app.name));
    let mut entry = disclosure::log_entry(turn.now(), DisclosureKind::Paused, &party, APP_FACE);
    entry.text = match moved(&app, &found.origin, &found.key_pin) {
        Some(Moved::Key(..)) => "Its key changed".to_owned(),
        Some(Moved::Address(..)) | None => "Its address changed".to_owned(),
    };
    let seen = disclosure::standing(turn, &party)?;
    let paused = App {
        state: AppState::Review,
        rev: app.rev.wrapping_add(1),
        ..offered(app, found)
    };
    write(turn, &paused, Files::Wait(&found.files), Some(entry))?;
    disclosure::close_app(turn, id, &party)?;
    disclosure::tell_hidden(turn, &seen);
    Ok(())
}

fn taken(app: App, found: &Found) -> App {
    App {
        name: found.manifest.name.clone(),
        manifest: found.text.clone(),
        origin: found.origin.clone(),
        key_pin: found.key_pin.clone(),
        rev: app.rev.wrapping_add(1),
        state: AppState::Ready,
        declined: String::new(),
        ..settled(app)
    }
}

fn offered(app: App, found: &Found) -> App {
    App {
        offered: found.text.clone(),
        offered_key: found.key_pin.clone(),
        ..app
    }
}

/// An app for which nothing waits.
fn settled(app: App) -> App {
    App {
        offered: String::new(),
        offered_key: String::new(),
        ..app
    }
}

fn write(
    turn: &Turn<'_>,
    app: &App,
    files: Files<'_>,
    entry: Option<vault_store::disclosures::NewDisclosure>,
) -> Result<(), VaultError> {
    let logged = entry.is_some();
    turn.space.db.write(|tx| {
        apps::put(tx, app)?;
        files.write(tx, app)?;
        match entry {
            Some(entry) => disclosure::append_log(tx, entry).map(drop),
            None => Ok(()),
        }
    })?;
    changed(turn);
    if logged {
        disclosure::tell_logged(turn);
    }
    Ok(())
}

fn digest(found: &Found) -> Sha256 {
    package::digest(&found.text, &found.key_pin, &found.files)
}
