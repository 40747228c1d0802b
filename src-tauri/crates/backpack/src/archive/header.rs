//! Reads one header block of a tar, and accepts nothing that two readers could understand differently.

use super::BLOCK;
use crate::ReadError;

/// What a header block says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Head {
    /// A zero block: the first of the two that end the tar.
    End,
    /// A plain file of this name and size.
    File { path: Vec<u8>, bytes: u64 },
    /// A pax header of this size, which is about the next file.
    Pax { bytes: u64 },
}

/// Reads a block.
pub(crate) fn parse(block: &[u8; BLOCK]) -> Result<Head, ReadError> {
    if block.iter().all(|byte| *byte == 0) {
        return Ok(Head::End);
    }
    if field(block, 257, 8) != b"ustar\x0000" {
        return Err(ReadError::Malformed("it is not of the POSIX kind"));
    }
    if octal(field(block, 148, 8))? != checksum(block) {
        return Err(ReadError::Malformed("a header has a wrong check sum"));
    }
    let bytes = octal(field(block, 124, 12))?;
    match block.get(156) {
        Some(b'0' | 0) => Ok(Head::File {
            path: path(block),
            bytes,
        }),
        Some(b'x') => Ok(Head::Pax { bytes }),
        kind => Err(ReadError::NotAFile(kind_name(kind.copied().unwrap_or_default()))),
    }
}

fn kind_name(kind: u8) -> &'static str {
    match kind {
        b'1' => "a hard link",
        b'2' => "a symbolic link",
        b'3' | b'4' => "a device",
        b'5' => "a folder",
        b'6' => "a pipe",
        b'g' => "a header about all files",
        b'L' | b'K' => "a name of the GNU kind",
        b'S' => "a file with holes",
        _ => "of an unknown kind",
    }
}

fn path(block: &[u8; BLOCK]) -> Vec<u8> {
    let name = until_zero(field(block, 0, 100));
    let prefix = until_zero(field(block, 345, 155));
    if prefix.is_empty() {
        name.to_vec()
    } else {
        [prefix, b"/", name].concat()
    }
}

/// The sum of all bytes, those of the check sum itself counted as spaces.
fn checksum(block: &[u8; BLOCK]) -> u64 {
    let value = |(at, byte): (usize, &u8)| {
        if (148..156).contains(&at) {
            32
        } else {
            u64::from(*byte)
        }
    };
    block.iter().enumerate().map(value).sum()
}

/// Octal digits, then spaces or zero bytes. Binary numbers of the GNU kind are refused.
fn octal(field: &[u8]) -> Result<u64, ReadError> {
    let end = field
        .iter()
        .position(|byte| matches!(byte, 0 | b' '))
        .unwrap_or(field.len());
    let (digits, rest) = field.split_at(end);
    let clean = rest.iter().all(|byte| matches!(byte, 0 | b' '));
    let number = digits.iter().try_fold(0_u64, |sum, digit| match digit {
        b'0'..=b'7' => sum.checked_mul(8)?.checked_add(u64::from(digit - b'0')),
        _ => None,
    });
    number
        .filter(|_| clean && !digits.is_empty())
        .ok_or(ReadError::Malformed("a header has a wrong number"))
}

fn until_zero(field: &[u8]) -> &[u8] {
    field.split(|byte| *byte == 0).next().unwrap_or_default()
}

fn field(block: &[u8; BLOCK], at: usize, length: usize) -> &[u8] {
    block.get(at..at + length).unwrap_or_default()
}
