//! The member `vault`: what an app asks of this vault. Other hosts ignore it.

use url::Url;

use super::error::ManifestError;
use super::reader::Reader;
use crate::origin::is_loopback;
use crate::scope::ScopeText;
use crate::text::one_line;

/// Most scopes that a manifest may list.
pub const MAX_SCOPES: usize = 64;
/// Longest purpose and longest explanation, in characters. They stand in a consent window, so they are refused, not cut.
pub const MAX_WORDS: usize = 500;

/// Scopes with their reasons, in the app's own words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VaultRequest {
    /// What is asked for, in the order of the manifest, each once.
    pub scopes: Vec<ScopeRequest>,
    /// What for, possibly empty.
    pub purpose: String,
    /// Where the app says how it treats the data.
    pub privacy: Option<Url>,
    /// The Ed25519 key that signs the app's packages, 32 bytes. It says who may replace a package by a newer one.
    pub key: Option<[u8; 32]>,
}

/// One scope that an app asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeRequest {
    /// The scope.
    pub scope: ScopeText,
    /// Without it the app wants nothing at all.
    pub required: bool,
    /// What for, possibly empty.
    pub explanation: String,
}

impl VaultRequest {
    /// Reads the member. It is ours, so it is read strictly: a mistake is an error, never something else than was meant.
    pub(super) fn read(manifest: &Reader<'_>) -> Result<Self, ManifestError> {
        let Some(value) = manifest.value("vault") else {
            return Ok(Self::default());
        };
        let reader = Reader::at(value, &manifest.path("vault"))?;
        Ok(Self {
            scopes: scopes(&reader)?,
            purpose: words(&reader, "purpose")?,
            privacy: privacy(&reader)?,
            key: key(&reader)?,
        })
    }
}

fn scopes(vault: &Reader<'_>) -> Result<Vec<ScopeRequest>, ManifestError> {
    let entries = vault.objects("scopes")?;
    if entries.len() > MAX_SCOPES {
        return Err(ManifestError::TooMany {
            path: vault.path("scopes"),
            limit: MAX_SCOPES,
            unit: "scopes",
        });
    }
    let mut scopes: Vec<ScopeRequest> = Vec::with_capacity(entries.len());
    for entry in &entries {
        let request = scope_request(entry)?;
        if scopes.iter().any(|known| known.scope == request.scope) {
            return Err(ManifestError::ScopeTwice {
                path: entry.path("scope"),
            });
        }
        scopes.push(request);
    }
    Ok(scopes)
}

fn scope_request(entry: &Reader<'_>) -> Result<ScopeRequest, ManifestError> {
    let path = entry.path("scope");
    let text = entry
        .text("scope")?
        .ok_or_else(|| ManifestError::Missing { path: path.clone() })?;
    Ok(ScopeRequest {
        scope: ScopeText::parse(text).map_err(|reason| ManifestError::BadScope { path, reason })?,
        required: entry.flag("required")?.unwrap_or(false),
        explanation: words(entry, "explanation")?,
    })
}

fn words(reader: &Reader<'_>, key: &str) -> Result<String, ManifestError> {
    let text = one_line(reader.text(key)?.unwrap_or_default());
    if text.chars().nth(MAX_WORDS).is_some() {
        return Err(ManifestError::TooMany {
            path: reader.path(key),
            limit: MAX_WORDS,
            unit: "characters",
        });
    }
    Ok(text)
}

fn privacy(vault: &Reader<'_>) -> Result<Option<Url>, ManifestError> {
    let Some(text) = vault.text("privacy")? else {
        return Ok(None);
    };
    let url = Url::parse(text)
        .ok()
        .filter(|url| url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url)));
    match url {
        Some(url) => Ok(Some(url)),
        None => Err(ManifestError::BadValue {
            path: vault.path("privacy"),
            expected: "an https address",
        }),
    }
}

/// 64 hexadecimal digits.
fn key(vault: &Reader<'_>) -> Result<Option<[u8; 32]>, ManifestError> {
    let Some(text) = vault.text("key")? else {
        return Ok(None);
    };
    let bad = || ManifestError::BadValue {
        path: vault.path("key"),
        expected: "64 hexadecimal digits",
    };
    let digits: Vec<u8> = text
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()
        .ok_or_else(bad)?;
    let bytes: Vec<u8> = digits
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |byte, digit| (byte << 4) | digit))
        .collect();
    if digits.len() != 64 {
        return Err(bad());
    }
    bytes.try_into().map(Some).map_err(|_| bad())
}
