//! The facts that metadata is made of. None of these types can be printed: they hold what a person released.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use time::OffsetDateTime;

use crate::bundles::ProfileLeaf;
use crate::frame::BaseUrl;
use crate::ids::WireId;
use crate::manifest::Protocol;
use crate::token::{AppToken, Revision};

/// Everything that one answer is made of.
pub struct Facts {
    /// The profile that the app speaks.
    pub protocol: Protocol,
    /// The time of the answer.
    pub now: OffsetDateTime,
    /// Base of the host.
    pub base: BaseUrl,
    /// What kind of vault this is.
    pub mode: Mode,
    /// The installation of the app.
    pub app: AppFacts,
    /// How it was opened.
    pub opening: Opening,
    /// Which addresses it gets.
    pub endpoints: Endpoints,
    /// How the person likes things shown.
    pub preferences: Preferences,
    /// The person, as far as released.
    pub profile: DisclosedProfile,
    /// The apps of the space, if this one may see them.
    pub user_apps: Vec<UserApp>,
    /// How much of other apps it may see.
    pub apps_level: AppsLevel,
}

/// `mode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A space of real data.
    Prod,
    /// A space of made-up data.
    Test,
    /// Developer mode.
    Dev,
}

/// An app as it is installed in one space.
pub struct AppFacts {
    /// Id of the installation.
    pub id: WireId,
    /// Frame URL of the manifest, byte for byte (specification 2.3).
    pub url: String,
    /// Title in the launcher.
    pub title: String,
    /// Icon as class names, possibly empty.
    pub icon: String,
    /// The manifest's `serververify` or `serverside`: its page gets no profile, its server does (specification 2.4).
    pub server_verify: bool,
    /// Random per installation and never changed: makes the app's server see a tenant of its own.
    pub verify_token: String,
    /// Random per installation: signs calls of services.
    pub service_token: String,
    /// `sn`, as the person entered it.
    pub serial: Option<String>,
    /// What the person entered for the manifest's settings.
    pub settings: Settings,
    /// The roles that the manifest knows.
    pub known_roles: Vec<String>,
    /// The version that was open before, if it was another one.
    pub old_version: Option<String>,
}

/// Settings of an app.
pub enum Settings {
    /// P4: typed values by key; an empty object is left out.
    Typed(Map<String, Value>),
    /// P2 and P3: one free text.
    Text(String),
}

/// One opening of an app.
pub struct Opening {
    /// Changes when what the app may know changes.
    pub revision: Revision,
    /// The deep link it was opened with. Clients of P2 to 4.8 go there by themselves, so it must be an address of the app.
    pub href: Option<String>,
    /// What another app handed over, after the person agreed.
    pub data: Option<Value>,
    /// Opened without any identity: ids are `0`, there is no profile, nothing is remembered.
    pub guest: bool,
}

/// The addresses an app gets, each with its token.
pub struct Endpoints {
    /// The token of this opening.
    pub token: AppToken,
    /// Lists of companies, places and so on were allowed.
    pub meta: bool,
    /// The person in the list of people was allowed.
    pub users: bool,
    /// The list of apps was allowed.
    pub apps: bool,
    /// Calling services of other apps was allowed.
    pub services: bool,
    /// Notifications are on for this app.
    pub notifications: bool,
}

/// How the person likes things shown: preferences that many people share, so no grant is needed.
pub struct Preferences {
    /// Two letters.
    pub language: String,
    /// `dateformat`.
    pub date_format: DateFormat,
    /// `timeformat`.
    pub time_format: TimeFormat,
    /// `numberformat`.
    pub number_format: NumberFormat,
    /// `datefdow`: 0 Sunday, 1 Monday.
    pub first_day: u8,
    /// Dark colours.
    pub dark: bool,
    /// Accent colour, `#RRGGBB`.
    pub color_scheme: String,
    /// Address of a background picture.
    pub background: Option<String>,
    /// Sounds are on, for this app too.
    pub sounds: bool,
    /// 0 to 100.
    pub volume: u8,
}

impl Default for Preferences {
    /// What upstream's host starts with: English, ISO dates, 24 hours, weeks from Monday, the blue that clients fall back to.
    fn default() -> Self {
        Self {
            language: "en".to_owned(),
            date_format: DateFormat::YearMonthDay,
            time_format: TimeFormat::Hours24,
            number_format: NumberFormat::CommaPoint,
            first_day: 1,
            dark: false,
            color_scheme: "#4285f4".to_owned(),
            background: None,
            sounds: true,
            volume: 50,
        }
    }
}

/// `dateformat`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateFormat {
    /// `yyyy-MM-dd`.
    YearMonthDay,
    /// `dd.MM.yyyy`.
    DayMonthYear,
    /// `MM.dd.yyyy`.
    MonthDayYear,
}

/// `timeformat`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeFormat {
    /// 12 hours.
    Hours12,
    /// 24 hours.
    Hours24,
}

/// `numberformat`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberFormat {
    /// 1: `1 000.12`.
    BlankPoint,
    /// 2: `1 000,12`.
    BlankComma,
    /// 3: `1.000,12`.
    PointComma,
    /// 4: `1,000.12`.
    CommaPoint,
}

/// The person as this app may see them.
pub struct DisclosedProfile {
    /// Id of the account of this app in this space; no two apps share one.
    pub account: WireId,
    /// When the app was installed. Not when the vault was made.
    pub created: OffsetDateTime,
    /// When what this app may know last changed.
    pub updated: OffsetDateTime,
    /// The released fields and nothing else. When there is none, the object of level 0 is sent.
    pub fields: BTreeMap<ProfileLeaf, String>,
    /// Roles that the person ticked among the manifest's.
    pub roles: Vec<String>,
    /// What the person typed for this app, possibly empty.
    pub reference: String,
    /// How the person says they are.
    pub status: Status,
    /// This app's own counts.
    pub counts: Counts,
    /// What the app stored for itself.
    pub own: OwnObjects,
}

/// `statusid` 0 to 4 and its words.
#[derive(Default)]
pub struct Status {
    /// 0 to 4.
    pub id: u8,
    /// Words, possibly empty.
    pub text: String,
}

/// Counts of one app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Unseen badges.
    pub badges: u32,
    /// Unread notifications.
    pub notifications: u32,
    /// Openings that are live.
    pub sessions: u32,
}

/// Small objects that an app stored with the host; absent when it stored none.
#[derive(Default)]
pub struct OwnObjects {
    /// `repo`.
    pub repo: Option<Value>,
    /// `meta`.
    pub meta: Option<Value>,
    /// `settings`.
    pub settings: Option<Value>,
}

/// How much of other apps an app may see (specification 5.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppsLevel {
    /// What they are.
    Basic,
    /// Also where they are, and what roles they know.
    Full,
}

/// An app of the space, in `userapps` (specification 3.5) and in the list of apps (5.4).
pub struct UserApp {
    /// Id of its installation.
    pub id: WireId,
    /// Name of its manifest.
    pub name: String,
    /// Title in the launcher.
    pub title: String,
    /// Type of its manifest.
    pub kind: String,
    /// Icon as class names.
    pub icon: String,
    /// Version of its manifest.
    pub version: String,
    /// Usable on a small screen.
    pub responsive: bool,
    /// Pinned by the person.
    pub favorite: bool,
    /// Can be opened.
    pub online: bool,
    /// What only the list of apps says.
    pub listed: Listed,
}

/// What the list of apps says of an app beyond `userapps`: nothing that the person set for it.
pub struct Listed {
    /// `description`.
    pub description: String,
    /// `author`.
    pub author: String,
    /// `color`, where it has one.
    pub color: Option<String>,
    /// `allowreadapps`, 0 to 2.
    pub reads_apps: u8,
    /// `allowreadusers`, 0 to 4.
    pub reads_users: u8,
    /// `allowreadmeta`.
    pub reads_meta: bool,
    /// `allownotifications`.
    pub notifies: bool,
    /// `mobilemenu`.
    pub mobile_menu: bool,
    /// The names of its services.
    pub services: Vec<String>,
    /// `reference`, possibly empty.
    pub reference: String,
    /// When it was installed.
    pub created: OffsetDateTime,
    /// When its manifest was fetched last, where it ever was again.
    pub refreshed: Option<OffsetDateTime>,
    /// Where its page is. Level 2, like the rest.
    pub url: String,
    /// The roles that it knows.
    pub roles: Vec<String>,
    /// Contact of its maker.
    pub email: String,
    /// `custom`, possibly empty.
    pub custom: String,
    /// The addresses of its servers.
    pub origin: Vec<String>,
}

/// The window of an app; only the message knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Size of the frame in CSS pixels.
    pub width: u32,
    /// See [`Window::width`].
    pub height: u32,
    /// Size of the window around it (`ww`).
    pub outer_width: u32,
    /// See [`Window::outer_width`] (`wh`).
    pub outer_height: u32,
    /// Size class.
    pub display: Display,
}

/// `display`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Display {
    /// Below 768 pixels.
    Xs,
    /// Below 992.
    Sm,
    /// Below 1200.
    Md,
    /// Wider.
    Lg,
}

impl Mode {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Prod => "prod",
            Self::Test => "test",
            Self::Dev => "dev",
        }
    }
}

impl DateFormat {
    pub(super) fn pattern(self) -> &'static str {
        match self {
            Self::YearMonthDay => "yyyy-MM-dd",
            Self::DayMonthYear => "dd.MM.yyyy",
            Self::MonthDayYear => "MM.dd.yyyy",
        }
    }
}

impl TimeFormat {
    pub(super) fn hours(self) -> u8 {
        match self {
            Self::Hours12 => 12,
            Self::Hours24 => 24,
        }
    }
}

impl NumberFormat {
    pub(super) fn number(self) -> u8 {
        match self {
            Self::BlankPoint => 1,
            Self::BlankComma => 2,
            Self::PointComma => 3,
            Self::CommaPoint => 4,
        }
    }
}

impl Display {
    /// The class of a width in CSS pixels, by the borders that upstream's grid has.
    pub fn of_width(width: u32) -> Self {
        match width {
            0..768 => Self::Xs,
            768..992 => Self::Sm,
            992..1200 => Self::Md,
            _ => Self::Lg,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Xs => "xs",
            Self::Sm => "sm",
            Self::Md => "md",
            Self::Lg => "lg",
        }
    }
}
