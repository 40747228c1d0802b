//! Reads a backpack entry by entry and compares each with the manifest.

use std::fmt;
use std::io::{self, Read};

use sha2::Digest;

use crate::archive::read::{Archive, File};
use crate::fault::into_io;
use crate::limits::SIGNATURE_BYTES;
use crate::{
    EntryPath, Keys, Limits, Listed, MANIFEST, Manifest, ManifestError, ReadError, SIGNATURE, Sha256,
    Unpacked, seal,
};

/// What a signature was made over, for the caller to check with RSA-PSS-SHA-256.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// The bytes of `backpack.json`.
    pub message: &'a [u8],
    /// The bytes of `backpack.sig`.
    pub signature: &'a [u8],
    /// The public key that the manifest names, in PEM. Nothing says whose it is.
    pub key: &'a str,
}

/// The fingerprint of the key that signed a backpack, in the caller’s own spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint(pub String);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A backpack that is whole: every listed entry is there, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What it holds.
    pub manifest: Manifest,
    /// The hash of `backpack.json`, equal to [`Written::manifest_sha256`](crate::Written::manifest_sha256).
    pub manifest_sha256: Sha256,
    /// Whose key signed it. Integrity is proved; origin only to a reader who knows this key.
    pub signed_by: Fingerprint,
}

/// A backpack that is being read. Everything it gives is preliminary until [`Reader::finish`] says that all
/// is intact, so restore in two passes over the same bytes: [`verify`](crate::verify) first, then read.
pub struct Reader<S> {
    archive: Archive<S>,
    report: Report,
    next: usize,
    body: Option<Body>,
    state: State,
}

/// The entry whose bytes are being read.
struct Body {
    listed: Listed,
    left: u64,
    hasher: sha2::Sha256,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Reading,
    Ended,
    Broken,
}

impl<R: Read> Reader<Unpacked<R>> {
    /// Opens a backpack: unlocks it, reads the manifest, and has its signature checked.
    ///
    /// `check` gets what was signed and returns the key’s fingerprint, or nothing if the signature is wrong.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn open(
        source: R,
        keys: &Keys,
        limits: &Limits,
        check: impl FnOnce(&Signed<'_>) -> Option<Fingerprint>,
    ) -> Result<Self, ReadError> {
        let unpacked = Unpacked::new(seal::open(source, keys)?, *limits)?;
        Self::from_tar(unpacked, limits, check)
    }
}

impl<S: Read> Reader<S> {
    /// The same for a backpack whose lock and compression were opened by other tools.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn from_tar(
        tar: S,
        limits: &Limits,
        check: impl FnOnce(&Signed<'_>) -> Option<Fingerprint>,
    ) -> Result<Self, ReadError> {
        let mut archive = Archive::new(tar);
        let message = manifest_bytes(&mut archive, limits)?;
        let manifest = Manifest::decode(&message, limits)?;
        let signature = signature_bytes(&mut archive)?;
        let signed = Signed {
            message: &message,
            signature: &signature,
            key: &manifest.signing_key,
        };
        let signed_by = check(&signed).ok_or(ReadError::SignatureMismatch)?;
        let report = Report {
            manifest_sha256: Sha256::of(&message),
            manifest,
            signed_by,
        };
        Ok(Self {
            archive,
            report,
            next: 0,
            body: None,
            state: State::Reading,
        })
    }

    /// What the backpack lists.
    pub fn manifest(&self) -> &Manifest {
        &self.report.manifest
    }

    /// Whose key signed the manifest.
    pub fn signed_by(&self) -> &Fingerprint {
        &self.report.signed_by
    }

    /// Goes to the next entry, after the rest of the one before was read and compared.
    ///
    /// # Errors
    /// The first thing that is not as listed; nothing can be read after it.
    pub fn next_entry(&mut self) -> Result<Option<Entry<'_, S>>, ReadError> {
        match self.advance() {
            Ok(body) => self.body = body,
            Err(error) => {
                self.state = State::Broken;
                return Err(error);
            }
        }
        let Self {
            archive, body, state, ..
        } = self;
        Ok(body.as_mut().map(|body| Entry { archive, body, state }))
    }

    /// Reads what is left and says that the whole is intact.
    ///
    /// # Errors
    /// The first thing that is not as listed.
    pub fn finish(mut self) -> Result<Report, ReadError> {
        while self.next_entry()?.is_some() {}
        Ok(self.report)
    }

    fn advance(&mut self) -> Result<Option<Body>, ReadError> {
        match self.state {
            State::Broken => return Err(ReadError::Unfinished),
            State::Ended => return Ok(None),
            State::Reading => {}
        }
        if let Some(body) = &mut self.body {
            let mut buf = [0; 16 << 10];
            while body.read(&mut self.archive, &mut buf)? > 0 {}
        }
        let found = self.archive.next_file()?;
        match (found, self.report.manifest.entries.get(self.next)) {
            (None, None) => {
                self.state = State::Ended;
                Ok(None)
            }
            (None, Some(listed)) => Err(ReadError::Missing(listed.path.clone())),
            (Some(file), Some(listed)) if file.path == listed.path => {
                self.next = self.next.saturating_add(1);
                Body::new(&file, listed).map(Some)
            }
            (Some(file), _) => Err(self.misplaced(file.path)),
        }
    }

    fn misplaced(&self, path: EntryPath) -> ReadError {
        let at = self
            .report
            .manifest
            .entries
            .iter()
            .position(|listed| listed.path == path);
        match at {
            Some(at) if at < self.next => ReadError::Duplicate(path),
            Some(_) => ReadError::OutOfOrder(path),
            None if [MANIFEST, SIGNATURE].contains(&path.as_str()) => ReadError::Duplicate(path),
            None => ReadError::Unlisted(path),
        }
    }
}

/// One entry of a backpack. Its bytes end where the manifest says; the last read fails if the hash differs.
pub struct Entry<'r, S> {
    archive: &'r mut Archive<S>,
    body: &'r mut Body,
    state: &'r mut State,
}

impl<S> Entry<'_, S> {
    /// What the manifest says about it.
    pub fn listed(&self) -> &Listed {
        &self.body.listed
    }
}

impl<S: Read> Read for Entry<'_, S> {
    /// Gives the bytes of the entry. [`ReadError::from`] turns the error back into its cause.
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if *self.state == State::Broken {
            return Err(into_io(ReadError::Unfinished));
        }
        self.body.read(self.archive, buf).map_err(|error| {
            *self.state = State::Broken;
            into_io(error)
        })
    }
}

impl Body {
    fn new(file: &File, listed: &Listed) -> Result<Self, ReadError> {
        if file.bytes != listed.bytes {
            let path = file.path.clone();
            return Err(ReadError::WrongSize {
                path,
                expected: listed.bytes,
                found: file.bytes,
            });
        }
        let body = Self {
            listed: listed.clone(),
            left: listed.bytes,
            hasher: sha2::Sha256::new(),
        };
        if body.left == 0 {
            body.compare()?;
        }
        Ok(body)
    }

    fn read<S: Read>(&mut self, archive: &mut Archive<S>, buf: &mut [u8]) -> Result<usize, ReadError> {
        let read = archive.read_body(buf)?;
        self.hasher.update(buf.get(..read).unwrap_or_default());
        self.left = self.left.saturating_sub(u64::try_from(read).unwrap_or(u64::MAX));
        if read > 0 && self.left == 0 {
            self.compare()?;
        }
        Ok(read)
    }

    fn compare(&self) -> Result<(), ReadError> {
        if Sha256::finish(self.hasher.clone()) == self.listed.sha256 {
            Ok(())
        } else {
            Err(ReadError::WrongHash(self.listed.path.clone()))
        }
    }
}

fn manifest_bytes<S: Read>(archive: &mut Archive<S>, limits: &Limits) -> Result<Vec<u8>, ReadError> {
    match archive.next_file()? {
        Some(file) if file.path.as_str() != MANIFEST => Err(ReadError::ManifestMissing),
        None => Err(ReadError::ManifestMissing),
        Some(file) if file.bytes > limits.manifest_bytes => Err(ManifestError::TooLarge.into()),
        Some(_) => archive.read_all(),
    }
}

fn signature_bytes<S: Read>(archive: &mut Archive<S>) -> Result<Vec<u8>, ReadError> {
    match archive.next_file()? {
        Some(file) if file.path.as_str() == SIGNATURE && file.bytes <= SIGNATURE_BYTES => archive.read_all(),
        Some(_) | None => Err(ReadError::SignatureMissing),
    }
}
