//! The folder of a connection: its data in every form.

use std::{
    collections::BTreeSet,
    io::{BufWriter, Write},
};

use time::OffsetDateTime;
use vault_store::{
    Assurance, View, connection_secrets, connections::Connection, record_versions, records,
    retrieval_documents, retrievals::Retrieval,
};
use zeroize::Zeroizing;

use super::{
    of,
    writing::{Halt, pretty, unwritable, write_line},
};
use crate::backpack::{
    BackpackError, gigs,
    layout::PlatformPart,
    sum::Sum,
    table,
    wire::{DocumentLine, write_secrets},
};

/// Bytes gathered before they go on.
const BUFFER: usize = 64 << 10;

/// A connection with what belongs to it.
pub(in crate::backpack) struct Folder {
    pub(in crate::backpack) name: String,
    pub(in crate::backpack) connection: Connection,
    pub(in crate::backpack) retrievals: Vec<Retrieval>,
    pub(in crate::backpack) assurances: BTreeSet<Assurance>,
    pub(super) modified: OffsetDateTime,
}

impl Folder {
    pub(super) fn new(
        view: &View<'_>,
        name: String,
        connection: Connection,
        retrievals: Vec<Retrieval>,
    ) -> Result<Self, BackpackError> {
        let mut modified = connection.created_at.max(connection.state_since);
        let mut assurances = BTreeSet::new();
        for retrieval in &retrievals {
            modified = modified.max(retrieval.finished_at.unwrap_or(retrieval.started_at));
            for document in retrieval_documents::list(view, retrieval.id)? {
                assurances.insert(document.assurance);
            }
        }
        Ok(Self {
            name,
            connection,
            retrievals,
            assurances,
            modified,
        })
    }

    /// Writes one file of the folder. For the records it gives their sum.
    pub(super) fn put(
        &self,
        part: PlatformPart,
        view: &View<'_>,
        out: &mut dyn Write,
    ) -> Result<Option<Sum>, Halt> {
        let id = self.connection.id;
        let mut line = Vec::new();
        match part {
            PlatformPart::Connection => pretty(out, &self.connection)?,
            PlatformPart::Retrievals => {
                for retrieval in &self.retrievals {
                    write_line(out, &mut line, retrieval)?;
                }
            }
            PlatformPart::Documents => {
                for retrieval in &self.retrievals {
                    for document in retrieval_documents::list(view, retrieval.id)? {
                        write_line(out, &mut line, &DocumentLine::new(retrieval.id, document))?;
                    }
                }
            }
            PlatformPart::Records => {
                let mut sum = Sum::default();
                records::each(view, &of(id), |record| {
                    write_line(out, &mut line, &record)?;
                    sum.add(&line);
                    Ok::<_, Halt>(())
                })?;
                return Ok(Some(sum));
            }
            PlatformPart::Versions => {
                record_versions::each(view, id, |version| write_line(out, &mut line, &version))?;
            }
            PlatformPart::Table => table::write(view, id, BufWriter::with_capacity(BUFFER, out))?,
            PlatformPart::Data => gigs::write(view, id, BufWriter::with_capacity(BUFFER, out))?,
            PlatformPart::Secrets => {
                let secrets = connection_secrets::list(view, id)?;
                let mut bytes = Zeroizing::new(Vec::new());
                write_secrets(
                    &mut bytes,
                    secrets.iter().map(|(name, value)| (name.as_str(), value)),
                )
                .map_err(|_| unwritable())?;
                bytes.push(b'\n');
                out.write_all(&bytes)?;
            }
        }
        Ok(None)
    }
}
