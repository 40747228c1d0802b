//! What the bridge may tell an app about itself and the person: a disclosure like any other.

use std::collections::BTreeMap;

use openplatform::{
    bundles::ProfileLeaf,
    frame::BaseUrl,
    ids::WireId,
    manifest::{AppsAccess, Icon, Manifest, Protocol, SettingKind, UsersAccess},
    metadata::{
        AppFacts, AppsLevel, Counts, DisclosedProfile, Endpoints, Facts, Listed, Mode, Opening, OwnObjects,
        Preferences, Settings, Status, UserApp,
    },
    token::{AppToken, Revision},
};
use serde_json::{Map, Value};
use time::OffsetDateTime;
use vault_store::{
    AppId, DisclosureId, Scope, SecretValue, View, app_choices,
    app_choices::AppChoices,
    app_config, app_exits, app_status,
    app_status::AppStatus,
    apps::{self, App, AppState},
    grants::Grant,
};

use super::{
    admission::{fresh_token, get, info, origin, stored_manifest},
    choices,
    exits::ExitWay,
    messages,
    opening::{revision_by, wire},
};
use crate::{
    SpaceHandle, VaultError,
    disclosure::{self, APP_FACE, Approved, Directory, Leaf, Need, Prepared, app_party},
    persona::PersonaField,
    settings::{Chosen, Setting},
    vault::Turn,
};

/// The accent colour that apps are told.
pub const ACCENT: &str = "#A8431F";

/// Fields whose values are in the lists of words, where they were released (specification 5.5).
const WORDS: [PersonaField; 4] = [
    PersonaField::Company,
    PersonaField::Department,
    PersonaField::Position,
    PersonaField::City,
];

/// What metadata is made of, without what only the window and the gateway know.
pub struct AppMetadata {
    protocol: Protocol,
    now: OffsetDateTime,
    mode: Mode,
    app: AppFacts,
    profile: DisclosedProfile,
    user_apps: Vec<UserApp>,
    apps_level: AppsLevel,
    revision: Revision,
    allowed: Allowed,
    guest: bool,
    preferences: Preferences,
    /// The word for the background, where the person chose one.
    background: Option<String>,
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
    services: bool,
    notifications: bool,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    /// Everything that the app is told when it is opened.
    Whole,
    /// Nothing of the person.
    Nothing,
    /// One list.
    List(Directory),
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
            dark: dark.unwrap_or(self.preferences.dark),
            background: self
                .background
                .map(|word| format!("{}/backgrounds/{word}.svg", base.as_str())),
            ..self.preferences
        };
        Facts {
            protocol: self.protocol,
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
                meta: self.allowed.meta,
                users: self.allowed.users,
                apps: self.allowed.apps,
                services: self.allowed.services,
                notifications: self.allowed.notifications,
            },
            preferences,
            profile: self.profile,
            user_apps: self.user_apps,
            apps_level: self.apps_level,
        }
    }
}

impl SpaceHandle {
    /// What the bridge and the verify address may tell an app. It asks nobody: what is not shared is not in it.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], or the database could not be read or written.
    pub async fn app_metadata(&self, id: AppId) -> Result<AppMetadata, VaultError> {
        self.write(move |turn| turn.together(|turn| metadata(turn, id, What::Whole)))
            .await
    }

    /// The same without anything of the person, for who has not proven to be the app's server.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], or the database could not be read.
    pub async fn app_metadata_without_person(&self, id: AppId) -> Result<AppMetadata, VaultError> {
        self.write(move |turn| turn.together(|turn| metadata(turn, id, What::Nothing)))
            .await
    }

    /// What a list may tell an app; nothing when the person did not share that list.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], or the database could not be read or written.
    pub async fn app_list(&self, id: AppId, list: Directory) -> Result<Option<AppMetadata>, VaultError> {
        self.write(move |turn| {
            turn.together(|turn| {
                disclosure::sweep(turn)?;
                let app = get(turn, id)?;
                let standing = disclosure::standing(turn, &app_party(app.id, &app.name))?;
                if !shared_leaves(&standing).contains(&Leaf::Directory(list)) {
                    return Ok(None);
                }
                metadata(turn, id, What::List(list)).map(Some)
            })
        })
        .await
    }
}

/// What is personal in metadata.
#[derive(Default)]
struct Released {
    fields: BTreeMap<ProfileLeaf, String>,
    apps: Vec<(App, AppStatus)>,
}

fn shared_leaves(standing: &[Grant]) -> Vec<Leaf> {
    standing
        .iter()
        .flat_map(|grant| &grant.scopes)
        .filter_map(Leaf::of)
        .collect()
}

fn metadata(turn: &mut Turn<'_>, id: AppId, what: What) -> Result<AppMetadata, VaultError> {
    disclosure::sweep(turn)?;
    let app = get(turn, id)?;
    let party = app_party(id, &app.name);
    let manifest = stored_manifest(&app)?;
    let chosen_for = turn.space.db.read(|view| app_choices::get(view, id))?;
    let protocol = wire(&app, &manifest, &chosen_for).protocol;
    let guest = turn.questions.is_guest(turn.space.info.id, id);
    // A guest is told nothing that the person typed.
    let chosen_for = if guest { AppChoices::default() } else { chosen_for };
    let (standing, chosen) = (disclosure::standing(turn, &party)?, Chosen::read(turn)?);
    let leaves = shared_leaves(&standing);
    let allowed = allowed(turn, id, &leaves, &chosen_for, &chosen, guest)?;
    let updated = standing
        .iter()
        .map(|grant| grant.created_at)
        .max()
        .unwrap_or(app.created_at);
    let wanted = personal(&leaves, what, protocol)?;
    let (released, disclosure) = match disclosure::approve_by(&standing, &party, APP_FACE, &wanted, Need::Any)
    {
        None => (Released::default(), None),
        Some(approved) => {
            let release = disclosure::release(turn, approved, prepare)?;
            (release.answer, Some(release.disclosure))
        }
    };
    let port = turn.gateway_port();
    let user_apps = released
        .apps
        .iter()
        .map(|(app, status)| user_app(app, status, port))
        .collect::<Result<Vec<UserApp>, VaultError>>()?;
    let mut profile = profile(turn, &app, released.fields, updated, &chosen, guest)?;
    profile.roles = choices::roles(&manifest, &chosen_for);
    profile.reference.clone_from(&chosen_for.reference);
    Ok(AppMetadata {
        protocol,
        now: turn.now(),
        mode: mode(turn, &chosen),
        revision: revision_by(turn, &app, &standing)?,
        app: guest_facts(facts(turn, &app, &manifest, &chosen_for, protocol)?, guest),
        profile,
        user_apps,
        apps_level: if manifest.apps == AppsAccess::Full {
            AppsLevel::Full
        } else {
            AppsLevel::Basic
        },
        allowed,
        guest,
        preferences: preferences(&chosen_for, &chosen),
        background: Some(chosen.text(Setting::Background).to_owned()).filter(|word| word != "none"),
        disclosure,
    })
}

fn mode(turn: &Turn<'_>, chosen: &Chosen) -> Mode {
    if turn.space.info.made_up {
        Mode::Test
    } else if chosen.is_on(Setting::DeveloperMode) {
        Mode::Dev
    } else {
        Mode::Prod
    }
}

fn allowed(
    turn: &Turn<'_>,
    id: AppId,
    leaves: &[Leaf],
    chosen_for: &AppChoices,
    chosen: &Chosen,
    guest: bool,
) -> Result<Allowed, VaultError> {
    let exits = turn.space.db.read(|view| app_exits::list(view, id))?;
    let wants_notifications = chosen_for.notifications && chosen.is_on(Setting::Notifications);
    Ok(Allowed {
        meta: leaves.contains(&Leaf::Directory(Directory::Meta)),
        users: leaves.contains(&Leaf::Directory(Directory::Users)),
        apps: leaves.contains(&Leaf::Directory(Directory::Apps)),
        services: !guest && exits.iter().any(|exit| exit.way == ExitWay::Services.word()),
        notifications: wants_notifications && leaves.contains(&Leaf::Notifications),
    })
}

/// How things are shown, and whether this app may be heard.
fn preferences(chosen_for: &AppChoices, chosen: &Chosen) -> Preferences {
    Preferences {
        dark: chosen.text(Setting::Theme) == "dark",
        color_scheme: chosen.text(Setting::Accent).to_owned(),
        sounds: chosen_for.sounds && chosen.is_on(Setting::Sounds),
        volume: chosen.text(Setting::Volume).parse().unwrap_or_default(),
        ..Preferences::default()
    }
}

/// What of the leaves an answer carries. A list of words has the values of the fields that are shared, and no other; P2 has the lists in
/// its first answer.
fn personal(leaves: &[Leaf], what: What, protocol: Protocol) -> Result<Vec<Scope>, VaultError> {
    let inline = what == What::Whole && protocol == Protocol::P2;
    let is_word = |leaf: &Leaf| matches!(leaf, Leaf::Profile(field) if WORDS.contains(field));
    leaves
        .iter()
        .filter(|leaf| match (leaf, what) {
            (Leaf::Profile(_), What::List(Directory::Apps)) => false,
            (Leaf::Profile(_), What::List(Directory::Meta)) => is_word(leaf),
            (Leaf::Profile(field), What::Whole | What::List(Directory::Users)) => {
                ProfileLeaf::of_field(field.name()).is_some()
            }
            (Leaf::Directory(directory), What::List(list)) => *directory == list,
            (Leaf::Directory(directory), What::Whole) => inline || *directory == Directory::Apps,
            (Leaf::Profile(_) | Leaf::Directory(_), What::Nothing) => false,
            (
                Leaf::Summary
                | Leaf::Records(_)
                | Leaf::ExternalIds(_)
                | Leaf::Notifications
                | Leaf::EditProfile(_),
                _,
            ) => false,
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
    let mut apps = Vec::new();
    if approved.parts().iter().any(|part| *part.leaf() == lists_apps) {
        for app in apps::list(view)? {
            let status = app_status::get(view, app.id)?;
            apps.push((app, status));
        }
    }
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
    turn: &Turn<'_>,
    app: &App,
    fields: BTreeMap<ProfileLeaf, String>,
    updated: OffsetDateTime,
    chosen: &Chosen,
    guest: bool,
) -> Result<DisclosedProfile, VaultError> {
    let (counts, kept) = turn.space.db.read(|view| {
        Ok::<_, VaultError>((messages::counts(view, app.id)?, app_config::get(view, app.id)?))
    })?;
    let kept = kept.filter(|_| !guest);
    Ok(DisclosedProfile {
        account: wire_id(&app.account)?,
        created: app.created_at,
        updated,
        fields,
        roles: Vec::new(),
        reference: String::new(),
        status: Status {
            id: chosen.text(Setting::Status).parse().unwrap_or_default(),
            text: chosen.text(Setting::StatusText).to_owned(),
        },
        counts: Counts {
            badges: counts.badges,
            notifications: u32::try_from(counts.unread).unwrap_or(u32::MAX),
            sessions: 1,
        },
        own: OwnObjects {
            // What an app keeps by `config` is what upstream calls its settings for one person.
            settings: kept.and_then(|text| serde_json::from_str(&text).ok()),
            ..OwnObjects::default()
        },
    })
}

fn facts(
    turn: &Turn<'_>,
    app: &App,
    manifest: &Manifest,
    chosen_for: &AppChoices,
    protocol: Protocol,
) -> Result<AppFacts, VaultError> {
    let text = |secret: &SecretValue| secret.expose_str().unwrap_or_default().to_owned();
    let old_version = turn
        .questions
        .opened(turn.space.info.id, app.id)
        .and_then(|opening| opening.old_version.clone());
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
        serial: Some(chosen_for.serial.clone()).filter(|serial| !serial.is_empty()),
        settings: settings(manifest, choices::settings(manifest, chosen_for), protocol),
        known_roles: manifest.roles.clone(),
        old_version,
    })
}

/// Typed values; for P2 and P3 one text: the value of the one text that the app declares, else all values as JSON.
fn settings(manifest: &Manifest, mut values: Map<String, Value>, protocol: Protocol) -> Settings {
    match protocol {
        Protocol::P2 | Protocol::P3 if values.is_empty() => Settings::Typed(values),
        Protocol::P2 | Protocol::P3 => Settings::Text(match manifest.settings.as_slice() {
            [(only, SettingKind::Text)] => values
                .get(only)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            _ => Value::Object(values).to_string(),
        }),
        Protocol::P4 | Protocol::P5 => {
            for (key, value) in &mut values {
                let is_date = manifest
                    .settings
                    .iter()
                    .any(|(name, kind)| name == key && *kind == SettingKind::Date);
                if let Some(day) = value.as_str().filter(|_| is_date) {
                    *value = format!("{day}T00:00:00.000Z").into();
                }
            }
            Settings::Typed(values)
        }
    }
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

fn user_app(app: &App, status: &AppStatus, port: u16) -> Result<UserApp, VaultError> {
    let manifest = stored_manifest(app)?;
    Ok(UserApp {
        id: wire_id(&app.id.to_string())?,
        title: manifest.title.clone().unwrap_or_else(|| manifest.name.clone()),
        icon: icon(&manifest),
        listed: listed(app, &manifest, status, port),
        name: manifest.name,
        kind: manifest.kind,
        version: manifest.version,
        responsive: manifest.responsive,
        favorite: false,
        online: app.state == AppState::Ready && status.offline_since.is_none(),
    })
}

/// What the manifest of an app says, and nothing that the person set for it.
fn listed(app: &App, manifest: &Manifest, status: &AppStatus, port: u16) -> Listed {
    Listed {
        description: manifest.description.clone(),
        author: manifest.author.clone(),
        color: manifest.color.clone(),
        reads_apps: match manifest.apps {
            AppsAccess::None => 0,
            AppsAccess::Basic => 1,
            AppsAccess::Full => 2,
        },
        reads_users: match manifest.users {
            UsersAccess::None => 0,
            UsersAccess::AllBasic => 1,
            UsersAccess::AllFull => 2,
            UsersAccess::OwnBasic => 3,
            UsersAccess::OwnFull => 4,
        },
        reads_meta: manifest.meta == Some(true),
        notifies: manifest.notifications,
        mobile_menu: manifest.mobile_menu,
        services: manifest.services.iter().map(|(name, _)| name.clone()).collect(),
        reference: manifest.reference.clone(),
        created: app.created_at,
        refreshed: status.refreshed_at,
        url: manifest.url.clone().unwrap_or_else(|| origin(app, port)),
        roles: manifest.roles.clone(),
        email: manifest.email.clone(),
        custom: manifest.custom.clone(),
        origin: manifest.server_addresses.clone(),
    }
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
