//! The JSON of `backpack.json`, version 1.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use time::OffsetDateTime;

use super::{FORMAT, Listed, Manifest, ManifestError, VERSION};
use crate::limits::COUNTS;
use crate::{EntryPath, Sha256};

/// Format and version come first, so that any later layout is told apart from damage.
pub(super) fn check_version(bytes: &[u8]) -> Result<(), ManifestError> {
    let mark: Mark = serde_json::from_slice(bytes).map_err(ManifestError::Malformed)?;
    if mark.format != FORMAT || mark.version == 0 {
        return Err(ManifestError::OtherFormat);
    }
    if mark.version > u64::from(VERSION) {
        return Err(ManifestError::Newer {
            found: mark.version,
            supported: VERSION,
        });
    }
    Ok(())
}

#[derive(Deserialize)]
struct Mark {
    format: String,
    version: u64,
}

/// The JSON of version 1. Members that it does not know are left alone.
#[derive(Serialize, Deserialize)]
pub(super) struct Wire {
    format: String,
    version: u32,
    #[serde(with = "time::serde::rfc3339")]
    created: OffsetDateTime,
    space: String,
    software: String,
    #[serde(deserialize_with = "few_counts")]
    counts: BTreeMap<String, u64>,
    entries: Vec<WireEntry>,
    signing_key: String,
    #[serde(default, skip_serializing_if = "is_false")]
    full: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    made_up: bool,
}

#[derive(Serialize, Deserialize)]
struct WireEntry {
    path: String,
    bytes: u64,
    sha256: Sha256,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
fn is_false(value: &bool) -> bool {
    !value
}

/// Stops at the limit instead of filling memory first.
fn few_counts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, u64>, D::Error> {
    struct Few;

    impl<'de> Visitor<'de> for Few {
        type Value = BTreeMap<String, u64>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "at most {COUNTS} numbers by name")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut counts = BTreeMap::new();
            while let Some((name, count)) = map.next_entry()? {
                if counts.len() == COUNTS {
                    return Err(A::Error::custom("too many counts"));
                }
                counts.insert(name, count);
            }
            Ok(counts)
        }
    }

    deserializer.deserialize_map(Few)
}

impl From<&Manifest> for Wire {
    fn from(manifest: &Manifest) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            created: manifest.created,
            space: manifest.space.clone(),
            software: manifest.software.clone(),
            counts: manifest.counts.clone(),
            entries: manifest.entries.iter().map(WireEntry::from).collect(),
            signing_key: manifest.signing_key.clone(),
            full: manifest.full,
            made_up: manifest.made_up,
        }
    }
}

impl From<&Listed> for WireEntry {
    fn from(entry: &Listed) -> Self {
        Self {
            path: entry.path.as_str().to_owned(),
            bytes: entry.bytes,
            sha256: entry.sha256,
        }
    }
}

impl TryFrom<Wire> for Manifest {
    type Error = ManifestError;

    fn try_from(wire: Wire) -> Result<Self, ManifestError> {
        Ok(Self {
            created: wire.created,
            space: wire.space,
            software: wire.software,
            counts: wire.counts,
            entries: wire
                .entries
                .into_iter()
                .map(Listed::try_from)
                .collect::<Result<_, _>>()?,
            signing_key: wire.signing_key,
            full: wire.full,
            made_up: wire.made_up,
        })
    }
}

impl TryFrom<WireEntry> for Listed {
    type Error = ManifestError;

    fn try_from(entry: WireEntry) -> Result<Self, ManifestError> {
        let path = EntryPath::new(entry.path).map_err(ManifestError::UnsafePath)?;
        Ok(Self {
            path,
            bytes: entry.bytes,
            sha256: entry.sha256,
        })
    }
}
