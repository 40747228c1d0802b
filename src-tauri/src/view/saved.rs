//! Records as files: one row per record for spreadsheets, or one JSON document per line.

use std::io::{self, Write};

use vault_core::record_table::{COLUMNS, row};
use vault_store::Record;

/// The column that follows those of a record.
const MADE_UP: &str = "made_up";

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum FileForm {
    Csv,
    Ndjson,
}

impl FileForm {
    /// The ending of the file's name.
    pub(crate) const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
        }
    }
}

/// Writes records into a file. What comes from a made-up space says so in every row.
pub(crate) enum RecordFile<W: Write> {
    Csv(Box<csv::Writer<W>>, bool),
    Ndjson(W, bool),
}

impl<W: Write> RecordFile<W> {
    /// Begins a file.
    pub(crate) fn begin(out: W, form: FileForm, made_up: bool) -> io::Result<Self> {
        match form {
            FileForm::Csv => {
                let mut writer = csv::Writer::from_writer(out);
                writer.write_record(COLUMNS.into_iter().chain([MADE_UP]))?;
                Ok(Self::Csv(Box::new(writer), made_up))
            }
            FileForm::Ndjson => Ok(Self::Ndjson(out, made_up)),
        }
    }

    /// Adds a record.
    pub(crate) fn add(&mut self, record: &Record) -> io::Result<()> {
        match self {
            Self::Csv(writer, made_up) => {
                let mark = if *made_up { "true" } else { "" };
                writer.write_record(row(record).iter().map(String::as_str).chain([mark]))?;
            }
            Self::Ndjson(out, made_up) => {
                let mut value = serde_json::to_value(record)?;
                if let Some(members) = value.as_object_mut().filter(|_| *made_up) {
                    members.insert("made_up".into(), true.into());
                }
                serde_json::to_writer(&mut *out, &value)?;
                out.write_all(b"\n")?;
            }
        }
        Ok(())
    }

    /// Ends the file and gives back what it was written into.
    pub(crate) fn end(self) -> io::Result<W> {
        match self {
            Self::Csv(writer, _) => writer.into_inner().map_err(|error| error.into_error()),
            Self::Ndjson(mut out, _) => {
                out.flush()?;
                Ok(out)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn record() -> Record {
        serde_json::from_value(json!({
            "id": "e17abfba-14a4-84ed-aec2-28ed0dd21b6e", "kind": "payment", "platform": "demo",
            "connection": "018f0000-0000-7000-8000-000000000001", "start": "2026-11-20T18:42:08+01:00",
            "title": "=HYPERLINK(\"x\")", "amount": {"minor": -675, "currency": "EUR", "exponent": 2},
            "provenance": {"source": "oauth:demo/1", "retrieval": "018f0000-0000-7000-8000-000000000002",
                "retrieved_at": "2026-11-21T06:00:00Z", "path": "$.items[3]",
                "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "assurance": "fetched"}
        }))
        .unwrap()
    }

    fn written(form: FileForm, made_up: bool) -> String {
        let mut file = RecordFile::begin(Vec::new(), form, made_up).unwrap();
        file.add(&record()).unwrap();
        String::from_utf8(file.end().unwrap()).unwrap()
    }

    #[test]
    fn a_spreadsheet_gets_no_formula() {
        let text = written(FileForm::Csv, true);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().unwrap().clone();
        let row = reader.records().next().unwrap().unwrap();
        let cell = |name: &str| {
            row.get(header.iter().position(|column| column == name).unwrap())
                .unwrap()
        };
        assert_eq!(
            (cell("title"), cell("amount"), cell("made_up")),
            ("'=HYPERLINK(\"x\")", "-6.75", "true")
        );
    }

    #[test]
    fn a_line_is_the_record_itself() {
        let line: Value = serde_json::from_str(&written(FileForm::Ndjson, false)).unwrap();
        assert_eq!(line, serde_json::to_value(record()).unwrap());
        let marked: Value = serde_json::from_str(&written(FileForm::Ndjson, true)).unwrap();
        assert_eq!(marked["made_up"], true);
    }
}
