//! Backpacks: what one would hold, what one holds, and how it is opened.

use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use specta::Type;
use vault_core::{
    backpack::{self, BackpackError, Identities, Keys, LockPassphrase, Locks, Recipients, RestoreReport},
    cooperatives::OwnKeyOutcome,
};
use vault_store::backpacks::PackedBackpack;

use super::{
    time::{iso, stamp},
    vault::SpaceRef,
    words::{count, fingerprint},
};
use crate::error::Answer;

/// What a backpack would hold.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PackPlan {
    records: u64,
    profile: u64,
    log: u64,
    files: u64,
    file_bytes: u64,
    apps: u64,
    connections: u64,
    cooperatives: u64,
    transfers: u64,
    from: Option<String>,
    to: Option<String>,
    platforms: u64,
    about_bytes: u64,
    suggested_name: String,
    suggested_place: Option<String>,
    made_up: bool,
    space_name: String,
    recovery_recipient: Option<String>,
    last: Option<BackpackRow>,
    earlier: Vec<BackpackRow>,
}

impl PackPlan {
    /// `folder` is where the file is proposed to go.
    pub(crate) fn new(plan: backpack::PackPlan, folder: Option<&Path>) -> Self {
        let place = folder.map(|folder| free_place(folder, &plan.suggested_name).display().to_string());
        let mut earlier: Vec<BackpackRow> = plan.earlier.iter().map(BackpackRow::from).collect();
        let last = (!earlier.is_empty()).then(|| earlier.remove(0));
        Self {
            records: plan.records,
            profile: plan.profile,
            log: plan.log,
            files: plan.files,
            file_bytes: plan.file_bytes,
            apps: plan.apps,
            connections: plan.connections,
            cooperatives: plan.cooperatives,
            transfers: plan.transfers,
            from: plan.span.map(|(first, _)| iso(first)),
            to: plan.span.map(|(_, last)| iso(last)),
            platforms: plan.platforms,
            about_bytes: plan.about_bytes,
            suggested_name: plan.suggested_name,
            suggested_place: place,
            made_up: plan.made_up,
            space_name: plan.space,
            recovery_recipient: plan.recovery_recipient,
            last,
            earlier,
        }
    }
}

/// A file of this name that is not there yet: what was packed before is never replaced by a proposal.
fn free_place(folder: &Path, name: &str) -> PathBuf {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "backpack"));
    let numbered = (2..100_u32).map(|number| folder.join(format!("{stem} {number}.{extension}")));
    let mut places = std::iter::once(folder.join(name)).chain(numbered);
    places
        .find(|place| !place.exists())
        .unwrap_or_else(|| folder.join(name))
}

/// A backpack that was packed.
#[derive(Clone, Serialize, Type)]
pub(crate) struct BackpackRow {
    at: String,
    file: String,
    records: u64,
    proved: bool,
    sha256: String,
}

impl From<&PackedBackpack> for BackpackRow {
    fn from(packed: &PackedBackpack) -> Self {
        Self {
            at: stamp(packed.at),
            file: packed.file.clone(),
            records: packed.records,
            proved: packed.proved,
            sha256: packed.sha256.to_string(),
        }
    }
}

impl From<backpack::PackReport> for BackpackRow {
    fn from(report: backpack::PackReport) -> Self {
        Self {
            at: stamp(report.at),
            file: report.file.display().to_string(),
            records: report.records,
            // Without the proof there is no file.
            proved: true,
            sha256: report.sha256.to_string(),
        }
    }
}

/// Who will be able to open it.
#[derive(Deserialize, Type)]
#[serde(untagged)]
pub(crate) enum PackLock {
    Passphrase { passphrase: String },
    Recipients { recipients: Vec<String> },
}

impl TryFrom<PackLock> for Locks {
    type Error = BackpackError;

    fn try_from(lock: PackLock) -> Result<Self, BackpackError> {
        Ok(match lock {
            PackLock::Passphrase { passphrase } => {
                Self::Passphrase(LockPassphrase::new(SecretString::from(passphrase))?)
            }
            PackLock::Recipients { recipients } => Self::Recipients(Recipients::parse(recipients)?),
        })
    }
}

/// What opens one.
#[derive(Deserialize, Type)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub(crate) enum OpenKey {
    Passphrase { passphrase: String },
    Identity { identity_file: String },
}

/// What a check found.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BackpackReport {
    whole: bool,
    space: String,
    created: String,
    software: String,
    records: u64,
    cooperatives: u64,
    transfers: u64,
    entries: u64,
    bytes: u64,
    signed_by: SignedBy,
    fingerprint: String,
    full: bool,
    made_up: bool,
    new: u64,
    same: u64,
    different: u64,
    /// Cooperatives and transfers that are not here.
    new_cooperatives: u64,
    new_transfers: u64,
}

/// Whose key signed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
enum SignedBy {
    ThisVault,
    Unknown,
}

impl From<backpack::BackpackReport> for BackpackReport {
    fn from(report: backpack::BackpackReport) -> Self {
        let compared = report.compared.unwrap_or_default();
        Self {
            // What is not whole is an error and no report.
            whole: true,
            space: report.space,
            created: stamp(report.created),
            software: report.software,
            records: report.records,
            cooperatives: report.cooperatives,
            transfers: report.transfers.0 + report.transfers.1,
            entries: report.entries,
            bytes: report.bytes,
            signed_by: match report.signed_by {
                backpack::SignedBy::ThisVault => SignedBy::ThisVault,
                backpack::SignedBy::Unknown => SignedBy::Unknown,
            },
            fingerprint: fingerprint(&report.sha256.to_string()),
            full: report.full,
            made_up: report.made_up,
            new: compared.new,
            same: compared.same,
            different: compared.different,
            new_cooperatives: compared.cooperatives,
            new_transfers: compared.transfers,
        }
    }
}

/// Where a backpack is brought back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Into {
    NewSpace,
    Merge,
}

/// What was brought back.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Restored {
    records: u64,
    space: SpaceRef,
    /// Cooperatives that were not known, and whether their keys are to be compared.
    cooperatives: u64,
    compare: bool,
    /// Known ones for which another key waits.
    waiting: u64,
    /// Ones that did not come.
    left_out: u64,
    /// Transfers of both ways.
    transfers: u64,
    own_key: OwnKey,
}

/// What became of the vault's own key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
enum OwnKey {
    /// Nothing that the person need know.
    Same,
    Came,
    Kept,
    Lost,
}

impl Restored {
    pub(crate) fn new(report: &RestoreReport, space: SpaceRef) -> Self {
        let peers = report.cooperatives;
        Self {
            records: report.records,
            space,
            cooperatives: peers.added,
            compare: peers.added > 0 && !peers.as_packed,
            waiting: peers.waiting,
            left_out: peers.left_out,
            transfers: report.transfers + report.incoming,
            own_key: match peers.own_key {
                OwnKeyOutcome::None | OwnKeyOutcome::Same => OwnKey::Same,
                OwnKeyOutcome::Came => OwnKey::Came,
                OwnKeyOutcome::Kept => OwnKey::Kept,
                OwnKeyOutcome::Lost => OwnKey::Lost,
            },
        }
    }
}

/// Keys of a passphrase.
pub(crate) fn passphrase_keys(passphrase: String) -> Keys {
    Keys::Passphrase(SecretString::from(passphrase))
}

/// Keys of the text of a key file: an age identity, or a recovery kit.
pub(crate) fn identity_keys(text: &str) -> Answer<Keys> {
    use secrecy::ExposeSecret as _;
    let first = Identities::parse(text);
    if let Ok(identities) = first {
        return Ok(Keys::Identities(identities));
    }
    let identity = match vault_crypto::parse_recovery_file(text) {
        Ok(vault_crypto::RecoveryKey::Code(code)) => code.to_age_identity_string(),
        Ok(vault_crypto::RecoveryKey::Identity(identity)) => identity.to_age_identity_string(),
        Err(_) => return Ok(Keys::Identities(first.map_err(BackpackError::from)?)),
    };
    Ok(Keys::Identities(
        Identities::parse(identity.expose_secret()).map_err(BackpackError::from)?,
    ))
}

/// When a backpack was packed last, for the overview.
pub(crate) fn backup_words(last: Option<&PackedBackpack>, now: time::OffsetDateTime) -> Option<String> {
    let last = last?;
    let ago = match (now - last.at).whole_days() {
        ..=0 => "today".into(),
        1 => "yesterday".into(),
        days => format!(
            "{} ago",
            count(u64::try_from(days).unwrap_or_default(), "day", "days")
        ),
    };
    Some(if last.proved {
        format!("Backed up {ago}, test restore passed")
    } else {
        format!("Backed up {ago}")
    })
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;
    use time::macros::datetime;
    use vault_crypto::RecoveryCode;
    use vault_store::Sha256;

    use super::*;

    #[test]
    fn a_kit_in_any_form_is_a_key() {
        let code = RecoveryCode::generate();
        let kit = code.kit_file_text("Personal", 0);
        let identity = code.to_age_identity_string();
        for text in [kit.as_str(), code.to_text().as_str(), identity.expose_secret()] {
            assert!(matches!(identity_keys(text), Ok(Keys::Identities(_))));
        }
        assert_eq!(identity_keys("nothing").err().unwrap().code, "BPK-507");
    }

    #[test]
    fn a_proposal_replaces_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let name = "Personal 2026-11-24.backpack";
        assert_eq!(free_place(folder.path(), name), folder.path().join(name));
        std::fs::write(folder.path().join(name), "").unwrap();
        assert_eq!(
            free_place(folder.path(), name),
            folder.path().join("Personal 2026-11-24 2.backpack")
        );
    }

    #[test]
    fn the_page_sends_one_of_two_keys() {
        let key: OpenKey = serde_json::from_str(r#"{"identityFile":"/a"}"#).unwrap();
        assert!(matches!(key, OpenKey::Identity { .. }));
        let lock: PackLock = serde_json::from_str(r#"{"recipients":["age1x"]}"#).unwrap();
        assert!(Locks::try_from(lock).is_err());
    }

    #[test]
    fn a_backup_has_an_age() {
        let at = datetime!(2026-11-21 12:00 UTC);
        let packed = PackedBackpack {
            at,
            file: "/x".into(),
            records: 1,
            bytes: 1,
            sha256: Sha256::of(b""),
            proved: true,
        };
        let words = |now| backup_words(Some(&packed), now).unwrap();
        assert_eq!(words(at), "Backed up today, test restore passed");
        assert_eq!(
            words(at + time::Duration::days(3)),
            "Backed up 3 days ago, test restore passed"
        );
    }
}
