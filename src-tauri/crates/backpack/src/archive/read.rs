//! Reads the tar as a stream of plain files, one after the other, and checks that nothing lies between them.

use std::io::{self, Read};

use super::header::{self, Head};
use super::{BLOCK, padding, pax};
use crate::limits::{END_PADDING_BYTES, PAX_BYTES};
use crate::{EntryPath, ReadError};

/// A file whose bytes come next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct File {
    pub(crate) path: EntryPath,
    pub(crate) bytes: u64,
}

/// The tar, positioned inside the body of one file.
pub(crate) struct Archive<S> {
    source: S,
    left: u64,
    padding: usize,
}

impl<S: Read> Archive<S> {
    pub(crate) fn new(source: S) -> Self {
        Self {
            source,
            left: 0,
            padding: 0,
        }
    }

    /// Goes to the next file. The body of the one before must have been read to its end.
    pub(crate) fn next_file(&mut self) -> Result<Option<File>, ReadError> {
        self.skip_padding()?;
        match header::parse(&self.block()?)? {
            Head::End => self.end().map(|()| None),
            Head::File { path, bytes } => self.file(&path, bytes).map(Some),
            Head::Pax { bytes } => self.extended(bytes).map(Some),
        }
    }

    /// Reads from the body of the current file; 0 at its end.
    pub(crate) fn read_body(&mut self, buf: &mut [u8]) -> Result<usize, ReadError> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buf.len());
        let Some(space) = buf.get_mut(..most).filter(|space| !space.is_empty()) else {
            return Ok(0);
        };
        let read = read_some(&mut self.source, space)?;
        if read == 0 {
            return Err(ReadError::EndMissing);
        }
        self.left = self.left.saturating_sub(u64::try_from(read).unwrap_or(u64::MAX));
        Ok(read)
    }

    /// Reads the whole body of the current file, which the caller knows to be small.
    pub(crate) fn read_all(&mut self) -> Result<Vec<u8>, ReadError> {
        let mut all = Vec::new();
        let mut buf = [0; 8 << 10];
        loop {
            let read = self.read_body(&mut buf)?;
            if read == 0 {
                return Ok(all);
            }
            all.extend_from_slice(buf.get(..read).unwrap_or_default());
        }
    }

    fn extended(&mut self, bytes: u64) -> Result<File, ReadError> {
        if bytes == 0 || bytes > PAX_BYTES {
            return Err(ReadError::Malformed("a pax header has an impossible size"));
        }
        self.enter(bytes);
        let pax = pax::parse(&self.read_all()?)?;
        self.skip_padding()?;
        let Head::File { path, bytes } = header::parse(&self.block()?)? else {
            return Err(ReadError::Malformed("a pax header without its file"));
        };
        self.file(&pax.path.unwrap_or(path), pax.size.unwrap_or(bytes))
    }

    fn file(&mut self, path: &[u8], bytes: u64) -> Result<File, ReadError> {
        let path = EntryPath::from_bytes(path).map_err(ReadError::UnsafePath)?;
        self.enter(bytes);
        Ok(File { path, bytes })
    }

    fn enter(&mut self, bytes: u64) {
        self.left = bytes;
        self.padding = padding(bytes);
    }

    fn skip_padding(&mut self) -> Result<(), ReadError> {
        let mut buf = [0; BLOCK];
        let zeros = buf.get_mut(..self.padding).unwrap_or_default();
        self.padding = 0;
        self.source.read_exact(zeros).map_err(at_end)?;
        if zeros.iter().all(|byte| *byte == 0) {
            Ok(())
        } else {
            Err(ReadError::Malformed("it holds data between two files"))
        }
    }

    fn block(&mut self) -> Result<[u8; BLOCK], ReadError> {
        let mut block = [0; BLOCK];
        self.source.read_exact(&mut block).map_err(at_end)?;
        Ok(block)
    }

    /// After the first zero block: another one, then at most some more zeros, then the end of the stream.
    fn end(&mut self) -> Result<(), ReadError> {
        if self.block()?.iter().any(|byte| *byte != 0) {
            return Err(ReadError::Malformed("a single empty block"));
        }
        let mut zeros = 0;
        let mut buf = [0; 8 << 10];
        loop {
            let read = read_some(&mut self.source, &mut buf)?;
            if read == 0 {
                return Ok(());
            }
            zeros += u64::try_from(read).unwrap_or(u64::MAX);
            let clean = buf.iter().take(read).all(|byte| *byte == 0);
            if !clean || zeros > END_PADDING_BYTES {
                return Err(ReadError::TrailingData);
            }
        }
    }
}

fn read_some(source: &mut impl Read, buf: &mut [u8]) -> Result<usize, ReadError> {
    loop {
        match source.read(buf) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result.map_err(ReadError::from),
        }
    }
}

fn at_end(error: io::Error) -> ReadError {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        ReadError::EndMissing
    } else {
        error.into()
    }
}
