//! What can be said about an app before it is installed, for the one who writes it: its description with every mistake, and its first page
//! as a frame would get it. Nothing is kept, and nothing of the app runs.

use std::time::{Duration, Instant};

use openplatform::manifest::{AppAddress, Examination, MAX_MANIFEST_BYTES, Manifest, SharedSecrets};
use reqwest::header::HeaderMap;
use url::Url;

use crate::{
    Connect,
    http::{HttpError, Page, is_loopback},
    manifest::appended,
};

/// The most that is read of a page, in bytes.
const PAGE: usize = 2 * 1024 * 1024;
/// The most scripts and addresses that are told.
const MOST: usize = 50;

/// What was found.
#[derive(Debug)]
pub struct AppInspection {
    /// The address that was read, without secrets.
    pub url: Url,
    /// Whether the address held secrets of P5.
    pub secrets: bool,
    /// How long the answer took.
    pub took: Duration,
    /// What came.
    pub outcome: Result<Inspected, HttpError>,
}

/// A description that could be fetched.
#[derive(Debug)]
pub struct Inspected {
    /// How large it is, in bytes.
    pub size: usize,
    /// What it says, and its mistakes.
    pub examination: Examination,
    /// Where the app is, where that can be said; else why not.
    pub address: Option<Result<AppAddress, String>>,
    /// Whether its icon is a picture that can be used; nothing for a symbol.
    pub icon: Option<bool>,
    /// Its first page.
    pub page: Option<PageInspection>,
}

/// The first page of an app.
#[derive(Debug, Default)]
pub struct PageInspection {
    /// How long the answer took.
    pub took: Duration,
    /// Its status; nothing when nobody answered.
    pub status: Option<u16>,
    /// Its headers that keep it out of every frame of another host.
    pub bars: Vec<FrameBar>,
    /// The client libraries that it loads.
    pub libraries: Vec<Library>,
    /// Addresses in clear that an encrypted page loads from; a browser refuses them.
    pub clear: Vec<String>,
}

/// A header that keeps a page out of Satchel's frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameBar {
    /// `X-Frame-Options`.
    Options,
    /// `frame-ancestors` of its content policy.
    Ancestors,
}

/// A client library of the platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Library {
    /// Its file, such as `openplatform.min@4.js`.
    pub file: &'static str,
    /// Where it comes from.
    pub home: LibraryHome,
}

/// Where a library comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LibraryHome {
    /// The app brings its own copy.
    App,
    /// This computer: Satchel's copy.
    Satchel,
    /// Another host: everybody who can change the file there is in the app.
    Other(String),
}

/// The files of client libraries; longer names first, where one is in another.
const LIBRARIES: [&str; 7] = [
    "openplatform.min@4.js",
    "openplatform.min@3.js",
    "openplatform@4.js",
    "openplatform@3.js",
    "openplatform.min.js",
    "openplatform.js",
    "iframe.js",
];

impl Connect {
    /// Looks at the app whose description is at an address.
    pub async fn inspect_app(&self, url: &Url) -> AppInspection {
        let mut url = url.clone();
        url.set_fragment(None);
        let secrets = !SharedSecrets::take_from(&mut url).is_empty();
        let begun = Instant::now();
        let mut fetched = self.http.get(url.clone(), None, MAX_MANIFEST_BYTES).await;
        if looks_elsewhere(&fetched)
            && let Some(other) = appended(&url)
        {
            let second = self.http.get(other.clone(), None, MAX_MANIFEST_BYTES).await;
            if second.is_ok() {
                (url, fetched) = (other, second);
            }
        }
        let took = begun.elapsed();
        let outcome = match fetched {
            Ok(bytes) => Ok(self.inspected(&url, &bytes).await),
            Err(error) => Err(error),
        };
        AppInspection {
            url,
            secrets,
            took,
            outcome,
        }
    }

    async fn inspected(&self, url: &Url, bytes: &[u8]) -> Inspected {
        let examination = Manifest::examine(bytes);
        let manifest = examination.manifest.as_ref();
        let address = manifest.map(|manifest| manifest.resolve(url).map_err(|error| error.to_string()));
        let icon = match manifest.map(|manifest| &manifest.icon) {
            Some(icon) if !crate::icon_of(icon).is_empty() => Some(self.icon(icon, url).await.is_some()),
            Some(_) | None => None,
        };
        let page = match &address {
            Some(Ok(address)) => Some(self.first_page(address).await),
            Some(Err(_)) | None => None,
        };
        Inspected {
            size: bytes.len(),
            icon,
            page,
            examination,
            address,
        }
    }

    async fn first_page(&self, address: &AppAddress) -> PageInspection {
        let Ok(url) = address.url().parse::<Url>() else {
            return PageInspection::default();
        };
        let begun = Instant::now();
        let fetched = self.http.page(url.clone(), PAGE).await;
        let took = begun.elapsed();
        match fetched {
            Ok(page) => PageInspection {
                took,
                ..looked_at(&url, &page)
            },
            Err(_) => PageInspection {
                took,
                ..PageInspection::default()
            },
        }
    }
}

/// Whether there was no description where one was looked for: the usual name behind the address is tried then, as in an installation.
fn looks_elsewhere(fetched: &Result<Vec<u8>, HttpError>) -> bool {
    match fetched {
        Ok(bytes) => bytes
            .trim_ascii_start()
            .first()
            .is_none_or(|first| *first == b'<'),
        Err(HttpError::Status(status)) => *status >= 400,
        Err(
            HttpError::Forbidden | HttpError::NoAnswer | HttpError::TooLarge { .. } | HttpError::Busy { .. },
        ) => false,
    }
}

fn looked_at(url: &Url, page: &Page) -> PageInspection {
    let text = String::from_utf8_lossy(&page.bytes);
    let sources = sources(&text);
    PageInspection {
        took: Duration::ZERO,
        status: Some(page.status),
        bars: bars(&page.headers),
        libraries: libraries(url, &sources),
        clear: clear(url, &sources),
    }
}

/// Satchel's window has an address of its own kind, which no header of a page can name, so every limit on who may frame it keeps it out.
fn bars(headers: &HeaderMap) -> Vec<FrameBar> {
    let mut bars = Vec::new();
    let said = |name: &str| {
        let all = headers.get_all(name).iter();
        all.filter_map(|value| value.to_str().ok())
            .map(str::to_ascii_lowercase)
            .collect::<Vec<_>>()
    };
    let refuses = |text: &String| {
        text.split(',')
            .any(|one| matches!(one.trim(), "deny" | "sameorigin"))
    };
    let policies = said("content-security-policy");
    let ancestors = policies
        .iter()
        .flat_map(|policy| policy.split([';', ',']))
        .any(|directive| directive.split_whitespace().next() == Some("frame-ancestors"));
    if ancestors {
        bars.push(FrameBar::Ancestors);
    } else if said("x-frame-options").iter().any(refuses) {
        // With `frame-ancestors` a browser does not look at it.
        bars.push(FrameBar::Options);
    }
    bars
}

/// The values of `src` and `href` in tags that load something, in the order of the page.
fn sources(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some((_, tag)) = rest.split_once('<') {
        let (inside, behind) = tag.split_once('>').unwrap_or((tag, ""));
        rest = behind;
        let name: String = inside
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .map(|letter| letter.to_ascii_lowercase())
            .collect();
        let attribute = match name.as_str() {
            "script" | "img" | "iframe" | "audio" | "video" | "source" | "embed" => "src",
            "link" => "href",
            _ => continue,
        };
        if let Some(value) = attribute_of(inside, attribute) {
            found.push(value.to_owned());
        }
        if found.len() >= MOST {
            break;
        }
    }
    found
}

/// The value of an attribute of a tag.
fn attribute_of<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = tag;
    while let Some((before, behind)) = rest.split_once('=') {
        let is_it = before
            .trim_end()
            .rsplit(|letter: char| letter.is_ascii_whitespace() || matches!(letter, '"' | '\''))
            .next()
            .is_some_and(|last| last.eq_ignore_ascii_case(name));
        let behind = behind.trim_start();
        let (value, after) = match behind.chars().next() {
            Some(quote @ ('"' | '\'')) => behind
                .strip_prefix(quote)
                .and_then(|value| value.split_once(quote))?,
            _ => behind
                .split_once(|letter: char| letter.is_ascii_whitespace())
                .unwrap_or((behind, "")),
        };
        if is_it {
            return Some(value);
        }
        rest = after;
    }
    None
}

impl Library {
    /// The libraries that the text of a page loads.
    #[must_use]
    pub fn found_in(page: &Url, text: &str) -> Vec<Self> {
        libraries(page, &sources(text))
    }
}

fn libraries(page: &Url, sources: &[String]) -> Vec<Library> {
    let mut found: Vec<Library> = Vec::new();
    for source in sources {
        let Ok(url) = page.join(source) else { continue };
        let file = url.path().rsplit('/').next().unwrap_or_default();
        let Some(file) = LIBRARIES.into_iter().find(|known| *known == file) else {
            continue;
        };
        let home = if url.origin() == page.origin() {
            LibraryHome::App
        } else if is_loopback(&url) {
            LibraryHome::Satchel
        } else {
            LibraryHome::Other(url.host_str().unwrap_or_default().to_owned())
        };
        let library = Library { file, home };
        if !found.contains(&library) {
            found.push(library);
        }
    }
    found
}

fn clear(page: &Url, sources: &[String]) -> Vec<String> {
    if page.scheme() != "https" {
        return Vec::new();
    }
    let urls = sources.iter().filter_map(|source| page.join(source).ok());
    let mut hosts: Vec<String> = urls
        .filter(|url| url.scheme() == "http" && !is_loopback(url))
        .filter_map(|url| url.host_str().map(str::to_owned))
        .collect();
    hosts.dedup();
    hosts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(all: &[(&'static str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in all {
            map.append(*name, value.parse().unwrap());
        }
        map
    }

    #[test]
    fn headers_that_keep_a_page_out_of_a_frame_are_found() {
        use FrameBar::{Ancestors, Options};
        for (said, expected) in [
            (&[][..], &[][..]),
            (&[("x-frame-options", "SAMEORIGIN")], &[Options]),
            (&[("x-frame-options", "deny, deny")], &[Options]),
            (&[("x-frame-options", "ALLOWALL")], &[]),
            (
                &[(
                    "content-security-policy",
                    "default-src 'self'; frame-ancestors 'self'",
                )],
                &[Ancestors],
            ),
            (
                &[
                    ("content-security-policy", "default-src 'self'"),
                    ("content-security-policy", "Frame-Ancestors https:"),
                ],
                &[Ancestors],
            ),
            (&[("content-security-policy", "frame-src 'none'")], &[]),
            (
                &[("content-security-policy-report-only", "frame-ancestors 'none'")],
                &[],
            ),
        ] {
            assert_eq!(bars(&headers(said)), expected, "{said:?}");
        }
    }

    #[test]
    fn libraries_are_found_with_where_they_come_from() {
        let page = r#"<!doctype html><script src="https://cdn.componentator.com/openplatform.min@4.js"></script>
            <SCRIPT defer SRC='/js/openplatform.js?1'></SCRIPT><script src=http://127.0.0.1:8200/iframe.js></script>
            <script>var a = "<script src='x'>"</script><script data-src="no" src = "app.js"></script>
            <a href="https://cdn.totaljs.com/openplatform.min.js">x</a>"#;
        let url: Url = "https://a.example/start".parse().unwrap();
        let found = Library::found_in(&url, page);
        let expected = [
            (
                "openplatform.min@4.js",
                LibraryHome::Other("cdn.componentator.com".into()),
            ),
            ("openplatform.js", LibraryHome::App),
            ("iframe.js", LibraryHome::Satchel),
        ];
        assert_eq!(found, expected.map(|(file, home)| Library { file, home }));
    }

    #[test]
    fn addresses_in_clear_on_an_encrypted_page_are_found() {
        let page = r#"<img src="http://pictures.example/a.png"><link href="http://127.0.0.1:1/x.css"><img src="//b.example/x">"#;
        let sources = sources(page);
        assert_eq!(
            clear(&"https://a.example/".parse().unwrap(), &sources),
            ["pictures.example"]
        );
        assert!(clear(&"http://localhost/".parse().unwrap(), &sources).is_empty());
    }

    proptest::proptest! {
        #[test]
        fn any_page_is_read_to_its_end(text in "[<>=\"' a-z/:.@]{0,300}") {
            proptest::prop_assert!(sources(&text).len() <= MOST);
        }
    }

    #[test]
    fn broken_pages_end_too() {
        for page in [
            "<",
            "<script src",
            "<script src=",
            "<script src=\"x",
            "<<<<>>>",
            "<script src='",
            "<link href=a",
        ] {
            let _ = sources(page);
        }
        assert!(sources(&"<img src=a>".repeat(1000)).len() <= MOST);
    }
}
