//! How each platform is asked, and who watches over it: data in `assets/letters`.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

const TEXT: &str = include_str!("../../../../../assets/letters/ways.toml");

static KNOWN: LazyLock<Known> = LazyLock::new(|| toml::from_str(TEXT).unwrap_or_default());

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    way: Vec<Way>,
    authorities: BTreeMap<String, (String, String)>,
}

/// What kind of way it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WayKind {
    /// A page where a person who is signed in asks.
    Portal,
    /// An address to write to.
    Mail,
    /// A form without signing in.
    Form,
}

impl WayKind {
    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Portal => "portal",
            Self::Mail => "mail",
            Self::Form => "form",
        }
    }
}

/// The way to ask a platform.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Way {
    /// Id of the platform.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What kind of way it is.
    pub kind: WayKind,
    /// The page or address; empty where none is documented.
    pub target: String,
    /// What to do there.
    pub words: String,
}

/// The authority that watches over data protection in a country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// Its name.
    pub name: String,
    /// Its page.
    pub url: String,
}

/// Every platform with a known way, in the order of their names.
#[must_use]
pub fn ways() -> Vec<Way> {
    let mut ways = KNOWN.way.clone();
    ways.sort_by_key(|way| way.name.to_lowercase());
    ways
}

/// The way to ask a platform.
pub(super) fn of(platform: &str) -> Option<Way> {
    KNOWN.way.iter().find(|way| way.id == platform).cloned()
}

/// The authority of a country, ISO 3166-1 alpha-2.
pub(super) fn authority(country: &str) -> Option<Authority> {
    let (name, url) = KNOWN.authorities.get(country.trim().to_uppercase().as_str())?;
    Some(Authority {
        name: name.clone(),
        url: url.clone(),
    })
}
