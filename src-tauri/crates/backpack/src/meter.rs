//! Counts and hashes the bytes of one entry on their way out, and remembers why it had to stop.

use std::io::{self, Write};

use sha2::Digest;

use crate::Sha256;
use crate::progress::Ticker;

/// Why a [`Meter`] takes no more bytes.
pub(crate) enum Halt {
    /// The person stopped it.
    Stopped,
    /// More bytes than were measured.
    TooLong,
    /// What lies behind it failed.
    Target(io::Error),
}

/// A [`Write`] that measures what passes. Once halted it refuses everything, so a source cannot overlook it.
pub(crate) struct Meter<'m, 'a, 'f> {
    target: &'m mut dyn Write,
    ticker: &'m mut Ticker<'a, 'f>,
    hasher: sha2::Sha256,
    bytes: u64,
    at_most: u64,
    halt: Option<Halt>,
}

impl<'m, 'a, 'f> Meter<'m, 'a, 'f> {
    pub(crate) fn new(target: &'m mut dyn Write, ticker: &'m mut Ticker<'a, 'f>, at_most: u64) -> Self {
        Self {
            target,
            ticker,
            hasher: sha2::Sha256::new(),
            bytes: 0,
            at_most,
            halt: None,
        }
    }

    /// Size and hash, or why it halted.
    pub(crate) fn finish(self) -> Result<(u64, Sha256), Halt> {
        match self.halt {
            Some(halt) => Err(halt),
            None => Ok((self.bytes, Sha256::finish(self.hasher))),
        }
    }

    fn pass(&mut self, buf: &[u8]) -> Result<usize, Halt> {
        let size = u64::try_from(buf.len()).unwrap_or(u64::MAX);
        if size > self.at_most.saturating_sub(self.bytes) {
            return Err(Halt::TooLong);
        }
        self.target.write_all(buf).map_err(Halt::Target)?;
        self.hasher.update(buf);
        self.bytes = self.bytes.saturating_add(size);
        self.ticker.bytes(buf.len()).map_err(|_| Halt::Stopped)?;
        Ok(buf.len())
    }
}

impl Write for Meter<'_, '_, '_> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        if self.halt.is_some() {
            return Err(halted());
        }
        self.pass(buf).map_err(|halt| {
            self.halt = Some(halt);
            halted()
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn halted() -> io::Error {
    io::Error::other("the backpack takes no more bytes of this entry")
}
