//! What an app sends: the envelope of P2 to P4, and the messages of P4 that this host acts on.

use std::fmt;

use serde_json::{Map, Value};
use thiserror::Error;

use crate::origin::AppOrigin;
use crate::text::clip;
use crate::token::PresentedToken;

/// Largest message that is read, in bytes.
pub const MAX_MESSAGE_BYTES: usize = 1024 * 1024;
/// Longest type, callback id, path and text, in characters.
const MAX_TYPE: usize = 64;
const MAX_CALLBACK: usize = 64;
const MAX_ORIGIN: usize = 512;
const MAX_PATH: usize = 2048;
/// Upstream cuts the body and the data of a notification here (specification 5.7).
const MAX_NOTIFICATION: usize = 1000;

/// One message with what its sender says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The token that the app says it has.
    pub access_token: PresentedToken,
    /// The origin that the app says it has.
    pub declared_origin: String,
    /// Where an answer goes, if one is awaited.
    pub callback: Option<CallbackId>,
    /// What it wants.
    pub message: AppMessage,
}

/// The id that a client library gave to the function which waits for an answer.
///
/// Libraries make it of a random number in base 32 without its dot: digits and `a` to `v`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CallbackId(String);

impl CallbackId {
    /// Takes an id; `None` unless it has 1 to 64 characters of `0-9a-v`.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=MAX_CALLBACK).contains(&text.len());
        (fits && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'v'))).then(|| Self(text.to_owned()))
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What an app may send. Types that are not listed are [`AppMessage::Other`]: no host needs to act on them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppMessage {
    /// First message of a client; wants the metadata, in an answer of type `verify`.
    Verify {
        /// What the browser calls itself.
        ua: Option<String>,
    },
    /// Wants the metadata again; the answer is of type `verify` too.
    Meta {
        /// What the browser calls itself.
        ua: Option<String>,
    },
    /// Close the app (client method `close`).
    Kill,
    /// Make the window small.
    Minimize,
    /// Make the window large. A URL in the body is ignored, as upstream does.
    Maximize,
    /// Notify the person.
    Notify(Notification),
    /// Show or hide a sheet that says the app is working.
    Loading(Loading),
    /// This vault's own message: read a path of `/v1`.
    Vault {
        /// Path and query, starting with `/v1/`, of visible ASCII characters.
        get: String,
    },
    /// A type from this list whose body has another form than it should. A waiting callback may be told.
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

/// A notification. `Debug` shows no text.
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

/// The sheet over a working app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loading {
    /// Show or hide it.
    pub show: bool,
    /// Words on it, at most 1000 characters; inline Markdown.
    pub text: Option<String>,
}

/// Why a text is not a message of an app. None of them is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MessageError {
    /// More than [`MAX_MESSAGE_BYTES`].
    #[error("a message is larger than 1 MiB")]
    TooLarge,
    /// No JSON object.
    #[error("a message is not a JSON object")]
    NotAnObject,
    /// Without the marks `openplatform: true` and `sender: true`: meant for somebody else.
    #[error("a message does not carry the marks of an app")]
    Unmarked,
    /// A field of the envelope is missing or has another form.
    #[error("a message has no usable `{0}`")]
    Field(&'static str),
}

impl Envelope {
    /// Reads a message.
    ///
    /// # Errors
    /// [`MessageError`]. A known type with a wrong body is no error but [`AppMessage::Malformed`], so that its callback
    /// can be answered.
    pub fn parse(text: &str) -> Result<Self, MessageError> {
        if text.len() > MAX_MESSAGE_BYTES {
            return Err(MessageError::TooLarge);
        }
        let Ok(Value::Object(members)) = serde_json::from_str(text) else {
            return Err(MessageError::NotAnObject);
        };
        if !is_marked(&members, "openplatform") || !is_marked(&members, "sender") {
            return Err(MessageError::Unmarked);
        }
        Ok(Self {
            access_token: access_token(&members)?,
            declared_origin: declared_origin(&members)?,
            callback: callback(&members)?,
            message: message(kind(&members)?, members.get("body").unwrap_or(&Value::Null)),
        })
    }

    /// Whether the app says that it is where it is; with or without the port (specification 3.2).
    pub fn is_from(&self, origin: &AppOrigin) -> bool {
        origin.is_declared_as(&self.declared_origin)
    }
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
}

impl fmt::Debug for Notification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notification")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

fn is_marked(members: &Map<String, Value>, mark: &str) -> bool {
    members.get(mark) == Some(&Value::Bool(true))
}

fn access_token(members: &Map<String, Value>) -> Result<PresentedToken, MessageError> {
    let text = members
        .get("accesstoken")
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty());
    text.and_then(PresentedToken::new)
        .ok_or(MessageError::Field("accesstoken"))
}

fn declared_origin(members: &Map<String, Value>) -> Result<String, MessageError> {
    let text = members
        .get("origin")
        .and_then(Value::as_str)
        .filter(|text| (1..=MAX_ORIGIN).contains(&text.len()));
    text.map(str::to_owned).ok_or(MessageError::Field("origin"))
}

fn callback(members: &Map<String, Value>) -> Result<Option<CallbackId>, MessageError> {
    match members.get("callback") {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            let id = value.as_str().and_then(CallbackId::parse);
            id.map(Some).ok_or(MessageError::Field("callback"))
        }
    }
}

fn kind(members: &Map<String, Value>) -> Result<&str, MessageError> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '$');
    let fits = |text: &&str| (1..=MAX_TYPE).contains(&text.len()) && text.chars().all(is_plain);
    members
        .get("type")
        .and_then(Value::as_str)
        .filter(fits)
        .ok_or(MessageError::Field("type"))
}

fn message(kind: &str, body: &Value) -> AppMessage {
    match kind {
        "verify" => AppMessage::Verify { ua: user_agent(body) },
        "meta" => AppMessage::Meta { ua: user_agent(body) },
        "kill" => AppMessage::Kill,
        "minimize" => AppMessage::Minimize,
        "maximize" => AppMessage::Maximize,
        "loading" => loading(body),
        "notify" => match Notification::parse(body) {
            Ok(notification) => AppMessage::Notify(notification),
            Err(reason) => AppMessage::Malformed {
                kind: "notify",
                reason,
            },
        },
        "vault" => vault(body),
        other => AppMessage::Other {
            kind: other.to_owned(),
        },
    }
}

fn user_agent(body: &Value) -> Option<String> {
    body.get("ua")
        .and_then(Value::as_str)
        .map(|text| clip(text, MAX_ORIGIN))
}

/// A bare `true` or `false` up to the middle of version 3.0 (clients turn `false` into `null`), later an object.
fn loading(body: &Value) -> AppMessage {
    let (show, text) = match body {
        Value::Null => (false, None),
        Value::Bool(show) => (*show, None),
        Value::Object(members) => {
            let text = members
                .get("text")
                .and_then(Value::as_str)
                .filter(|text| !text.is_empty());
            (
                members.get("show").is_some_and(is_truthy),
                text.map(|text| clip(text, MAX_NOTIFICATION)),
            )
        }
        Value::Number(_) | Value::String(_) | Value::Array(_) => {
            return AppMessage::Malformed {
                kind: "loading",
                reason: "neither a flag nor an object",
            };
        }
    };
    AppMessage::Loading(Loading { show, text })
}

/// JavaScript's idea of true: apps pass whatever they have.
fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}

fn vault(body: &Value) -> AppMessage {
    let malformed = |reason| AppMessage::Malformed {
        kind: "vault",
        reason,
    };
    let Some(get) = body.get("get").and_then(Value::as_str) else {
        return malformed("no path to get");
    };
    let visible = get
        .bytes()
        .all(|b| b.is_ascii_graphic() && b != b'#' && b != b'\\');
    let path = get.split('?').next().unwrap_or_default();
    let climbs = path.split('/').any(|part| matches!(part, "." | ".."));
    if get.len() > MAX_PATH || !visible {
        return malformed("the path is too long or has characters that a path cannot have");
    }
    if !path.starts_with("/v1/") || climbs || path.contains('%') {
        return malformed("the path is not below /v1/");
    }
    AppMessage::Vault { get: get.to_owned() }
}
