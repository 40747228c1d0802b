//! Reading a whole backpack: everything in it is parsed and held against everything else, and nothing is believed before the end.

mod cooperatives;
mod incoming;

use std::{
    collections::{BTreeMap, HashSet},
    io::Read,
};

use ::backpack::{EntryPath, Keys, Report};
use serde_json::Value;
use time::OffsetDateTime;
use vault_crypto::Signer;
use vault_store::{
    DisclosureId, Record, Sha256,
    disclosures::{self, Disclosure},
    erasures::Erasure,
    grants::Grant,
    memberships::Membership,
    raw_documents::MAX_DOCUMENT,
};

pub(super) use cooperatives::{InspectedCooperatives, TransferPairs, read_incoming};
pub(super) use incoming::Incoming;

use super::{
    BackpackError, PackStep,
    layout::Part,
    lines::{Lines, fault, whole},
    reading::{Incomer, OnProgress, read},
    sum::Sum,
    wire::{
        AppEntry, AppTokens, LogFile, PersonaEntry, PersonaFile, PrivateKeys, ReceiptEntry, RequestsFile,
        UPDATED_AT, grant_from_json,
    },
};
use crate::{
    VaultError,
    memberships::{self, NewMembership},
    persona::PersonaField,
};

/// Most lines that are held in memory: documents, retrievals, entries of the log.
const HELD: usize = 5_000_000;
/// Most things of the other lists.
const LISTED: usize = 200_000;
/// Longest short text, in bytes.
const TEXT: usize = 4 << 10;
/// Largest `detail` of a connection, checkpoint, or manifest of an app, in bytes.
const LONG_TEXT: usize = 1 << 20;
/// What is in a backpack, all but what streams: records, their earlier states, originals, entries of the log.
pub(super) struct Inspection {
    pub(super) report: Report,
    pub(super) folders: Vec<Incoming>,
    pub(super) persona: Vec<(PersonaField, String, Option<OffsetDateTime>)>,
    pub(super) memberships: Vec<Membership>,
    pub(super) cooperatives: InspectedCooperatives,
    pub(super) settings: BTreeMap<String, Value>,
    pub(super) apps: Vec<AppEntry>,
    pub(super) app_tokens: BTreeMap<String, AppTokens>,
    pub(super) issuer: Option<Signer>,
    pub(super) grants: Vec<Grant>,
    pub(super) erasures: Vec<Erasure>,
    pub(super) requests: RequestsFile,
    pub(super) receipts: Vec<ReceiptEntry>,
    pub(super) log: LogFile,
    pub(super) chain: Chain,
    pub(super) sum: Sum,
}

impl Inspection {
    /// How many of what were found, by the names of `backpack.json`.
    pub(super) fn counts(&self) -> [(&'static str, usize); 8] {
        [
            ("connections", self.folders.len()),
            ("apps", self.apps.len()),
            ("grants", self.grants.len()),
            ("log_entries", self.chain.hashes.len()),
            ("cooperatives", self.cooperatives.file.peers.len()),
            ("offered_services", self.cooperatives.file.offers.len()),
            ("transfers", self.cooperatives.transfers.len()),
            ("incoming_transfers", self.cooperatives.incoming.len()),
        ]
    }
}

/// The hashes of a log.
#[derive(Clone, Default)]
pub(super) struct Chain {
    /// The hash of each entry, the first at index 0.
    pub(super) hashes: Vec<Sha256>,
    pub(super) last: Option<DisclosureId>,
    /// Whether every entry follows from the one before and has the hash of its content.
    pub(super) broken: bool,
}

/// Shown every record as it comes by.
pub(super) type SeeRecord<'a> = dyn FnMut(&Record) -> Result<(), BackpackError> + 'a;

/// Reads a backpack to its end.
pub(super) fn inspect(
    source: impl Read,
    keys: &Keys,
    progress: &mut OnProgress<'_>,
    see: &mut SeeRecord<'_>,
) -> Result<Inspection, BackpackError> {
    let mut inspector = Inspector::new(see);
    let report = read(source, keys, PackStep::Checking, progress, |part, entry| {
        inspector.entry(part, entry)
    })?;
    inspector.finish(report)
}

/// Whether these can be entries of one backpack, in their order, as far as can be told before its end. Paths that this version does not know
/// can hold anything.
#[must_use]
pub fn can_be_entries(entries: &[(&str, &[u8])]) -> bool {
    let see: &mut SeeRecord<'_> = &mut |_| Ok(());
    let mut inspector = Inspector::new(see);
    entries.iter().all(|(path, bytes)| {
        let Ok(path) = EntryPath::new(*path) else {
            return false;
        };
        Part::of(&path).is_none_or(|part| {
            let entry = Incomer {
                path: &path,
                bytes: bytes.len() as u64,
                sha256: ::backpack::Sha256::of(bytes),
                body: &mut &**bytes,
            };
            inspector.entry(part, entry).is_ok()
        })
    })
}

struct Inspector<'s, 'r> {
    see: &'s mut SeeRecord<'r>,
    originals: HashSet<Sha256>,
    folders: Vec<Incoming>,
    persona: PersonaFile,
    memberships: Vec<Membership>,
    cooperatives: InspectedCooperatives,
    settings: BTreeMap<String, Value>,
    apps: Vec<AppEntry>,
    app_tokens: BTreeMap<String, AppTokens>,
    issuer: Option<Signer>,
    grants: Vec<Grant>,
    erasures: Vec<Erasure>,
    requests: RequestsFile,
    receipts: Vec<ReceiptEntry>,
    log: LogFile,
    chain: Chain,
    sum: Sum,
}

impl<'s, 'r> Inspector<'s, 'r> {
    fn new(see: &'s mut SeeRecord<'r>) -> Self {
        Self {
            see,
            originals: HashSet::new(),
            folders: Vec::new(),
            persona: PersonaFile::default(),
            memberships: Vec::new(),
            cooperatives: InspectedCooperatives::default(),
            settings: BTreeMap::new(),
            apps: Vec::new(),
            app_tokens: BTreeMap::new(),
            issuer: None,
            grants: Vec::new(),
            erasures: Vec::new(),
            requests: RequestsFile::default(),
            receipts: Vec::new(),
            log: LogFile::default(),
            chain: Chain::default(),
            sum: Sum::default(),
        }
    }

    fn entry(&mut self, part: Part, entry: Incomer<'_>) -> Result<(), BackpackError> {
        let path = entry.path;
        match part {
            Part::Persona => self.persona = whole(path, entry.body)?,
            Part::PersonaYaml => {}
            Part::Memberships => {
                let all: Vec<Membership> = whole(path, entry.body)?;
                let read: Result<_, _> = all.into_iter().map(membership).collect();
                self.memberships = read.map_err(|_| fault(path))?;
            }
            Part::Cooperatives => self.cooperatives.read(path, entry.body)?,
            Part::Transfer(id, part) => self.cooperatives.transfer(id, part, path, entry.body)?,
            Part::Incoming(id) => self.cooperatives.incoming(id, path, entry.body)?,
            Part::Settings => self.settings = whole(path, entry.body)?,
            Part::Apps => {
                self.apps = whole(path, entry.body)?;
                let fits = self.apps.len() <= LISTED && self.apps.iter().all(is_app);
                return fits.then_some(()).ok_or_else(|| fault(path));
            }
            Part::AppSecrets => self.app_tokens = whole(path, entry.body)?,
            Part::Keys => {
                let keys: PrivateKeys = whole(path, entry.body)?;
                let issuer = keys.issuer.0.expose_str().map(Signer::from_pkcs8_pem);
                self.issuer = issuer.transpose().map_err(|_| fault(path))?;
                return self.cooperatives.private(&keys).ok_or_else(|| fault(path));
            }
            Part::Grants => {
                let grants: Vec<Value> = whole(path, entry.body)?;
                let grants: Result<Vec<Grant>, _> = grants.into_iter().map(grant_from_json).collect();
                self.grants = grants.map_err(|_| fault(path))?;
                let fits = self.grants.len() <= LISTED && self.grants.iter().all(is_grant);
                return fits.then_some(()).ok_or_else(|| fault(path));
            }
            Part::Erasures => {
                self.erasures = whole(path, entry.body)?;
                let fits = self.erasures.len() <= LISTED && self.erasures.iter().all(is_erasure);
                return fits.then_some(()).ok_or_else(|| fault(path));
            }
            Part::Requests => {
                self.requests = whole(path, entry.body)?;
                return self.requests.fits().then_some(()).ok_or_else(|| fault(path));
            }
            Part::Receipts => {
                self.receipts = whole(path, entry.body)?;
                let fits = self.receipts.len() <= LISTED && self.receipts.iter().all(ReceiptEntry::is_one);
                return fits.then_some(()).ok_or_else(|| fault(path));
            }
            Part::Log => self.log = whole(path, entry.body)?,
            Part::Disclosures => self.chain(path, entry.body)?,
            Part::Raw(sha256) => {
                let named = entry.sha256.as_bytes() == sha256.as_bytes();
                let fits = entry.bytes <= MAX_DOCUMENT as u64;
                if !named || !fits {
                    return Err(fault(path));
                }
                self.originals.insert(sha256);
            }
            Part::Platform(name, part) => {
                if self.folders.last().is_none_or(|last| last.name != name) {
                    if self.folders.len() >= LISTED {
                        return Err(fault(path));
                    }
                    self.folders.push(Incoming::new(name));
                }
                let folder = self.folders.last_mut().ok_or_else(|| fault(path))?;
                folder.file(part, path, entry.body, self.see, &mut self.sum)?;
            }
        }
        Ok(())
    }

    fn chain(&mut self, path: &EntryPath, body: &mut dyn Read) -> Result<(), BackpackError> {
        let mut lines = Lines::new(path, body);
        while let Some(entry) = lines.next::<Disclosure>()? {
            if self.chain.hashes.len() >= HELD {
                return Err(lines.fault());
            }
            self.chain.add(&entry);
        }
        Ok(())
    }

    fn finish(mut self, report: Report) -> Result<Inspection, BackpackError> {
        self.cooperatives.finish(report.manifest.full)?;
        let mut ids = HashSet::new();
        for folder in &self.folders {
            folder.check(&self.originals, &mut ids)?;
        }
        // A key that did not sign it is not that of the vault that packed it.
        let manifest = &report.manifest;
        let is_packer = |issuer: &Signer| manifest.full && issuer.public_key_pem() == manifest.signing_key;
        let issuer = self.issuer.filter(is_packer);
        Ok(Inspection {
            report,
            persona: persona(self.persona),
            memberships: self.memberships,
            cooperatives: self.cooperatives,
            folders: self.folders,
            settings: self.settings,
            apps: self.apps,
            app_tokens: self.app_tokens,
            issuer,
            grants: self.grants,
            erasures: self.erasures,
            requests: self.requests,
            receipts: self.receipts,
            log: self.log,
            chain: self.chain,
            sum: self.sum,
        })
    }
}

impl Chain {
    fn add(&mut self, entry: &Disclosure) {
        let before = self.hashes.last().copied().unwrap_or(disclosures::GENESIS);
        let text = entry.text.as_ref();
        let text_fits = text.is_none_or(|text| {
            Sha256::of_parts(&[text.salt.as_bytes(), text.text.as_bytes()]) == entry.text_sha256
        });
        let follows = entry.seq == self.hashes.len() as u64 + 1 && entry.prev_hash == before;
        self.broken |= !(follows && text_fits && entry.compute_hash() == entry.hash);
        self.hashes.push(entry.hash);
        self.last = Some(entry.id);
    }
}

/// The fields that this version knows, with values that have their form.
fn persona(mut file: PersonaFile) -> Vec<(PersonaField, String, Option<OffsetDateTime>)> {
    let times = match file.values.remove(UPDATED_AT) {
        Some(PersonaEntry::Times(times)) => times,
        _ => BTreeMap::new(),
    };
    let known = file.values.into_iter().filter_map(|(name, entry)| {
        let field: PersonaField = name.parse().ok()?;
        let PersonaEntry::Value(value) = entry else {
            return None;
        };
        let value = field.check(&value).ok().filter(|value| !value.is_empty())?;
        Some((field, value, times.get(&name).map(|moment| moment.0)))
    });
    known.collect()
}

/// What is said of a cooperative has the form that the person could have given it.
fn membership(read: Membership) -> Result<Membership, VaultError> {
    let new = NewMembership {
        cooperative: read.cooperative,
        name: read.name,
        number: read.number,
        roles: read.roles,
    };
    memberships::check(new, read.updated_at)
}

fn is_app(app: &AppEntry) -> bool {
    let texts = [
        &app.app,
        &app.name,
        &app.manifest_url,
        &app.origin,
        &app.account,
        &app.key_pin,
    ];
    texts.iter().all(|text| text.len() <= TEXT)
        && app.manifest.len() <= LONG_TEXT
        && app.config.as_ref().is_none_or(|config| config.len() <= LONG_TEXT)
}

fn is_erasure(erasure: &Erasure) -> bool {
    erasure.party.id.len() <= TEXT && erasure.party.name.len() <= LONG_TEXT
}

fn is_grant(grant: &Grant) -> bool {
    let texts = [
        &grant.recipient.id,
        &grant.recipient.name,
        &grant.purpose,
        &grant.shown_summary,
    ];
    texts.iter().all(|text| text.len() <= LONG_TEXT)
}
