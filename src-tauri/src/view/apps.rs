//! Apps: the list, the description of one before it is installed, the page of an installed one.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use openplatform::manifest::{Icon, Manifest};
use serde::Serialize;
use specta::Type;
use time::OffsetDateTime;
use vault_connect::{FetchedManifest, package::Package};
use vault_core::{
    SpaceHandle, VaultError,
    apps::{AppChoices as Choices, AppCounts, AppInfo, AppMessage, AppStatus, OpenExit, asked},
    disclosure::{Destination, GrantView, Leaf, RefusalRule, RequestedScope, label},
    persona::PersonaField,
};
use vault_store::{
    AppId, RecordKind,
    apps::{AppKind, AppState},
    grants::GrantDuration,
};

use super::{
    activity::{ActivityRow, GrantRow},
    app_choices::AppChoices,
    markdown::{self, MarkBlock},
    offer::AppOffer,
    time::{day, local, stamp},
    values::{Fact, Monogram},
    wire::Wire,
};

/// The last colour is shared by all apps beyond the fourth.
const COLOURS: u8 = 5;

/// Something that an app can see.
#[derive(Clone, PartialEq, Eq, Serialize, Type)]
pub(crate) struct SeesTag {
    pub(crate) grant: String,
    pub(crate) words: String,
}

/// The sign of an app beside its letters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Type)]
pub(crate) struct AppIcon {
    /// A picture that was made anew, as a `data:` address.
    picture: Option<String>,
    /// Classes such as `fa-vial fa`; empty where the app has a picture.
    symbol: String,
}

impl AppIcon {
    /// `picture` is the icon made anew, as PNG.
    pub(crate) fn new(manifest: &Manifest, picture: Option<&[u8]>) -> Self {
        match &manifest.icon {
            // Upstream’s rocket is what an app without an icon gets: letters tell more.
            rocket if *rocket == Icon::default() => Self::default(),
            Icon::Symbol(classes) => Self {
                picture: None,
                symbol: classes.clone(),
            },
            Icon::Address(_) | Icon::Embedded(_) => Self {
                picture: picture.map(|png| format!("data:image/png;base64,{}", BASE64_STANDARD.encode(png))),
                symbol: String::new(),
            },
        }
    }
}

/// What is known of an app besides what it is.
#[derive(Clone, Default)]
pub(crate) struct Known {
    pub(crate) status: AppStatus,
    pub(crate) counts: AppCounts,
}

impl Known {
    pub(crate) async fn of(space: &SpaceHandle, app: AppId) -> Result<Self, VaultError> {
        Ok(Self {
            status: space.app_status(app).await?,
            counts: space.app_counts(app).await?,
        })
    }

    /// The icon, unless it was made of another one than the description has now.
    pub(crate) fn icon(&self, manifest: &Manifest) -> AppIcon {
        let current = self.status.icon_of == vault_connect::icon_of(&manifest.icon);
        AppIcon::new(manifest, self.status.icon.as_deref().filter(|_| current))
    }
}

/// One app of the list.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AppRow {
    pub(crate) id: String,
    pub(crate) name: String,
    maker: String,
    host: String,
    monogram: Monogram,
    icon: AppIcon,
    /// What it told since the person looked.
    unread: u32,
    badges: u32,
    /// Since when its server has not answered.
    offline_since: Option<String>,
    sees: Vec<SeesTag>,
    until: String,
    network: String,
    past: String,
    included: bool,
    pub(crate) open: bool,
    state: AppStanding,
}

/// Whether an app may be opened, and what waits for the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum AppStanding {
    /// It may be opened.
    Ready,
    /// It may be opened; a newer version waits for the person's look.
    Offered,
    /// It gets nothing until the person decides about a newer version.
    Paused,
    /// It came with a backpack, and the person has not looked at it.
    Arrived,
    /// The person blocked it.
    Blocked,
}

impl AppStanding {
    pub(crate) fn of(app: &AppInfo) -> Self {
        match (app.state, app.offer.is_some()) {
            (AppState::Ready, false) => Self::Ready,
            (AppState::Ready, true) => Self::Offered,
            (AppState::Review, true) => Self::Paused,
            (AppState::Review, false) => Self::Arrived,
            (AppState::Blocked, _) => Self::Blocked,
        }
    }
}

impl AppRow {
    /// `place` is the app's place in the list; it gives the colour.
    pub(crate) fn new(app: &AppInfo, known: &Known, place: usize, now: OffsetDateTime) -> Self {
        Self {
            id: app.id.to_string(),
            name: app.manifest.name.clone(),
            maker: maker(&app.manifest),
            host: host(app.kind, &app.origin),
            monogram: monogram(&app.manifest.name, place),
            icon: known.icon(&app.manifest),
            unread: u32::try_from(known.counts.unread).unwrap_or(u32::MAX),
            badges: known.counts.badges,
            offline_since: known.status.offline_since.map(stamp),
            sees: sees(&app.sees),
            until: until(&app.sees, now),
            network: network(&app.destination),
            past: past(app, now),
            included: app.kind == AppKind::Included,
            open: app.open,
            state: AppStanding::of(app),
        }
    }
}

/// The description of an app.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AppReview {
    review: String,
    name: String,
    maker: String,
    manifest_url: String,
    origin: String,
    version: String,
    description: String,
    verified: String,
    warnings: Vec<String>,
    asks: Vec<Ask>,
    cannot: Vec<String>,
    held: Vec<Fact>,
    facts: Vec<Fact>,
    icon: AppIcon,
    /// What it says about itself at length.
    readme: Vec<MarkBlock>,
    wire: Option<Wire>,
    /// The app and its standing, where it is installed.
    app: Option<(String, AppStanding)>,
}

#[derive(Clone, Serialize, Type)]
struct Ask {
    words: String,
    scope: String,
    reason: String,
    required: bool,
}

impl AppReview {
    /// Of a description that was just read.
    /// `base` is this vault's address, as apps are told it; `picture` the icon, made anew.
    pub(crate) fn fetched(
        fetched: &FetchedManifest,
        review: &str,
        known: Option<&AppInfo>,
        base: &str,
        picture: Option<&[u8]>,
    ) -> Self {
        let manifest = &fetched.manifest;
        let origin = fetched.address.origin().to_string();
        let destination = destination_of(&origin);
        let asks = leaves(manifest);
        Self {
            review: review.to_owned(),
            warnings: warnings(manifest, &fetched.url, &origin, &destination, base),
            icon: AppIcon::new(manifest, picture),
            wire: Some(Wire::new(manifest, "", !fetched.secrets.is_empty(), &destination)),
            cannot: cannot(&asks),
            held: held(&destination),
            facts: facts(manifest, fetched.url.as_str(), fetched.address.url()),
            manifest_url: fetched.url.to_string(),
            origin,
            app: known.map(|app| (app.id.to_string(), AppStanding::of(app))),
            ..Self::of(manifest, &asks)
        }
    }

    /// Of a package that was just read.
    pub(crate) fn package(package: &Package, review: &str, known: Option<&AppInfo>) -> Self {
        let manifest = &package.manifest;
        let asks = leaves(manifest);
        let destination = Destination::Local;
        let mut facts = facts(manifest, "", manifest.url.as_deref().unwrap_or("/"));
        facts.push(Fact::new("Files", package.files.len().to_string()));
        if !package.key_pin.is_empty() {
            facts.push(Fact::new("Fingerprint of its key", package.key_pin.clone()));
        }
        Self {
            review: review.to_owned(),
            icon: AppIcon::new(manifest, None),
            wire: Some(Wire::new(manifest, "", false, &destination)),
            cannot: cannot(&asks),
            held: held(&destination),
            origin: host(AppKind::Packaged, ""),
            verified: vouched(&package.key_pin).into(),
            facts,
            app: known.map(|app| (app.id.to_string(), AppStanding::of(app))),
            ..Self::of(manifest, &asks)
        }
    }

    /// Of an app that is installed.
    pub(crate) fn installed(app: &AppInfo, known: &Known, choices: &Choices) -> Self {
        let secrets = choices.request_secret.is_some() || choices.response_secret.is_some();
        Self {
            icon: known.icon(&app.manifest),
            wire: Some(Wire::new(
                &app.manifest,
                &choices.profile,
                secrets,
                &app.destination,
            )),
            review: String::new(),
            cannot: cannot(&app.asks),
            held: held(&app.destination),
            facts: facts(&app.manifest, &app.manifest_url, &app.frame_url),
            manifest_url: app.manifest_url.clone(),
            origin: app.origin.clone(),
            app: Some((app.id.to_string(), AppStanding::of(app))),
            verified: match app.kind {
                AppKind::Included => "It came with Satchel.".into(),
                AppKind::Packaged => vouched(&app.key_pin).into(),
                AppKind::Hosted => NOBODY_CHECKED.into(),
            },
            ..Self::of(&app.manifest, &app.asks)
        }
    }

    fn of(manifest: &Manifest, asks: &[RequestedScope]) -> Self {
        Self {
            review: String::new(),
            name: manifest.name.clone(),
            maker: maker(manifest),
            manifest_url: String::new(),
            origin: String::new(),
            version: manifest.version.clone(),
            description: manifest.description.clone(),
            verified: NOBODY_CHECKED.into(),
            warnings: Vec::new(),
            asks: asks.iter().map(ask).collect(),
            cannot: Vec::new(),
            held: Vec::new(),
            facts: Vec::new(),
            icon: AppIcon::default(),
            readme: markdown::read(&manifest.readme),
            wire: None,
            app: None,
        }
    }
}

/// What the signature of a package says, and what it does not.
const fn vouched(key_pin: &str) -> &'static str {
    if key_pin.is_empty() {
        "Nobody signed it, and nobody vouches for it. The name is what it says itself."
    } else {
        "It is signed with its own key: only who has that key can make a newer version of it. The name is what it says itself. Nobody has checked it."
    }
}

const NOBODY_CHECKED: &str = "The name is what it says itself. Nobody has checked it.";

/// The page of an app.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AppDetail {
    pub(crate) row: AppRow,
    pub(crate) review: AppReview,
    pub(crate) offer: Option<AppOffer>,
    pub(crate) grants: Vec<GrantRow>,
    pub(crate) received: Vec<ActivityRow>,
    pub(crate) questions: Vec<ActivityRow>,
    pub(crate) rules: Vec<RefusalRow>,
    pub(crate) stored_bytes: u64,
    pub(crate) messages: Vec<MessageRow>,
    pub(crate) choices: AppChoices,
    /// The ways out of it that the person opened.
    pub(crate) exits: Vec<ExitRow>,
    /// Whether it got something that it can be asked to erase.
    pub(crate) can_erase: bool,
}

/// Something that an app told.
#[derive(Clone, Serialize, Type)]
pub(crate) struct MessageRow {
    id: String,
    /// 0 tells, 1 tells of a success, 2 warns.
    kind: u8,
    body: Vec<MarkBlock>,
    at: String,
    unread: bool,
}

impl From<AppMessage> for MessageRow {
    fn from(message: AppMessage) -> Self {
        Self {
            id: message.id.to_string(),
            kind: message.kind,
            body: markdown::read(&message.body),
            at: stamp(message.created_at),
            unread: message.read_at.is_none(),
        }
    }
}

/// A way out of an app that the person opened.
#[derive(Clone, Serialize, Type)]
pub(crate) struct ExitRow {
    way: String,
    target: String,
    words: String,
    since: String,
}

impl From<OpenExit> for ExitRow {
    fn from(open: OpenExit) -> Self {
        Self {
            way: open.exit.way().word().to_owned(),
            target: open.exit.target().to_owned(),
            words: open.words,
            since: stamp(open.allowed_at),
        }
    }
}

/// Something that an app is always refused.
#[derive(Clone, Serialize, Type)]
pub(crate) struct RefusalRow {
    scope: String,
    words: String,
    since: String,
}

impl From<RefusalRule> for RefusalRow {
    fn from(rule: RefusalRule) -> Self {
        Self {
            scope: rule.scope.to_string(),
            words: rule.words,
            since: stamp(rule.since),
        }
    }
}

/// Letters and colour of an app.
pub(crate) fn monogram(name: &str, place: usize) -> Monogram {
    Monogram::new(
        name,
        u8::try_from(place + 1).map_or(COLOURS, |place| place.min(COLOURS)),
    )
}

/// Who made it, as it says.
pub(crate) fn maker(manifest: &Manifest) -> String {
    if manifest.author.is_empty() {
        "a maker it does not name".into()
    } else {
        manifest.author.clone()
    }
}

/// Where it is.
pub(crate) fn host(kind: AppKind, origin: &str) -> String {
    match kind {
        AppKind::Included => "included with Satchel".into(),
        AppKind::Packaged => "kept in your vault".into(),
        AppKind::Hosted => after_scheme(origin).to_owned(),
    }
}

/// What it sees, grant by grant.
pub(crate) fn sees(grants: &[GrantView]) -> Vec<SeesTag> {
    grants
        .iter()
        .map(|view| SeesTag {
            grant: view.grant.id.to_string(),
            words: view.words.clone(),
        })
        .collect()
}

/// Which network it has.
pub(crate) fn network(destination: &Destination) -> String {
    match destination {
        Destination::Local | Destination::File => "no internet".into(),
        Destination::Program { address } => format!("on this computer: {address}, and whatever it loads"),
        Destination::Internet { host } => format!("on the internet: {host}, and whatever it loads"),
    }
}

fn after_scheme(origin: &str) -> &str {
    origin.split_once("://").map_or(origin, |(_, host)| host)
}

/// Where the pages of an origin are.
pub(crate) fn destination_of(origin: &str) -> Destination {
    let host = after_scheme(origin).to_owned();
    let on_this_computer = origin
        .parse()
        .is_ok_and(|url| openplatform::origin::is_loopback(&url));
    if on_this_computer {
        Destination::Program { address: host }
    } else {
        Destination::Internet { host }
    }
}

/// The latest end of what it sees.
fn until(sees: &[GrantView], now: OffsetDateTime) -> String {
    let today = local(now).date();
    let any = |duration| sees.iter().any(|view| view.grant.duration == duration);
    if any(GrantDuration::UntilStopped) {
        return "until you stop it".into();
    }
    match sees.iter().filter_map(|view| view.grant.until).max() {
        // The grant ends when its last day is over.
        Some(end) => format!(
            "until {}",
            day(end.date().previous_day().unwrap_or(end.date()), today)
        ),
        None if any(GrantDuration::Once) => "until its window is closed".into(),
        None => String::new(),
    }
}

fn past(app: &AppInfo, now: OffsetDateTime) -> String {
    let today = local(now).date();
    if let Some(saw) = &app.saw {
        let ended = saw
            .grant
            .ended_at
            .or(saw.grant.until)
            .unwrap_or(saw.grant.created_at);
        return format!(
            "Saw {} until {}",
            lower_first(&saw.words),
            day(local(ended).date(), today)
        );
    }
    match app.last_opened_at.map(|at| local(at).date()) {
        None => "Never opened".into(),
        Some(last) if last == today => "Last opened today".into(),
        Some(last) if last.next_day() == Some(today) => "Last opened yesterday".into(),
        Some(last) => format!("Last opened on {}", day(last, today)),
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Everything that a manifest asks for.
fn leaves(manifest: &Manifest) -> Vec<RequestedScope> {
    asked(manifest).unwrap_or_default()
}

fn ask(asked: &RequestedScope) -> Ask {
    Ask {
        words: label(&asked.scope),
        scope: asked.scope.to_string(),
        reason: asked.explanation.clone().unwrap_or_default(),
        required: asked.required,
    }
}

/// What it did not ask for, in a few words each.
fn cannot(asks: &[RequestedScope]) -> Vec<String> {
    let asked: Vec<Leaf> = asks.iter().filter_map(|asked| Leaf::of(&asked.scope)).collect();
    let has = |leaf: Leaf| asked.contains(&leaf);
    let records = |kind| has(Leaf::Records(kind));
    let profile = asked
        .iter()
        .any(|leaf| matches!(leaf, Leaf::Profile(field) if *field != PersonaField::TaxId));
    let all = [
        (records(RecordKind::Work), "Single gigs"),
        (has(Leaf::Summary) || records(RecordKind::Payment), "Earnings"),
        (records(RecordKind::Rating), "Ratings"),
        (records(RecordKind::Review), "Reviews"),
        (records(RecordKind::Achievement), "Achievements"),
        (records(RecordKind::Restriction), "Restrictions of your accounts"),
        (profile, "Your profile"),
        (has(Leaf::Profile(PersonaField::TaxId)), "Your tax number"),
    ];
    let lacking = all
        .into_iter()
        .filter(|(asked, _)| !asked)
        .map(|(_, words)| words.to_owned());
    lacking.chain(["What other apps received".to_owned()]).collect()
}

fn held(destination: &Destination) -> Vec<Fact> {
    let window = Fact::new("Window", "its own, with a strip it cannot cover");
    let given = match destination {
        Destination::Local | Destination::File => "stays on this computer",
        Destination::Program { .. } | Destination::Internet { .. } => "counts as given to its maker",
    };
    vec![
        Fact::new("Network", network(destination)),
        window,
        Fact::new("What it gets", given),
        Fact::new("Cookies, camera, microphone, place", "none"),
        // Measured: the engine separates storage by origin, and every window's is emptied at lock and at a change of space.
        Fact::new(
            "What its pages store",
            "apart from other apps, gone when you lock",
        ),
    ]
}

fn facts(manifest: &Manifest, manifest_url: &str, frame_url: &str) -> Vec<Fact> {
    let all = [
        ("Description at", manifest_url),
        ("Starts at", frame_url),
        ("Version", &manifest.version),
        ("Kind", &manifest.kind),
        ("E-mail of its maker", &manifest.email),
    ];
    all.into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| Fact::new(name, value))
        .collect()
}

fn warnings(
    manifest: &Manifest,
    url: &url::Url,
    origin: &str,
    destination: &Destination,
    base: &str,
) -> Vec<String> {
    let mut warnings = Vec::new();
    if url.origin().ascii_serialization() != origin {
        warnings.push(format!(
            "Its pages come from {}, its description from elsewhere.",
            after_scheme(origin)
        ));
    }
    if matches!(destination, Destination::Program { .. }) {
        warnings.push("It runs on this computer. Satchel cannot tell what it passes on.".into());
    } else if origin.starts_with("http:") {
        warnings.push("Its address is not encrypted: anybody in between can be this app.".into());
    }
    if manifest.server_verify {
        warnings.push("A server of its maker reads what you share with it.".into());
    }
    if !manifest.accepts_host(base) {
        warnings.push(
            "It lists the hosts that it works with, and Satchel is not among them: it will refuse.".into(),
        );
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(text: &str) -> Manifest {
        Manifest::parse(text.as_bytes()).unwrap()
    }

    const TAX: &str = r#"{"name":"Quarter Tax","url":"https://tax.example/app/","allowreadprofile":0,"allowreadusers":0,"allowreadapps":0,"allowreadmeta":false,"allownotifications":false,"vault":{"purpose":"x","scopes":[
        {"scope":"vault:payments:get","required":true,"explanation":"To add up"},
        {"scope":"vault:profile.tax_id:get","required":false,"explanation":""}]}}"#;

    const BASE: &str = "http://127.0.0.1:8200";

    #[test]
    fn an_app_that_lists_hosts_and_not_this_one_is_warned_of() {
        let listed = |hosts: &str| {
            let text = format!(r#"{{"name":"A","url":"https://a.example/","openplatform":{hosts}}}"#);
            let url = "https://a.example/openplatform.json".parse().unwrap();
            let origin = "https://a.example";
            warnings(&manifest(&text), &url, origin, &destination_of(origin), BASE)
        };
        assert_eq!(listed("[]"), Vec::<String>::new());
        assert_eq!(listed(r#"["http://127.0.0.1:8200"]"#), Vec::<String>::new());
        assert_eq!(listed(r#"["https://platform.example"]"#).len(), 1);
    }

    #[test]
    fn an_icon_is_shown_only_while_it_is_the_one_of_the_description() {
        let app = manifest(r#"{"name":"A","icon":"https://a.example/i.png"}"#);
        let mut known = Known::default();
        known.status.icon_of = "https://a.example/i.png".into();
        known.status.icon = Some(vec![1]);
        assert_eq!(
            known.icon(&app).picture.as_deref(),
            Some("data:image/png;base64,AQ==")
        );
        known.status.icon_of = "https://a.example/old.png".into();
        assert_eq!(known.icon(&app), AppIcon::default());
        let symbol = manifest(r#"{"name":"A","icon":"vial"}"#);
        assert_eq!(known.icon(&symbol).symbol, "fa-vial fa");
    }

    #[test]
    fn what_was_not_asked_for_cannot_be_got() {
        let asks = leaves(&manifest(TAX));
        assert_eq!(asks.len(), 2);
        let cannot = cannot(&asks);
        assert!(cannot.contains(&"Single gigs".to_owned()) && cannot.contains(&"Your profile".to_owned()));
        assert!(!cannot.contains(&"Earnings".to_owned()) && !cannot.contains(&"Your tax number".to_owned()));
    }

    #[test]
    fn warnings_are_about_what_can_be_known() {
        let description = "https://other.example/openplatform.json".parse().unwrap();
        let warned = warnings(
            &manifest(TAX),
            &description,
            "https://tax.example",
            &destination_of("https://tax.example"),
            BASE,
        );
        assert_eq!(
            warned,
            ["Its pages come from tax.example, its description from elsewhere."]
        );
        let local = "http://127.0.0.1:8001/openplatform.json".parse().unwrap();
        let warned = warnings(
            &manifest(TAX),
            &local,
            "http://127.0.0.1:8001",
            &destination_of("http://127.0.0.1:8001"),
            BASE,
        );
        assert_eq!(
            warned,
            ["It runs on this computer. Satchel cannot tell what it passes on."]
        );
    }

    #[test]
    fn networks_are_named() {
        assert_eq!(network(&Destination::Local), "no internet");
        assert_eq!(
            network(&destination_of("https://hourly.example")),
            "on the internet: hourly.example, and whatever it loads"
        );
        assert_eq!(lower_first("Weekly earnings"), "weekly earnings");
    }
}
