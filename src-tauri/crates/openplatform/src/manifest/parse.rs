//! Reading a manifest: limits first, then one field after the other.

use serde_json::{Map, Value};

use super::error::ManifestError;
use super::reader::Reader;
use super::{
    AppsAccess, Icon, MAX_DEPTH, MAX_ENTRIES, MAX_MANIFEST_BYTES, Manifest, Permission, ProfileAccess,
    SettingKind, SharedSecrets, UsersAccess, VaultRequest,
};
use crate::secret::Secret;
use crate::text::{clip, one_line};

/// Longest frame URL, in characters. Upstream cuts it there; a cut address leads elsewhere, so it is refused here.
const MAX_URL: usize = 500;
/// Longest entry of a list, in characters.
const MAX_ITEM: usize = 200;
/// Longest markdown text, in characters.
const MAX_README: usize = 20_000;
/// The permission that upstream's host adds to those of a P5 manifest.
const ADMIN: &str = "admin";

impl Manifest {
    /// Reads the bytes of an `openplatform.json`. A byte order mark is ignored, and so is every unknown member.
    ///
    /// # Errors
    /// [`ManifestError`] says which member is wrong. Texts that are merely too long to show are cut as upstream cuts
    /// them; a colour or an icon that is none is as good as absent.
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        let value = json(bytes)?;
        if depth(&value) > MAX_DEPTH {
            return Err(ManifestError::TooDeep);
        }
        let members = value.as_object().ok_or(ManifestError::NotAnObject)?;
        check_members(members)?;
        manifest(&Reader::root(members))
    }
}

fn json(bytes: &[u8]) -> Result<Value, ManifestError> {
    if bytes.len() > MAX_MANIFEST_BYTES {
        return Err(ManifestError::TooLarge);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    serde_json::from_slice(bytes).map_err(|error| ManifestError::NotJson {
        line: error.line(),
        column: error.column(),
    })
}

/// Nesting of a value; the JSON reader itself stops at 128 levels.
fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

fn check_members(members: &Map<String, Value>) -> Result<(), ManifestError> {
    if members.len() <= MAX_ENTRIES {
        return Ok(());
    }
    Err(ManifestError::TooMany {
        path: "manifest".into(),
        limit: MAX_ENTRIES,
        unit: "members",
    })
}

fn manifest(r: &Reader<'_>) -> Result<Manifest, ManifestError> {
    Ok(Manifest {
        name: name(r)?,
        title: r.text("title")?.map(|text| clip(&one_line(text), 60)),
        url: url(r)?,
        version: r
            .text_or_number("version")?
            .map(|text| clip(&one_line(&text), 20))
            .unwrap_or_default(),
        description: shown(r, "description", 100)?,
        author: shown(r, "author", 50)?,
        email: shown(r, "email", 120)?,
        icon: Icon::read(r.value("icon").and_then(Value::as_str)),
        color: r
            .value("color")
            .and_then(Value::as_str)
            .filter(|text| is_color(text))
            .map(str::to_owned),
        roles: items(r, "roles")?,
        groups: items(r, "groups")?,
        permissions: permissions(r)?,
        server_addresses: [items(r, "origin")?, items(r, "allow")?].concat(),
        shared_secrets: SharedSecrets {
            request: secret(r, "reqtoken")?,
            response: secret(r, "restoken")?,
        },
        kind: shown(r, "type", 30)?,
        width: r.pixels("width")?,
        height: r.pixels("height")?,
        resize: is_set(r, "resize")?,
        responsive: is_set(r, "responsive")?,
        mobile_menu: is_set(r, "mobilemenu")?,
        allow_screenshots: is_set(r, "allowscreenshots")?,
        profile: profile_access(r)?,
        users: users_access(r)?,
        apps: apps_access(r)?,
        meta: r.loose_flag("allowreadmeta")?,
        notifications: r.value("allownotifications") == Some(&Value::Bool(true)),
        mail: is_set(r, "allowmail")?,
        sms: is_set(r, "allowsms")?,
        guest: is_set(r, "allowguestuser")? || is_set(r, "guestuser")?,
        server_verify: is_set(r, "serververify")? || is_set(r, "serverside")?,
        services: services(r)?,
        settings: settings(r)?,
        reference: shown(r, "reference", 40)?,
        readme: clip(r.text("readme")?.unwrap_or_default(), MAX_README),
        hosts: items(r, "openplatform")?,
        custom: shown(r, "custom", MAX_ITEM)?,
        vault: VaultRequest::read(r)?,
    })
}

/// A name of invisible characters alone is no name.
fn name(r: &Reader<'_>) -> Result<String, ManifestError> {
    let name = shown(r, "name", 30)?;
    if name.is_empty() {
        Err(ManifestError::Missing { path: r.path("name") })
    } else {
        Ok(name)
    }
}

fn url(r: &Reader<'_>) -> Result<Option<String>, ManifestError> {
    let Some(text) = r.text("url")? else {
        return Ok(None);
    };
    if text.chars().nth(MAX_URL).is_some() {
        return Err(ManifestError::TooMany {
            path: r.path("url"),
            limit: MAX_URL,
            unit: "characters",
        });
    }
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(ManifestError::BadValue {
            path: r.path("url"),
            expected: "an address without blanks",
        });
    }
    Ok(Some(text.to_owned()))
}

fn shown(r: &Reader<'_>, key: &str, max: usize) -> Result<String, ManifestError> {
    Ok(clip(&one_line(r.text(key)?.unwrap_or_default()), max))
}

fn items(r: &Reader<'_>, key: &str) -> Result<Vec<String>, ManifestError> {
    let cleaned = r
        .texts(key)?
        .into_iter()
        .map(|text| clip(&one_line(text), MAX_ITEM));
    Ok(cleaned.filter(|text| !text.is_empty()).collect())
}

fn is_set(r: &Reader<'_>, key: &str) -> Result<bool, ManifestError> {
    Ok(r.loose_flag(key)?.unwrap_or(false))
}

pub(super) fn is_color(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    matches!(digits.len(), 3 | 6 | 8) && digits.bytes().all(|b| b.is_ascii_hexdigit())
}

fn permissions(r: &Reader<'_>) -> Result<Vec<Permission>, ManifestError> {
    let permission = |entry: &Reader<'_>| {
        let id = shown(entry, "id", MAX_ITEM)?;
        if id.is_empty() {
            return Err(ManifestError::Missing {
                path: entry.path("id"),
            });
        }
        Ok(Permission {
            id,
            name: shown(entry, "name", MAX_ITEM)?,
        })
    };
    let mut all: Vec<Permission> = r
        .objects("permissions")?
        .iter()
        .map(permission)
        .collect::<Result<_, _>>()?;
    if !all.is_empty() && !all.iter().any(|known| known.id == ADMIN) {
        all.push(Permission {
            id: ADMIN.to_owned(),
            name: "Admin".to_owned(),
        });
    }
    Ok(all)
}

fn secret(r: &Reader<'_>, key: &str) -> Result<Option<Secret>, ManifestError> {
    Ok(r.text(key)?.map(|text| Secret::new(text.to_owned())))
}

fn profile_access(r: &Reader<'_>) -> Result<ProfileAccess, ManifestError> {
    match r.level("allowreadprofile")? {
        Some(0) => Ok(ProfileAccess::None),
        None | Some(1) => Ok(ProfileAccess::Basic),
        Some(2) => Ok(ProfileAccess::Contact),
        Some(_) => Err(level_error(r, "allowreadprofile", "0, 1 or 2")),
    }
}

fn users_access(r: &Reader<'_>) -> Result<UsersAccess, ManifestError> {
    match r.level("allowreadusers")? {
        None | Some(0) => Ok(UsersAccess::None),
        Some(1) => Ok(UsersAccess::AllBasic),
        Some(2) => Ok(UsersAccess::AllFull),
        Some(3) => Ok(UsersAccess::OwnBasic),
        Some(4) => Ok(UsersAccess::OwnFull),
        Some(_) => Err(level_error(r, "allowreadusers", "a number from 0 to 4")),
    }
}

fn apps_access(r: &Reader<'_>) -> Result<AppsAccess, ManifestError> {
    match r.level("allowreadapps")? {
        None | Some(0) => Ok(AppsAccess::None),
        Some(1) => Ok(AppsAccess::Basic),
        Some(2) => Ok(AppsAccess::Full),
        Some(_) => Err(level_error(r, "allowreadapps", "0, 1 or 2")),
    }
}

fn level_error(r: &Reader<'_>, key: &str, expected: &'static str) -> ManifestError {
    ManifestError::BadValue {
        path: r.path(key),
        expected,
    }
}

fn services(r: &Reader<'_>) -> Result<Vec<(String, String)>, ManifestError> {
    let clean = |(name, url): (&str, &str)| (clip(&one_line(name), MAX_ITEM), url.to_owned());
    Ok(r.text_members("services")?.into_iter().map(clean).collect())
}

fn settings(r: &Reader<'_>) -> Result<Vec<(String, SettingKind)>, ManifestError> {
    let kind = |text: &str| match text {
        "number" => SettingKind::Number,
        "boolean" => SettingKind::Boolean,
        "date" => SettingKind::Date,
        _ => SettingKind::Text,
    };
    let typed = |(key, text): (&str, &str)| (clip(&one_line(key), MAX_ITEM), kind(text));
    // P2 and P3 manifests have one free text here, which declares nothing.
    if r.value("settings").is_some_and(Value::is_string) {
        return Ok(Vec::new());
    }
    Ok(r.text_members("settings")?.into_iter().map(typed).collect())
}
