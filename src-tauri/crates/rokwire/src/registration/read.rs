//! Reading a registration that somebody else wrote, with everything checked that upstream takes as it comes (specification 1.2, 8.3).

use serde::Deserialize;
use serde_json::{Map, Value};
use thiserror::Error;

use super::{Registration, RequestedScope};
use crate::key::{KeyError, KeyOnWire};
use crate::object;
use crate::scope::{Scope, ScopeError};
use crate::service_id::ServiceIdError;

/// Longest registration, in bytes.
pub const MAX_REGISTRATION_BYTES: usize = 128 * 1024;
/// Longest address, in bytes.
const MAX_ADDRESS: usize = 2048;
/// Longest name, in characters.
const MAX_NAME: usize = 100;
/// Longest description or explanation, in characters.
const MAX_TEXT: usize = 2000;
/// Most scopes.
const MAX_SCOPES: usize = 100;
/// Longest id of a service account, in bytes.
const MAX_ACCOUNT_ID: usize = 128;

/// Why a registration is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RegistrationError {
    /// Not one JSON object, a member of it twice, or longer than [`MAX_REGISTRATION_BYTES`].
    #[error("this is not a registration")]
    NotARegistration,
    /// A member that has to be there is not, or is of another type.
    #[error("{0} is missing, or of another type")]
    Member(&'static str),
    /// `service_id`.
    #[error("service_id: {0}")]
    ServiceId(#[from] ServiceIdError),
    /// `host`, `info_url` or `logo_url`.
    #[error("{0} is not a plain http or https address")]
    Address(&'static str),
    /// `pub_key`.
    #[error("pub_key: {0}")]
    Key(#[from] KeyError),
    /// One of `scopes`.
    #[error("scopes: {0}")]
    Scope(#[from] ScopeError),
    /// The same scope twice, or too many.
    #[error("scopes: at most 100, each once")]
    Scopes,
    /// A text for people that is missing, too long, or holds signs that nobody sees.
    #[error("{0} is missing, too long, or holds signs that nobody sees")]
    Text(&'static str),
    /// It says that it is a part of the vault.
    #[error("first_party is for parts of the vault only")]
    FirstParty,
    /// It calls itself Rokwire, which upstream keeps for its own.
    #[error("a third party may not call itself Rokwire")]
    Rokwire,
}

#[derive(Deserialize)]
struct Written {
    service_id: String,
    host: String,
    #[serde(default)]
    service_account_id: Option<String>,
    #[serde(default)]
    pub_key: Option<KeyOnWire>,
    name: String,
    description: String,
    #[serde(default)]
    info_url: Option<String>,
    #[serde(default)]
    logo_url: Option<String>,
    #[serde(default)]
    first_party: bool,
    #[serde(default)]
    scopes: Option<Vec<WrittenScope>>,
}

#[derive(Deserialize)]
struct WrittenScope {
    scope: String,
    required: bool,
    #[serde(default)]
    explanation: Option<String>,
}

impl Registration {
    /// Reads the full form. Members that it does not know are skipped.
    ///
    /// # Errors
    /// [`RegistrationError`] names the member.
    pub fn parse(bytes: &[u8]) -> Result<Self, RegistrationError> {
        let written: Written = object::read(bytes, MAX_REGISTRATION_BYTES).ok_or_else(|| unread(bytes))?;
        if written.first_party {
            return Err(RegistrationError::FirstParty);
        }
        if written.name.to_lowercase().contains("rokwire") {
            return Err(RegistrationError::Rokwire);
        }
        Ok(Self {
            service_id: written.service_id.parse()?,
            host: host(&written.host)?,
            service_account_id: account(written.service_account_id)?,
            key: written.pub_key.as_ref().map(KeyOnWire::read).transpose()?,
            name: text("name", written.name, 1, MAX_NAME)?,
            description: text("description", written.description, 0, MAX_TEXT)?,
            info_url: link("info_url", written.info_url)?,
            logo_url: link("logo_url", written.logo_url)?,
            scopes: scopes(written.scopes.unwrap_or_default())?,
        })
    }
}

/// Why the members could not be read: the first that is not as it has to be, where that can be told.
fn unread(bytes: &[u8]) -> RegistrationError {
    let Some(members) = object::read::<Map<String, Value>>(bytes, MAX_REGISTRATION_BYTES) else {
        return RegistrationError::NotARegistration;
    };
    let required = [
        ("service_id", Form::Text),
        ("host", Form::Text),
        ("name", Form::Text),
        ("description", Form::Text),
    ];
    let optional = [
        ("service_account_id", Form::Text),
        ("pub_key", Form::Key),
        ("info_url", Form::Text),
        ("logo_url", Form::Text),
        ("first_party", Form::Truth),
        ("scopes", Form::Scopes),
    ];
    let missing = required
        .iter()
        .find(|(name, form)| !members.get(*name).is_some_and(|value| form.fits(value)));
    let wrong = || {
        optional.iter().find(|(name, form)| {
            let may_be_null = *form != Form::Truth;
            members
                .get(*name)
                .is_some_and(|value| !(form.fits(value) || may_be_null && value.is_null()))
        })
    };
    missing
        .or_else(wrong)
        .map_or(RegistrationError::NotARegistration, |(name, _)| {
            RegistrationError::Member(name)
        })
}

/// Of what type a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Truth,
    Key,
    Scopes,
}

impl Form {
    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Text => value.is_string(),
            Self::Truth => value.is_boolean(),
            Self::Key => KeyOnWire::deserialize(value).is_ok(),
            Self::Scopes => Vec::<WrittenScope>::deserialize(value).is_ok(),
        }
    }
}

fn scopes(written: Vec<WrittenScope>) -> Result<Vec<RequestedScope>, RegistrationError> {
    if written.len() > MAX_SCOPES {
        return Err(RegistrationError::Scopes);
    }
    let mut read: Vec<RequestedScope> = Vec::with_capacity(written.len());
    for one in written {
        let scope = Scope::parse(&one.scope)?;
        if read.iter().any(|other| other.scope == scope) {
            return Err(RegistrationError::Scopes);
        }
        read.push(RequestedScope {
            scope,
            required: one.required,
            explanation: text("explanation", one.explanation.unwrap_or_default(), 0, MAX_TEXT)?,
        });
    }
    Ok(read)
}

fn account(id: Option<String>) -> Result<Option<String>, RegistrationError> {
    let id = id.filter(|id| !id.is_empty());
    match &id {
        Some(id) if !object::is_name(id, MAX_ACCOUNT_ID) => {
            Err(RegistrationError::Text("service_account_id"))
        }
        Some(_) | None => Ok(id),
    }
}

/// A base address without a query and a fragment; the final slash is dropped, because addresses are compared byte for byte.
fn host(address: &str) -> Result<String, RegistrationError> {
    let bad = RegistrationError::Address("host");
    if !is_address(address) || address.contains(['?', '#']) {
        return Err(bad);
    }
    Ok(address.trim_end_matches('/').to_owned())
}

fn link(name: &'static str, address: Option<String>) -> Result<String, RegistrationError> {
    let address = address.unwrap_or_default();
    if address.is_empty() || is_address(&address) {
        return Ok(address);
    }
    Err(RegistrationError::Address(name))
}

/// `http` or `https`, a host in ASCII and no user before it, without blanks and signs that browsers repair.
fn is_address(address: &str) -> bool {
    let rest = address
        .strip_prefix("https://")
        .or_else(|| address.strip_prefix("http://"));
    let Some(rest) = rest else {
        return false;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_host = |b: u8| b.is_ascii_alphanumeric() || b".-:[]".contains(&b);
    address.len() <= MAX_ADDRESS
        && host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[')
        && host.bytes().all(is_host)
        && address.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
}

fn text(name: &'static str, text: String, least: usize, most: usize) -> Result<String, RegistrationError> {
    let length = text.trim().chars().count();
    let is_shown = |c: char| !c.is_control() && !object::hides(c);
    if length < least || text.chars().count() > most || !text.chars().all(is_shown) {
        return Err(RegistrationError::Text(name));
    }
    Ok(text)
}
