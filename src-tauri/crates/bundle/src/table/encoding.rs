//! How the letters of a file are written: UTF-8, UTF-16 either way round, or Windows-1252.

use std::{
    borrow::Cow,
    io::{self, Read},
};

use encoding_rs::{Decoder, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// An encoding that tables come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Windows1252,
    Utf16Le,
    Utf16Be,
}

/// Whether these are letters of two bytes without a mark at the start: every other byte is zero.
pub(crate) fn is_wide(head: &[u8]) -> bool {
    wide(head).is_some()
}

fn wide(head: &[u8]) -> Option<Encoding> {
    let pairs = head.chunks_exact(2).take(32);
    let count = pairs.len();
    let zeros = |at: usize| pairs.clone().filter(|pair| pair.get(at) == Some(&0)).count();
    let (high, low) = (zeros(0), zeros(1));
    if count < 4 {
        None
    } else if low * 10 >= count * 9 && high == 0 {
        Some(Encoding::Utf16Le)
    } else if high * 10 >= count * 9 && low == 0 {
        Some(Encoding::Utf16Be)
    } else {
        None
    }
}

/// The encoding of a file, by its beginning.
pub(super) fn of(sample: &[u8]) -> Encoding {
    if sample.starts_with(b"\xff\xfe") {
        return Encoding::Utf16Le;
    }
    if sample.starts_with(b"\xfe\xff") {
        return Encoding::Utf16Be;
    }
    if let Some(wide) = wide(sample) {
        return wide;
    }
    match std::str::from_utf8(sample) {
        Ok(_) => Encoding::Utf8,
        // The sample may end inside a letter.
        Err(error) if error.error_len().is_none() => Encoding::Utf8,
        Err(_) => Encoding::Windows1252,
    }
}

/// The sample as text, for looking at.
pub(super) fn text(sample: &[u8], encoding: Encoding) -> String {
    let encoding = match encoding {
        Encoding::Utf8 => UTF_8,
        Encoding::Windows1252 => WINDOWS_1252,
        Encoding::Utf16Le => UTF_16LE,
        Encoding::Utf16Be => UTF_16BE,
    };
    encoding.decode(sample).0.into_owned()
}

/// A cell as text. In a file of UTF-8 a cell that is none is Windows-1252: such files were put together from two.
pub(super) fn cell(bytes: &[u8], encoding: Encoding) -> Cow<'_, str> {
    match encoding {
        Encoding::Windows1252 => WINDOWS_1252.decode_without_bom_handling(bytes).0,
        Encoding::Utf8 | Encoding::Utf16Le | Encoding::Utf16Be => match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
        },
    }
}

/// Letters of two bytes as UTF-8; all else as it is.
pub(super) struct Narrow<'r> {
    inner: &'r mut dyn Read,
    decoder: Option<Decoder>,
    packed: Vec<u8>,
    text: Vec<u8>,
    at: usize,
    ended: bool,
}

/// How many bytes are decoded at once.
const PIECE: usize = 16 * 1024;

impl<'r> Narrow<'r> {
    pub(super) fn new(inner: &'r mut dyn Read, encoding: Encoding) -> Self {
        let decoder = match encoding {
            Encoding::Utf8 | Encoding::Windows1252 => None,
            Encoding::Utf16Le => Some(UTF_16LE.new_decoder_with_bom_removal()),
            Encoding::Utf16Be => Some(UTF_16BE.new_decoder_with_bom_removal()),
        };
        Self {
            inner,
            decoder,
            packed: vec![0; PIECE],
            text: Vec::new(),
            at: 0,
            ended: false,
        }
    }
}

impl Read for Narrow<'_> {
    fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        let Some(decoder) = &mut self.decoder else {
            return self.inner.read(piece);
        };
        while self.at == self.text.len() && !self.ended {
            let count = self.inner.read(&mut self.packed)?;
            self.ended = count == 0;
            let bytes = self.packed.get(..count).unwrap_or_default();
            let mut text = String::with_capacity(PIECE * 2 + 64);
            let _ = decoder.decode_to_string(bytes, &mut text, self.ended);
            self.text = text.into_bytes();
            self.at = 0;
        }
        let left = self.text.get(self.at..).unwrap_or_default();
        let count = left.len().min(piece.len());
        if let (Some(to), Some(from)) = (piece.get_mut(..count), left.get(..count)) {
            to.copy_from_slice(from);
        }
        self.at += count;
        Ok(count)
    }
}
