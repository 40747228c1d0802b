//! `disclosures`: the log of what left, what was asked and what was refused. Entries are chained by their hashes; none is
//! ever changed or removed, only its text can be blanked.

mod chain;
mod outcomes;
mod read;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::ids::{DisclosureId, GrantId};
use crate::party::{Face, Party, PartyKind};
use crate::scope::Scope;
use crate::sha256::Sha256;
use crate::sql::{Count, Json, Millis, words};
use crate::{StoreError, Tx};

pub use chain::{BrokenEntry, BrokenWhy, LogReport, verify};
pub use outcomes::{ReleaseOutcome, Released, Shared, released_in, shared_with, was_shared_with};
pub use read::{LogFilter, count, each, each_of, get, last, list, parties, referring, total};

pub(crate) const V1: &str = "CREATE TABLE disclosures (
    seq INTEGER NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    refers_to TEXT,
    party_kind TEXT NOT NULL,
    party_id TEXT NOT NULL,
    party_name TEXT NOT NULL,
    face TEXT NOT NULL,
    purpose TEXT NOT NULL,
    scopes TEXT NOT NULL,
    counts TEXT NOT NULL,
    grant_id TEXT,
    reason TEXT NOT NULL,
    text TEXT,
    text_salt BLOB,
    text_sha256 BLOB NOT NULL CHECK (length(text_sha256) = 32),
    prev_hash BLOB NOT NULL CHECK (length(prev_hash) = 32),
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX disclosures_by_reference ON disclosures (refers_to) WHERE refers_to IS NOT NULL;
CREATE INDEX disclosures_by_party ON disclosures (party_kind, party_id, seq);
CREATE TRIGGER disclosures_stay BEFORE DELETE ON disclosures
BEGIN SELECT RAISE(ABORT, 'entries of the log stay'); END;
CREATE TRIGGER disclosures_are_not_changed BEFORE UPDATE ON disclosures
WHEN NEW.text IS NOT NULL OR NEW.text_salt IS NOT NULL
    OR NEW.seq IS NOT OLD.seq OR NEW.id IS NOT OLD.id OR NEW.at IS NOT OLD.at OR NEW.kind IS NOT OLD.kind
    OR NEW.refers_to IS NOT OLD.refers_to OR NEW.party_kind IS NOT OLD.party_kind
    OR NEW.party_id IS NOT OLD.party_id OR NEW.party_name IS NOT OLD.party_name OR NEW.face IS NOT OLD.face
    OR NEW.purpose IS NOT OLD.purpose OR NEW.scopes IS NOT OLD.scopes OR NEW.counts IS NOT OLD.counts
    OR NEW.grant_id IS NOT OLD.grant_id OR NEW.reason IS NOT OLD.reason
    OR NEW.text_sha256 IS NOT OLD.text_sha256 OR NEW.prev_hash IS NOT OLD.prev_hash OR NEW.hash IS NOT OLD.hash
BEGIN SELECT RAISE(ABORT, 'entries of the log are not changed'); END;";

words! {
    /// What an entry of the log says.
    DisclosureKind {
        /// The person allowed something.
        Granted = "granted",
        /// The person, or a rule of theirs, refused.
        Refused = "refused",
        /// Nobody answered in time.
        Unanswered = "unanswered",
        /// The one who asked was gone before an answer.
        Withdrawn = "withdrawn",
        /// Bytes were handed out.
        Released = "released",
        /// They arrived.
        Delivered = "delivered",
        /// They did not arrive, or nobody knows.
        Failed = "failed",
        /// The person stopped a grant.
        Revoked = "revoked",
        /// A grant's time was over.
        Expired = "expired",
        /// The person saved something to a file.
        Saved = "saved",
        /// A party was admitted.
        Installed = "installed",
        /// A party was removed.
        Removed = "removed",
        /// The person deleted the text of an entry.
        Deleted = "deleted",
        /// A party may do nothing until the person has looked: its key or its address changed.
        Paused = "paused",
        /// The person has looked at a changed party and goes on with it.
        Accepted = "accepted",
        /// The person told a party never to ask for something again, or took that back.
        Ruled = "ruled",
        /// The person asked a party to erase what it has.
        EraseAsked = "eraseAsked",
        /// A party answered that, as the person says.
        EraseAnswered = "eraseAnswered",
        /// The person made a report for an authority.
        Reported = "reported",
    }
}

impl DisclosureKind {
    /// What the person does after something was shared. It refers to an entry and is a line of its own all the same.
    const AFTER_SHARING: [Self; 3] = [Self::EraseAsked, Self::EraseAnswered, Self::Reported];
}

/// What is to be written into the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDisclosure {
    /// Identifier of the entry.
    pub id: DisclosureId,
    /// When; kept to the millisecond.
    pub at: OffsetDateTime,
    /// What it says.
    pub kind: DisclosureKind,
    /// The entry it is the outcome of, or one more answer of.
    pub refers_to: Option<DisclosureId>,
    /// Who.
    pub party: Party,
    /// Through which protocol.
    pub face: Face,
    /// What for, in the party's words; empty if it gave none.
    pub purpose: String,
    /// What was asked for or given.
    pub scopes: Vec<Scope>,
    /// How much: for example `records` 412, `bytes` 91200. Never the values.
    pub counts: BTreeMap<String, u64>,
    /// The grant under which it happened.
    pub grant: Option<GrantId>,
    /// Code of the reason, for example `revoked`; empty if there is none.
    pub reason: String,
    /// A sentence for the person, which they may delete later.
    pub text: String,
}

/// The sentence of an entry, with the salt without which its digest says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogText {
    /// The sentence.
    pub text: String,
    /// Random.
    pub salt: Uuid,
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disclosure {
    /// Number of the entry, from 1 without gaps.
    pub seq: u64,
    /// Its identifier.
    pub id: DisclosureId,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// What it says.
    pub kind: DisclosureKind,
    /// The entry it is the outcome of, or one more answer of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refers_to: Option<DisclosureId>,
    /// Who.
    pub party: Party,
    /// Through which protocol.
    pub face: Face,
    /// What for, in the party's words; empty if it gave none.
    pub purpose: String,
    /// What was asked for or given.
    pub scopes: Vec<Scope>,
    /// How much.
    pub counts: BTreeMap<String, u64>,
    /// The grant under which it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<GrantId>,
    /// Code of the reason; empty if there is none.
    pub reason: String,
    /// The sentence for the person; `None` after they deleted it.
    #[serde(flatten)]
    pub text: Option<LogText>,
    /// SHA-256 of salt and sentence; stays when the sentence goes.
    pub text_sha256: Sha256,
    /// Hash of the entry before; 32 zero bytes for the first.
    pub prev_hash: Sha256,
    /// SHA-256 of `prev_hash` and the entry's canonical bytes.
    pub hash: Sha256,
}

/// Hash before the first entry.
pub const GENESIS: Sha256 = Sha256([0; 32]);

/// Appends an entry. Call it in the transaction that releases what it speaks of.
///
/// # Errors
/// [`StoreError::Rule`] if the id is taken; the database could not be written.
pub fn append(tx: &Tx<'_>, new: NewDisclosure) -> Result<Disclosure, StoreError> {
    let (seq, prev_hash) = last(tx)?.map_or((1, GENESIS), |head| (head.seq + 1, head.hash));
    let text = LogText {
        text: new.text,
        salt: Uuid::new_v4(),
    };
    let mut entry = Disclosure {
        seq,
        id: new.id,
        at: to_millis(new.at)?,
        kind: new.kind,
        refers_to: new.refers_to,
        party: new.party,
        face: new.face,
        purpose: new.purpose,
        scopes: new.scopes,
        counts: new.counts,
        grant: new.grant,
        reason: new.reason,
        text_sha256: text.digest(),
        text: Some(text),
        prev_hash,
        hash: GENESIS,
    };
    entry.hash = entry.compute_hash();
    insert(tx, &entry)?;
    Ok(entry)
}

/// Puts back an entry that was exported. It must be the next one of this log, and its hash must fit.
///
/// # Errors
/// [`StoreError::Damaged`] if it is not the next one or its hash does not fit; the database could not be written.
pub fn restore(tx: &Tx<'_>, entry: &Disclosure) -> Result<(), StoreError> {
    let (seq, prev_hash) = last(tx)?.map_or((1, GENESIS), |head| (head.seq + 1, head.hash));
    if entry.seq != seq || entry.prev_hash != prev_hash || entry.broken().is_some() {
        return Err(StoreError::Damaged { page: None });
    }
    insert(tx, entry)
}

/// Deletes the text of an entry and appends that the person did so. Hash and links stay. Gives the appended entry;
/// `None` if there is no such entry or its text is gone already.
///
/// # Errors
/// The database could not be written.
pub fn blank(tx: &Tx<'_>, id: DisclosureId, at: OffsetDateTime) -> Result<Option<Disclosure>, StoreError> {
    let sql = "UPDATE disclosures SET text = NULL, text_salt = NULL WHERE id = ?1 AND text IS NOT NULL";
    if tx.conn().prepare_cached(sql)?.execute([id])? == 0 {
        return Ok(None);
    }
    let deleted = NewDisclosure {
        id: DisclosureId::new(),
        at,
        kind: DisclosureKind::Deleted,
        refers_to: Some(id),
        party: Party {
            kind: PartyKind::Person,
            id: String::new(),
            name: String::new(),
        },
        face: Face::Own,
        purpose: String::new(),
        scopes: Vec::new(),
        counts: BTreeMap::new(),
        grant: None,
        reason: String::new(),
        text: String::new(),
    };
    append(tx, deleted).map(Some)
}

impl LogText {
    fn digest(&self) -> Sha256 {
        Sha256::of_parts(&[self.salt.as_bytes(), self.text.as_bytes()])
    }
}

fn insert(tx: &Tx<'_>, entry: &Disclosure) -> Result<(), StoreError> {
    let sql = "INSERT INTO disclosures (seq, id, at, kind, refers_to, party_kind, party_id, party_name, face, purpose, \
               scopes, counts, grant_id, reason, text, text_salt, text_sha256, prev_hash, hash) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)";
    let values: [&dyn rusqlite::ToSql; 19] = [
        &Count(entry.seq),
        &entry.id,
        &Millis(entry.at),
        &entry.kind,
        &entry.refers_to,
        &entry.party.kind,
        &entry.party.id,
        &entry.party.name,
        &entry.face,
        &entry.purpose,
        &Json(&entry.scopes),
        &Json(&entry.counts),
        &entry.grant,
        &entry.reason,
        &entry.text.as_ref().map(|text| text.text.as_str()),
        &entry.text.as_ref().map(|text| text.salt.as_bytes().as_slice()),
        &entry.text_sha256,
        &entry.prev_hash,
        &entry.hash,
    ];
    tx.conn().prepare_cached(sql)?.execute(values)?;
    Ok(())
}

fn to_millis(time: OffsetDateTime) -> Result<OffsetDateTime, StoreError> {
    let nanos = i128::from(crate::sql::millis(time)) * 1_000_000;
    OffsetDateTime::from_unix_timestamp_nanos(nanos).map_err(|_| StoreError::Statement(0))
}
