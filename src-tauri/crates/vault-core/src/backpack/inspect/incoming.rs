//! A connection in a backpack, and what belongs to it.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    io::Read,
};

use ::backpack::EntryPath;
use time::OffsetDateTime;
use vault_store::{
    Assurance, ConnectionId, Record, RetrievalId, SecretValue, Sha256, connections::Connection,
    record_versions::RecordVersion, retrievals::Retrieval,
};

use super::{HELD, LONG_TEXT, SeeRecord, TEXT};
use crate::{
    VaultError,
    backpack::{
        BackpackError,
        layout::{Part, PlatformPart},
        lines::{Lines, fault, whole},
        sum::Sum,
        wire::{DocumentLine, Secret, json_size},
    },
};

/// Most secrets of a connection.
const SECRETS: usize = 1_000;

/// A connection in a backpack.
#[derive(Default)]
pub(in crate::backpack) struct Incoming {
    pub(in crate::backpack) name: String,
    pub(in crate::backpack) connection: Option<Connection>,
    pub(in crate::backpack) retrievals: Vec<Retrieval>,
    pub(in crate::backpack) documents: Vec<DocumentLine>,
    pub(in crate::backpack) secrets: Vec<(String, SecretValue)>,
    origins: HashMap<(RetrievalId, Sha256), (Assurance, OffsetDateTime)>,
    sources: HashMap<RetrievalId, String>,
}

impl Incoming {
    /// A folder of which nothing is read yet.
    pub(super) fn new(name: String) -> Self {
        Self {
            name,
            ..Self::default()
        }
    }

    /// Reads one file of the folder.
    pub(super) fn file(
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
                let fits = self.secrets.len() <= SECRETS;
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
    pub(super) fn check(
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

fn is_connection(connection: &Connection) -> bool {
    let texts = [&connection.platform, &connection.name, &connection.account];
    !connection.platform.is_empty()
        && texts.iter().all(|text| text.len() <= TEXT)
        && json_size(&connection.detail) <= LONG_TEXT
}
