//! The compression layer: exactly one zstd frame, and never far more bytes than could be honest.

use std::io::{self, BufRead, BufReader, Read};

use zstd::stream::read::Decoder;

use crate::fault::{into_io, is_fault};
use crate::limits::ZSTD_WINDOW_LOG;
use crate::seal::Opened;
use crate::{Limits, ReadError};

/// The first bytes of a zstd frame. Skippable and historic frames have others and are refused.
const MAGIC: &[u8] = &[0x28, 0xB5, 0x2F, 0xFD];

/// The tar of a backpack as it comes out of encryption and compression.
pub struct Unpacked<R: Read> {
    frame: Decoder<'static, BufReader<Opened<R>>>,
    limits: Limits,
    bytes: u64,
    at_end: bool,
}

impl<R: Read> Unpacked<R> {
    pub(crate) fn new(opened: Opened<R>, limits: Limits) -> Result<Self, ReadError> {
        let mut buffer = BufReader::with_capacity(64 << 10, opened);
        if !buffer.fill_buf()?.starts_with(MAGIC) {
            return Err(ReadError::Compression);
        }
        let mut frame = Decoder::with_buffer(buffer).map_err(cause)?.single_frame();
        frame.window_log_max(ZSTD_WINDOW_LOG).map_err(cause)?;
        Ok(Self {
            frame,
            limits,
            bytes: 0,
            at_end: false,
        })
    }

    /// A frame that ended must be the last thing in the file; asking also makes age check its own end.
    fn nothing_follows(&mut self) -> io::Result<()> {
        if self.frame.get_mut().fill_buf()?.is_empty() {
            Ok(())
        } else {
            Err(into_io(ReadError::TrailingData))
        }
    }

    fn stays_honest(&self) -> io::Result<()> {
        let packed = self.frame.get_ref().get_ref().bytes();
        let most = packed
            .saturating_mul(self.limits.ratio)
            .max(self.limits.ratio_free_bytes);
        if self.bytes > most {
            Err(into_io(ReadError::Bomb {
                ratio: self.limits.ratio,
            }))
        } else {
            Ok(())
        }
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.at_end || buf.is_empty() {
            return Ok(0);
        }
        let read = self.frame.read(buf).map_err(|error| into_io(cause(error)))?;
        self.bytes = self.bytes.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        self.stays_honest()?;
        if read == 0 {
            self.nothing_follows()?;
            self.at_end = true;
        }
        Ok(read)
    }
}

fn cause(error: io::Error) -> ReadError {
    if is_fault(&error) {
        error.into()
    } else {
        ReadError::Compression
    }
}
