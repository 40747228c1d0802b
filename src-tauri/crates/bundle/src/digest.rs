//! What a bundle is known by.

use sha2::{Digest as _, Sha256};

use super::BundleFile;

/// Names, sizes and check sums of the files; not where they lie.
pub(super) fn of(files: &[(BundleFile, u32)]) -> [u8; 32] {
    let mut text = String::new();
    for (file, sum) in files {
        text.push_str(&format!("{}\0{}\0{sum:08x}\n", file.path, file.size));
    }
    Sha256::digest(text.as_bytes()).into()
}
