//! Any bytes are a package or an error; the paths of one lead down, and its files stay within what a package may hold.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vault_connect::package::{MOST_UNPACKED, Package, media_type};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(package) = Package::read(bytes) {
        assert!(package.files.iter().map(|file| file.bytes.len()).sum::<usize>() <= MOST_UNPACKED);
        for file in &package.files {
            assert!(media_type(&file.path).is_some());
            assert!(!file.path.split('/').any(|part| part.is_empty() || part == ".."));
        }
    }
});
