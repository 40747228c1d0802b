//! Any text, alone or under a header that is known, is rows that add up, or an error.
#![no_main]

use std::{fs, ops::ControlFlow, path::PathBuf};

use libfuzzer_sys::fuzz_target;
use vault_connect::takeout::{self, Choices, Sums};

const HEADER: &[u8] = b"City Name,Trip UUID,Local Amount,Currency Code,Classification,Category,Local Timestamp\n";

fuzz_target!(|bytes: &[u8]| {
    match bytes.split_first() {
        Some((b'=', rest)) => read(&[HEADER, rest].concat()),
        Some(_) | None => read(bytes),
    }
});

/// Opens the bytes as a file, recognises and reads everything in it.
fn read(bytes: &[u8]) {
    let path = file(bytes);
    let Ok(bundle) = takeout::open(&[path], None) else {
        return;
    };
    let Ok(recognised) = takeout::recognise(&bundle, &[], None) else {
        return;
    };
    assert_eq!(
        recognised.files.len() + recognised.unknown.len(),
        bundle.files().len()
    );
    for unknown in &recognised.unknown {
        let _ = takeout::shape(&bundle, unknown.position);
        let _ = takeout::look(&bundle, unknown.position, 3);
    }
    for known in recognised.files.iter().filter(|file| file.layout.is_some()) {
        let importer = takeout::importer(&recognised.importer, &[]).expect("it was recognised");
        let mut sums = Sums::default();
        let mut next = 0;
        let end = takeout::read(
            &bundle,
            known,
            importer,
            0,
            &Choices::default(),
            &mut |batch| {
                assert!(batch.first_row >= next && batch.next_row > batch.first_row);
                next = batch.next_row;
                for (_, row) in &batch.rows {
                    sums.add(row);
                }
                ControlFlow::Continue(())
            },
        );
        assert_eq!(sums.accepted + sums.contained + sums.all_aside(), sums.rows);
        if let Ok(end) = end {
            assert_eq!(end.rows, sums.rows);
        }
    }
}

/// A file of this process with these bytes.
fn file(bytes: &[u8]) -> PathBuf {
    let path = std::env::temp_dir().join(format!("satchel-fuzz-{}", std::process::id()));
    fs::write(&path, bytes).expect("the folder for temporary files can be written to");
    path
}
