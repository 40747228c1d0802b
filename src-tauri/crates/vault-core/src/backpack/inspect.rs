//! Reading a whole backpack: everything in it is parsed and held against everything else, and nothing is believed before the end.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    io::{self, Read},
    ops::ControlFlow,
};

use ::backpack::{EntryPath, Fingerprint, Keys, Limits, Reader, Report, Signed};
use intercoop::key::PeerKey;
use serde_json::Value;
use time::OffsetDateTime;
use vault_crypto::verify_pss_sha256;
use vault_store::{
    Assurance, ConnectionId, DisclosureId, Record, RetrievalId, SecretValue, Sha256, connections::Connection,
    disclosures::Disclosure, grants::Grant, raw_documents::MAX_DOCUMENT, record_versions::RecordVersion,
    retrievals::Retrieval,
};

use super::{
    BackpackError, PackProgress, PackStep,
    layout::{Part, PlatformPart},
    lines::{Lines, drain, fault, whole},
    sum::Sum,
    wire::{
        AppEntry, AppTokens, DocumentLine, LogFile, PersonaEntry, PersonaFile, Secret, UPDATED_AT,
        grant_from_json, json_size,
    },
};
use crate::{VaultError, persona::PersonaField};

/// Most lines that are held in memory: documents, retrievals, entries of the log.
const HELD: usize = 5_000_000;
/// Most things of the other lists.
const LISTED: usize = 200_000;
/// Longest short text, in bytes.
const TEXT: usize = 4 << 10;
/// Largest `detail` of a connection, checkpoint, or manifest of an app, in bytes.
const LONG_TEXT: usize = 1 << 20;
/// Bytes between two looks at whether to go on.
const LOOK_EVERY: u64 = 512 << 10;

/// What is in a backpack, all but what streams: records, their earlier states, originals, entries of the log.
pub(super) struct Inspection {
    pub(super) report: Report,
    pub(super) folders: Vec<Incoming>,
    pub(super) persona: Vec<(PersonaField, String, Option<OffsetDateTime>)>,
    pub(super) settings: BTreeMap<String, Value>,
    pub(super) apps: Vec<AppEntry>,
    pub(super) app_tokens: BTreeMap<String, AppTokens>,
    pub(super) grants: Vec<Grant>,
    pub(super) log: LogFile,
    pub(super) chain: Chain,
    pub(super) sum: Sum,
}

/// A connection in a backpack.
#[derive(Default)]
pub(super) struct Incoming {
    pub(super) name: String,
    pub(super) connection: Option<Connection>,
    pub(super) retrievals: Vec<Retrieval>,
    pub(super) documents: Vec<DocumentLine>,
    pub(super) secrets: Vec<(String, SecretValue)>,
    origins: HashMap<(RetrievalId, Sha256), (Assurance, OffsetDateTime)>,
    sources: HashMap<RetrievalId, String>,
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

/// Told how far the reading is; says whether to go on.
pub(super) type OnProgress<'a> = dyn FnMut(PackProgress) -> ControlFlow<()> + 'a;

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

/// An entry that is being read.
pub(super) struct Incomer<'e> {
    pub(super) path: &'e EntryPath,
    pub(super) bytes: u64,
    pub(super) sha256: ::backpack::Sha256,
    pub(super) body: &'e mut dyn Read,
}

/// Reads a backpack to its end and gives every entry that this version knows to `take`.
pub(super) fn read(
    source: impl Read,
    keys: &Keys,
    step: PackStep,
    progress: &mut OnProgress<'_>,
    mut take: impl FnMut(Part, Incomer<'_>) -> Result<(), BackpackError>,
) -> Result<Report, BackpackError> {
    let mut reader = Reader::open(source, keys, &Limits::default(), signed_by)?;
    let mut done = Done {
        told: PackProgress {
            step,
            done: 0,
            total: Some(reader.manifest().total_bytes()),
        },
        next_look: 0,
        progress,
    };
    done.add(0)?;
    while let Some(mut entry) = reader.next_entry()? {
        let listed = entry.listed().clone();
        let mut body = Counted {
            source: &mut entry,
            done: &mut done,
        };
        if let Some(part) = Part::of(&listed.path) {
            let incomer = Incomer {
                path: &listed.path,
                bytes: listed.bytes,
                sha256: listed.sha256,
                body: &mut body,
            };
            take(part, incomer)?;
        }
        drain(&mut body)?;
    }
    done.next_look = 0;
    done.add(0)?;
    Ok(reader.finish()?)
}

/// Whose key signed a list of contents, by the fingerprint of the key.
fn signed_by(signed: &Signed<'_>) -> Option<Fingerprint> {
    verify_pss_sha256(signed.key, signed.message, signed.signature).ok()?;
    let key = PeerKey::from_pem(signed.key).ok()?;
    Some(Fingerprint(key.fingerprint().to_string()))
}

/// The work was told to stop while it read.
#[derive(Debug, thiserror::Error)]
#[error("stopped")]
pub(super) struct Stopped;

struct Done<'a, 'p> {
    told: PackProgress,
    next_look: u64,
    progress: &'a mut OnProgress<'p>,
}

impl Done<'_, '_> {
    fn add(&mut self, bytes: usize) -> io::Result<()> {
        self.told.done = self.told.done.saturating_add(bytes as u64);
        if self.told.done < self.next_look {
            return Ok(());
        }
        self.next_look = self.told.done.saturating_add(LOOK_EVERY);
        match (self.progress)(self.told) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(io::Error::other(Stopped)),
        }
    }
}

struct Counted<'s, 'd, 'a, 'p, R> {
    source: &'s mut R,
    done: &'d mut Done<'a, 'p>,
}

impl<R: Read> Read for Counted<'_, '_, '_, '_, R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buf)?;
        self.done.add(read)?;
        Ok(read)
    }
}

struct Inspector<'s, 'r> {
    see: &'s mut SeeRecord<'r>,
    originals: HashSet<Sha256>,
    folders: Vec<Incoming>,
    persona: PersonaFile,
    settings: BTreeMap<String, Value>,
    apps: Vec<AppEntry>,
    app_tokens: BTreeMap<String, AppTokens>,
    grants: Vec<Grant>,
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
            settings: BTreeMap::new(),
            apps: Vec::new(),
            app_tokens: BTreeMap::new(),
            grants: Vec::new(),
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
            Part::Settings => self.settings = whole(path, entry.body)?,
            Part::Apps => {
                self.apps = whole(path, entry.body)?;
                let fits = self.apps.len() <= LISTED && self.apps.iter().all(is_app);
                return fits.then_some(()).ok_or_else(|| fault(path));
            }
            Part::AppSecrets => self.app_tokens = whole(path, entry.body)?,
            Part::Grants => {
                let grants: Vec<Value> = whole(path, entry.body)?;
                let grants: Result<Vec<Grant>, _> = grants.into_iter().map(grant_from_json).collect();
                self.grants = grants.map_err(|_| fault(path))?;
                let fits = self.grants.len() <= LISTED && self.grants.iter().all(is_grant);
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
                    self.folders.push(Incoming {
                        name,
                        ..Incoming::default()
                    });
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

    fn finish(self, report: Report) -> Result<Inspection, BackpackError> {
        let mut ids = HashSet::new();
        for folder in &self.folders {
            folder.check(&self.originals, &mut ids)?;
        }
        Ok(Inspection {
            report,
            persona: persona(self.persona),
            folders: self.folders,
            settings: self.settings,
            apps: self.apps,
            app_tokens: self.app_tokens,
            grants: self.grants,
            log: self.log,
            chain: self.chain,
            sum: self.sum,
        })
    }
}

impl Chain {
    fn add(&mut self, entry: &Disclosure) {
        let before = self
            .hashes
            .last()
            .copied()
            .unwrap_or(vault_store::disclosures::GENESIS);
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

impl Incoming {
    fn file(
        &mut self,
        part: PlatformPart,
        path: &EntryPath,
        body: &mut dyn Read,
        see: &mut SeeRecord<'_>,
        sum: &mut Sum,
    ) -> Result<(), BackpackError> {
        match part {
            PlatformPart::Data | PlatformPart::Table => Ok(()),
            PlatformPart::Connection => {
                let connection: Connection = whole(path, body)?;
                if !is_connection(&connection) {
                    return Err(fault(path));
                }
                self.connection = Some(connection);
                Ok(())
            }
            PlatformPart::Documents => self.documents(path, body),
            PlatformPart::Retrievals => self.retrievals(path, body),
            PlatformPart::Records => self.records(path, body, see, sum),
            PlatformPart::Versions => self.versions(path, body),
            PlatformPart::Secrets => {
                let secrets: BTreeMap<String, Secret> = whole(path, body)?;
                self.secrets = secrets
                    .into_iter()
                    .map(|(name, secret)| (name, secret.0))
                    .collect();
                let fits = self.secrets.len() <= 1_000;
                fits.then_some(()).ok_or_else(|| fault(path))
            }
        }
    }

    fn documents(&mut self, path: &EntryPath, body: &mut dyn Read) -> Result<(), BackpackError> {
        let mut lines = Lines::new(path, body);
        while let Some(document) = lines.next::<DocumentLine>()? {
            let short = document.media_type.len() <= TEXT && document.locator.len() <= TEXT;
            let key = (document.retrieval, document.sha256);
            let origin = (document.assurance, document.received_at);
            if !short || self.documents.len() >= HELD || self.origins.insert(key, origin).is_some() {
                return Err(lines.fault());
            }
            self.documents.push(document);
        }
        Ok(())
    }

    fn retrievals(&mut self, path: &EntryPath, body: &mut dyn Read) -> Result<(), BackpackError> {
        let connection = self.connection.as_ref().map(|connection| connection.id);
        let mut lines = Lines::new(path, body);
        while let Some(retrieval) = lines.next::<Retrieval>()? {
            let short = retrieval.source.len() <= TEXT
                && retrieval.code.len() <= TEXT
                && retrieval
                    .checkpoint
                    .as_ref()
                    .is_none_or(|text| text.len() <= LONG_TEXT);
            let ours = Some(retrieval.connection) == connection;
            if !short || !ours || self.retrievals.len() >= HELD {
                return Err(lines.fault());
            }
            self.retrievals.push(retrieval);
        }
        Ok(())
    }

    fn records(
        &mut self,
        path: &EntryPath,
        body: &mut dyn Read,
        see: &mut SeeRecord<'_>,
        sum: &mut Sum,
    ) -> Result<(), BackpackError> {
        let mut lines = Lines::new(path, body);
        let mut again = Vec::new();
        while let Some(record) = lines.next::<Record>()? {
            if !self.owns(&record) {
                return Err(lines.fault());
            }
            again.clear();
            serde_json::to_writer(&mut again, &record)
                .map_err(|_| VaultError::Internal("a record could not be written"))?;
            again.push(b'\n');
            sum.add(&again);
            see(&record)?;
            if !self.names_its_source(record) {
                return Err(lines.fault());
            }
        }
        Ok(())
    }

    /// Whether the record is of this connection and comes from one of its documents, as it says.
    fn owns(&self, record: &Record) -> bool {
        let provenance = &record.provenance;
        let origin = self.origins.get(&(provenance.retrieval, provenance.sha256));
        self.connection.as_ref().is_some_and(|connection| {
            connection.id == record.connection && connection.platform == record.platform
        }) && origin == Some(&(provenance.assurance, provenance.retrieved_at))
    }

    /// Whether all records of a retrieval name one source; that it is the retrieval's is seen when the retrieval was read.
    fn names_its_source(&mut self, record: Record) -> bool {
        let source = record.provenance.source;
        match self.sources.get(&record.provenance.retrieval) {
            Some(known) => *known == source,
            None => {
                let fits = source.len() <= TEXT;
                self.sources.insert(record.provenance.retrieval, source);
                fits
            }
        }
    }

    fn versions(&mut self, path: &EntryPath, body: &mut dyn Read) -> Result<(), BackpackError> {
        let connection = self.connection.as_ref().map(|connection| connection.id);
        let mut lines = Lines::new(path, body);
        while let Some(version) = lines.next::<RecordVersion>()? {
            if Some(version.record.connection) != connection {
                return Err(lines.fault());
            }
        }
        Ok(())
    }

    /// What can be said only when all of the folder was read.
    fn check(
        &self,
        originals: &HashSet<Sha256>,
        ids: &mut HashSet<ConnectionId>,
    ) -> Result<(), BackpackError> {
        let file = |part| -> BackpackError {
            match Part::Platform(self.name.clone(), part).path() {
                Ok(path) => fault(&path),
                Err(error) => error.into(),
            }
        };
        if !self
            .connection
            .as_ref()
            .is_some_and(|connection| ids.insert(connection.id))
        {
            return Err(file(PlatformPart::Connection));
        }
        let sources: HashMap<RetrievalId, &str> = self
            .retrievals
            .iter()
            .map(|retrieval| (retrieval.id, retrieval.source.as_str()))
            .collect();
        if sources.len() != self.retrievals.len() {
            return Err(file(PlatformPart::Retrievals));
        }
        let kept = |document: &DocumentLine| {
            originals.contains(&document.sha256) && sources.contains_key(&document.retrieval)
        };
        if !self.documents.iter().all(kept) {
            return Err(file(PlatformPart::Documents));
        }
        let mut named = self.sources.iter();
        if named.all(|(retrieval, source)| sources.get(retrieval) == Some(&source.as_str())) {
            Ok(())
        } else {
            Err(file(PlatformPart::Records))
        }
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

fn is_connection(connection: &Connection) -> bool {
    let texts = [&connection.platform, &connection.name, &connection.account];
    !connection.platform.is_empty()
        && texts.iter().all(|text| text.len() <= TEXT)
        && json_size(&connection.detail) <= LONG_TEXT
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

fn is_grant(grant: &Grant) -> bool {
    let texts = [
        &grant.recipient.id,
        &grant.recipient.name,
        &grant.purpose,
        &grant.shown_summary,
    ];
    texts.iter().all(|text| text.len() <= LONG_TEXT)
}
