//! `backpack.json`: what a backpack holds, with size and hash of every entry.

mod wire;

use std::collections::BTreeMap;

use time::OffsetDateTime;

use wire::Wire;

use crate::limits::{COUNTS, KEY_TEXT_BYTES, SHORT_TEXT_BYTES};
use crate::{EntryPath, Limits, MANIFEST, PAGE, PathProblem, README, SIGNATURE, Sha256};

/// The value of `format`.
pub const FORMAT: &str = "satchel-backpack";
/// The version that is written, and the newest that can be read.
pub const VERSION: u32 = 1;

/// Why a list of contents is refused.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// More bytes than [`Limits::manifest_bytes`].
    #[error("The list of contents is too large.")]
    TooLarge,
    /// Not JSON of the expected shape.
    #[error("The list of contents is not readable.")]
    Malformed(#[source] serde_json::Error),
    /// JSON of something else.
    #[error("The list of contents is not one of a backpack.")]
    OtherFormat,
    /// Written by a later Satchel.
    #[error(
        "This backpack was written by a newer Satchel (format {found}; this one reads up to {supported})."
    )]
    Newer {
        /// Its version.
        found: u64,
        /// The newest version that can be read.
        supported: u32,
    },
    /// A text or a list that is longer than any real one.
    #[error("The list of contents holds a text or a count that is too long.")]
    TooLong,
    /// More entries than [`Limits::entries`].
    #[error("The backpack lists more than {limit} files.")]
    TooManyEntries {
        /// How many are allowed.
        limit: usize,
    },
    /// Larger entries than [`Limits::total_bytes`].
    #[error("The backpack lists more than {limit} bytes.")]
    TooManyBytes {
        /// How many are allowed.
        limit: u64,
    },
    /// A path that could reach outside the folder it is unpacked into.
    #[error("The list of contents holds a dangerous file name: {0}.")]
    UnsafePath(PathProblem),
    /// The manifest lists itself or the signature.
    #[error("The list of contents names itself.")]
    Reserved,
    /// The same path twice.
    #[error("The list of contents names {0} twice.")]
    Duplicate(EntryPath),
    /// Not `README.txt`, `index.html`, then the rest by path.
    #[error("The list of contents is not in order.")]
    Unsorted,
}

/// What must be said about a backpack wherever it is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks {
    /// Holds secrets too (sign-ins, private keys), for the move to another computer.
    pub full: bool,
    /// Holds made-up data of a demonstration.
    pub made_up: bool,
}

/// One entry as the manifest lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Where it is in the backpack.
    pub path: EntryPath,
    /// Its size.
    pub bytes: u64,
    /// Its hash.
    pub sha256: Sha256,
}

/// What a backpack holds and who packed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// When it was packed.
    pub created: OffsetDateTime,
    /// The name of the space.
    pub space: String,
    /// Name and version of the program.
    pub software: String,
    /// How many of what, by name.
    pub counts: BTreeMap<String, u64>,
    /// All entries but `backpack.json` and `backpack.sig`, in their order in the archive.
    pub entries: Vec<Listed>,
    /// The public key that checks `backpack.sig`, in PEM. Whose it is, only a reader can know who knows the key.
    pub signing_key: String,
    /// Holds secrets too, for the move to another computer.
    pub full: bool,
    /// Holds made-up data of a demonstration.
    pub made_up: bool,
}

impl Manifest {
    /// The sum of the sizes of all listed entries.
    pub fn total_bytes(&self) -> u64 {
        self.entries
            .iter()
            .fold(0, |sum, entry| sum.saturating_add(entry.bytes))
    }

    /// The bytes of `backpack.json`: readable by a person, the same for the same manifest.
    pub(crate) fn encode(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut bytes = serde_json::to_vec_pretty(&Wire::from(self))?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Reads `backpack.json`, and refuses what breaks a rule or a limit.
    ///
    /// # Errors
    /// The rule that is broken.
    pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Self, ManifestError> {
        if u64::try_from(bytes.len()).is_ok_and(|size| size > limits.manifest_bytes) {
            return Err(ManifestError::TooLarge);
        }
        wire::check_version(bytes)?;
        let wire: Wire = serde_json::from_slice(bytes).map_err(ManifestError::Malformed)?;
        let manifest = Self::try_from(wire)?;
        manifest.check(limits)?;
        Ok(manifest)
    }

    pub(crate) fn check(&self, limits: &Limits) -> Result<(), ManifestError> {
        self.check_texts()?;
        if self.entries.len() > limits.entries {
            return Err(ManifestError::TooManyEntries {
                limit: limits.entries,
            });
        }
        if self.total_bytes() > limits.total_bytes {
            return Err(ManifestError::TooManyBytes {
                limit: limits.total_bytes,
            });
        }
        self.check_order()
    }

    fn check_texts(&self) -> Result<(), ManifestError> {
        let short = |text: &str| text.len() <= SHORT_TEXT_BYTES;
        let fits = short(&self.space)
            && short(&self.software)
            && self.signing_key.len() <= KEY_TEXT_BYTES
            && self.counts.len() <= COUNTS
            && self.counts.keys().all(|name| short(name));
        if fits { Ok(()) } else { Err(ManifestError::TooLong) }
    }

    fn check_order(&self) -> Result<(), ManifestError> {
        let mut entries = self.entries.iter().map(|entry| &entry.path);
        for expected in [README, PAGE] {
            if entries.next().map(EntryPath::as_str) != Some(expected) {
                return Err(ManifestError::Unsorted);
            }
        }
        let mut before: Option<&EntryPath> = None;
        for path in entries {
            check_place(before, path)?;
            before = Some(path);
        }
        Ok(())
    }
}

fn check_place(before: Option<&EntryPath>, path: &EntryPath) -> Result<(), ManifestError> {
    match path.as_str() {
        MANIFEST | SIGNATURE => return Err(ManifestError::Reserved),
        README | PAGE => return Err(ManifestError::Duplicate(path.clone())),
        _ => {}
    }
    match before {
        Some(before) if before == path => Err(ManifestError::Duplicate(path.clone())),
        Some(before) if before > path => Err(ManifestError::Unsorted),
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    fn listed(path: &str) -> Listed {
        Listed {
            path: EntryPath::new(path).unwrap(),
            bytes: 3,
            sha256: Sha256::of(b"abc"),
        }
    }

    fn manifest(paths: &[&str]) -> Manifest {
        Manifest {
            created: datetime!(2026-11-22 10:00:00 +01:00),
            space: "Personal".to_owned(),
            software: "Satchel 0.1.0".to_owned(),
            counts: BTreeMap::from([("work".to_owned(), 2)]),
            entries: paths.iter().map(|path| listed(path)).collect(),
            signing_key: "PEM".to_owned(),
            full: false,
            made_up: false,
        }
    }

    fn json(change: impl FnOnce(&mut serde_json::Value)) -> Vec<u8> {
        let bytes = manifest(&[README, PAGE, "a"]).encode().unwrap();
        let mut value = serde_json::from_slice(&bytes).unwrap();
        change(&mut value);
        serde_json::to_vec(&value).unwrap()
    }

    fn refused(bytes: &[u8]) -> ManifestError {
        Manifest::decode(bytes, &Limits::default()).unwrap_err()
    }

    #[test]
    fn round_trip_keeps_every_member() {
        for (full, made_up) in [(false, false), (true, false), (false, true)] {
            let packed = Manifest {
                full,
                made_up,
                ..manifest(&[README, PAGE, "a", "b/c"])
            };
            let bytes = packed.encode().unwrap();
            assert_eq!(Manifest::decode(&bytes, &Limits::default()).unwrap(), packed);
        }
    }

    #[test]
    fn the_wire_names_are_those_of_the_format() {
        let value: serde_json::Value =
            serde_json::from_slice(&manifest(&[README, PAGE]).encode().unwrap()).unwrap();
        let names: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(
            names,
            [
                "format",
                "version",
                "created",
                "space",
                "software",
                "counts",
                "entries",
                "signing_key"
            ]
        );
        assert_eq!(value["created"], "2026-11-22T10:00:00+01:00");
        assert_eq!(value["format"], "satchel-backpack");
    }

    #[test]
    fn a_newer_version_is_told_apart_even_if_all_else_is_different() {
        let newer = br#"{"format":"satchel-backpack","version":2,"files":7}"#;
        assert!(matches!(
            refused(newer),
            ManifestError::Newer {
                found: 2,
                supported: 1
            }
        ));
        assert!(matches!(
            refused(br#"{"format":"other","version":1}"#),
            ManifestError::OtherFormat
        ));
        assert!(matches!(refused(b"[]"), ManifestError::Malformed(_)));
    }

    #[test]
    fn members_of_a_later_minor_writer_are_left_alone() {
        let bytes = json(|value| value["colour"] = "green".into());
        assert!(Manifest::decode(&bytes, &Limits::default()).is_ok());
    }

    #[test]
    fn order_and_uniqueness_are_demanded() {
        let order = |paths: &[&str]| refused(&manifest(paths).encode().unwrap());
        assert!(matches!(order(&[PAGE, README]), ManifestError::Unsorted));
        assert!(matches!(order(&[README]), ManifestError::Unsorted));
        assert!(matches!(
            order(&[README, PAGE, "b", "a"]),
            ManifestError::Unsorted
        ));
        assert!(matches!(
            order(&[README, PAGE, "a", "a"]),
            ManifestError::Duplicate(_)
        ));
        assert!(matches!(
            order(&[README, PAGE, PAGE]),
            ManifestError::Duplicate(_)
        ));
        assert!(matches!(
            order(&[README, PAGE, MANIFEST]),
            ManifestError::Reserved
        ));
    }

    #[test]
    fn dangerous_names_are_refused() {
        let bytes = json(|value| value["entries"][2]["path"] = "../a".into());
        assert!(matches!(
            refused(&bytes),
            ManifestError::UnsafePath(PathProblem::Climbs)
        ));
    }

    #[test]
    fn limits_hold() {
        let bytes = json(|_| {});
        let with = |limits: Limits| Manifest::decode(&bytes, &limits).unwrap_err();
        let default = Limits::default();
        let small = Limits {
            manifest_bytes: 10,
            ..default
        };
        assert!(matches!(with(small), ManifestError::TooLarge));
        let few = Limits {
            entries: 2,
            ..default
        };
        assert!(matches!(with(few), ManifestError::TooManyEntries { limit: 2 }));
        let light = Limits {
            total_bytes: 8,
            ..default
        };
        assert!(matches!(with(light), ManifestError::TooManyBytes { limit: 8 }));
        let many = json(|value| {
            let counts = value["counts"].as_object_mut().unwrap();
            (0..=COUNTS).for_each(|n| drop(counts.insert(n.to_string(), n.into())));
        });
        assert!(matches!(refused(&many), ManifestError::Malformed(_)));
        let long = json(|value| value["space"] = "x".repeat(SHORT_TEXT_BYTES + 1).into());
        assert!(matches!(refused(&long), ManifestError::TooLong));
        let overflow = json(|value| {
            value["entries"][1]["bytes"] = u64::MAX.into();
            value["entries"][2]["bytes"] = u64::MAX.into();
        });
        assert!(matches!(refused(&overflow), ManifestError::TooManyBytes { .. }));
    }
}
