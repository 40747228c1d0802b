//! Any bytes as a list of contents; what is read must keep its rules and its limits.
#![no_main]

use backpack::{EntryPath, Limits, Manifest, PATH_BYTES};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { entries: 50, total_bytes: 1 << 30, ..Limits::default() };
    let Ok(manifest) = Manifest::decode(bytes, &limits) else {
        return;
    };
    assert!(manifest.entries.len() <= limits.entries);
    assert!(manifest.total_bytes() <= limits.total_bytes);
    let paths: Vec<&EntryPath> = manifest.entries.iter().map(|entry| &entry.path).collect();
    assert!(paths.iter().all(|path| path.as_str().len() <= PATH_BYTES));
    assert!(paths.iter().all(|path| !path.as_str().split('/').any(|part| matches!(part, "" | "." | ".."))));
    assert!(paths.iter().skip(2).is_sorted_by(|a, b| a < b));
});
