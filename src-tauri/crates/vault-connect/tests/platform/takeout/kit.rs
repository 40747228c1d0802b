//! Making files, and reading them.

use std::{
    collections::BTreeMap,
    fs,
    io::{Cursor, Write as _},
    ops::ControlFlow,
    path::PathBuf,
};

use bundle::BundleError;
use serde_json::{Value, json};
use tempfile::TempDir;
use vault_connect::takeout::{self, Bundle, Choices, FileEnd, Recognised, RowRead, Sums, TakeoutError};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// A folder that is gone after the test, with files in it.
pub(super) struct Place {
    folder: TempDir,
}

impl Place {
    pub(super) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(super) fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    pub(super) fn open(&self, name: &str, bytes: &[u8]) -> Result<Bundle, BundleError> {
        takeout::open(&[self.file(name, bytes)], None)
    }
}

pub(super) fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        writer
            .start_file(
                *path,
                SimpleFileOptions::default().compression_method(CompressionMethod::Deflated),
            )
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

pub(super) fn tarball_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        builder.append_data(&mut header, path, *bytes).unwrap();
    }
    gzip(&builder.into_inner().unwrap())
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

/// The smallest workbook with these sheets. Cells that begin with `=date:` are numbers of days with the style of a date.
pub(super) fn workbook(sheets: &[(&str, &[Vec<String>])]) -> Vec<u8> {
    let escape = |text: &str| {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('"', "&quot;")
    };
    let names: String = sheets
        .iter()
        .enumerate()
        .map(|(at, (name, _))| {
            format!(
                r#"<sheet name="{}" sheetId="{}" r:id="rId{}"/>"#,
                escape(name),
                at + 1,
                at + 1
            )
        })
        .collect();
    let relations: String = (1..=sheets.len())
        .map(|at| {
            format!(r#"<Relationship Id="rId{at}" Type="worksheet" Target="worksheets/sheet{at}.xml"/>"#)
        })
        .collect();
    let mut files: Vec<(String, String)> = vec![
        ("[Content_Types].xml".into(), "<Types/>".into()),
        (
            "xl/workbook.xml".into(),
            format!(r#"<workbook xmlns:r="r"><sheets>{names}</sheets></workbook>"#),
        ),
        ("xl/_rels/workbook.xml.rels".into(), format!("<Relationships>{relations}</Relationships>")),
        (
            "xl/styles.xml".into(),
            r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>"#.into(),
        ),
        (
            "xl/sharedStrings.xml".into(),
            "<sst><si><t>shared &amp; </t><r><t>rich</t></r></si></sst>".into(),
        ),
    ];
    for (at, (_, rows)) in sheets.iter().enumerate() {
        let mut data = String::new();
        for (row, cells) in rows.iter().enumerate() {
            data.push_str(&format!(r#"<row r="{}">"#, row + 1));
            for (column, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
                let place = format!("{}{}", letters(column), row + 1);
                data.push_str(
                    &match (cell.strip_prefix("=date:"), cell.strip_prefix("=number:")) {
                        (Some(days), _) => format!(r#"<c r="{place}" s="1"><v>{days}</v></c>"#),
                        (_, Some(number)) => format!(r#"<c r="{place}"><v>{number}</v></c>"#),
                        _ if cell == "=shared" => format!(r#"<c r="{place}" t="s"><v>0</v></c>"#),
                        _ => format!(
                            r#"<c r="{place}" t="inlineStr"><is><t>{}</t></is></c>"#,
                            escape(cell)
                        ),
                    },
                );
            }
            data.push_str("</row>");
        }
        files.push((
            format!("xl/worksheets/sheet{}.xml", at + 1),
            format!("<worksheet><sheetData>{data}</sheetData></worksheet>"),
        ));
    }
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_bytes()))
        .collect();
    zip_of(&files)
}

fn letters(column: usize) -> String {
    let letter = |at: usize| char::from(b'A' + u8::try_from(at).unwrap());
    if column < 26 {
        letter(column).to_string()
    } else {
        format!("{}{}", letter(column / 26 - 1), letter(column % 26))
    }
}

/// Everything that was read of a bundle.
#[derive(Default)]
pub(super) struct Read {
    pub(super) sums: Sums,
    pub(super) rows: Vec<(u64, RowRead)>,
    pub(super) raw: String,
    pub(super) ends: Vec<FileEnd>,
}

impl Read {
    pub(super) fn keys(&self) -> Vec<String> {
        let mut keys: Vec<String> = self
            .records()
            .into_iter()
            .map(|record| record.source_key)
            .collect();
        keys.sort();
        keys
    }

    pub(super) fn records(&self) -> Vec<vault_store::NewRecord> {
        let mut records = Vec::new();
        for (_, row) in &self.rows {
            match row {
                RowRead::Record(record) => records.push((**record).clone()),
                RowRead::Records(several) => records.extend(several.iter().cloned()),
                RowRead::Contained | RowRead::Aside(..) => {}
            }
        }
        records
    }
}

pub(super) fn recognise(bundle: &Bundle) -> Recognised {
    takeout::recognise(bundle, &[], None).unwrap()
}

pub(super) fn read(bundle: &Bundle, choices: &Choices) -> Result<Read, TakeoutError> {
    let recognised = recognise(bundle);
    let mut all = Read::default();
    for file in recognised.files.iter().filter(|file| file.layout.is_some()) {
        let importer = takeout::importer(&recognised.importer, &[]).unwrap();
        let end = takeout::read(bundle, file, importer, 0, choices, &mut |batch| {
            all.raw.push_str(std::str::from_utf8(&batch.raw).unwrap());
            for (number, row) in batch.rows {
                all.sums.add(&row);
                all.rows.push((number, row));
            }
            ControlFlow::Continue(())
        })?;
        all.ends.push(end);
    }
    Ok(all)
}

/// Sums as they are written down.
pub(super) fn written(sums: &Sums) -> Value {
    let money: BTreeMap<String, Value> = sums
        .money
        .iter()
        .map(|(currency, sums)| {
            let words = json!({
                "payments": sums.payments, "payouts": sums.payouts, "charges": sums.charges,
                "statements": sums.statements, "work": sums.work,
            });
            (currency.to_string(), words)
        })
        .collect();
    json!({
        "rows": sums.rows, "accepted": sums.accepted, "contained": sums.contained, "aside": sums.all_aside(), "money": money,
    })
}
