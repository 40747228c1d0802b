//! App descriptions from the network: fetched once, bounded, and only read.

use openplatform::manifest::{AppAddress, MAX_MANIFEST_BYTES, Manifest, ManifestError, SharedSecrets};
use url::Url;

use crate::{Connect, ConnectError, http::HttpError};

/// The most that is read of a description, in bytes.
const LIMIT: usize = MAX_MANIFEST_BYTES;
/// Its usual name.
const FILE: &str = "openplatform.json";
const ELSEWHERE: &str = "this address leads to another address; enter that one";

/// An app's description, and where it was.
#[derive(Debug, Clone)]
pub struct FetchedManifest {
    /// The address that was read, without the secrets that the person's address held.
    pub url: Url,
    /// The secrets of P5 that the address held; they are neither sent nor shown.
    pub secrets: SharedSecrets,
    /// The bytes as they were received.
    pub bytes: Vec<u8>,
    /// What they say.
    pub manifest: Manifest,
    /// Where the app itself is.
    pub address: AppAddress,
}

impl Connect {
    /// Reads an app's `openplatform.json`. An address where there is none is tried once more with `openplatform.json` appended.
    ///
    /// # Errors
    /// [`ConnectError::NoManifest`] when there is none, [`ConnectError::Manifest`] when it has a mistake.
    pub async fn manifest(&self, url: &Url) -> Result<FetchedManifest, ConnectError> {
        let mut url = url.clone();
        url.set_fragment(None);
        let secrets = SharedSecrets::take_from(&mut url);
        let fetched = match self.manifest_at(&url).await {
            Err(ConnectError::NoManifest) => match appended(&url) {
                Some(other) => self.manifest_at(&other).await,
                None => Err(ConnectError::NoManifest),
            },
            done => done,
        };
        fetched.map(|fetched| FetchedManifest { secrets, ..fetched })
    }

    async fn manifest_at(&self, url: &Url) -> Result<FetchedManifest, ConnectError> {
        let bytes = match self.http.get(url.clone(), None, LIMIT).await {
            Ok(bytes) => bytes,
            // Where it leads is not followed: an app is known by the address that the person gave.
            Err(HttpError::Status(300..=399)) => return Err(ConnectError::Manifest(ELSEWHERE.to_owned())),
            Err(HttpError::TooLarge { limit }) => {
                return Err(ConnectError::Manifest(format!(
                    "the manifest is larger than {} KiB",
                    limit / 1024
                )));
            }
            Err(error) => {
                tracing::debug!(%error, "no description of an app");
                return Err(ConnectError::NoManifest);
            }
        };
        let manifest = match Manifest::parse(&bytes) {
            Ok(manifest) => manifest,
            // A page for people, most likely.
            Err(ManifestError::NotJson { .. }) if looks_like_a_page(&bytes) => {
                return Err(ConnectError::NoManifest);
            }
            Err(error) => return Err(ConnectError::Manifest(error.to_string())),
        };
        let address = manifest
            .resolve(url)
            .map_err(|error| ConnectError::Manifest(error.to_string()))?;
        Ok(FetchedManifest {
            url: url.clone(),
            secrets: SharedSecrets::default(),
            bytes,
            manifest,
            address,
        })
    }
}

/// The same address with the usual file name behind it; `None` when it ends with that already.
pub(crate) fn appended(url: &Url) -> Option<Url> {
    if url.path().ends_with(FILE) {
        return None;
    }
    let mut url = url.clone();
    let path = format!("{}/{FILE}", url.path().trim_end_matches('/'));
    url.set_path(&path);
    Some(url)
}

fn looks_like_a_page(bytes: &[u8]) -> bool {
    let first = bytes.trim_ascii_start();
    first.is_empty() || first.starts_with(b"<")
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    use super::*;

    /// Answers by path: `(path, status line, body)`; everything else is not found. Returns its address.
    async fn serve(answers: Vec<(&'static str, &'static str, String)>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let mut request = vec![0; 4096];
                let read = socket.read(&mut request).await.unwrap_or(0);
                let text = String::from_utf8_lossy(request.get(..read).unwrap_or_default()).into_owned();
                let path = text.split(' ').nth(1).unwrap_or_default().to_owned();
                let found = answers.iter().find(|(known, ..)| *known == path);
                let (status, body) = found.map_or(("404 Not Found", ""), |(_, status, body)| {
                    (*status, body.as_str())
                });
                let answer = format!(
                    "HTTP/1.1 {status}\r\nContent-Length: {}\r\nLocation: /elsewhere\r\nConnection: close\r\n\r\n{body}",
                    body.len()
                );
                let _ = socket.write_all(answer.as_bytes()).await;
            }
        });
        base
    }

    async fn read(base: &str, path: &str) -> Result<FetchedManifest, ConnectError> {
        let url = format!("{base}{path}").parse().unwrap();
        Connect::new().unwrap().manifest(&url).await
    }

    fn app() -> String {
        r#"{"name":"Hourly","url":"/start"}"#.to_owned()
    }

    #[tokio::test]
    async fn a_manifest_may_be_at_any_address() {
        let base = serve(vec![
            ("/describe?app=1", "200 OK", app()),
            ("/", "200 OK", "<!doctype html><p>Hello".to_owned()),
            ("/openplatform.json", "200 OK", app()),
            ("/sub/openplatform.json", "200 OK", app()),
        ])
        .await;
        for (typed, found) in [
            ("/describe?app=1#part", "/describe?app=1"),
            ("", "/openplatform.json"),
            ("/openplatform.json", "/openplatform.json"),
            ("/sub/", "/sub/openplatform.json"),
            ("/sub", "/sub/openplatform.json"),
        ] {
            let fetched = read(&base, typed).await.unwrap();
            assert_eq!(fetched.url.as_str(), format!("{base}{found}"), "{typed}");
            assert_eq!(fetched.address.url(), format!("{base}/start"));
        }
    }

    #[tokio::test]
    async fn secrets_in_the_address_are_kept_apart_and_not_sent() {
        // A request with them in its path would find nothing.
        let base = serve(vec![("/openplatform.json?app=1", "200 OK", app())]).await;
        let typed = "/openplatform.json?app=1&reqtoken=canary1&restoken=canary2#x";
        let fetched = read(&base, typed).await.unwrap();
        assert_eq!(fetched.url.as_str(), format!("{base}/openplatform.json?app=1"));
        assert_eq!(fetched.secrets.request(), Some("canary1"));
        assert_eq!(fetched.secrets.response(), Some("canary2"));
        assert!(!format!("{fetched:?}").contains("canary"));
    }

    #[tokio::test]
    async fn each_mistake_is_told() {
        let base = serve(vec![
            ("/page/openplatform.json", "200 OK", "<html>".to_owned()),
            ("/cut/openplatform.json", "200 OK", r#"{"name":"#.to_owned()),
            ("/list/openplatform.json", "200 OK", "[]".to_owned()),
            ("/nameless/openplatform.json", "200 OK", "{}".to_owned()),
            ("/moved/openplatform.json", "302 Found", String::new()),
            ("/large/openplatform.json", "200 OK", " ".repeat(LIMIT + 1)),
            (
                "/script/openplatform.json",
                "200 OK",
                r#"{"name":"A","url":"javascript:alert(1)"}"#.to_owned(),
            ),
        ])
        .await;
        for none in ["/page/openplatform.json", "/absent/openplatform.json", "/absent"] {
            assert!(
                matches!(read(&base, none).await, Err(ConnectError::NoManifest)),
                "{none}"
            );
        }
        for (path, words) in [
            ("cut", "JSON"),
            ("list", "not a JSON object"),
            ("nameless", "`name` is missing"),
            ("moved", "leads to another address"),
            ("large", "larger than 256 KiB"),
            ("script", "not an http or https address"),
        ] {
            let outcome = read(&base, &format!("/{path}/openplatform.json")).await;
            let Err(ConnectError::Manifest(told)) = outcome else {
                panic!("{path}: {:?}", outcome.map(|fetched| fetched.url))
            };
            assert!(told.contains(words), "{path}: {told}");
        }
    }
}
