//! `GET /services/account`: the person as one app in one space sees them (specification 1.8, 8.3).

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use time::OffsetDateTime;
use time::serde::rfc3339;

use super::profile::Profile;
use crate::scope::{Scope, Scopes};

/// The answer. It holds what the caller's token opens; permissions, roles, groups and devices are not for anybody outside, so they are empty.
#[derive(Serialize)]
pub struct Account {
    /// The account of this app in this space; `sub` of its tokens.
    pub id: String,
    /// The fields that the token opens.
    pub profile: Profile,
    /// What the app itself keeps: any JSON.
    pub preferences: Value,
    /// Whether it is an account without a profile.
    pub anonymous: bool,
    /// Ids of the person in other systems that the token opens.
    pub external_ids: BTreeMap<String, String>,
    /// How this account comes in.
    pub auth_types: Vec<AuthType>,
    /// What the token opens.
    #[serde(serialize_with = "as_texts")]
    pub scopes: Scopes,
    /// The app: it sees no other.
    pub apps: [AppOfAccount; 1],
    /// When a token was last made for it.
    #[serde(with = "rfc3339::option")]
    pub last_access_token_date: Option<OffsetDateTime>,
    /// Always empty or false.
    #[serde(flatten)]
    pub rest: Rest,
}

/// What nobody outside has, in upstream's shape.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Rest {
    permissions: [(); 0],
    roles: [(); 0],
    groups: [(); 0],
    devices: [(); 0],
    verified: bool,
    system: bool,
}

/// One way in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuthType {
    /// Its id.
    pub id: String,
    /// `vault_unlock` or `anonymous`.
    pub code: String,
    /// Under which name the account comes in: its own id.
    pub identifier: String,
    /// Whether it is in use.
    pub active: bool,
    /// Whether it was never proven; always false.
    pub unverified: bool,
}

/// The app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AppOfAccount {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its short handle.
    pub code: String,
}

fn as_texts<S: serde::Serializer>(scopes: &Scopes, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(scopes.iter().map(Scope::to_string))
}
