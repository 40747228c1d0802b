//! The window of an app: what its strip says, and what the bridge does.

use openplatform::message::{self, Mark, Tone};
use serde::Serialize;
use specta::Type;
use vault_core::{
    apps::{AppInfo, Exit, ExitQuestion},
    disclosure::identity_words,
};
use vault_store::{app_messages::AppMessage, apps::AppKind};

use super::{
    apps::{AppIcon, SeesTag, host, maker, monogram, network, sees},
    time::stamp,
    values::{Monogram, Theme},
};
use crate::desk::frames::{Fate, Passed, Way};

/// Of what would leave an app so much is shown, in characters.
const SHOWN: usize = 2_000;

/// What the strip says.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FrameInfo {
    name: String,
    maker: String,
    host: String,
    origin: String,
    monogram: Monogram,
    icon: AppIcon,
    identity_words: String,
    network: String,
    sees: Vec<SeesTag>,
    frame_url: String,
    theme: Theme,
    stitch: Vec<u8>,
    packaged: bool,
    /// Whether it got something that it can be asked to erase.
    can_erase: bool,
    version: String,
    /// The maker's e-mail address, as the description says it; empty without one.
    contact: String,
    /// Whether developer mode is on.
    developer: bool,
}

/// What the strip says besides the app itself.
pub(crate) struct Around {
    /// The app's place in the list of apps.
    pub(crate) place: usize,
    pub(crate) icon: AppIcon,
    /// The origin and the address of its frame.
    pub(crate) origin: String,
    pub(crate) url: String,
    pub(crate) theme: Theme,
    pub(crate) stitch: Vec<u8>,
    pub(crate) developer: bool,
}

impl FrameInfo {
    pub(crate) fn new(app: &AppInfo, around: Around) -> Self {
        Self {
            name: app.manifest.name.clone(),
            maker: maker(&app.manifest),
            host: host(app.kind, &app.origin),
            monogram: monogram(&app.manifest.name, around.place),
            icon: around.icon,
            identity_words: identity_words(&app.identity),
            network: network(&app.destination),
            sees: sees(&app.sees),
            packaged: app.kind != AppKind::Hosted,
            can_erase: app.can_ask_to_erase,
            version: app.manifest.version.clone(),
            contact: app.manifest.email.clone(),
            frame_url: around.url,
            origin: around.origin,
            theme: around.theme,
            stitch: around.stitch,
            developer: around.developer,
        }
    }
}

/// What words of an app mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum FrameTone {
    Success,
    Info,
    Warning,
    Error,
}

impl From<Tone> for FrameTone {
    fn from(tone: Tone) -> Self {
        match tone {
            Tone::Success => Self::Success,
            Tone::Info => Self::Info,
            Tone::Warning => Self::Warning,
            Tone::Error => Self::Error,
        }
    }
}

/// A page of an app to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum FramePage {
    Help,
    Changelog,
    Report,
    Feedback,
}

/// What a message of an app leads to. All words are plain text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub(crate) enum FrameEffect {
    /// An answer for the frame.
    Post { json: String },
    /// The bar under the strip.
    Loading { show: bool, text: String },
    /// The small sign of work in the strip.
    Working { on: bool },
    /// A box with words and one button.
    Message {
        text: String,
        tone: FrameTone,
        button: Option<String>,
    },
    /// A line that says it comes from the app.
    Toast { text: String, tone: FrameTone },
    /// Words in the strip for a moment.
    Title { text: String, tone: FrameTone },
    /// A line of the app's console, which comes up where it should.
    Console {
        text: String,
        tone: FrameTone,
        show: bool,
    },
    /// How far it is, in percent; nothing hides it.
    Progress { percent: Option<u8> },
    /// It has no network, in its words; nothing takes that back.
    Offline { text: Option<String> },
    /// A question in the window.
    Ask { question: FrameQuestion },
    /// A page to read; `text` is absent where the app has none.
    Page { page: FramePage, text: Option<String> },
    /// A sound of ours; nothing is silence. `volume` is percent.
    Sound { name: Option<String>, volume: u8 },
    /// The window shakes.
    Shake,
    /// The app is loaded again.
    Restart,
    /// The app wants to be closed.
    Close,
}

/// A question in the window of an app. Its number is that of the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub(crate) enum FrameQuestion {
    /// One of the app's own. With one button it is answered by that alone.
    #[serde(rename_all = "camelCase")]
    Confirm {
        number: u32,
        text: String,
        buttons: Vec<String>,
    },
    /// The app's menu; an empty name is a line between entries.
    #[serde(rename_all = "camelCase")]
    Options { number: u32, items: Vec<String> },
    /// Something would leave the app.
    #[serde(rename_all = "camelCase")]
    Exit {
        number: u32,
        /// `share`, `services`, `clipboard` or `link`.
        way: String,
        /// The name of an app, or an origin.
        target: String,
        /// What would go, its beginning.
        shown: String,
        cut: bool,
        bytes: u64,
        /// Whether it may leave this computer.
        leaves: bool,
        /// Whether it may be agreed to for good.
        may_stand: bool,
    },
}

impl FrameQuestion {
    pub(crate) fn exit(number: u32, exit: &Exit, facts: ExitQuestion, what: &str, bytes: u64) -> Self {
        let shown: String = what.chars().take(SHOWN).collect();
        Self::Exit {
            number,
            way: exit.way().word().to_owned(),
            target: facts.target,
            cut: shown.len() < what.len(),
            shown,
            bytes,
            leaves: facts.leaves,
            may_stand: facts.may_stand,
        }
    }
}

/// A question that did not come of a message.
#[derive(Clone, Serialize, Type)]
pub(crate) struct FrameAsks {
    pub(crate) question: FrameQuestion,
}

/// A notification of the app.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FrameNotice {
    id: String,
    text: String,
    at: String,
    /// It warns.
    warns: bool,
}

impl From<AppMessage> for FrameNotice {
    fn from(message: AppMessage) -> Self {
        Self {
            id: message.id.to_string(),
            text: message.body,
            at: stamp(message.created_at),
            warns: message.kind == 2,
        }
    }
}

/// A message that passed between an app and the host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TraceRow {
    number: u32,
    at: String,
    to_app: bool,
    /// `P2–P4` or `P5`; empty where it could not be read.
    profile: String,
    kind: String,
    /// Nothing where nobody measured it.
    bytes: Option<u64>,
    /// How many they were.
    count: u64,
    result: String,
    dropped: bool,
}

impl From<Passed> for TraceRow {
    fn from(passed: Passed) -> Self {
        let profile = match passed.mark {
            Some(Mark::OpenPlatform) => "P2–P4",
            Some(Mark::TotalPlatform) => "P5",
            None => "",
        };
        let result = match passed.fate {
            Fate::Sent => "Sent".to_owned(),
            Fate::Answered => "Answered".to_owned(),
            Fate::Acted => "Acted on".to_owned(),
            Fate::Asked => "You are asked".to_owned(),
            Fate::Dropped(why) => format!("Dropped: {why}"),
        };
        Self {
            number: passed.number,
            at: stamp(passed.at),
            to_app: passed.way == Way::ToApp,
            profile: profile.to_owned(),
            kind: passed.kind,
            bytes: passed.bytes.map(|bytes| bytes as u64),
            count: passed.count as u64,
            dropped: matches!(passed.fate, Fate::Dropped(_)),
            result,
        }
    }
}

/// Messages that the page dropped before anybody read them, by why.
#[derive(Clone, Copy, Debug, serde::Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Dropped {
    /// From another window or another origin.
    pub(crate) foreign: u32,
    /// Larger than 1 MiB.
    pub(crate) large: u32,
    /// No texts.
    pub(crate) strange: u32,
    /// More than can be taken at once.
    pub(crate) flood: u32,
}

/// An open app, for developers.
#[derive(Clone, Serialize, Type)]
pub(crate) struct OpenApp {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// Words of an app as a toast.
pub(crate) fn toast(words: message::Words) -> FrameEffect {
    FrameEffect::Toast {
        text: words.text,
        tone: words.tone.into(),
    }
}
