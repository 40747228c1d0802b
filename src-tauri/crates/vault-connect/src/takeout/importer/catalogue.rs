//! The importers that come with Satchel.

use std::sync::LazyLock;

use super::Importer;

/// The files, in the order in which they are tried.
const FILES: &[&str] = &[include_str!("../../../importers/uber.toml")];

static IMPORTERS: LazyLock<Vec<Importer>> = LazyLock::new(|| {
    // A file with a mistake is missing; a test reads each of them.
    FILES
        .iter()
        .filter_map(|text| Importer::read(text).ok())
        .collect()
});

/// All importers that come with Satchel.
#[must_use]
pub fn importers() -> &'static [Importer] {
    &IMPORTERS
}

/// The importer of an id, among the person's own first.
#[must_use]
pub fn importer<'a>(id: &str, own: &'a [Importer]) -> Option<&'a Importer> {
    own.iter().chain(importers()).find(|importer| importer.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_read() {
        for text in FILES {
            let id = text
                .lines()
                .find(|line| line.starts_with("id = "))
                .unwrap_or_default();
            if let Err(fault) = Importer::read(text) {
                panic!("{id}: {fault}");
            }
        }
        assert_eq!(importers().len(), FILES.len());
    }
}
