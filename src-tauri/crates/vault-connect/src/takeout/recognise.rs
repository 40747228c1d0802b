//! What files are, by their headers. An unknown header is never guessed.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
};

use bundle::{
    Kind,
    table::{self, Beginning},
};
use serde::{Deserialize, Serialize};
use vault_core::disclosure::is_about_others;
use vault_store::Sha256;

use super::{
    Bundle, TakeoutError,
    importer::{Importer, Layout, LeftOut, importers, normal},
};

/// A layout of an importer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LayoutId(String);

impl LayoutId {
    fn new(importer: &str, layout: &str) -> Self {
        Self(format!("{importer}/{layout}"))
    }

    /// `importer/layout`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Id of the importer.
    #[must_use]
    pub fn importer(&self) -> &str {
        self.0.split_once('/').map_or("", |(importer, _)| importer)
    }

    pub(super) fn layout(&self) -> &str {
        self.0.split_once('/').map_or("", |(_, layout)| layout)
    }
}

impl fmt::Display for LayoutId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What a bundle is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognised {
    /// Id of the platform; empty when nothing was recognised.
    pub platform: String,
    /// The platform's name.
    pub name: String,
    /// Id of the importer that reads it.
    pub importer: String,
    /// Its layouts, for people.
    pub layout: String,
    /// Every header is known to the last column, and no other importer knows as many files.
    pub sure: bool,
    /// Files that are known.
    pub files: Vec<RecognisedFile>,
    /// Files that are not.
    pub unknown: Vec<UnknownFile>,
}

/// A file that is known.
#[derive(Clone, PartialEq, Eq)]
pub struct RecognisedFile {
    /// Its position in [`Bundle::files`].
    pub position: usize,
    /// Its path in the bundle.
    pub path: String,
    /// What its rows are, for people.
    pub what: String,
    /// How it is read; none for a file that is left out.
    pub layout: Option<LayoutId>,
    /// Why it is not read.
    pub left_out: Option<LeftOut>,
    /// Columns that the layout does not know: they stay in the raw document and are in no record.
    pub unknown_columns: Vec<String>,
    /// Whether it speaks of others.
    pub people: bool,
    pub(super) header_row: u64,
    pub(super) columns: Vec<String>,
}

/// A file that nothing is known of.
#[derive(Clone, PartialEq, Eq)]
pub struct UnknownFile {
    /// Its position in [`Bundle::files`].
    pub position: usize,
    /// Its path in the bundle.
    pub path: String,
    /// Its columns, as far as they look like names; see [`super::shape`].
    pub columns: Vec<String>,
    /// The layout that has the most columns in common with it, for people.
    pub nearest: Option<String>,
}

impl fmt::Debug for RecognisedFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RecognisedFile")
            .field("position", &self.position)
            .field("layout", &self.layout)
            .field("left_out", &self.left_out)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for UnknownFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("UnknownFile")
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}

/// A layout that fits a header.
struct Fit<'i> {
    importer: &'i Importer,
    layout: &'i Layout,
    header_row: u64,
    columns: Vec<String>,
    unknown: Vec<String>,
}

/// Recognises the files of a bundle: by the importers of the person first, then by those that come with Satchel. `chosen` is the id of an
/// importer or platform that the person named.
///
/// # Errors
/// A file cannot be read, or there is no importer of the name that was chosen.
pub fn recognise(
    bundle: &Bundle,
    own: &[Importer],
    chosen: Option<&str>,
) -> Result<Recognised, TakeoutError> {
    recognise_with(bundle, own, chosen, &[])
}

/// The same where the person has said of single files how they are read: the file at such a position is read by that importer and by no other.
///
/// # Errors
/// As [`recognise`].
pub fn recognise_with(
    bundle: &Bundle,
    own: &[Importer],
    chosen: Option<&str>,
    said: &[(usize, Importer)],
) -> Result<Recognised, TakeoutError> {
    let mut every: Vec<&Importer> = said.iter().map(|(_, importer)| importer).collect();
    every.extend(own.iter().chain(importers()));
    let mut all = every.clone();
    all.retain(|importer| chosen.is_none_or(|id| importer.id == id || importer.platform == id));
    if all.is_empty() {
        return Err(TakeoutError::NoImporter);
    }
    let mut beginnings = Vec::new();
    for position in 0..bundle.files().len() {
        beginnings.push(table::begin(bundle, position)?);
    }
    let mut best: Option<(Score, &Importer)> = None;
    let mut tied = false;
    for importer in &all {
        let score = Score::of(importer, &beginnings);
        if score.files == 0 && score.left_out == 0 {
            continue;
        }
        match &best {
            Some((known, _)) if *known > score => {}
            Some((known, first)) if *known == score => {
                tied |= importers().iter().any(|one| one.id == first.id)
            }
            Some(_) | None => {
                best = Some((score, importer));
                tied = false;
            }
        }
    }
    let main = best.map(|(_, importer)| importer);
    // Files of one platform belong together, whoever says what they are.
    every.retain(|one| main.is_some_and(|main| one.platform == main.platform && one.id != main.id));
    let readers = Readers {
        main,
        others: every,
        said,
        tied,
    };
    Ok(sorted(bundle, &readers, &beginnings, &all))
}

/// Who reads the files of a bundle.
struct Readers<'i> {
    /// The importer that knows it best.
    main: Option<&'i Importer>,
    /// Others of the same platform: they read what it does not know.
    others: Vec<&'i Importer>,
    /// What the person has said of single files.
    said: &'i [(usize, Importer)],
    tied: bool,
}

impl<'i> Readers<'i> {
    fn fit(&self, position: usize, beginning: &Beginning) -> Option<Fit<'i>> {
        if let Some((_, importer)) = self.said.iter().find(|(at, _)| *at == position) {
            return fit(importer, beginning);
        }
        let mut all = self.main.iter().chain(&self.others);
        all.find_map(|importer| fit(importer, beginning))
    }

    /// What a file is that only another platform's importer knows: an import is of one account at one platform.
    fn elsewhere(&self, position: usize, beginning: &Beginning, all: &[&Importer]) -> Option<String> {
        if self.said.iter().any(|(at, _)| *at == position) {
            return None;
        }
        let fit = all.iter().find_map(|importer| fit(importer, beginning))?;
        Some(format!("{}: {}", fit.importer.name, fit.layout.what))
    }

    /// The platform's name: Satchel's own before that of a mapping.
    fn name(&self) -> String {
        let named = self.main.iter().chain(&self.others);
        let known = |one: &&&&Importer| importers().iter().any(|known| known.id == one.id);
        let best = named
            .clone()
            .find(|one| known(&one))
            .or_else(|| named.clone().next());
        best.map(|importer| importer.name.clone()).unwrap_or_default()
    }
}

/// A file as one importer reads it, without a choice between several; `None` where it is none of the layout.
///
/// # Errors
/// The file cannot be read.
pub(super) fn recognise_as(
    bundle: &Bundle,
    position: usize,
    importer: &Importer,
    layout: &str,
) -> Result<Option<RecognisedFile>, TakeoutError> {
    let path = bundle.file(position)?.path.clone();
    let Some(beginning) = table::begin(bundle, position)? else {
        return Ok(None);
    };
    let file = fit(importer, &beginning).map(|fit| known(position, &path, fit, &beginning));
    Ok(file.filter(|file| file.layout.as_ref().is_some_and(|id| id.as_str() == layout)))
}

/// How well an importer knows files: how many, how many of them to read, by how many columns.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Score {
    files: usize,
    columns: usize,
    left_out: usize,
    unknown: std::cmp::Reverse<usize>,
}

impl Score {
    fn of(importer: &Importer, beginnings: &[Option<Beginning>]) -> Self {
        let mut score = Self {
            files: 0,
            columns: 0,
            left_out: 0,
            unknown: std::cmp::Reverse(0),
        };
        for beginning in beginnings.iter().flatten() {
            if let Some(fit) = fit(importer, beginning) {
                if fit.layout.left_out.is_some() {
                    score.left_out += 1;
                } else {
                    score.files += 1;
                }
                score.columns += fit.layout.needs.len();
                score.unknown.0 += fit.unknown.len();
            }
        }
        score
    }
}

/// The layout of an importer that fits best: the one whose fingerprint is the longest.
fn fit<'i>(importer: &'i Importer, beginning: &Beginning) -> Option<Fit<'i>> {
    let mut best: Option<Fit<'i>> = None;
    for (row, cells) in &beginning.rows {
        let columns = named(cells.clone());
        let names: BTreeSet<String> = columns.iter().map(|name| normal(name)).collect();
        for layout in &importer.layout {
            let longer = best
                .as_ref()
                .is_none_or(|known| layout.needs.len() > known.layout.needs.len());
            let has = |name: &String| names.contains(&normal(name));
            let same = layout
                .header
                .as_ref()
                .is_none_or(|digest| *digest == header_digest(&columns));
            if longer && same && layout.needs.iter().all(has) && !layout.lacks.iter().any(has) {
                let known = layout.columns();
                let unknown = columns
                    .iter()
                    .filter(|name| !name.trim().is_empty() && !known.contains(&normal(name)))
                    .cloned()
                    .collect();
                best = Some(Fit {
                    importer,
                    layout,
                    header_row: *row,
                    columns: columns.clone(),
                    unknown,
                });
            }
        }
    }
    best
}

/// The columns of a header, each under a name of its own: the second of two is `name#2`.
pub(super) fn named(cells: Vec<String>) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut columns: Vec<String> = cells
        .into_iter()
        .map(|name| {
            let name = name.trim_start_matches('\u{feff}').to_owned();
            let count = seen.entry(normal(&name)).or_insert(0);
            *count += 1;
            if *count > 1 && !name.trim().is_empty() {
                format!("{}#{count}", name.trim())
            } else {
                name
            }
        })
        .collect();
    // A delimiter at the end of the line makes no column.
    while columns.last().is_some_and(|name| name.trim().is_empty()) {
        columns.pop();
    }
    columns
}

/// What tells a header from every other: the digest of its names, in whatever order.
pub(super) fn header_digest(columns: &[String]) -> String {
    let mut names: Vec<String> = columns.iter().map(|name| normal(name)).collect();
    names.retain(|name| !name.is_empty());
    names.sort_unstable();
    Sha256::of(names.join("\n").as_bytes()).to_string()
}

fn sorted(
    bundle: &Bundle,
    readers: &Readers<'_>,
    beginnings: &[Option<Beginning>],
    all: &[&Importer],
) -> Recognised {
    let mut files = Vec::new();
    let mut unknown = Vec::new();
    let mut words: Vec<&str> = Vec::new();
    for (position, (file, beginning)) in bundle.files().iter().zip(beginnings).enumerate() {
        let plain = |what: &str, left_out| RecognisedFile {
            position,
            path: file.path.clone(),
            what: what.to_owned(),
            layout: None,
            left_out: Some(left_out),
            unknown_columns: Vec::new(),
            people: false,
            header_row: 0,
            columns: Vec::new(),
        };
        let Some(beginning) = beginning else {
            files.push(match file.kind {
                Kind::Picture => plain("Pictures and papers", LeftOut::Photos),
                Kind::Empty => plain("Empty file", LeftOut::Nothing),
                Kind::Text | Kind::Sheet(_) | Kind::Other => plain("Other file", LeftOut::NoTable),
            });
            continue;
        };
        match readers.fit(position, beginning) {
            Some(fit) => {
                if fit.layout.left_out.is_none() && !words.contains(&fit.layout.words.as_str()) {
                    words.push(&fit.layout.words);
                }
                files.push(known(position, &file.path, fit, beginning));
            }
            None if beginning.rows.is_empty() => files.push(plain("Empty table", LeftOut::Nothing)),
            None if is_prose(beginning) => files.push(plain("Text", LeftOut::NoTable)),
            None => match readers.elsewhere(position, beginning, all) {
                Some(what) => files.push(plain(&what, LeftOut::OtherPlatform)),
                None => unknown.push(UnknownFile {
                    position,
                    path: file.path.clone(),
                    columns: super::shape::shown_columns(beginning),
                    nearest: nearest(beginning, all),
                }),
            },
        }
    }
    let importer = readers.main;
    let sure = importer.is_some()
        && !readers.tied
        && files
            .iter()
            .all(|file: &RecognisedFile| file.unknown_columns.is_empty());
    Recognised {
        platform: importer
            .map(|importer| importer.platform.clone())
            .unwrap_or_default(),
        name: readers.name(),
        importer: importer.map(|importer| importer.id.clone()).unwrap_or_default(),
        layout: words.join("; "),
        sure,
        files,
        unknown,
    }
}

/// Lines of one cell with sentences in them: words for people, such as a README.
fn is_prose(beginning: &Beginning) -> bool {
    let sentence = |cell: &String| cell.split_whitespace().count() > 4;
    beginning.form.has_header()
        && beginning.rows.iter().all(|(_, cells)| cells.len() == 1)
        && beginning.rows.iter().any(|(_, cells)| cells.iter().any(sentence))
}

fn known(position: usize, path: &str, fit: Fit<'_>, beginning: &Beginning) -> RecognisedFile {
    let empty =
        beginning.form.has_header() && beginning.rows.iter().all(|(number, _)| *number <= fit.header_row);
    let left_out = fit.layout.left_out.or(empty.then_some(LeftOut::Nothing));
    RecognisedFile {
        position,
        path: path.to_owned(),
        what: fit.layout.what.clone(),
        layout: left_out
            .is_none()
            .then(|| LayoutId::new(&fit.importer.id, &fit.layout.id)),
        left_out,
        people: !fit.layout.people.is_empty()
            || fit.layout.record.iter().any(|rule| !rule.people.is_empty())
            || fit.unknown.iter().any(|name| is_about_others(name)),
        unknown_columns: fit.unknown,
        header_row: fit.header_row,
        columns: fit.columns,
    }
}

/// The layout that shares the most columns with a header, and at least a third of its own.
fn nearest(beginning: &Beginning, all: &[&Importer]) -> Option<String> {
    let mut shared: BTreeMap<(usize, std::cmp::Reverse<String>), ()> = BTreeMap::new();
    for (_, cells) in &beginning.rows {
        let names: BTreeSet<String> = cells.iter().map(|name| normal(name)).collect();
        for importer in all {
            for layout in &importer.layout {
                let count = layout.columns().intersection(&names).count();
                if count >= 2 && count * 3 >= layout.needs.len() {
                    shared.insert(
                        (
                            count,
                            std::cmp::Reverse(format!("{}: {}", importer.name, layout.words)),
                        ),
                        (),
                    );
                }
            }
        }
    }
    shared
        .into_keys()
        .next_back()
        .map(|(_, std::cmp::Reverse(words))| words)
}
