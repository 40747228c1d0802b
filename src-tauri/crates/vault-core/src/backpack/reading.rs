//! Reading a backpack entry by entry, with a look now and then at whether to go on.

use std::{
    io::{self, Read},
    ops::ControlFlow,
};

use ::backpack::{EntryPath, Fingerprint, Keys, Limits, Reader, Report, Signed};
use intercoop::key::PeerKey;
use vault_crypto::verify_pss_sha256;

use super::{BackpackError, PackProgress, PackStep, layout::Part, lines::drain};

/// Bytes between two looks at whether to go on.
const LOOK_EVERY: u64 = 512 << 10;

/// Told how far the reading is; says whether to go on.
pub(super) type OnProgress<'a> = dyn FnMut(PackProgress) -> ControlFlow<()> + 'a;

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
