//! The parts of a workbook: the list of sheets, the texts, the styles.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what a workbook says beside its values is passed over"
)]

use std::{
    borrow::Cow,
    cell::Cell,
    collections::HashMap,
    io::{self, BufReader, Read, Seek},
    rc::Rc,
};

use quick_xml::{
    Reader,
    events::{BytesRef, BytesStart, Event},
};
use zip::{ZipArchive, read::ZipFile};

use super::{cells::CellKind, dates};
use crate::BundleError;

/// The most sheets.
const MOST_SHEETS: usize = 256;
/// The most texts of the common list, and their bytes.
const MOST_TEXTS: usize = 1_000_000;
const MOST_TEXT_BYTES: usize = 64 * 1024 * 1024;
/// The most styles.
const MOST_STYLES: usize = 65_536;
/// The longest piece of XML between two tags, in bytes.
const LONGEST_PIECE: u64 = 1024 * 1024;
/// The most bytes of a part, unpacked.
const LARGEST_PART: u64 = 512 * 1024 * 1024;

/// A part, event by event.
pub(super) struct Part<'a, R: Read> {
    reader: Reader<BufReader<Watched<ZipFile<'a, R>>>>,
    since: Rc<Cell<u64>>,
    buffer: Vec<u8>,
    path: String,
}

impl<'a, R: Read + Seek> Part<'a, R> {
    pub(super) fn open(archive: &'a mut ZipArchive<R>, name: &str, path: &str) -> Result<Self, BundleError> {
        let entry = archive
            .by_name(name)
            .map_err(|_| BundleError::Broken(crate::shown(path)))?;
        let since = Rc::new(Cell::new(0));
        let watched = Watched {
            inner: entry,
            since: Rc::clone(&since),
            left: LARGEST_PART,
        };
        let mut reader = Reader::from_reader(BufReader::new(watched));
        reader.config_mut().check_end_names = true;
        Ok(Self {
            reader,
            since,
            buffer: Vec::new(),
            path: path.to_owned(),
        })
    }
}

impl<R: Read> Part<'_, R> {
    /// The next event. What a document says of its own entities is never followed.
    pub(super) fn next(&mut self) -> Result<Event<'_>, BundleError> {
        self.since.set(0);
        self.buffer.clear();
        self.reader
            .read_event_into(&mut self.buffer)
            .map_err(|_| BundleError::Broken(crate::shown(&self.path)))
    }
}

/// Stops a piece of XML that never ends.
struct Watched<R> {
    inner: R,
    since: Rc<Cell<u64>>,
    left: u64,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        if self.since.get() > LONGEST_PIECE {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let count = self.inner.read(piece)?;
        self.since.set(self.since.get() + count as u64);
        self.left = self
            .left
            .checked_sub(count as u64)
            .ok_or(io::ErrorKind::InvalidData)?;
        Ok(count)
    }
}

/// An attribute of a tag by its name, without the prefix.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    tag.attributes()
        .filter_map(Result::ok)
        .find(|attribute| attribute.key.local_name().as_ref() == name)
        .and_then(|attribute| {
            attribute
                .normalized_value(quick_xml::XmlVersion::Implicit1_0)
                .ok()
                .map(Cow::into_owned)
        })
}

/// `&amp;` and `&#228;`.
pub(super) fn resolved(name: &BytesRef<'_>) -> Option<String> {
    if let Ok(Some(letter)) = name.resolve_char_ref() {
        return Some(letter.to_string());
    }
    let text: &str = name;
    let letter = match text {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => return None,
    };
    Some(letter.to_owned())
}

/// A sheet: its name and where it lies.
pub(super) struct Sheet {
    pub(super) name: String,
    relation: String,
}

/// The sheets of a workbook.
pub(super) fn sheets<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    path: &str,
) -> Result<Vec<Sheet>, BundleError> {
    Ok(book(archive, path)?.0)
}

/// The sheets, and whether days are counted from 1904.
fn book<R: Read + Seek>(archive: &mut ZipArchive<R>, path: &str) -> Result<(Vec<Sheet>, bool), BundleError> {
    let mut part = Part::open(archive, "xl/workbook.xml", path)?;
    let mut sheets = Vec::new();
    let mut from_1904 = false;
    loop {
        match part.next()? {
            Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                "sheet" if sheets.len() < MOST_SHEETS => sheets.push(Sheet {
                    name: attribute(&tag, "name").unwrap_or_default(),
                    // Two attributes are called `id`; the relation is the one with a prefix.
                    relation: tag
                        .attributes()
                        .filter_map(Result::ok)
                        .find(|one| one.key.as_ref().ends_with(":id"))
                        .and_then(|one| {
                            one.normalized_value(quick_xml::XmlVersion::Implicit1_0)
                                .ok()
                                .map(Cow::into_owned)
                        })
                        .unwrap_or_default(),
                }),
                "sheet" => return Err(BundleError::TooWide(crate::shown(path))),
                "workbookPr" => {
                    from_1904 = attribute(&tag, "date1904").is_some_and(|word| word == "1" || word == "true");
                }
                _ => {}
            },
            Event::Eof => return Ok((sheets, from_1904)),
            _ => {}
        }
    }
}

/// What is needed to read one sheet.
pub(super) struct Parts {
    /// The name of the part of the sheet.
    pub(super) sheet: String,
    texts: Vec<String>,
    /// For each style whether it shows a date.
    dates: Vec<bool>,
    from_1904: bool,
}

impl Parts {
    pub(super) fn read<R: Read + Seek>(
        archive: &mut ZipArchive<R>,
        at: usize,
        path: &str,
    ) -> Result<Self, BundleError> {
        let (sheets, from_1904) = book(archive, path)?;
        let sheet = sheets.get(at).ok_or(BundleError::Changed)?;
        let relations = relations(archive, path)?;
        let target = relations
            .get(&sheet.relation)
            .cloned()
            .unwrap_or_else(|| format!("worksheets/sheet{}.xml", at + 1));
        let sheet = match target.strip_prefix('/') {
            Some(whole) => whole.to_owned(),
            None => format!("xl/{target}"),
        };
        Ok(Self {
            sheet,
            texts: texts(archive, path)?,
            dates: styles(archive, path)?,
            from_1904,
        })
    }

    /// A cell as text.
    pub(super) fn shown(&self, kind: CellKind, style: usize, text: &str) -> String {
        match kind {
            CellKind::Shared => text
                .trim()
                .parse::<usize>()
                .ok()
                .and_then(|at| self.texts.get(at).cloned())
                .unwrap_or_default(),
            CellKind::Truth => if text.trim() == "1" { "true" } else { "false" }.to_owned(),
            CellKind::Error => String::new(),
            CellKind::Text => text.to_owned(),
            CellKind::Number => {
                let date = self.dates.get(style).copied().unwrap_or_default();
                date.then(|| dates::text(text, self.from_1904))
                    .flatten()
                    .unwrap_or_else(|| text.trim().to_owned())
            }
        }
    }
}

fn relations<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    path: &str,
) -> Result<HashMap<String, String>, BundleError> {
    let name = "xl/_rels/workbook.xml.rels";
    let mut known = HashMap::new();
    if archive.index_for_name(name).is_none() {
        return Ok(known);
    }
    let mut part = Part::open(archive, name, path)?;
    loop {
        match part.next()? {
            Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == "Relationship" => {
                if known.len() > MOST_SHEETS * 4 {
                    return Err(BundleError::TooWide(crate::shown(path)));
                }
                if let (Some(id), Some(target)) = (attribute(&tag, "Id"), attribute(&tag, "Target")) {
                    known.insert(id, target);
                }
            }
            Event::Eof => return Ok(known),
            _ => {}
        }
    }
}

fn texts<R: Read + Seek>(archive: &mut ZipArchive<R>, path: &str) -> Result<Vec<String>, BundleError> {
    let name = "xl/sharedStrings.xml";
    if archive.index_for_name(name).is_none() {
        return Ok(Vec::new());
    }
    let broken = || BundleError::Broken(crate::shown(path));
    let mut part = Part::open(archive, name, path)?;
    let (mut texts, mut text, mut bytes) = (Vec::new(), String::new(), 0_usize);
    let (mut takes, mut hidden) = (false, false);
    loop {
        match part.next()? {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "t" => takes = true,
                "rPh" => hidden = true,
                _ => {}
            },
            Event::Text(piece) if takes && !hidden => text.push_str(&piece.xml10_content()),
            Event::CData(piece) if takes && !hidden => text.push_str(&piece.xml10_content()),
            Event::GeneralRef(name) if takes && !hidden => {
                text.push_str(&resolved(&name).ok_or_else(broken)?)
            }
            Event::Empty(tag) if tag.local_name().as_ref() == "si" => texts.push(String::new()),
            Event::End(tag) => match tag.local_name().as_ref() {
                "t" => takes = false,
                "rPh" => hidden = false,
                "si" => {
                    bytes += text.len();
                    texts.push(std::mem::take(&mut text));
                }
                _ => {}
            },
            Event::Eof => return Ok(texts),
            _ => {}
        }
        if texts.len() > MOST_TEXTS || bytes + text.len() > MOST_TEXT_BYTES {
            return Err(BundleError::TooWide(crate::shown(path)));
        }
    }
}

/// For each style of cells whether it shows a date.
fn styles<R: Read + Seek>(archive: &mut ZipArchive<R>, path: &str) -> Result<Vec<bool>, BundleError> {
    let name = "xl/styles.xml";
    if archive.index_for_name(name).is_none() {
        return Ok(Vec::new());
    }
    let mut part = Part::open(archive, name, path)?;
    let mut own: HashMap<u32, bool> = HashMap::new();
    let (mut styles, mut within) = (Vec::new(), false);
    loop {
        match part.next()? {
            Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                "numFmt" => {
                    let id = attribute(&tag, "numFmtId").and_then(|text| text.parse().ok());
                    if let (Some(id), Some(format)) = (id, attribute(&tag, "formatCode")) {
                        own.insert(id, dates::is_date(&format));
                    }
                }
                "cellXfs" => within = true,
                "xf" if within => {
                    let id: u32 = attribute(&tag, "numFmtId")
                        .and_then(|text| text.parse().ok())
                        .unwrap_or_default();
                    styles.push(own.get(&id).copied().unwrap_or_else(|| dates::is_date_number(id)));
                }
                _ => {}
            },
            Event::End(tag) if tag.local_name().as_ref() == "cellXfs" => within = false,
            Event::Eof => return Ok(styles),
            _ => {}
        }
        if styles.len() > MOST_STYLES || own.len() > MOST_STYLES {
            return Err(BundleError::TooWide(crate::shown(path)));
        }
    }
}
