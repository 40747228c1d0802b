//! The importers that come with Satchel.

use std::sync::LazyLock;

use super::Importer;

/// The files, in the order in which they are tried.
const FILES: &[&str] = &[
    include_str!("../../../importers/uber.toml"),
    include_str!("../../../importers/airbnb.toml"),
    include_str!("../../../importers/babysits.toml"),
    include_str!("../../../importers/bolt.toml"),
    include_str!("../../../importers/dac7.toml"),
    include_str!("../../../importers/doordash.toml"),
    include_str!("../../../importers/ebay.toml"),
    include_str!("../../../importers/etsy.toml"),
    include_str!("../../../importers/freelancer.toml"),
    include_str!("../../../importers/github-sponsors.toml"),
    include_str!("../../../importers/linkedin.toml"),
    include_str!("../../../importers/strava.toml"),
    include_str!("../../../importers/upwork.toml"),
    include_str!("../../../importers/wolt.toml"),
];

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
