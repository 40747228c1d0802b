//! What the bridge may tell an app about itself and the person: a disclosure like any other.

use std::collections::BTreeMap;

use openplatform::{
    bundles::ProfileLeaf,
    frame::BaseUrl,
    ids::WireId,
    manifest::{Icon, Manifest},
    metadata::{
        AppFacts, Counts, DisclosedProfile, Endpoints, Facts, Mode, Opening, OwnObjects, Preferences,
        Settings, Status, UserApp,
    },
    token::{AppToken, Revision},
};
use time::OffsetDateTime;
use vault_store::{
    AppId, DisclosureId, Scope, SecretValue, View, app_choices,
    app_choices::AppChoices,
    apps::{self, App, AppState},
};

use super::{
    admission::{fresh_token, get, info, stored_manifest},
    choices,
    messages::counts,
    opening::revision,
};
use crate::{
    SpaceHandle, VaultError,
    disclosure::{self, APP_FACE, Approved, Directory, Leaf, Need, Prepared, app_party},
    settings::{Setting, chosen},
    vault::Turn,
};

/// The accent colour that apps are told.
pub const ACCENT: &str = "#A8431F";

/// What metadata is made of, without what only the window and the gateway know.
pub struct AppMetadata {
    now: OffsetDateTime,
    mode: Mode,
    app: AppFacts,
    profile: DisclosedProfile,
    user_apps: Vec<UserApp>,
    revision: Revision,
    allowed: Allowed,
    /// The app is open as guest.
    guest: bool,
    /// The person chose dark colours.
    dark: bool,
    /// The log entry, whose outcome the caller reports; none when nothing personal is in it.
    pub disclosure: Option<DisclosureId>,
}

impl std::fmt::Debug for AppMetadata {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("AppMetadata")
            .field("fields", &self.profile.fields.len())
            .finish_non_exhaustive()
    }
}

/// Which addresses the person allowed.
#[derive(Debug, Clone, Copy, Default)]
struct Allowed {
    meta: bool,
    users: bool,
    apps: bool,
    notifications: bool,
}

impl AppMetadata {
    /// How many fields of the person are in it.
    #[must_use]
    pub fn fields(&self) -> usize {
        self.profile.fields.len()
    }

    /// Adds what only the window and the gateway know. `dark` is how the window looks; without one it is what the person chose.
    #[must_use]
    pub fn into_facts(self, base: BaseUrl, token: AppToken, dark: Option<bool>) -> Facts {
        let preferences = Preferences {
            dark: dark.unwrap_or(self.dark),
            ..preferences()
        };
        Facts {
            now: self.now,
            base,
            mode: self.mode,
            app: self.app,
            opening: Opening {
                revision: self.revision,
                href: None,
                data: None,
                guest: self.guest,
            },
            endpoints: Endpoints {
                token,
                name_token: false,
                meta: self.allowed.meta,
                users: self.allowed.users,
                apps: self.allowed.apps,
                services: false,
                notifications: self.allowed.notifications,
            },
            preferences,
            profile: self.profile,
            user_apps: self.user_apps,
        }
    }
}

impl SpaceHandle {
    /// What the bridge and the verify address may tell an app. It asks nobody: what is not shared is not in it.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], or the database could not be read or written.
    pub async fn app_metadata(&self, id: AppId) -> Result<AppMetadata, VaultError> {
        self.write(move |turn| metadata(turn, id)).await
    }
}

/// What is personal in metadata.
#[derive(Default)]
struct Released {
    fields: BTreeMap<ProfileLeaf, String>,
    apps: Vec<App>,
}

fn metadata(turn: &mut Turn<'_>, id: AppId) -> Result<AppMetadata, VaultError> {
    disclosure::sweep(turn)?;
    let app = get(turn, id)?;
    let party = app_party(id, &app.name);
    let standing = disclosure::standing(turn, &party)?;
    let leaves: Vec<Leaf> = standing
        .iter()
        .flat_map(|grant| &grant.scopes)
        .filter_map(Leaf::of)
        .collect();
    let allowed = Allowed {
        meta: leaves.contains(&Leaf::Directory(Directory::Meta)),
        users: leaves.contains(&Leaf::Directory(Directory::Users)),
        apps: leaves.contains(&Leaf::Directory(Directory::Apps)),
        notifications: leaves.contains(&Leaf::Notifications),
    };
    let updated = standing
        .iter()
        .map(|grant| grant.created_at)
        .max()
        .unwrap_or(app.created_at);
    let manifest = stored_manifest(&app)?;
    let wanted = personal(&leaves)?;
    let approved = disclosure::approve(turn, &party, APP_FACE, &wanted, Need::Any)?;
    let (released, disclosure) = match approved {
        None => (Released::default(), None),
        Some(approved) => {
            let release = disclosure::release(turn, approved, prepare)?;
            (release.answer, Some(release.disclosure))
        }
    };
    let guest = turn.questions.is_guest(turn.space.info.id, id);
    let (choices, counts) = turn
        .space
        .db
        .read(|view| Ok::<_, VaultError>((app_choices::get(view, id)?, counts(view, id)?)))?;
    // A guest is told nothing that the person typed.
    let choices = if guest { AppChoices::default() } else { choices };
    let profile = DisclosedProfile {
        roles: choices::roles(&manifest, &choices),
        reference: choices.reference.clone(),
        counts: Counts {
            badges: counts.badges,
            notifications: u32::try_from(counts.unread).unwrap_or(u32::MAX),
            sessions: 1,
        },
        ..profile(&app, released.fields, updated)?
    };
    let user_apps = released
        .apps
        .iter()
        .map(user_app)
        .collect::<Result<Vec<UserApp>, VaultError>>()?;
    Ok(AppMetadata {
        now: turn.now(),
        mode: if turn.space.info.made_up {
            Mode::Test
        } else {
            Mode::Prod
        },
        revision: revision(turn, &app)?,
        app: guest_facts(facts(turn, &app, &manifest, &choices)?, guest),
        profile,
        user_apps,
        allowed,
        guest,
        dark: chosen(turn, Setting::Theme)? == "dark",
        disclosure,
    })
}

/// How things are shown, the same for every app. Satchel makes no sounds.
fn preferences() -> Preferences {
    Preferences {
        color_scheme: ACCENT.to_owned(),
        sounds: false,
        volume: 0,
        ..Preferences::default()
    }
}

/// What of the leaves this protocol carries.
fn personal(leaves: &[Leaf]) -> Result<Vec<Scope>, VaultError> {
    leaves
        .iter()
        .filter(|leaf| match leaf {
            Leaf::Profile(field) => ProfileLeaf::of_field(field.name()).is_some(),
            Leaf::Directory(directory) => *directory == Directory::Apps,
            Leaf::Summary | Leaf::Records(_) | Leaf::ExternalIds(_) | Leaf::Notifications => false,
        })
        .map(Leaf::scope)
        .collect()
}

fn prepare(view: &View<'_>, approved: &Approved) -> Result<Prepared<Released>, VaultError> {
    let fields: BTreeMap<ProfileLeaf, String> = disclosure::released_profile(view, approved)?
        .into_iter()
        .filter_map(|(field, value)| Some((ProfileLeaf::of_field(field.name())?, value)))
        .collect();
    let lists_apps = Leaf::Directory(Directory::Apps);
    let apps = if approved.parts().iter().any(|part| *part.leaf() == lists_apps) {
        apps::list(view)?
    } else {
        Vec::new()
    };
    let counts = BTreeMap::from([
        ("fields".to_owned(), fields.len() as u64),
        ("apps".to_owned(), apps.len() as u64),
    ]);
    Ok(Prepared {
        answer: Released { fields, apps },
        counts,
    })
}

fn profile(
    app: &App,
    fields: BTreeMap<ProfileLeaf, String>,
    updated: OffsetDateTime,
) -> Result<DisclosedProfile, VaultError> {
    Ok(DisclosedProfile {
        account: wire_id(&app.account)?,
        created: app.created_at,
        updated,
        fields,
        roles: Vec::new(),
        reference: String::new(),
        status: Status::default(),
        counts: Counts {
            badges: 0,
            notifications: 0,
            sessions: 1,
        },
        own: OwnObjects::default(),
    })
}

fn facts(
    turn: &Turn<'_>,
    app: &App,
    manifest: &Manifest,
    choices: &AppChoices,
) -> Result<AppFacts, VaultError> {
    let text = |secret: &SecretValue| secret.expose_str().unwrap_or_default().to_owned();
    Ok(AppFacts {
        id: wire_id(&app.id.to_string())?,
        url: manifest
            .url
            .clone()
            .map_or_else(|| info(turn, app).map(|info| info.frame_url), Ok)?,
        title: manifest.title.clone().unwrap_or_else(|| manifest.name.clone()),
        icon: icon(manifest),
        server_verify: manifest.server_verify,
        verify_token: text(&app.verify_token),
        service_token: app.service_token.as_ref().map(text).unwrap_or_default(),
        serial: Some(choices.serial.clone()).filter(|serial| !serial.is_empty()),
        settings: Settings::Typed(choices::settings(manifest, choices)),
        old_version: None,
    })
}

/// A guest is not known again by the marks of the installation.
fn guest_facts(facts: AppFacts, guest: bool) -> AppFacts {
    if !guest {
        return facts;
    }
    let fresh = || fresh_token().expose_str().unwrap_or_default().to_owned();
    AppFacts {
        verify_token: fresh(),
        service_token: fresh(),
        ..facts
    }
}

fn user_app(app: &App) -> Result<UserApp, VaultError> {
    let manifest = stored_manifest(app)?;
    Ok(UserApp {
        id: wire_id(&app.id.to_string())?,
        title: manifest.title.clone().unwrap_or_else(|| manifest.name.clone()),
        icon: icon(&manifest),
        name: manifest.name,
        kind: manifest.kind,
        version: manifest.version,
        responsive: manifest.responsive,
        favorite: false,
        online: app.state == AppState::Ready,
    })
}

fn icon(manifest: &Manifest) -> String {
    match &manifest.icon {
        Icon::Symbol(classes) => classes.clone(),
        Icon::Address(_) | Icon::Embedded(_) => String::new(),
    }
}

fn wire_id(text: &str) -> Result<WireId, VaultError> {
    WireId::new(text).map_err(|_| VaultError::Internal("an identifier cannot go over the wire"))
}
