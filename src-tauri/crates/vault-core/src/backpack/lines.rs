//! Reading lines and whole entries of foreign bytes, never more than a limit at once.

use std::io::{self, BufRead, BufReader, Read};

use ::backpack::EntryPath;
use serde::de::DeserializeOwned;

use super::BackpackError;

/// Longest line: far more than a record with all its fields at their limits.
pub(super) const LINE: usize = 8 << 20;
/// Largest entry that is read whole, original documents apart.
pub(super) const WHOLE: u64 = 64 << 20;

/// The lines of an entry.
pub(super) struct Lines<'p, R> {
    path: &'p EntryPath,
    source: BufReader<R>,
    line: Vec<u8>,
    number: u64,
}

impl<'p, R: Read> Lines<'p, R> {
    pub(super) fn new(path: &'p EntryPath, source: R) -> Self {
        Self {
            path,
            source: BufReader::with_capacity(64 << 10, source),
            line: Vec::new(),
            number: 0,
        }
    }

    /// The next line without its end.
    pub(super) fn next_line(&mut self) -> Result<Option<&[u8]>, BackpackError> {
        self.line.clear();
        let room = LINE as u64 + 1;
        let read = self
            .source
            .by_ref()
            .take(room)
            .read_until(b'\n', &mut self.line)?;
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        if self.line.pop_if(|last| *last == b'\n').is_none() {
            // Every line has an end; one without is cut, or too long.
            return Err(self.fault());
        }
        Ok(Some(&self.line))
    }

    /// The next line as a value.
    pub(super) fn next<T: DeserializeOwned>(&mut self) -> Result<Option<T>, BackpackError> {
        let value = self.next_line()?.map(serde_json::from_slice);
        value.transpose().map_err(|_| self.fault())
    }

    /// What is wrong with the line that was read last.
    pub(super) fn fault(&self) -> BackpackError {
        BackpackError::Content {
            path: self.path.clone(),
            line: Some(self.number),
        }
    }
}

/// A whole entry as a value.
pub(super) fn whole<T: DeserializeOwned>(path: &EntryPath, source: impl Read) -> Result<T, BackpackError> {
    let bytes = zeroize::Zeroizing::new(whole_bytes(path, source, WHOLE)?);
    serde_json::from_slice(&bytes).map_err(|_| fault(path))
}

/// The bytes of a whole entry.
pub(super) fn whole_bytes(path: &EntryPath, source: impl Read, limit: u64) -> Result<Vec<u8>, BackpackError> {
    let mut bytes = Vec::new();
    source.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(fault(path));
    }
    Ok(bytes)
}

/// What is wrong with an entry as a whole.
pub(super) fn fault(path: &EntryPath) -> BackpackError {
    BackpackError::Content {
        path: path.clone(),
        line: None,
    }
}

/// Reads an entry to its end, so that it is compared.
pub(super) fn drain(mut source: impl Read) -> Result<(), BackpackError> {
    io::copy(&mut source, &mut io::sink())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn path() -> EntryPath {
        EntryPath::new("x.ndjson").unwrap()
    }

    #[test]
    fn lines_are_told_by_number() {
        let path = path();
        let mut lines = Lines::new(&path, &b"{\"a\":1}\n\n{\"b\":2}\n"[..]);
        assert_eq!(lines.next::<Value>().unwrap().unwrap()["a"], 1);
        let error = lines.next::<Value>().unwrap_err();
        assert!(
            matches!(error, BackpackError::Content { line: Some(2), .. }),
            "{error}"
        );
        assert_eq!(lines.next::<Value>().unwrap().unwrap()["b"], 2);
        assert!(lines.next::<Value>().unwrap().is_none());
    }

    #[test]
    fn a_line_is_never_longer_than_the_limit() {
        let path = path();
        let endless = io::repeat(b'x').take(100 << 20);
        assert!(Lines::new(&path, endless).next_line().is_err());
        assert!(Lines::new(&path, &b"{}"[..]).next_line().is_err());
        assert!(whole_bytes(&path, io::repeat(b'x'), 10).is_err());
        assert_eq!(whole_bytes(&path, &b"0123456789"[..], 10).unwrap().len(), 10);
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let path = path();
            let mut lines = Lines::new(&path, &bytes[..]);
            for _ in 0..=bytes.len() {
                if matches!(lines.next::<Value>(), Ok(None)) {
                    break;
                }
            }
            let _ = whole::<Value>(&path, &bytes[..]);
        }
    }
}
