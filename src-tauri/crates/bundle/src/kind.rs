//! What a file is, by its first bytes and never by its name.

/// How many bytes tell it; a tarball shows its mark after 257.
pub(crate) const HEAD: usize = 512;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text, which may be a table.
    Text,
    /// A sheet of a workbook, counted from 0.
    Sheet(usize),
    /// Pictures, sound, documents: nothing to read.
    Picture,
    /// Nothing at all.
    Empty,
    /// Bytes of no known kind.
    Other,
}

/// What the first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Zip,
    Gzip,
    Tar,
    File(Kind),
}

/// Beginnings of files that hold pictures, sound, films or documents for people.
const PICTURES: [&[u8]; 10] = [
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"%PDF",
    b"RIFF",
    b"II*\0",
    b"MM\0*",
    b"ID3",
    b"OggS",
    b"\x1aE\xdf\xa3",
];

pub(super) fn mark(head: &[u8]) -> Mark {
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Mark::Zip;
    }
    if head.starts_with(b"\x1f\x8b") {
        return Mark::Gzip;
    }
    if head.get(257..262) == Some(b"ustar") {
        return Mark::Tar;
    }
    Mark::File(kind(head))
}

fn kind(head: &[u8]) -> Kind {
    if head.is_empty() {
        return Kind::Empty;
    }
    let film = head.get(4..8) == Some(b"ftyp");
    if film || PICTURES.iter().any(|start| head.starts_with(start)) {
        return Kind::Picture;
    }
    let wide = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") || crate::table::is_wide(head);
    let control = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c);
    if wide || !head.iter().any(control) {
        Kind::Text
    } else {
        Kind::Other
    }
}
