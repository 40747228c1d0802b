//! The age layer: locks a stream, and opens it again with every fault told by its cause.

use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use age::stream::StreamReader;
use age::{DecryptError, Decryptor, EncryptError, Encryptor};

use crate::fault::{into_io, is_fault};
use crate::limits::AGE_HEADER_BYTES;
use crate::{Keys, LockKind, Locks, ReadError};

/// The first line of every version of age that is known.
const AGE_V1: &[u8] = b"age-encryption.org/v1\n";

/// The source with the header, which was read ahead, put in front of it again.
type Whole<B> = Chain<Cursor<Vec<u8>>, B>;

/// Makes the lock.
pub(crate) fn lock(locks: &Locks) -> Result<Encryptor, EncryptError> {
    match locks {
        Locks::Passphrase(passphrase) => {
            let recipient = passphrase.recipient();
            Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient))
        }
        Locks::Recipients(recipients) => Encryptor::with_recipients(recipients.iter()),
    }
}

/// Reads the part before the encrypted data, which is small by rule.
pub(crate) fn header<B: BufRead>(mut source: B) -> Result<Decryptor<Whole<B>>, ReadError> {
    let header = read_header(&mut source)?;
    Decryptor::new_buffered(Cursor::new(header).chain(source)).map_err(header_error)
}

/// Opens the lock.
pub(crate) fn open<R: Read>(source: R, keys: &Keys) -> Result<Opened<R>, ReadError> {
    let at_end = Arc::new(AtomicBool::new(false));
    let watched = Watched {
        source,
        at_end: Arc::clone(&at_end),
    };
    let decryptor = header(BufReader::new(watched))?;
    match (decryptor.is_scrypt(), keys.kind()) {
        (true, LockKind::Identity) => return Err(ReadError::NeedsPassphrase),
        (false, LockKind::Passphrase) => return Err(ReadError::NeedsIdentity),
        (true, LockKind::Passphrase) | (false, LockKind::Identity) => {}
    }
    let identities = keys.identities();
    let stream = decryptor
        .decrypt(identities.iter().map(|key| &**key))
        .map_err(header_error)?;
    Ok(Opened {
        stream,
        at_end,
        bytes: 0,
    })
}

/// The decrypted stream.
pub(crate) struct Opened<R> {
    stream: StreamReader<Whole<BufReader<Watched<R>>>>,
    at_end: Arc<AtomicBool>,
    bytes: u64,
}

impl<R> Opened<R> {
    /// How many bytes came out so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Age says only that a chunk is wrong. A chunk with more behind it was changed; the last one may as well
    /// be the rest of a longer one.
    fn cause(&self, error: io::Error) -> io::Error {
        if is_fault(&error) {
            error
        } else if error.kind() == io::ErrorKind::UnexpectedEof || self.at_end.load(Ordering::Relaxed) {
            into_io(ReadError::CutShort)
        } else {
            into_io(ReadError::Changed)
        }
    }
}

impl<R: Read> Read for Opened<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(buf).map_err(|error| self.cause(error))?;
        self.bytes = self.bytes.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        Ok(read)
    }
}

/// The caller’s source: its own errors are marked as such, and its end is noted.
pub(crate) struct Watched<R> {
    source: R,
    at_end: Arc<AtomicBool>,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.source.read(buf) {
                Ok(0) if !buf.is_empty() => {
                    self.at_end.store(true, Ordering::Relaxed);
                    return Ok(0);
                }
                Ok(read) => return Ok(read),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(into_io(ReadError::Source(error))),
            }
        }
    }
}

/// Everything up to the line that starts with `---`.
fn read_header(source: &mut impl BufRead) -> Result<Vec<u8>, ReadError> {
    let mut header = Vec::new();
    take_line(source, &mut header, AGE_V1.len())?;
    if header != AGE_V1 {
        return Err(ReadError::NotABackpack);
    }
    loop {
        let start = header.len();
        let room = AGE_HEADER_BYTES.saturating_sub(start);
        take_line(source, &mut header, room)?;
        let line = header.get(start..).unwrap_or_default();
        if !line.ends_with(b"\n") {
            return Err(if line.len() == room {
                ReadError::HeaderDamaged
            } else {
                ReadError::CutShort
            });
        }
        if line.starts_with(b"---") {
            return Ok(header);
        }
    }
}

fn take_line(source: &mut impl BufRead, line: &mut Vec<u8>, room: usize) -> Result<(), ReadError> {
    let room = u64::try_from(room).unwrap_or(u64::MAX);
    source
        .by_ref()
        .take(room)
        .read_until(b'\n', line)
        .map(|_| ())
        .map_err(ReadError::from)
}

fn header_error(error: DecryptError) -> ReadError {
    match error {
        DecryptError::DecryptionFailed => ReadError::WrongPassphrase,
        DecryptError::NoMatchingKeys => ReadError::NoMatchingIdentity,
        DecryptError::ExcessiveWork { required, .. } => ReadError::TooMuchWork { required },
        DecryptError::InvalidHeader | DecryptError::InvalidMac | DecryptError::KeyDecryptionFailed => {
            ReadError::HeaderDamaged
        }
        DecryptError::UnknownFormat => ReadError::NotABackpack,
        DecryptError::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => ReadError::CutShort,
        DecryptError::Io(error) => error.into(),
    }
}
