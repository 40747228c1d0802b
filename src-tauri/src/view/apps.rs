//! Apps: the list, and the page of an installed one.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use openplatform::manifest::{Icon, Manifest};
use serde::Serialize;
use specta::Type;
use time::OffsetDateTime;
use vault_core::{
    SpaceHandle, VaultError,
    apps::{AppCounts, AppInfo, AppMessage, AppStatus, OpenExit},
    disclosure::{Destination, GrantView, RefusalRule},
};
use vault_store::{
    AppId,
    apps::{AppKind, AppState},
    grants::GrantDuration,
};

use super::{
    activity::{ActivityRow, GrantRow},
    app_choices::AppChoices,
    app_review::AppReview,
    markdown::{self, MarkBlock},
    offer::AppOffer,
    time::{day, local, stamp},
    values::Monogram,
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

pub(crate) fn after_scheme(origin: &str) -> &str {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(text: &str) -> Manifest {
        Manifest::parse(text.as_bytes()).unwrap()
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
    fn networks_are_named() {
        assert_eq!(network(&Destination::Local), "no internet");
        assert_eq!(
            network(&destination_of("https://hourly.example")),
            "on the internet: hourly.example, and whatever it loads"
        );
        assert_eq!(lower_first("Weekly earnings"), "weekly earnings");
    }
}
