//! What an app may send, whichever library sends it.

use std::fmt;

use super::parts::{
    ConfigAct, Confirm, ConsoleLine, Handed, Loading, MenuItem, Notification, Page, Tone, Words,
};

/// What an app may send (specification 3.4 and 3.7). `Debug` shows the type and nothing that was sent with it.
#[derive(Clone, PartialEq, Eq)]
pub enum AppMessage {
    /// First message of a client of P2 to P4; wants the metadata, in an answer of type `verify`.
    Verify {
        /// What the browser calls itself.
        ua: Option<String>,
    },
    /// Wants the metadata again; the answer is of type `verify` too.
    Meta {
        /// What the browser calls itself.
        ua: Option<String>,
    },
    /// First message of a client of P5; answered by `init`, then `appearance`, then the path that waits.
    Init,
    /// Show or hide the bar that says the app is working.
    Loading(Loading),
    /// The small sign of work in the title (`loading2`).
    Working(bool),
    /// A box with words and one button. P5: `error`.
    Message(Words),
    /// Words that go away by themselves. Never answered, although a callback may be there (specification 3.4).
    Snackbar(Words),
    /// A question with buttons.
    Confirm(Confirm),
    /// Something is done, or failed.
    Done(Words),
    /// Words in the title of the window for a moment (`titlesuccess`, `titlewarning`).
    Title(Words),
    /// A line in the app's own console.
    Console(ConsoleLine),
    /// A line for the host's log, at most 500 characters.
    Log {
        /// The line.
        text: String,
    },
    /// How far the app is, 0 to 99 percent; `None` hides it.
    Progress(Option<u8>),
    /// The app has no network; `None` takes that back.
    Offline(Option<String>),
    /// Notify the person.
    Notify(Notification),
    /// One more badge.
    Badge {
        /// It counts although the person is looking at the app.
        force: bool,
    },
    /// Open another app, perhaps with something in hand.
    Open(Handed),
    /// Hand something to another app.
    Share(Handed),
    /// The entries of the app's menu, for the person to choose from.
    Options(Vec<MenuItem>),
    /// What the app keeps.
    Config(ConfigAct),
    /// Which apps are there?
    Launched,
    /// How do things look?
    Appearance,
    /// The window wants to be in front.
    Focus {
        /// The person clicked inside; the app did not ask by itself. Older libraries do not say.
        automatic: bool,
    },
    /// Make the window small.
    Minimize,
    /// Make the window large. A URL in the body is ignored, as upstream does.
    Maximize,
    /// Load the app again. An address in the body is ignored, as upstream does.
    Restart,
    /// Close the app (client method `close`).
    Kill,
    /// Shake the window.
    Shake {
        /// Only if the window is not in front.
        unless_focused: bool,
    },
    /// A sound, by its name or by the last part of its address.
    Play {
        /// Letters `a` to `z`.
        sound: String,
    },
    /// No sound any more.
    Stop,
    /// Copy a text.
    Clipboard {
        /// The text.
        text: String,
    },
    /// A page to read: help, what changed, a report of a fault.
    Page(Page),
    /// The host's search.
    QuickSearch,
    /// The next open app.
    NextWindow,
    /// What the host knows of the person should be read again.
    RefreshProfile,
    /// The app wants its own event `menu` back.
    Menu,
    /// P5: where in the app the person is.
    Path {
        /// A path, at most 500 characters.
        path: String,
    },
    /// This vault's own message: read a path of `/v1`.
    Vault {
        /// Path and query, starting with `/v1/`, of visible ASCII characters.
        get: String,
    },
    /// A known type that means nothing here and is taken without a word: `busy`, `command`, `mail`, `email`, `install`,
    /// `screenshot`.
    Ignored {
        /// The type.
        kind: &'static str,
    },
    /// A known type whose body has another form than it should. A waiting callback may be told.
    Malformed {
        /// The type.
        kind: &'static str,
        /// What is wrong, without content.
        reason: &'static str,
    },
    /// Any other type, up to 64 characters of letters, digits, `.`, `_`, `-` and `$`.
    Other {
        /// The type.
        kind: String,
    },
}

impl AppMessage {
    /// The type, as P2 to P4 spell it where both have it.
    pub fn kind(&self) -> &str {
        match self {
            Self::Verify { .. } => "verify",
            Self::Meta { .. } => "meta",
            Self::Init => "init",
            Self::Loading(_) => "loading",
            Self::Working(_) => "loading2",
            Self::Message(_) => "message",
            Self::Snackbar(_) => "snackbar",
            Self::Confirm(_) => "confirm",
            Self::Done(_) => "done",
            Self::Title(words) => match words.tone {
                Tone::Warning => "titlewarning",
                Tone::Success | Tone::Info | Tone::Error => "titlesuccess",
            },
            Self::Console(_) => "console",
            Self::Log { .. } => "log",
            Self::Progress(_) => "progress",
            Self::Offline(_) => "offline",
            Self::Notify(_) => "notify",
            Self::Badge { .. } => "badge",
            Self::Open(_) => "open",
            Self::Share(_) => "share",
            Self::Options(_) => "options",
            Self::Config(_) => "config",
            Self::Launched => "launched",
            Self::Appearance => "appearance",
            Self::Focus { .. } => "focus",
            Self::Minimize => "minimize",
            Self::Maximize => "maximize",
            Self::Restart => "restart",
            Self::Kill => "kill",
            Self::Shake { .. } => "shake",
            Self::Play { .. } => "play",
            Self::Stop => "stop",
            Self::Clipboard { .. } => "clipboard",
            Self::Page(page) => page.kind(),
            Self::QuickSearch => "quicksearch",
            Self::NextWindow => "nextwindow",
            Self::RefreshProfile => "refreshprofile",
            Self::Menu => "menu",
            Self::Path { .. } => "path",
            Self::Vault { .. } => "vault",
            Self::Ignored { kind } | Self::Malformed { kind, .. } => kind,
            Self::Other { kind } => kind,
        }
    }
}

impl fmt::Debug for AppMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("AppMessage");
        shown.field("kind", &self.kind());
        if let Self::Malformed { reason, .. } = self {
            shown.field("malformed", reason);
        }
        shown.finish_non_exhaustive()
    }
}
