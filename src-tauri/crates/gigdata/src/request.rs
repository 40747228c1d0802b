//! The question to a platform: everything about the person behind one address (`spec/gigdata.md` 3.1).

use std::{fmt, str::FromStr};

use serde::{Serialize, Serializer, ser::SerializeStruct};
use serde_json::Value;
use uuid::Uuid;

/// The media type that the request has, to the byte.
pub const REQUEST_TYPE: &str = "application/json; charset=utf-8";

/// Longest request that is read, in bytes.
const LONGEST: usize = 16 * 1024;

/// The names of the members, which changed twice in May 2020. A platform knows those of the time it was built.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// `PlatformToken` and `UserEmail`: since 2020-05-19.
    #[default]
    Current,
    /// `PlatformToken` and `Username`: 2020-05-18 to 19.
    TokenUsername,
    /// `MyGigDataToken` and `Username`: before.
    Legacy,
}

/// The text names no dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no dialect of that name; there are current, token-username, legacy")]
pub struct UnknownDialect;

/// The bytes are no request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a request for exported data")]
pub struct NotARequest;

/// A request, before it is written in a dialect.
#[derive(Clone, PartialEq, Eq)]
pub struct ExportRequest {
    token: String,
    email: String,
    id: String,
}

impl ExportRequest {
    /// A request for the data behind `email`, which is written in lower case. `id` is a new one for each call.
    #[must_use]
    pub fn new(token: &str, email: &str, id: Uuid) -> Self {
        Self {
            token: token.to_owned(),
            email: email.to_lowercase(),
            id: id.to_string(),
        }
    }

    /// What proves that the asker may ask.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The address.
    #[must_use]
    pub fn email(&self) -> &str {
        &self.email
    }

    /// The id of the call; a platform may echo it. Empty when the asker sent none.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The body: three members in this order, without spaces.
    ///
    /// # Errors
    /// Never for values that the type can hold; the writer's signature has one.
    pub fn to_json(&self, dialect: Dialect) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(&Spoken {
            request: self,
            dialect,
        })
    }

    /// Reads the body of a request in any dialect, names in any case.
    ///
    /// # Errors
    /// [`NotARequest`].
    pub fn read(bytes: &[u8]) -> Result<Self, NotARequest> {
        if bytes.len() > LONGEST {
            return Err(NotARequest);
        }
        let Ok(Value::Object(members)) = serde_json::from_slice(bytes) else {
            return Err(NotARequest);
        };
        let one_of = |names: &[&str]| {
            let named =
                |(key, _): &(&String, &Value)| names.iter().any(|name| key.eq_ignore_ascii_case(name));
            members.iter().find(named)?.1.as_str().map(str::to_owned)
        };
        Ok(Self {
            token: one_of(&["PlatformToken", "MyGigDataToken"]).ok_or(NotARequest)?,
            email: one_of(&["UserEmail", "Username"]).ok_or(NotARequest)?,
            id: one_of(&["RequestId"]).unwrap_or_default(),
        })
    }

    /// The request of three headers, by which a platform may be asked with GET (`spec/gigdata.md` 11).
    #[must_use]
    pub fn from_headers(token: &str, email: &str, id: &str) -> Self {
        Self {
            token: token.to_owned(),
            email: email.to_owned(),
            id: id.to_owned(),
        }
    }
}

/// Neither the token nor the address.
impl fmt::Debug for ExportRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExportRequest")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl Dialect {
    /// All of them, newest first.
    pub const ALL: [Self; 3] = [Self::Current, Self::TokenUsername, Self::Legacy];

    /// The name in a connector file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::TokenUsername => "token-username",
            Self::Legacy => "legacy",
        }
    }

    const fn names(self) -> [&'static str; 2] {
        match self {
            Self::Current => ["PlatformToken", "UserEmail"],
            Self::TokenUsername => ["PlatformToken", "Username"],
            Self::Legacy => ["MyGigDataToken", "Username"],
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Dialect {
    type Err = UnknownDialect;

    fn from_str(name: &str) -> Result<Self, UnknownDialect> {
        Self::ALL
            .into_iter()
            .find(|dialect| dialect.as_str() == name)
            .ok_or(UnknownDialect)
    }
}

struct Spoken<'a> {
    request: &'a ExportRequest,
    dialect: Dialect,
}

impl Serialize for Spoken<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let [token, email] = self.dialect.names();
        let mut body = serializer.serialize_struct("ExportRequest", 3)?;
        body.serialize_field(token, &self.request.token)?;
        body.serialize_field(email, &self.request.email)?;
        body.serialize_field("RequestId", &self.request.id)?;
        body.end()
    }
}
