//! The package formats, and which of them this system can make.

use std::{env, path::PathBuf};

use crate::shell::{Failure, has};

/// A package format, named as Tauri names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Deb,
    Rpm,
    AppImage,
    Dmg,
    Nsis,
}

impl Format {
    pub(super) const ALL: [Self; 5] = [Self::Deb, Self::Rpm, Self::AppImage, Self::Dmg, Self::Nsis];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Deb => "deb",
            Self::Rpm => "rpm",
            Self::AppImage => "appimage",
            Self::Dmg => "dmg",
            Self::Nsis => "nsis",
        }
    }

    pub(super) fn parse(name: &str) -> Result<Self, Failure> {
        let names = Self::ALL.map(Self::name).join(", ");
        Self::ALL
            .into_iter()
            .find(|format| format.name() == name)
            .ok_or_else(|| Failure::new(format!("there is no package format `{name}`: {names} or all")))
    }

    /// Why this system cannot make the format; `None` if it can.
    pub(super) fn obstacle(self) -> Option<&'static str> {
        match self {
            Self::Deb if !cfg!(target_os = "linux") => Some("is made on Linux"),
            Self::Deb if !has("dpkg-shlibdeps") => Some("needs dpkg-shlibdeps (package dpkg-dev)"),
            Self::Rpm if !cfg!(target_os = "linux") => Some("is made on Linux"),
            Self::AppImage if !cfg!(target_os = "linux") => Some("is made on Linux"),
            Self::AppImage if !linuxdeploy().is_file() => {
                Some("needs linuxdeploy, which Tauri downloads when the format is named")
            }
            Self::Dmg if !cfg!(target_os = "macos") => Some("is made on macOS"),
            Self::Nsis if !cfg!(target_os = "windows") => Some("is made on Windows"),
            Self::Deb | Self::Rpm | Self::AppImage | Self::Dmg | Self::Nsis => None,
        }
    }
}

/// Where Tauri keeps the tool that it makes an AppImage with.
fn linuxdeploy() -> PathBuf {
    let cache = env::var_os("XDG_CACHE_HOME").map_or_else(
        || PathBuf::from(env::var_os("HOME").unwrap_or_default()).join(".cache"),
        PathBuf::from,
    );
    cache.join(format!("tauri/linuxdeploy-{}.AppImage", env::consts::ARCH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_known_by_its_name() {
        for format in Format::ALL {
            assert_eq!(Format::parse(format.name()).unwrap(), format);
        }
        assert!(Format::parse("msi").is_err());
    }
}
