//! What a bundle is known by.

use vault_store::Sha256;

use super::BundleFile;

/// Names, sizes and check sums of the files; not where they lie.
pub(super) fn of(files: &[(BundleFile, u32)]) -> Sha256 {
    let mut text = String::new();
    for (file, sum) in files {
        text.push_str(&format!("{}\0{}\0{sum:08x}\n", file.path, file.size));
    }
    Sha256::of(text.as_bytes())
}
