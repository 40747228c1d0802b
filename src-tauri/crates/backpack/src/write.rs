//! Packs a backpack in two passes: the first measures and hashes every entry, the second writes.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, BufWriter, Write};

use time::OffsetDateTime;
use zstd::stream::write::Encoder;

use crate::apart::{Blocks, write_apart};
use crate::archive::write::{end, head, tail};
use crate::limits::{AGE_HEADER_BYTES, SIGNATURE_BYTES};
use crate::meter::{Halt, Meter};
use crate::page::Page;
use crate::progress::Ticker;
use crate::{
    Contents, EntryPath, Item, Limits, Listed, Locks, MANIFEST, Manifest, ManifestError, Marks, OnProgress,
    PAGE, README, SIGNATURE, Sha256, Step, readme, seal,
};

/// The default of the `zstd` tool.
const ZSTD_LEVEL: i32 = 3;

/// Why a backpack could not be packed. What was written so far is no backpack and must be removed.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// A source could not list its entries or give the bytes of one.
    #[error("The data could not be read.")]
    Contents(#[source] io::Error),
    /// A source gives a path that the format fills itself.
    #[error("{0} is written by the backpack itself.")]
    Reserved(EntryPath),
    /// An entry was not the same in both passes.
    #[error("{0} changed while it was packed.")]
    ContentsChanged(EntryPath),
    /// The list of contents breaks a rule or a limit.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The list of contents could not be signed.
    #[error("The backpack could not be signed.")]
    Sign(#[source] Box<dyn Error + Send + Sync>),
    /// The signature is longer than any real one.
    #[error("The signature is too long.")]
    SignatureTooLong,
    /// The lock could not be made.
    #[error("The backpack could not be locked.")]
    Lock(#[source] age::EncryptError),
    /// The file could not be written; the source says why, for instance that the disk is full.
    #[error("The backpack could not be written: {0}.")]
    Target(#[source] io::Error),
    /// The caller stopped it.
    #[error("Packing was stopped.")]
    Cancelled,
}

/// What was packed, to be compared with the [`Report`](crate::Report) of reading it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The manifest.
    pub manifest: Manifest,
    /// The hash of `backpack.json`.
    pub manifest_sha256: Sha256,
}

/// Everything about a backpack but its entries.
#[derive(Debug)]
pub struct Packing<'p> {
    /// Who can open it.
    pub locks: &'p Locks,
    /// The name of the space.
    pub space: &'p str,
    /// Name and version of the program.
    pub software: &'p str,
    /// When it is packed; only the manifest and the times of its two entries show it.
    pub created: OffsetDateTime,
    /// How many of what, by name.
    pub counts: BTreeMap<String, u64>,
    /// What must be said about it.
    pub marks: Marks,
    /// The public key of `sign`, in PEM.
    pub signing_key: &'p str,
    /// What `index.html` shows.
    pub page: &'p Page,
}

/// An entry whose bytes were measured, and will be written.
struct Measured {
    listed: Listed,
    modified: OffsetDateTime,
}

/// Where the bytes of the tar go: compression, then the lock, then the caller’s target.
type Frame<W> = Encoder<'static, age::stream::StreamWriter<BufWriter<W>>>;

impl Packing<'_> {
    /// Packs all entries of `contents` into `out`. `sign` gets the bytes of `backpack.json` and returns their
    /// signature. Memory does not grow with the size of the entries, and nothing is written unencrypted.
    ///
    /// # Errors
    /// Why it failed; `out` then holds a beginning that no reader accepts.
    pub fn write<W: Write + Send, E: Into<Box<dyn Error + Send + Sync>>>(
        &self,
        contents: &mut impl Contents,
        sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
        progress: &mut OnProgress<'_>,
        out: W,
    ) -> Result<Written, WriteError> {
        let measured = self.measure(contents, progress)?;
        let manifest = self.manifest(&measured);
        let message = encode(&manifest)?;
        let signature = signed(&message, sign)?;
        let frame = open_frame(self.locks, out)?;
        let entries = |out: &mut Blocks| {
            self.own_entry(out, MANIFEST, &message)?;
            self.own_entry(out, SIGNATURE, &signature)?;
            let total = Some(manifest.total_bytes());
            let mut ticker = Ticker::new(progress, Step::Packing, measured.len(), total);
            for entry in &measured {
                self.pack(entry, contents, &mut ticker, out)?;
            }
            end(out).map_err(WriteError::Target)
        };
        write_apart(frame, close_frame, entries, WriteError::Target)?;
        Ok(Written {
            manifest_sha256: Sha256::of(&message),
            manifest,
        })
    }

    fn measure(
        &self,
        contents: &mut impl Contents,
        progress: &mut OnProgress<'_>,
    ) -> Result<Vec<Measured>, WriteError> {
        let items = in_order(contents.items().map_err(WriteError::Contents)?)?;
        let mut ticker = Ticker::new(progress, Step::Measuring, items.len(), None);
        let mut measured = Vec::with_capacity(items.len());
        for Item { path, modified } in items {
            let mut nowhere = io::sink();
            let (bytes, sha256) =
                self.pour(&path, contents, Meter::new(&mut nowhere, &mut ticker, u64::MAX))?;
            ticker.entry().map_err(|_| WriteError::Cancelled)?;
            measured.push(Measured {
                listed: Listed { path, bytes, sha256 },
                modified,
            });
        }
        Ok(measured)
    }

    fn manifest(&self, measured: &[Measured]) -> Manifest {
        Manifest {
            created: self.created,
            space: self.space.to_owned(),
            software: self.software.to_owned(),
            counts: self.counts.clone(),
            entries: measured.iter().map(|entry| entry.listed.clone()).collect(),
            signing_key: self.signing_key.to_owned(),
            full: self.marks.full,
            made_up: self.marks.made_up,
        }
    }

    /// Writes an entry that is known whole.
    fn own_entry(&self, out: &mut dyn Write, path: &'static str, bytes: &[u8]) -> Result<(), WriteError> {
        let path = own_path(path)?;
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        head(out, &path, size, self.created)
            .and_then(|()| out.write_all(bytes))
            .and_then(|()| tail(out, size))
            .map_err(WriteError::Target)
    }

    /// Writes an entry that was measured, and insists on the same bytes.
    fn pack(
        &self,
        entry: &Measured,
        contents: &mut impl Contents,
        ticker: &mut Ticker<'_, '_>,
        out: &mut dyn Write,
    ) -> Result<(), WriteError> {
        let Listed { path, bytes, sha256 } = &entry.listed;
        head(out, path, *bytes, entry.modified).map_err(WriteError::Target)?;
        let again = self.pour(path, contents, Meter::new(out, ticker, *bytes))?;
        if again != (*bytes, *sha256) {
            return Err(WriteError::ContentsChanged(path.clone()));
        }
        tail(out, *bytes).map_err(WriteError::Target)?;
        ticker.entry().map_err(|_| WriteError::Cancelled)
    }

    /// Lets an entry run through a meter.
    fn pour(
        &self,
        path: &EntryPath,
        contents: &mut impl Contents,
        mut meter: Meter<'_, '_, '_>,
    ) -> Result<(u64, Sha256), WriteError> {
        let result = match path.as_str() {
            README => meter.write_all(readme(self.marks).as_bytes()),
            PAGE => self.page.write(self.marks, &mut meter),
            _ => contents.write(path, &mut meter),
        };
        let measure = meter.finish().map_err(|halt| match halt {
            Halt::Stopped => WriteError::Cancelled,
            Halt::TooLong => WriteError::ContentsChanged(path.clone()),
            Halt::Target(error) => WriteError::Target(error),
        })?;
        result.map(|()| measure).map_err(WriteError::Contents)
    }
}

/// The two entries that are made here, then those of the source by path.
fn in_order(mut items: Vec<Item>) -> Result<Vec<Item>, WriteError> {
    items.sort_by(|a, b| a.path.cmp(&b.path));
    if let Some(item) = items.iter().find(|item| item.path.is_reserved()) {
        return Err(WriteError::Reserved(item.path.clone()));
    }
    if let Some((twice, _)) = items
        .iter()
        .zip(items.iter().skip(1))
        .find(|(a, b)| a.path == b.path)
    {
        return Err(ManifestError::Duplicate(twice.path.clone()).into());
    }
    let latest = items
        .iter()
        .map(|item| item.modified)
        .max()
        .unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let own = |path| {
        own_path(path).map(|path| Item {
            path,
            modified: latest,
        })
    };
    let mut all = vec![own(README)?, own(PAGE)?];
    all.append(&mut items);
    Ok(all)
}

fn own_path(path: &'static str) -> Result<EntryPath, WriteError> {
    EntryPath::new(path).map_err(|problem| ManifestError::UnsafePath(problem).into())
}

fn encode(manifest: &Manifest) -> Result<Vec<u8>, WriteError> {
    let limits = Limits::default();
    manifest.check(&limits)?;
    let bytes = manifest.encode().map_err(ManifestError::Malformed)?;
    if u64::try_from(bytes.len()).is_ok_and(|size| size <= limits.manifest_bytes) {
        Ok(bytes)
    } else {
        Err(ManifestError::TooLarge.into())
    }
}

fn signed<E: Into<Box<dyn Error + Send + Sync>>>(
    message: &[u8],
    sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
) -> Result<Vec<u8>, WriteError> {
    let signature = sign(message).map_err(|error| WriteError::Sign(error.into()))?;
    if u64::try_from(signature.len()).is_ok_and(|size| size <= SIGNATURE_BYTES) {
        Ok(signature)
    } else {
        Err(WriteError::SignatureTooLong)
    }
}

fn open_frame<W: Write>(locks: &Locks, out: W) -> Result<Frame<W>, WriteError> {
    let lock = seal::lock(locks).map_err(WriteError::Lock)?;
    // The buffer holds the whole age header: writing that hides the cause of an error.
    let out = BufWriter::with_capacity(AGE_HEADER_BYTES, out);
    let sealed = lock.wrap_output(out).map_err(WriteError::Target)?;
    let mut frame = Encoder::new(sealed, ZSTD_LEVEL).map_err(WriteError::Target)?;
    frame.include_checksum(true).map_err(WriteError::Target)?;
    Ok(frame)
}

fn close_frame<W: Write>(frame: Frame<W>) -> io::Result<()> {
    frame.finish()?.finish()?.flush()
}
