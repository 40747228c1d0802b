//! What the messages of apps carry. None of these can be printed: they hold what an app wrote.

use std::fmt;

use serde_json::Value;

/// What words mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something went well; what stands for no tone at all.
    Success,
    /// It only tells.
    Info,
    /// It warns.
    Warning,
    /// Something failed.
    Error,
}

/// Words to show, as plain text.
#[derive(Clone, PartialEq, Eq)]
pub struct Words {
    /// The words, at most 1000 characters.
    pub text: String,
    /// What they mean.
    pub tone: Tone,
    /// What stands on the button, if the app says so.
    pub button: Option<String>,
}

/// The bar of a working app.
#[derive(Clone, PartialEq, Eq)]
pub struct Loading {
    /// Show or hide it.
    pub show: bool,
    /// Words on it, at most 1000 characters.
    pub text: Option<String>,
}

/// A question with buttons.
#[derive(Clone, PartialEq, Eq)]
pub struct Confirm {
    /// The question, at most 1000 characters.
    pub text: String,
    /// What stands on the buttons, at most eight; without the names of icons and the colours that may stand in them. One button is
    /// answered by pressing it and by nothing else.
    pub buttons: Vec<String>,
}

/// A line of the app's console.
#[derive(Clone, PartialEq, Eq)]
pub struct ConsoleLine {
    /// The line, at most 1000 characters.
    pub text: String,
    /// What it means.
    pub tone: Tone,
    /// The console should come up.
    pub show: bool,
}

/// A notification.
#[derive(Clone, PartialEq, Eq)]
pub struct Notification {
    /// How it looks.
    pub kind: NotificationKind,
    /// Markdown, at most 1000 characters, not empty.
    pub body: String,
    /// What the app gets back when the person clicks, at most 1000 characters. In 2018 this was called `url`.
    pub data: Option<String>,
}

/// `type` of a notification; only its look depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotificationKind {
    /// 0, and any number that means nothing.
    Info,
    /// 1.
    Success,
    /// 2.
    Alert,
}

/// How a shared thing arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// The other app is opened and comes to the front.
    None,
    /// `true`: the other app is opened and stays behind.
    Unfocused,
    /// `"open"` or `2`: only if the other app is open already.
    IfOpen,
}

/// Something for another app.
#[derive(Clone, PartialEq, Eq)]
pub struct Handed {
    /// The other app: its id, or its name in any letters. At most 100 characters.
    pub app: String,
    /// What kind of thing it is, in words of the two apps; `share` only.
    pub kind: Option<String>,
    /// The thing. `None` if nothing is handed over.
    pub body: Option<Value>,
    /// P5: where in the other app.
    pub path: Option<String>,
    /// How it arrives.
    pub silence: Silence,
}

/// An entry of an app's menu.
#[derive(Clone, PartialEq, Eq)]
pub struct MenuItem {
    /// Its words, at most 100 characters; empty for a line between entries.
    pub name: String,
    /// The entry as the app gave it, which goes back when the person chooses it; without `callbackid`.
    pub item: Value,
}

/// What is wanted of what an app keeps.
#[derive(Clone, PartialEq, Eq)]
pub enum ConfigAct {
    /// Hand it out.
    Read,
    /// Keep this JSON text.
    Save(String),
}

/// A page of an app that the person can read.
#[derive(Clone, PartialEq, Eq)]
pub enum Page {
    /// Help; nothing if the app has none.
    Help(Option<String>),
    /// What changed from version to version; nothing if the app has nothing to say.
    Changelog(Option<String>),
    /// A report of a fault that the app wrote for its maker.
    Report {
        /// What kind of fault.
        kind: String,
        /// The words.
        text: String,
        /// It is urgent.
        high: bool,
    },
    /// P5: the person wants to tell the maker something.
    Feedback,
}

impl Page {
    /// The type of the message.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Help(_) => "help",
            Self::Changelog(_) => "changelog",
            Self::Report { .. } => "report",
            Self::Feedback => "feedback",
        }
    }
}

macro_rules! silent {
    ($($kind:ident),*) => {$(
        impl fmt::Debug for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($kind)).finish_non_exhaustive()
            }
        }
    )*};
}

silent!(
    Words,
    Loading,
    Confirm,
    ConsoleLine,
    Notification,
    Handed,
    MenuItem,
    ConfigAct,
    Page
);
