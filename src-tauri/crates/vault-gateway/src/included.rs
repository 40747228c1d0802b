//! The apps that come with Satchel. They are packaged apps like any other: an origin of their own, and no network.

/// A file of an included app.
#[derive(Debug, Clone, Copy)]
pub struct IncludedFile {
    /// Its path on the app's site, such as `/index.html`.
    pub path: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    /// Its bytes.
    pub bytes: &'static [u8],
}

/// An app that comes with Satchel.
#[derive(Debug, Clone, Copy)]
pub struct IncludedApp {
    /// Its name in lower case, with hyphens.
    pub name: &'static str,
    /// Its files.
    pub files: &'static [IncludedFile],
}

macro_rules! file {
    ($path:literal, $media_type:literal) => {
        IncludedFile {
            path: concat!("/", $path),
            media_type: $media_type,
            bytes: include_bytes!(concat!("../../../../assets/apps/my-backpack/", $path)),
        }
    };
}

/// Every included app.
pub const APPS: &[IncludedApp] = &[IncludedApp {
    name: "my-backpack",
    files: &[
        file!("openplatform.json", "application/json"),
        file!("index.html", "text/html; charset=utf-8"),
        file!("app.css", "text/css; charset=utf-8"),
        file!("app.js", "text/javascript; charset=utf-8"),
        file!("draw.js", "text/javascript; charset=utf-8"),
        file!("model.js", "text/javascript; charset=utf-8"),
        file!("view.js", "text/javascript; charset=utf-8"),
        file!("icon.svg", "image/svg+xml"),
    ],
}];

impl IncludedApp {
    /// Its `openplatform.json`.
    #[must_use]
    pub fn manifest(&self) -> &'static [u8] {
        self.file("/openplatform.json").map_or(&[], |file| file.bytes)
    }

    /// The file at a path; `/` is the first page.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&'static IncludedFile> {
        let path = if path == "/" { "/index.html" } else { path };
        self.files.iter().find(|file| file.path == path)
    }
}

/// The included app that the vault knows by a name such as `included:my-backpack`.
#[must_use]
pub fn named(name: &str) -> Option<&'static IncludedApp> {
    let name = name.strip_prefix("included:")?;
    APPS.iter().find(|app| app.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_included_app_has_a_description_and_a_page() {
        for app in APPS {
            let manifest = openplatform::manifest::Manifest::parse(app.manifest()).unwrap();
            assert!(!manifest.vault.scopes.is_empty());
            assert!(app.file("/").is_some());
            assert_eq!(named(&format!("included:{}", app.name)).unwrap().name, app.name);
        }
        assert!(named("included:unknown").is_none());
    }

    #[test]
    fn every_file_of_the_folder_is_served() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../assets/apps/my-backpack");
        for entry in std::fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(APPS[0].file(&format!("/{name}")).is_some(), "{name}");
        }
    }
}
