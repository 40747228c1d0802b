//! The messages of P2 to P4, by their type (specification 3.4).

use serde_json::Value;

use super::{
    app::AppMessage,
    body::{MAX_NAME, MAX_PAGE, MAX_WORDS, button, is_truthy, line, raw, tone, words},
    parts::{
        ConfigAct, Confirm, ConsoleLine, Handed, Loading, MenuItem, Notification, NotificationKind, Page,
        Silence, Tone, Words,
    },
};
use crate::text::clip;

const MAX_UA: usize = 512;
/// Longest path of the vault, in bytes.
const MAX_PATH: usize = 2048;
/// Upstream cuts the body and the data of a notification here (specification 5.7).
const MAX_NOTIFICATION: usize = 1000;
/// Upstream cuts a line for the log here (10 of section 11).
const MAX_LOG: usize = 500;
/// Buttons of a question, and entries of a menu, at most.
const MAX_BUTTONS: usize = 8;
const MAX_ITEMS: usize = 50;

pub(super) fn message(kind: &str, body: &Value) -> AppMessage {
    known(kind, body).unwrap_or_else(|| AppMessage::Other {
        kind: kind.to_owned(),
    })
}

fn known(kind: &str, body: &Value) -> Option<AppMessage> {
    talk(kind, body)
        .or_else(|| window(kind, body))
        .or_else(|| between(kind, body))
}

/// What an app says to the person.
fn talk(kind: &str, body: &Value) -> Option<AppMessage> {
    Some(match kind {
        "loading" => loading(body),
        "loading2" => AppMessage::Working(is_truthy(body)),
        "message" => said("message", body, Tone::Success, AppMessage::Message),
        "snackbar" => said("snackbar", body, Tone::Success, AppMessage::Snackbar),
        "confirm" => confirm(body),
        "done" => done(body),
        "titlesuccess" => said("titlesuccess", body, Tone::Success, AppMessage::Title),
        "titlewarning" => said("titlewarning", body, Tone::Warning, AppMessage::Title),
        "console" => console(body),
        "log" => match words(body, MAX_LOG) {
            Some(text) => AppMessage::Log { text },
            None => malformed("log", "no text"),
        },
        "progress" => progress(body),
        "offline" => AppMessage::Offline(words(body, MAX_WORDS)),
        "notify" => match Notification::parse(body) {
            Ok(notification) => AppMessage::Notify(notification),
            Err(reason) => malformed("notify", reason),
        },
        "badge" => AppMessage::Badge {
            force: is_truthy(body),
        },
        "options" => options(body),
        "help" => AppMessage::Page(Page::Help(page(body))),
        "changelog" => AppMessage::Page(Page::Changelog(page(body))),
        "report" => report(body),
        _ => return None,
    })
}

/// What an app wants of its window and of the host.
fn window(kind: &str, body: &Value) -> Option<AppMessage> {
    Some(match kind {
        "verify" => AppMessage::Verify { ua: user_agent(body) },
        "meta" => AppMessage::Meta { ua: user_agent(body) },
        "appearance" => AppMessage::Appearance,
        "focus" => AppMessage::Focus { automatic: false },
        "minimize" => AppMessage::Minimize,
        "maximize" => AppMessage::Maximize,
        "restart" => AppMessage::Restart,
        "kill" => AppMessage::Kill,
        "shake" => AppMessage::Shake {
            unless_focused: is_truthy(body),
        },
        "play" => play(body),
        "stop" => AppMessage::Stop,
        "quicksearch" => AppMessage::QuickSearch,
        "nextwindow" => AppMessage::NextWindow,
        "refreshprofile" => AppMessage::RefreshProfile,
        "menu" => AppMessage::Menu,
        "busy" => AppMessage::Ignored { kind: "busy" },
        "command" => AppMessage::Ignored { kind: "command" },
        "install" => AppMessage::Ignored { kind: "install" },
        "mail" => AppMessage::Ignored { kind: "mail" },
        "email" => AppMessage::Ignored { kind: "email" },
        "screenshot" => AppMessage::Ignored { kind: "screenshot" },
        _ => return None,
    })
}

/// What leaves the app, and what it keeps.
fn between(kind: &str, body: &Value) -> Option<AppMessage> {
    Some(match kind {
        "open" => open(body),
        "share" => share(body),
        "clipboard" => clipboard("clipboard", body),
        "config" => config(body),
        "launched" => AppMessage::Launched,
        "vault" => vault(body.get("get")),
        _ => return None,
    })
}

pub(super) fn malformed(kind: &'static str, reason: &'static str) -> AppMessage {
    AppMessage::Malformed { kind, reason }
}

fn user_agent(body: &Value) -> Option<String> {
    body.get("ua")
        .and_then(Value::as_str)
        .map(|text| clip(text, MAX_UA))
}

/// A bare `true` or `false` up to the middle of version 3.0 (clients turn `false` into `null`), later an object.
fn loading(body: &Value) -> AppMessage {
    let (show, text) = match body {
        Value::Null => (false, None),
        Value::Bool(show) => (*show, None),
        Value::Object(members) => (
            members.get("show").is_some_and(is_truthy),
            members.get("text").and_then(|text| words(text, MAX_WORDS)),
        ),
        Value::Number(_) | Value::String(_) | Value::Array(_) => {
            return malformed("loading", "neither a flag nor an object");
        }
    };
    AppMessage::Loading(Loading { show, text })
}

/// `{body, type?, button?}`, or the bare words; the words may be a list of errors.
fn said(kind: &'static str, body: &Value, default: Tone, of: fn(Words) -> AppMessage) -> AppMessage {
    let inner = body.get("body").unwrap_or(body);
    let Some(text) = words(inner, MAX_WORDS) else {
        return malformed(kind, "no text");
    };
    let failed = inner.is_array();
    of(Words {
        text,
        tone: tone(body.get("type")).unwrap_or(if failed { Tone::Warning } else { default }),
        button: body
            .get("button")
            .and_then(Value::as_str)
            .map(button)
            .filter(|text| !text.is_empty()),
    })
}

fn done(body: &Value) -> AppMessage {
    let failed = body.is_array();
    match words(body, MAX_WORDS) {
        Some(text) => AppMessage::Done(Words {
            text,
            tone: if failed { Tone::Warning } else { Tone::Success },
            button: None,
        }),
        None => malformed("done", "neither a text nor errors"),
    }
}

fn confirm(body: &Value) -> AppMessage {
    let Some(text) = body.get("body").and_then(|text| words(text, MAX_WORDS)) else {
        return malformed("confirm", "no text");
    };
    let given: Vec<&str> = match body.get("buttons") {
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        // The client splits such a text only where the page has a library of its own for it.
        Some(Value::String(all)) => all.split(',').collect(),
        _ => Vec::new(),
    };
    let buttons: Vec<String> = given.into_iter().map(button).collect();
    if buttons.is_empty() || buttons.len() > MAX_BUTTONS || buttons.iter().any(String::is_empty) {
        return malformed("confirm", "not one to eight buttons with words");
    }
    AppMessage::Confirm(Confirm { text, buttons })
}

fn console(body: &Value) -> AppMessage {
    match body.get("msg").and_then(|text| words(text, MAX_WORDS)) {
        Some(text) => AppMessage::Console(ConsoleLine {
            text,
            tone: tone(body.get("type")).unwrap_or(Tone::Info),
            show: body.get("show").is_some_and(is_truthy),
        }),
        None => malformed("console", "no text"),
    }
}

/// 0 to 99 shows; everything else, and 100 and more, hides (clients turn 0 into `null`).
fn progress(body: &Value) -> AppMessage {
    let percent = body
        .as_f64()
        .filter(|percent| (0.0..100.0).contains(percent))
        .map(f64::floor);
    let percent = percent.and_then(|percent| (0..100_u8).find(|whole| f64::from(*whole) >= percent));
    AppMessage::Progress(percent)
}

fn options(body: &Value) -> AppMessage {
    let Some(items) = body.as_array().filter(|items| items.len() <= MAX_ITEMS) else {
        return malformed("options", "not a list of at most 50 entries");
    };
    let items = items.iter().filter_map(|item| match item {
        Value::String(name) if name == "-" => Some(MenuItem {
            name: String::new(),
            item: Value::Null,
        }),
        Value::Object(members) => {
            let mut members = members.clone();
            members.remove("callbackid");
            Some(MenuItem {
                name: line(members.get("name"), MAX_NAME)?,
                item: Value::Object(members),
            })
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => None,
    });
    AppMessage::Options(items.collect())
}

/// `{body}` with Markdown, or with a list of parts `{name, body}`; nothing where the app has no page (specification 3.4).
fn page(body: &Value) -> Option<String> {
    match body.get("body").unwrap_or(body) {
        Value::Array(parts) => {
            let texts: Vec<String> = parts
                .iter()
                .filter_map(|part| {
                    let text = match part {
                        Value::String(text) => text.as_str(),
                        Value::Object(members) => members.get("body").and_then(Value::as_str)?,
                        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => return None,
                    };
                    let name = line(part.get("name"), MAX_NAME);
                    Some(name.map_or_else(|| text.to_owned(), |name| format!("{name}\n\n{text}")))
                })
                .collect();
            words(&texts.join("\n\n").into(), MAX_PAGE)
        }
        text @ Value::String(_) => words(text, MAX_PAGE),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
    }
}

fn report(body: &Value) -> AppMessage {
    match body.get("body").and_then(|text| words(text, MAX_PAGE)) {
        Some(text) => AppMessage::Page(Page::Report {
            kind: line(body.get("type"), MAX_NAME).unwrap_or_default(),
            text,
            high: body.get("high").is_some_and(is_truthy),
        }),
        None => malformed("report", "no text"),
    }
}

/// A name, or an address, of which the last part names the sound: nothing is fetched.
pub(super) fn play(body: &Value) -> AppMessage {
    let name = body.as_str().map(|text| {
        let last = text.rsplit('/').next().unwrap_or_default();
        last.split('.').next().unwrap_or_default().to_owned()
    });
    match name.filter(|name| (1..=40).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_lowercase())) {
        Some(sound) => AppMessage::Play { sound },
        None => malformed("play", "no name of a sound"),
    }
}

/// `data` up to version 430, `body` in 431.
fn open(body: &Value) -> AppMessage {
    let Some(app) = line(body.get("id"), MAX_NAME) else {
        return malformed("open", "no app");
    };
    let handed = ["data", "body", "message"]
        .iter()
        .find_map(|name| body.get(name).filter(|value| !value.is_null()));
    AppMessage::Open(Handed {
        app,
        kind: None,
        body: handed.cloned(),
        path: None,
        silence: Silence::None,
    })
}

fn share(body: &Value) -> AppMessage {
    // An answer to what was shared carries the app as it was told: an id, or an object with one.
    let app = body.get("app").map(|app| app.get("id").unwrap_or(app));
    let Some(app) = line(app, MAX_NAME) else {
        return malformed("share", "no app");
    };
    let silence = match body.get("silent") {
        Some(Value::String(word)) if word == "open" => Silence::IfOpen,
        Some(Value::Number(number)) if number.as_u64() == Some(2) => Silence::IfOpen,
        Some(other) if is_truthy(other) => Silence::Unfocused,
        Some(_) | None => Silence::None,
    };
    AppMessage::Share(Handed {
        app,
        kind: Some(line(body.get("type"), MAX_NAME).unwrap_or_default()),
        body: Some(body.get("body").cloned().unwrap_or(Value::Null)),
        path: None,
        silence,
    })
}

pub(super) fn clipboard(kind: &'static str, body: &Value) -> AppMessage {
    match raw(body) {
        Some(text) if !text.is_empty() => AppMessage::Clipboard { text },
        Some(_) | None => malformed(kind, "no text"),
    }
}

/// `{body: JSON text}` saves, `{body: null}` reads.
fn config(body: &Value) -> AppMessage {
    match body.get("body") {
        None | Some(Value::Null) => AppMessage::Config(ConfigAct::Read),
        Some(Value::String(text)) => match serde_json::from_str::<Value>(text) {
            Ok(_) => AppMessage::Config(ConfigAct::Save(text.clone())),
            Err(_) => malformed("config", "not a JSON text"),
        },
        Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
            malformed("config", "not a JSON text")
        }
    }
}

pub(super) fn vault(get: Option<&Value>) -> AppMessage {
    let Some(get) = get.and_then(Value::as_str) else {
        return malformed("vault", "no path to get");
    };
    let visible = get
        .bytes()
        .all(|b| b.is_ascii_graphic() && b != b'#' && b != b'\\');
    let path = get.split('?').next().unwrap_or_default();
    let climbs = path.split('/').any(|part| matches!(part, "." | ".."));
    if get.len() > MAX_PATH || !visible {
        return malformed(
            "vault",
            "the path is too long or has characters that a path cannot have",
        );
    }
    if !path.starts_with("/v1/") || climbs || path.contains('%') {
        return malformed("vault", "the path is not below /v1/");
    }
    AppMessage::Vault { get: get.to_owned() }
}

impl Notification {
    /// Reads a notification, from a message's body or from the body of `POST /api/notify/`.
    ///
    /// `message` is taken for `body`, because the server module of apps sends it so (specification 5.7); `url` for
    /// `data`, because libraries before 2018-07-26 do.
    ///
    /// # Errors
    /// What is wrong, without content.
    pub fn parse(value: &Value) -> Result<Self, &'static str> {
        let members = value.as_object().ok_or("not an object")?;
        let text = |names: [&str; 2]| {
            let found = names
                .iter()
                .find_map(|name| members.get(*name).and_then(Value::as_str));
            found
                .filter(|text| !text.is_empty())
                .map(|text| clip(text, MAX_NOTIFICATION))
        };
        Ok(Self {
            kind: NotificationKind::of(members.get("type")),
            body: text(["body", "message"]).ok_or("no body")?,
            data: text(["data", "url"]),
        })
    }
}

impl NotificationKind {
    fn of(value: Option<&Value>) -> Self {
        match value.and_then(Value::as_u64) {
            Some(1) => Self::Success,
            Some(2) => Self::Alert,
            _ => Self::Info,
        }
    }

    /// The number.
    pub fn number(self) -> u8 {
        match self {
            Self::Info => 0,
            Self::Success => 1,
            Self::Alert => 2,
        }
    }
}
