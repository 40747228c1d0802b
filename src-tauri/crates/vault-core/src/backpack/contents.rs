//! What goes into a backpack: one state of a space as entries, each streamed.

mod cooperatives;
mod folder;
mod writing;

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use ::backpack::{Contents, EntryPath, Item};
use intercoop::payload::{self, PayloadFields};
use serde_json::Value;
use time::OffsetDateTime;
use vault_crypto::SpaceId;
use vault_store::{
    View, app_config, apps, connections, disclosures, erasures, grants, log_heads,
    memberships::{self, Membership},
    persona,
    raw_documents::{self, DocumentInfo},
    receipts,
    records::{self, RecordFilter},
    retrievals, settings,
};
use zeroize::Zeroizing;

use cooperatives::KeptCooperatives;
pub(super) use folder::Folder;
pub(super) use writing::Halt;

use super::{
    BackpackError,
    layout::{Part, PlatformPart, folders},
    restore::CAME_WITH,
    sum::Sum,
    wire::{
        AppEntry, HeadLine, LogFile, Moment, PersonaEntry, PersonaFile, ReceiptEntry, RequestsFile,
        UPDATED_AT, grant_to_json, write_secrets,
    },
};
use crate::{cooperatives::OwnKeys, settings::Setting};
use writing::{pretty, unwritable, write_line};

/// The private keys of a full backpack, in PEM.
pub(super) struct PrivatePems {
    /// That of the vault.
    pub(super) issuer: Zeroizing<String>,
    /// Those of the vault as a peer, where it is one.
    pub(super) peer: Option<OwnKeys>,
}

/// One state of a space.
pub(super) struct SpaceContents<'v> {
    view: &'v View<'v>,
    space: SpaceId,
    private: Option<PrivatePems>,
    pub(super) folders: Vec<Folder>,
    pub(super) persona: Vec<persona::PersonaValue>,
    memberships: Vec<Membership>,
    cooperatives: KeptCooperatives,
    originals: Vec<DocumentInfo>,
    apps: Vec<(apps::App, Option<String>)>,
    grants: Vec<grants::Grant>,
    erasures: Vec<erasures::Erasure>,
    requests: RequestsFile,
    receipts: Vec<ReceiptEntry>,
    log_end: Option<OffsetDateTime>,
    sums: BTreeMap<String, Sum>,
    cause: Option<BackpackError>,
}

impl<'v> SpaceContents<'v> {
    /// Reads what is small; records, originals, transfers and the log are read when they are written. With the private keys it is a full
    /// backpack. `peer_key` is the public key of the vault as a peer, in PEM.
    pub(super) fn new(
        view: &'v View<'v>,
        space: SpaceId,
        private: Option<PrivatePems>,
        peer_key: Option<&str>,
    ) -> Result<Self, BackpackError> {
        let mut connections = connections::list(view)?;
        connections.sort_by_key(|connection| (connection.created_at, connection.id));
        let names = folders(&connections);
        let mut retrievals = retrievals::list(view)?;
        let mut folders = Vec::with_capacity(connections.len());
        for (name, connection) in names.into_iter().zip(connections) {
            let (own, others) = retrievals
                .into_iter()
                .partition(|retrieval| retrieval.connection == connection.id);
            retrievals = others;
            folders.push(Folder::new(view, name, connection, own)?);
        }
        let mut installed = Vec::new();
        for app in apps::list(view)? {
            let config = app_config::get(view, app.id)?;
            installed.push((app, config));
        }
        let mut grants = grants::list(view)?;
        grants.reverse();
        Ok(Self {
            view,
            space,
            private,
            folders,
            persona: persona::list(view)?,
            memberships: memberships::list(view)?,
            cooperatives: KeptCooperatives::read(view, peer_key)?,
            originals: raw_documents::list(view)?,
            apps: installed,
            grants,
            erasures: erasures::list(view)?,
            requests: RequestsFile::read(view)?,
            receipts: receipts::list(view)?.into_iter().map(Into::into).collect(),
            log_end: disclosures::last(view)?.map(|entry| entry.at),
            sums: BTreeMap::new(),
            cause: None,
        })
    }

    /// How many of what, for `backpack.json`.
    pub(super) fn counts(&self) -> Result<BTreeMap<String, u64>, BackpackError> {
        let mut counts = BTreeMap::from([
            ("records".to_owned(), records::count(self.view)?),
            ("connections".to_owned(), self.folders.len() as u64),
            ("persona_fields".to_owned(), self.persona.len() as u64),
            ("memberships".to_owned(), self.memberships.len() as u64),
            ("original_files".to_owned(), self.originals.len() as u64),
            ("apps".to_owned(), self.apps.len() as u64),
            ("grants".to_owned(), self.grants.len() as u64),
            ("log_entries".to_owned(), disclosures::count(self.view)?),
        ]);
        self.cooperatives.count(&mut counts);
        for kind in records::by_kind(self.view, &RecordFilter::default())? {
            counts.insert(kind.value.as_str().to_owned(), kind.count);
        }
        Ok(counts)
    }

    /// The sum of all records as they were written.
    pub(super) fn sum(&self) -> Sum {
        self.sums.values().fold(Sum::default(), |all, sum| all.with(sum))
    }

    /// The cause behind an error that [`Contents::write`] could not carry.
    pub(super) fn take_cause(&mut self) -> Option<BackpackError> {
        self.cause.take()
    }

    fn is_full(&self) -> bool {
        self.private.is_some()
    }

    fn parts(&self) -> Vec<(Part, OffsetDateTime)> {
        let start = OffsetDateTime::UNIX_EPOCH;
        let entered = self
            .persona
            .iter()
            .map(|value| value.updated_at)
            .max()
            .unwrap_or(start);
        let joined = self.memberships.iter().map(|membership| membership.updated_at);
        let opened = self
            .apps
            .iter()
            .map(|(app, _)| app.last_opened_at.unwrap_or(app.created_at));
        let installed = opened.max().unwrap_or(start);
        let used = self.grants.iter().flat_map(|grant| {
            [Some(grant.created_at), grant.ended_at, grant.last_used_at]
                .into_iter()
                .flatten()
        });
        let asked = self.erasures.iter().flat_map(|erasure| {
            [
                Some(erasure.asked_at),
                erasure.asked_again_at,
                erasure.answered_at,
            ]
            .into_iter()
            .flatten()
        });
        let signed = self.receipts.iter().map(|receipt| receipt.at).max();
        let logged = self.log_end.unwrap_or(start);
        let mut parts = vec![
            (Part::Persona, entered),
            (Part::PersonaYaml, entered),
            (Part::Memberships, joined.max().unwrap_or(start)),
            (Part::Grants, used.max().unwrap_or(start)),
            (Part::Erasures, asked.max().unwrap_or(start)),
            (Part::Receipts, signed.unwrap_or(start)),
            (Part::Disclosures, logged),
            (Part::Log, logged),
            (Part::Settings, start),
            (Part::Apps, installed),
        ];
        // Not in every backpack: most have nothing of it.
        if let Some(at) = self.requests.modified() {
            parts.push((Part::Requests, at));
        }
        if self.is_full() {
            parts.extend([(Part::AppSecrets, installed), (Part::Keys, start)]);
        }
        parts.extend(self.cooperatives.parts());
        for folder in &self.folders {
            for part in PlatformPart::of_backpack(self.is_full()) {
                parts.push((Part::Platform(folder.name.clone(), part), folder.modified));
            }
        }
        for original in &self.originals {
            parts.push((Part::Raw(original.sha256), original.received_at));
        }
        parts
    }

    fn put(&mut self, part: &Part, out: &mut dyn Write) -> Result<(), Halt> {
        match part {
            Part::Persona => pretty(out, &self.persona_file()),
            Part::PersonaYaml => Ok(out.write_all(self.persona_yaml().as_bytes())?),
            Part::Memberships => pretty(out, &self.memberships),
            Part::Cooperatives => self.cooperatives.file(out),
            Part::Transfer(id, part) => KeptCooperatives::transfer(self.view, *id, *part, out),
            Part::Incoming(id) => KeptCooperatives::incoming(self.view, *id, out),
            Part::Grants => {
                let grants: Result<Vec<Value>, _> = self.grants.iter().map(grant_to_json).collect();
                pretty(out, &grants.map_err(|_| unwritable())?)
            }
            Part::Erasures => pretty(out, &self.erasures),
            Part::Requests => pretty(out, &self.requests),
            Part::Receipts => pretty(out, &self.receipts),
            Part::Disclosures => {
                let mut line = Vec::new();
                disclosures::each(self.view, |entry| write_line(out, &mut line, &entry))
            }
            Part::Log => pretty(out, &self.log_file()?),
            Part::Settings => pretty(out, &self.settings()?),
            Part::Apps => {
                let entries: Vec<AppEntry> = self
                    .apps
                    .iter()
                    .map(|(app, config)| AppEntry::new(app, config.clone()))
                    .collect();
                pretty(out, &entries)
            }
            Part::AppSecrets => self.app_secrets(out),
            Part::Keys => self.keys(out),
            Part::Raw(sha256) => {
                let found = raw_documents::each_piece(self.view, *sha256, |piece| {
                    out.write_all(piece).map_err(Halt::Target)
                })?;
                found.then_some(()).ok_or_else(|| unwritable().into())
            }
            Part::Platform(name, part) => {
                let at = self.folders.iter().position(|folder| folder.name == *name);
                let folder = at.and_then(|at| self.folders.get(at)).ok_or_else(unwritable)?;
                if let Some(sum) = folder.put(*part, self.view, out)? {
                    self.sums.insert(name.clone(), sum);
                }
                Ok(())
            }
        }
    }

    fn persona_file(&self) -> PersonaFile {
        let mut values: BTreeMap<String, PersonaEntry> = BTreeMap::new();
        let mut times = BTreeMap::new();
        for value in &self.persona {
            values.insert(value.field.clone(), PersonaEntry::Value(value.value.clone()));
            times.insert(value.field.clone(), Moment(value.updated_at));
        }
        if !times.is_empty() {
            values.insert(UPDATED_AT.to_owned(), PersonaEntry::Times(times));
        }
        PersonaFile { values }
    }

    fn persona_yaml(&self) -> String {
        payload::write(&PayloadFields::from_persona(|field| {
            let value = self.persona.iter().find(|value| value.field == field);
            value.map(|value| value.value.clone())
        }))
    }

    /// The choices of the person; what the program keeps for itself stays out.
    fn settings(&self) -> Result<BTreeMap<String, Value>, Halt> {
        let all = settings::list(self.view)?;
        Ok(all
            .into_iter()
            .filter(|(key, _)| key.parse::<Setting>().is_ok())
            .collect())
    }

    fn log_file(&self) -> Result<LogFile, Halt> {
        let came_with = match settings::get(self.view, CAME_WITH)? {
            Some(value) => serde_json::from_value(value).map_err(|_| unwritable())?,
            None => Vec::new(),
        };
        Ok(LogFile {
            space: self.space.to_string(),
            signed: HEADS.to_owned(),
            heads: log_heads::list(self.view)?.iter().map(HeadLine::new).collect(),
            came_with,
        })
    }

    fn keys(&self, out: &mut dyn Write) -> Result<(), Halt> {
        let private = self.private.as_ref().ok_or_else(unwritable)?;
        let peer = private.peer.as_ref();
        let previous = peer.and_then(|peer| peer.previous.as_ref());
        let keys = [
            ("issuer", Some(&private.issuer)),
            ("peer", peer.map(|peer| &peer.key)),
            ("peer_previous", previous),
        ];
        let mut bytes = Zeroizing::new(vec![b'{']);
        for (name, pem) in keys {
            let Some(pem) = pem else { continue };
            if bytes.len() > 1 {
                bytes.push(b',');
            }
            bytes.extend_from_slice(format!("\"{name}\":").as_bytes());
            serde_json::to_writer(&mut *bytes, pem.as_str()).map_err(|_| unwritable())?;
        }
        bytes.extend_from_slice(b"}\n");
        Ok(out.write_all(&bytes)?)
    }

    fn app_secrets(&self, out: &mut dyn Write) -> Result<(), Halt> {
        let mut bytes = Zeroizing::new(vec![b'{']);
        for (at, (app, _)) in self.apps.iter().enumerate() {
            if at > 0 {
                bytes.push(b',');
            }
            bytes.extend_from_slice(format!("\"{}\":", app.id).as_bytes());
            let service = app.service_token.as_ref().map(|token| ("service_token", token));
            let tokens = std::iter::once(("verify_token", &app.verify_token)).chain(service);
            write_secrets(&mut bytes, tokens).map_err(|_| unwritable())?;
        }
        bytes.extend_from_slice(b"}\n");
        Ok(out.write_all(&bytes)?)
    }
}

impl Contents for SpaceContents<'_> {
    fn items(&mut self) -> io::Result<Vec<Item>> {
        self.parts()
            .into_iter()
            .map(|(part, modified)| {
                let path = part.path().map_err(io::Error::other)?;
                Ok(Item { path, modified })
            })
            .collect()
    }

    fn write(&mut self, path: &EntryPath, out: &mut dyn Write) -> io::Result<()> {
        let part = Part::of(path).ok_or(io::ErrorKind::NotFound)?;
        self.put(&part, out).map_err(|halt| match halt {
            Halt::Target(error) => error,
            Halt::Own(error) => {
                self.cause = Some(error);
                io::Error::other("the space could not be read")
            }
        })
    }
}

/// How the signatures in `log.json` are checked.
const HEADS: &str = "RSASSA-PSS, SHA-256, MGF1-SHA-256, salt of 32 bytes; over the text 'satchel log head v1', space, seq, hash and \
     signed_at in milliseconds, each on a line of its own that ends with a line feed; by the key in backpack.json, or by signing_key";

/// All records of a connection.
pub(super) fn of(connection: vault_store::ConnectionId) -> RecordFilter {
    RecordFilter {
        connections: Some(vec![connection]),
        ..RecordFilter::default()
    }
}
