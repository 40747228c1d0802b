//! What the targets share.

use std::{fs, ops::ControlFlow, path::PathBuf};

use bundle::{
    BundleError,
    table::{self, LONGEST_ROW, MOST_COLUMNS},
};

/// Opens the bytes as a file and reads every table in it. Whatever comes of it, nothing panics, no path leads out, and every row is within the limits.
pub fn read(bytes: &[u8]) {
    let path = file(bytes);
    let Ok(bundle) = bundle::open(&[path], None) else {
        return;
    };
    for (position, file) in bundle.files().iter().enumerate() {
        assert!(!file.path.split(['/', '!']).any(|part| part == ".."));
        let Ok(Some(beginning)) = table::begin(&bundle, position) else {
            continue;
        };
        // Of a JSON table the members that its beginning names are asked for.
        let columns = beginning.rows.first().map(|(_, cells)| cells.clone()).unwrap_or_default();
        let mut last = None;
        let read = bundle.with(position, &mut |reader| {
            table::each_row(reader, beginning.form, &columns, &file.path, &mut |number, cells| {
                assert!(last < Some(number), "rows are counted up");
                assert!(cells.len() <= MOST_COLUMNS);
                assert!(cells.iter().map(|cell| cell.len() as u64).sum::<u64>() <= 4 * LONGEST_ROW);
                last = Some(number);
                Ok(ControlFlow::Continue(()))
            })
        });
        assert!(!matches!(read, Err(BundleError::Changed)), "nothing changed");
    }
}

/// A file of this process with these bytes.
fn file(bytes: &[u8]) -> PathBuf {
    let path = std::env::temp_dir().join(format!("satchel-fuzz-{}", std::process::id()));
    fs::write(&path, bytes).expect("the folder for temporary files can be written to");
    path
}
