//! The envelopes: whose a message says it is, and where its answer goes.

use serde_json::{Map, Value};
use thiserror::Error;

use super::{app::AppMessage, read, total};
use crate::origin::AppOrigin;
use crate::token::PresentedToken;

/// Largest message that is read, in bytes.
pub const MAX_MESSAGE_BYTES: usize = 1024 * 1024;
/// Longest type and callback id, in characters.
const MAX_TYPE: usize = 64;
const MAX_CALLBACK: usize = 64;
/// Longest origin; in P5 the path of the page stands behind it.
const MAX_ORIGIN: usize = 2048;

/// Which library speaks, by the mark that its messages carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// `openplatform: true`: the library of P2 to P4.
    OpenPlatform,
    /// `totalplatform: true`: the library of P5.
    TotalPlatform,
}

/// One message with what its sender says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Which library sent it.
    pub mark: Mark,
    /// The token that the app says it has; the library of P5 sends none.
    pub access_token: Option<PresentedToken>,
    /// The origin that the app says it has; with the path of its page in P5.
    pub declared_origin: String,
    /// Where an answer goes, if one is awaited.
    pub callback: Option<CallbackId>,
    /// What it wants.
    pub message: AppMessage,
}

/// The id that a client library gave to the function which waits for an answer.
///
/// Libraries of P2 to P4 make it of a random number in base 32 without its dot: digits and `a` to `v`. That of P5 counts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CallbackId(String);

impl CallbackId {
    /// Takes an id; `None` unless it has 1 to 64 characters of `0-9a-v`.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=MAX_CALLBACK).contains(&text.len());
        (fits && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'v'))).then(|| Self(text.to_owned()))
    }

    /// Takes an id of P5, a decimal number of at most 20 digits, as a text or as a number.
    fn counted(value: &Value) -> Option<Self> {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.as_u64()?.to_string(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
        };
        let fits = (1..=20).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        fits.then_some(Self(text))
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
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
    /// Without the marks of a library: meant for somebody else.
    #[error("a message does not carry the marks of an app")]
    Unmarked,
    /// A field of the envelope is missing or has another form.
    #[error("a message has no usable `{0}`")]
    Field(&'static str),
}

impl Envelope {
    /// Reads a message of any library.
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
        // The library of P2 to P4 marks what it sends twice: the host's own messages carry the first mark as well.
        if is_marked(&members, "openplatform") && is_marked(&members, "sender") {
            Self::openplatform(&members)
        } else if is_marked(&members, "totalplatform") {
            Self::totalplatform(&members)
        } else {
            Err(MessageError::Unmarked)
        }
    }

    fn openplatform(members: &Map<String, Value>) -> Result<Self, MessageError> {
        Ok(Self {
            mark: Mark::OpenPlatform,
            access_token: Some(access_token(members)?),
            declared_origin: declared_origin(members)?,
            callback: match members.get("callback") {
                None | Some(Value::Null) => None,
                Some(value) => Some(
                    value
                        .as_str()
                        .and_then(CallbackId::parse)
                        .ok_or(MessageError::Field("callback"))?,
                ),
            },
            message: read::message(
                kind(members, "type")?,
                members.get("body").unwrap_or(&Value::Null),
            ),
        })
    }

    fn totalplatform(members: &Map<String, Value>) -> Result<Self, MessageError> {
        Ok(Self {
            mark: Mark::TotalPlatform,
            access_token: None,
            declared_origin: declared_origin(members)?,
            callback: match members.get("callbackid") {
                None | Some(Value::Null) => None,
                Some(value) => Some(CallbackId::counted(value).ok_or(MessageError::Field("callbackid"))?),
            },
            message: total::message(kind(members, "TYPE")?, members),
        })
    }

    /// Whether the app says that it is where it is: with or without the port in P2 to P4 (specification 3.2), with the path
    /// of its page in P5 (3.7).
    pub fn is_from(&self, origin: &AppOrigin) -> bool {
        match self.mark {
            Mark::OpenPlatform => origin.is_declared_as(&self.declared_origin),
            Mark::TotalPlatform => self
                .declared_origin
                .strip_prefix(&origin.to_string())
                .is_some_and(|path| path.is_empty() || path.starts_with('/')),
        }
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

fn kind<'a>(members: &'a Map<String, Value>, name: &'static str) -> Result<&'a str, MessageError> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '$');
    let fits = |text: &&str| (1..=MAX_TYPE).contains(&text.len()) && text.chars().all(is_plain);
    members
        .get(name)
        .and_then(Value::as_str)
        .filter(fits)
        .ok_or(MessageError::Field(name))
}
