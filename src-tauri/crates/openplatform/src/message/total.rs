//! The messages of P5, by their `TYPE`; their fields stand beside it (specification 3.7).

use serde_json::{Map, Value};

use super::{
    app::AppMessage,
    body::{MAX_NAME, MAX_WORDS, is_truthy, line, words},
    parts::{Handed, Page, Silence, Tone, Words},
    read::{clipboard, malformed, play, vault},
};

/// Longest path inside an app, in characters.
const MAX_PATH: usize = 500;

pub(super) fn message(kind: &str, members: &Map<String, Value>) -> AppMessage {
    let data = members.get("data").unwrap_or(&Value::Null);
    match kind {
        "init" => AppMessage::Init,
        "play" => play(data),
        "success" => said("success", data, Tone::Success, AppMessage::Snackbar),
        "warning" => said("warning", data, Tone::Warning, AppMessage::Snackbar),
        "error" => said("error", data, Tone::Error, AppMessage::Message),
        "clipboard" => clipboard("clipboard", data),
        "path" => match path(Some(data)) {
            Some(path) => AppMessage::Path { path },
            None => malformed("path", "no path"),
        },
        "open" => open(members),
        "focus" => AppMessage::Focus {
            automatic: is_truthy(data),
        },
        "refresh" | "refresh_account" => AppMessage::RefreshProfile,
        "restart" => AppMessage::Restart,
        "feedback" => AppMessage::Page(Page::Feedback),
        "close" => AppMessage::Kill,
        "quicksearch" => AppMessage::QuickSearch,
        "nextwindow" => AppMessage::NextWindow,
        "vault" => vault(data.get("get").or(Some(data))),
        other => AppMessage::Other {
            kind: other.to_owned(),
        },
    }
}

fn said(kind: &'static str, data: &Value, tone: Tone, of: fn(Words) -> AppMessage) -> AppMessage {
    match words(data, MAX_WORDS) {
        Some(text) => of(Words {
            text,
            tone,
            button: None,
        }),
        None => malformed(kind, "no text"),
    }
}

fn open(members: &Map<String, Value>) -> AppMessage {
    match line(members.get("app"), MAX_NAME) {
        Some(app) => AppMessage::Open(Handed {
            app,
            kind: None,
            body: None,
            path: path(members.get("path")),
            silence: Silence::None,
        }),
        None => malformed("open", "no app"),
    }
}

/// Where in an app: one line, cut at [`MAX_PATH`].
fn path(value: Option<&Value>) -> Option<String> {
    line(value, MAX_PATH)
}
