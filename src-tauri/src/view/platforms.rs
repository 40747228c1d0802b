//! The platforms of a space: their names, and their colours in the order of how much they hold.

use std::collections::HashMap;

use vault_core::{SpaceHandle, VaultError, connections::OWN_PLATFORM};

use super::values::Monogram;

/// The last colour is shared by all platforms beyond the fourth.
const COLOURS: u8 = 5;

/// Names and colours of platforms.
pub(crate) struct Platforms {
    names: HashMap<String, String>,
    /// Platform ids, the one with most records first.
    order: Vec<String>,
}

impl Platforms {
    /// Reads them from a space.
    pub(crate) async fn read(space: &SpaceHandle) -> Result<Self, VaultError> {
        let connections = space.connections().await?;
        let mut counted = space.filter_options().await?.platforms;
        counted.sort_by_key(|platform| std::cmp::Reverse(platform.count));
        let names = connections
            .into_iter()
            .map(|connection| (connection.platform, connection.name))
            .collect();
        Ok(Self {
            names,
            order: counted.into_iter().map(|platform| platform.value).collect(),
        })
    }

    /// The name of a platform for people.
    pub(crate) fn name(&self, platform: &str) -> String {
        match self.names.get(platform) {
            Some(name) => name.clone(),
            None if platform == OWN_PLATFORM => "Own entries".into(),
            None => vault_connect::connector(platform)
                .map_or_else(|_| platform.to_owned(), |known| known.name.clone()),
        }
    }

    /// Its letters and colour.
    pub(crate) fn monogram(&self, platform: &str) -> Monogram {
        Monogram::new(&self.name(platform), self.tint(platform))
    }

    /// The same for a platform whose name is known, connected or not.
    pub(crate) fn monogram_of(&self, platform: &str, name: &str) -> Monogram {
        Monogram::new(name, self.tint(platform))
    }

    /// How many platforms hold records.
    pub(crate) fn count(&self) -> usize {
        self.order.len()
    }

    fn tint(&self, platform: &str) -> u8 {
        let place = self.order.iter().position(|known| known == platform);
        place
            .and_then(|at| u8::try_from(at + 1).ok())
            .map_or(COLOURS, |place| place.min(COLOURS))
    }
}

#[cfg(test)]
impl Platforms {
    /// Of a space that holds nothing.
    pub(crate) fn none() -> Self {
        Self {
            names: HashMap::new(),
            order: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_platform_has_the_first_colour() {
        let order = ["a", "b", "c", "d", "e", "f"].map(str::to_owned).to_vec();
        let platforms = Platforms {
            names: HashMap::from([("a".into(), "Uber Eats".into())]),
            order,
        };
        assert_eq!(platforms.monogram("a").letters, "UE");
        let tints: Vec<u8> = ["a", "d", "e", "f", "unknown"]
            .map(|id| platforms.tint(id))
            .to_vec();
        assert_eq!(tints, [1, 4, 5, 5, 5]);
        assert_eq!(
            (platforms.name("own"), platforms.name("demo")),
            ("Own entries".into(), "Demo platform".into())
        );
    }
}
