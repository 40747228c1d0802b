//! The chain of hashes through the log, and the walk that finds the first broken entry.

use std::collections::BTreeMap;

use serde::Serialize;
use time::OffsetDateTime;

use super::{Disclosure, DisclosureKind, GENESIS};
use crate::ids::{DisclosureId, GrantId};
use crate::party::{Face, Party};
use crate::scope::Scope;
use crate::sha256::Sha256;
use crate::table::log_heads;
use crate::{StoreError, View};

/// What the hash of an entry covers: this as JSON, members in this order, no white space, absent ones as `null`.
#[derive(Serialize)]
struct Canonical<'a> {
    version: u8,
    seq: u64,
    id: DisclosureId,
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
    kind: DisclosureKind,
    refers_to: Option<DisclosureId>,
    party: &'a Party,
    face: Face,
    purpose: &'a str,
    scopes: &'a [Scope],
    counts: &'a BTreeMap<String, u64>,
    grant: Option<GrantId>,
    reason: &'a str,
    text_sha256: Sha256,
}

/// How the log stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogReport {
    /// Entries there are.
    pub entries: u64,
    /// Entries whose text the person deleted.
    pub deleted_texts: u64,
    /// Signed heads that were compared.
    pub heads: u64,
    /// The first entry that does not fit; `None` if all do.
    pub broken: Option<BrokenEntry>,
}

/// The first entry that does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BrokenEntry {
    /// Its number.
    pub seq: u64,
    /// What is wrong with it.
    pub why: BrokenWhy,
}

/// What is wrong with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BrokenWhy {
    /// It is not there.
    Missing,
    /// It does not follow from the entry before.
    Link,
    /// Its hash is not that of its content.
    Content,
    /// Its sentence is not the one that was written.
    Text,
    /// A signed head names another hash for it.
    Head,
}

/// Walks the log from its beginning and compares it with every signed head. Signatures are checked by who has the key.
///
/// What comes after the last signed head and was written anew, hash for hash, cannot be told from what was there; neither can the end
/// of the log be missed if nothing signed speaks of it.
///
/// # Errors
/// The database could not be read.
pub fn verify(view: &View<'_>) -> Result<LogReport, StoreError> {
    let heads: BTreeMap<u64, Sha256> = log_heads::list(view)?
        .into_iter()
        .map(|head| (head.seq, head.hash))
        .collect();
    let mut walk = Walk::new(&heads);
    super::read::each_row(view, |entry| walk.step(entry))?;
    let lost_end = heads
        .keys()
        .next_back()
        .is_some_and(|last| *last >= walk.expected);
    if lost_end {
        walk.broken_at(walk.expected, BrokenWhy::Missing);
    }
    // A sentence goes with an entry that says so. Where the chain is broken, that entry may be what is missing.
    if let Some(seq) = walk.silent.values().min().copied() {
        walk.broken_at(seq, BrokenWhy::Text);
    }
    Ok(LogReport {
        entries: walk.entries,
        deleted_texts: walk.deleted_texts,
        heads: heads.len() as u64,
        broken: walk.broken,
    })
}

/// How far the walk has come.
struct Walk<'a> {
    heads: &'a BTreeMap<u64, Sha256>,
    entries: u64,
    deleted_texts: u64,
    broken: Option<BrokenEntry>,
    /// The number of the next entry.
    expected: u64,
    prev_hash: Sha256,
    /// Entries without a sentence, of which nothing says yet that the person deleted it.
    silent: BTreeMap<DisclosureId, u64>,
}

impl<'a> Walk<'a> {
    fn new(heads: &'a BTreeMap<u64, Sha256>) -> Self {
        Self {
            heads,
            entries: 0,
            deleted_texts: 0,
            broken: None,
            expected: 1,
            prev_hash: GENESIS,
            silent: BTreeMap::new(),
        }
    }

    /// The first one stays.
    fn broken_at(&mut self, seq: u64, why: BrokenWhy) {
        self.broken.get_or_insert(BrokenEntry { seq, why });
    }

    fn step(&mut self, entry: Option<Disclosure>) {
        self.entries += 1;
        let Some(entry) = entry else {
            self.broken_at(self.expected, BrokenWhy::Content);
            return;
        };
        if let Some(misfit) = entry.misfit(self.expected, self.prev_hash, self.heads.get(&entry.seq)) {
            self.broken_at(misfit.seq, misfit.why);
        }
        if entry.text.is_none() {
            self.deleted_texts += 1;
            self.silent.insert(entry.id, entry.seq);
        }
        if let (DisclosureKind::Deleted, Some(deleted)) = (entry.kind, entry.refers_to) {
            self.silent.remove(&deleted);
        }
        // A number that is out of order is broken already; where it would lead matters no more.
        (self.expected, self.prev_hash) = (entry.seq.saturating_add(1), entry.hash);
    }
}

impl Disclosure {
    /// The bytes that the hash covers after `prev_hash`.
    #[must_use]
    pub fn canonical_bytes(&self) -> Vec<u8> {
        let canonical = Canonical {
            version: 1,
            seq: self.seq,
            id: self.id,
            at: self.at,
            kind: self.kind,
            refers_to: self.refers_to,
            party: &self.party,
            face: self.face,
            purpose: &self.purpose,
            scopes: &self.scopes,
            counts: &self.counts,
            grant: self.grant,
            reason: &self.reason,
            text_sha256: self.text_sha256,
        };
        // Only a time outside the years 0 to 9999 could fail, and then the hash fits nothing.
        serde_json::to_vec(&canonical).unwrap_or_default()
    }

    /// The hash that this entry should have.
    #[must_use]
    pub fn compute_hash(&self) -> Sha256 {
        Sha256::of_parts(&[self.prev_hash.as_bytes(), &self.canonical_bytes()])
    }

    /// What is wrong with the entry by itself.
    pub(super) fn broken(&self) -> Option<BrokenWhy> {
        if self.compute_hash() != self.hash {
            return Some(BrokenWhy::Content);
        }
        let other_text = self
            .text
            .as_ref()
            .is_some_and(|text| text.digest() != self.text_sha256);
        other_text.then_some(BrokenWhy::Text)
    }

    fn misfit(&self, expected: u64, prev_hash: Sha256, head: Option<&Sha256>) -> Option<BrokenEntry> {
        if self.seq != expected {
            return Some(BrokenEntry {
                seq: expected,
                why: BrokenWhy::Missing,
            });
        }
        let link = (self.prev_hash != prev_hash).then_some(BrokenWhy::Link);
        let signed = || {
            head.is_some_and(|head| *head != self.hash)
                .then_some(BrokenWhy::Head)
        };
        let why = link.or_else(|| self.broken()).or_else(signed)?;
        Some(BrokenEntry { seq: self.seq, why })
    }
}
