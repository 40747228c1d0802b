//! What a bundle is known by.

use sha2::{Digest as _, Sha256};

use super::BundleFile;

/// Names, sizes and check sums of the files; not where they lie. A file that is alone is known under any name: browsers give a second download
/// another.
pub(super) fn of(files: &[(BundleFile, u32)]) -> [u8; 32] {
    let mut text = String::new();
    for (file, sum) in files {
        let name = if files.len() == 1 { "" } else { file.path.as_str() };
        text.push_str(&format!("{name}\0{}\0{sum:08x}\n", file.size));
    }
    Sha256::digest(text.as_bytes()).into()
}
