//! Any XML in the parts of a workbook is a table or an error. A byte of 0 ends a part: sheet, texts, styles, list of sheets.
#![no_main]

use std::io::{Cursor, Write as _};

use libfuzzer_sys::fuzz_target;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

const BOOK: &[u8] = b"<workbook><sheets><sheet name=\"a\" sheetId=\"1\"/></sheets></workbook>";

fuzz_target!(|bytes: &[u8]| {
    let mut parts = bytes.split(|byte| *byte == 0);
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, text: &[u8]| {
        writer.start_file(name, options).expect("a name of our own");
        writer.write_all(text).expect("memory takes it");
    };
    add("[Content_Types].xml", b"<Types/>");
    add("xl/worksheets/sheet1.xml", parts.next().unwrap_or_default());
    add("xl/sharedStrings.xml", parts.next().unwrap_or(b"<sst/>"));
    add("xl/styles.xml", parts.next().unwrap_or(b"<styleSheet/>"));
    add("xl/workbook.xml", parts.next().unwrap_or(BOOK));
    let book = writer.finish().expect("memory takes it").into_inner();
    bundle_fuzz::read(&book);
});
