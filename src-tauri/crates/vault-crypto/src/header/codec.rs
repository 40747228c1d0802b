//! The bytes of `vault.header`.
//!
//! The frame is the same in every version, for ever: magic (8 bytes), version (2), length of the body (4), body, then
//! the SHA-256 of everything before it (32). Numbers are big-endian. So every program can tell a damaged header from
//! one that a later program wrote.
//!
//! Body of version 1: vault id (16), created (8), revision (8), port (2), Argon2id memory in KiB, passes, lanes (4
//! each), salt (16), then parts with a length of 4 bytes before each: vault key wrapped by the passphrase; issuer key;
//! vault key wrapped by the keyring's secret (empty: none); recovery recipient, wrapped vault key and seal (all three
//! empty: none); last the number of spaces (1) and for each its id (16) and its sealed entry.
//!
//! Version 2 has one part more at the end: the sealed second factor. It is written only when there is one, so that a
//! vault without it stays readable for every program that reads version 1.

use sha2::{Digest, Sha256};

use super::recovery::RecoverySlot;
use super::spaces::{MAX_SPACES, SealedSpace};
use super::{Header, HeaderError};
use crate::envelope::OVERHEAD;
use crate::{KdfError, KdfParams, SecondFactor, SpaceId, VaultId};

const MAGIC: &[u8; 8] = b"SATCHEL\0";
const VERSION: u16 = 2;
/// The version of a header without a second factor.
const WITHOUT_SECOND_FACTOR: u16 = 1;
const FRAME_START: usize = 8 + 2 + 4;
const CHECKSUM_BYTES: usize = 32;
const WRAPPED_KEY_BYTES: usize = 32 + OVERHEAD;
const MAX_ISSUER_BYTES: usize = 4096;
const RECIPIENT_BYTES: usize = 62;
const MAX_RECOVERY_BYTES: usize = 1024;
const MAX_SPACE_BYTES: usize = 512;
const MAX_SECOND_FACTOR_BYTES: usize = SecondFactor::MAX_BYTES + OVERHEAD;

impl Header {
    /// The most bytes a header has; do not read more of a file.
    pub const MAX_BYTES: usize = 64 * 1024;

    /// Reads a header. The same header gives the same bytes when it is written again.
    ///
    /// # Errors
    /// [`HeaderError`], never a panic, whatever the bytes are.
    pub fn decode(bytes: &[u8]) -> Result<Self, HeaderError> {
        let (version, body) = open_frame(bytes)?;
        match version {
            WITHOUT_SECOND_FACTOR | VERSION if bytes.len() <= Self::MAX_BYTES => {
                decode_body(body, version == VERSION)
            }
            found if found > VERSION => Err(HeaderError::NewerVersion {
                found,
                supported: VERSION,
            }),
            _ => Err(HeaderError::Malformed),
        }
    }

    /// The bytes of the file.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let version = if self.second_factor.is_some() {
            VERSION
        } else {
            WITHOUT_SECOND_FACTOR
        };
        frame(version, &self.encode_body())
    }

    fn encode_body(&self) -> Vec<u8> {
        let mut body = Vec::with_capacity(4096);
        body.extend_from_slice(self.vault_id.as_bytes());
        body.extend_from_slice(&self.created.to_be_bytes());
        body.extend_from_slice(&self.revision.to_be_bytes());
        body.extend_from_slice(&self.port.to_be_bytes());
        body.extend(
            [self.kdf.m_kib, self.kdf.t, self.kdf.p]
                .iter()
                .flat_map(|number| number.to_be_bytes()),
        );
        body.extend_from_slice(&self.salt);
        put(&mut body, &self.passphrase_slot);
        put(&mut body, &self.issuer);
        put(&mut body, self.keyring_slot.as_deref().unwrap_or_default());
        let recovery = self.recovery.as_ref();
        put(
            &mut body,
            recovery.map(|slot| slot.recipient.as_bytes()).unwrap_or_default(),
        );
        put(
            &mut body,
            recovery.map(|slot| slot.wrapped.as_slice()).unwrap_or_default(),
        );
        put(
            &mut body,
            recovery.map(|slot| slot.seal.as_slice()).unwrap_or_default(),
        );
        body.push(self.spaces.len() as u8);
        for space in &self.spaces {
            body.extend_from_slice(space.id.as_bytes());
            put(&mut body, &space.sealed);
        }
        if let Some(sealed) = &self.second_factor {
            put(&mut body, sealed);
        }
        body
    }
}

fn put(body: &mut Vec<u8>, part: &[u8]) {
    body.extend_from_slice(&(part.len() as u32).to_be_bytes());
    body.extend_from_slice(part);
}

fn frame(version: u16, body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(FRAME_START + body.len() + CHECKSUM_BYTES);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&version.to_be_bytes());
    put(&mut bytes, body);
    let checksum = Sha256::digest(&bytes);
    bytes.extend_from_slice(&checksum);
    bytes
}

fn open_frame(bytes: &[u8]) -> Result<(u16, &[u8]), HeaderError> {
    let Some((magic, rest)) = bytes.split_first_chunk::<8>() else {
        return Err(if MAGIC.starts_with(bytes) {
            HeaderError::Truncated
        } else {
            HeaderError::NotAVault
        });
    };
    if magic != MAGIC {
        return Err(HeaderError::NotAVault);
    }
    let (version, rest) = rest.split_first_chunk::<2>().ok_or(HeaderError::Truncated)?;
    let (length, rest) = rest.split_first_chunk::<4>().ok_or(HeaderError::Truncated)?;
    let (body, _) = rest
        .split_last_chunk::<CHECKSUM_BYTES>()
        .ok_or(HeaderError::Truncated)?;
    let length_fits = u32::try_from(body.len()).is_ok_and(|actual| actual == u32::from_be_bytes(*length));
    match (checksum_fits(bytes), length_fits) {
        (true, true) => Ok((u16::from_be_bytes(*version), body)),
        (true, false) => Err(HeaderError::Malformed),
        (false, false) if body.len() < u32::from_be_bytes(*length) as usize => Err(HeaderError::Truncated),
        (false, _) => Err(HeaderError::Damaged),
    }
}

fn checksum_fits(bytes: &[u8]) -> bool {
    bytes
        .split_last_chunk::<CHECKSUM_BYTES>()
        .is_some_and(|(content, checksum)| Sha256::digest(content).as_slice() == checksum)
}

fn decode_body(body: &[u8], has_second_factor: bool) -> Result<Header, HeaderError> {
    let mut reader = Reader(body);
    let header = Header {
        vault_id: VaultId::from_bytes(reader.array()?),
        created: i64::from_be_bytes(reader.array()?),
        revision: u64::from_be_bytes(reader.array()?),
        port: u16::from_be_bytes(reader.array()?),
        kdf: read_kdf(&mut reader)?,
        salt: reader.array()?,
        passphrase_slot: reader.wrapped_key()?,
        issuer: reader.part(OVERHEAD + 1, MAX_ISSUER_BYTES)?.to_vec(),
        keyring_slot: read_keyring(&mut reader)?,
        recovery: read_recovery(&mut reader)?,
        spaces: read_spaces(&mut reader)?,
        second_factor: has_second_factor
            .then(|| reader.part(OVERHEAD, MAX_SECOND_FACTOR_BYTES))
            .transpose()?
            .map(<[u8]>::to_vec),
    };
    if reader.0.is_empty() {
        Ok(header)
    } else {
        Err(HeaderError::Malformed)
    }
}

fn read_kdf(reader: &mut Reader<'_>) -> Result<KdfParams, HeaderError> {
    let kdf = KdfParams {
        m_kib: u32::from_be_bytes(reader.array()?),
        t: u32::from_be_bytes(reader.array()?),
        p: u32::from_be_bytes(reader.array()?),
    };
    match kdf.validate() {
        Ok(()) => Ok(kdf),
        Err(KdfError::TooExpensive) => Err(HeaderError::KdfTooExpensive),
        Err(KdfError::TooWeak | KdfError::OutOfMemory | KdfError::PassphraseTooLong) => {
            Err(HeaderError::Malformed)
        }
    }
}

fn read_keyring(reader: &mut Reader<'_>) -> Result<Option<Vec<u8>>, HeaderError> {
    let slot = reader.part(0, WRAPPED_KEY_BYTES)?;
    match slot.len() {
        0 => Ok(None),
        WRAPPED_KEY_BYTES => Ok(Some(slot.to_vec())),
        _ => Err(HeaderError::Malformed),
    }
}

fn read_recovery(reader: &mut Reader<'_>) -> Result<Option<RecoverySlot>, HeaderError> {
    let recipient = reader.part(0, RECIPIENT_BYTES)?;
    let wrapped = reader.part(0, MAX_RECOVERY_BYTES)?;
    let seal = reader.part(0, OVERHEAD)?;
    if recipient.is_empty() && wrapped.is_empty() && seal.is_empty() {
        return Ok(None);
    }
    if wrapped.is_empty() || seal.len() != OVERHEAD {
        return Err(HeaderError::Malformed);
    }
    Ok(Some(RecoverySlot {
        recipient: canonical(recipient)?,
        wrapped: wrapped.to_vec(),
        seal: seal.to_vec(),
    }))
}

/// A recipient of age's X25519 type in the one spelling that age writes.
fn canonical(recipient: &[u8]) -> Result<String, HeaderError> {
    let text = std::str::from_utf8(recipient).map_err(|_| HeaderError::Malformed)?;
    let recipient: age::x25519::Recipient = text.parse().map_err(|_| HeaderError::Malformed)?;
    if recipient.to_string() == text {
        Ok(text.to_owned())
    } else {
        Err(HeaderError::Malformed)
    }
}

fn read_spaces(reader: &mut Reader<'_>) -> Result<Vec<SealedSpace>, HeaderError> {
    let [count] = reader.array()?;
    if usize::from(count) > MAX_SPACES {
        return Err(HeaderError::Malformed);
    }
    let mut spaces: Vec<SealedSpace> = Vec::with_capacity(usize::from(count));
    for _ in 0..count {
        let id = SpaceId::from_bytes(reader.array()?);
        if spaces.iter().any(|space| space.id == id) {
            return Err(HeaderError::Malformed);
        }
        spaces.push(SealedSpace {
            id,
            sealed: reader.part(OVERHEAD, MAX_SPACE_BYTES)?.to_vec(),
        });
    }
    Ok(spaces)
}

/// What is left of the body.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N], HeaderError> {
        let (taken, rest) = self.0.split_first_chunk::<N>().ok_or(HeaderError::Malformed)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn part(&mut self, least: usize, most: usize) -> Result<&'a [u8], HeaderError> {
        let length = u32::from_be_bytes(self.array()?) as usize;
        if length < least || length > most {
            return Err(HeaderError::Malformed);
        }
        let (taken, rest) = self.0.split_at_checked(length).ok_or(HeaderError::Malformed)?;
        self.0 = rest;
        Ok(taken)
    }

    fn wrapped_key(&mut self) -> Result<Vec<u8>, HeaderError> {
        Ok(self.part(WRAPPED_KEY_BYTES, WRAPPED_KEY_BYTES)?.to_vec())
    }
}

#[cfg(test)]
mod tests;
