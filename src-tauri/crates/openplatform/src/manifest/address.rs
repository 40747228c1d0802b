//! Where an app's frame is: the manifest's `url` seen from the address that the manifest came from.

use thiserror::Error;
use url::Url;

use super::Manifest;
use crate::origin::{AppOrigin, is_loopback};

/// The address of an app's frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppAddress {
    url: String,
    origin: AppOrigin,
    manifest_origin: AppOrigin,
    transport: Transport,
}

/// How safely the frame's pages arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// Encrypted, from a named server.
    Https,
    /// From this computer.
    Loopback,
    /// In clear over a network: whoever is in between can read and change everything. The person must be told.
    PlainHttp,
}

/// Why an app has no usable address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AddressError {
    /// The manifest did not come from an `http` or `https` address.
    #[error("the manifest has no web address")]
    ManifestNotWeb,
    /// `url` is no address, neither by itself nor beside the manifest's.
    #[error("`url` is not an address")]
    NotAnAddress,
    /// Another scheme than `http` and `https`.
    #[error("`url` is not an http or https address")]
    NotWeb,
    /// A name or password inside the address.
    #[error("`url` holds a name or password")]
    Credentials,
    /// A manifest from the network names a program on this computer. It could point a frame at anybody's local service.
    #[error("`url` is on this computer, but the manifest is not")]
    LoopbackFromNetwork,
}

impl Manifest {
    /// Finds the frame's address.
    ///
    /// A complete `url` stays byte for byte as the app wrote it, because the app's server compares it. A relative one is
    /// taken relative to the manifest's address. An absent one is the root of the manifest's host, which is what the app
    /// module of version 4 fills in (specification 1.1).
    ///
    /// # Errors
    /// [`AddressError`] says why there is no usable address.
    pub fn resolve(&self, manifest_url: &Url) -> Result<AppAddress, AddressError> {
        let manifest_origin = AppOrigin::of(manifest_url).ok_or(AddressError::ManifestNotWeb)?;
        let text = match self.url.as_deref() {
            None => manifest_origin.to_string(),
            Some(text) if Url::parse(text).is_ok() => text.to_owned(),
            Some(text) => manifest_url
                .join(text)
                .map_err(|_| AddressError::NotAnAddress)?
                .into(),
        };
        let url = Url::parse(&text).map_err(|_| AddressError::NotAnAddress)?;
        let origin = AppOrigin::of(&url).ok_or(AddressError::NotWeb)?;
        check(&url, manifest_url)?;
        Ok(AppAddress {
            url: text,
            origin,
            manifest_origin,
            transport: transport(&url),
        })
    }
}

impl AppAddress {
    /// The frame's URL, as it goes into the metadata.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The frame's origin, which the content policy of its window and the bridge compare.
    pub fn origin(&self) -> &AppOrigin {
        &self.origin
    }

    /// Where the manifest came from. It may be another origin than the frame's, and the person should see both then.
    pub fn manifest_origin(&self) -> &AppOrigin {
        &self.manifest_origin
    }

    /// How the frame's pages arrive.
    pub fn transport(&self) -> Transport {
        self.transport
    }

    /// Whether the frame's pages arrive in clear over a network.
    pub fn is_insecure(&self) -> bool {
        self.transport == Transport::PlainHttp
    }
}

fn check(url: &Url, manifest_url: &Url) -> Result<(), AddressError> {
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressError::Credentials);
    }
    if is_loopback(url) && !is_loopback(manifest_url) {
        return Err(AddressError::LoopbackFromNetwork);
    }
    Ok(())
}

fn transport(url: &Url) -> Transport {
    if is_loopback(url) {
        Transport::Loopback
    } else if url.scheme() == "https" {
        Transport::Https
    } else {
        Transport::PlainHttp
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(url: Option<&str>, manifest: &str) -> Result<AppAddress, AddressError> {
        let mut app = Manifest::parse(br#"{"name":"a"}"#).unwrap();
        app.url = url.map(str::to_owned);
        app.resolve(&Url::parse(manifest).unwrap())
    }

    #[test]
    fn a_complete_address_is_kept_byte_for_byte() {
        for text in [
            "https://a.example",
            "https://a.example/",
            "HTTPS://A.example:443/x?y#z",
        ] {
            let address = resolve(Some(text), "https://a.example/openplatform.json").unwrap();
            assert_eq!(address.url(), text);
            assert_eq!(address.origin().to_string(), "https://a.example");
            assert_eq!(address.transport(), Transport::Https);
        }
    }

    #[test]
    fn relative_and_absent_are_seen_from_the_manifest() {
        let manifest = "https://a.example/apps/cv/openplatform.json";
        assert_eq!(
            resolve(Some("index.html"), manifest).unwrap().url(),
            "https://a.example/apps/cv/index.html"
        );
        assert_eq!(resolve(Some("/"), manifest).unwrap().url(), "https://a.example/");
        assert_eq!(resolve(None, manifest).unwrap().url(), "https://a.example");
        assert_eq!(
            resolve(None, "http://127.0.0.1:8001/openplatform.json")
                .unwrap()
                .url(),
            "http://127.0.0.1:8001"
        );
    }

    #[test]
    fn packaged_apps_are_on_this_computer() {
        let address = resolve(
            Some("index.html"),
            "http://x1y2.localhost:20001/openplatform.json",
        )
        .unwrap();
        assert_eq!(address.transport(), Transport::Loopback);
        assert_eq!(address.origin().to_string(), "http://x1y2.localhost:20001");
    }

    #[test]
    fn clear_text_is_flagged() {
        let address = resolve(None, "http://a.example/openplatform.json").unwrap();
        assert!(address.is_insecure());
        assert!(
            !resolve(None, "http://localhost:1/openplatform.json")
                .unwrap()
                .is_insecure()
        );
    }

    #[test]
    fn another_origin_than_the_manifest_shows() {
        let address = resolve(Some("https://b.example/"), "https://a.example/openplatform.json").unwrap();
        assert_ne!(address.origin(), address.manifest_origin());
    }

    #[test]
    fn unusable_addresses_are_refused() {
        let manifest = "https://a.example/openplatform.json";
        for (text, error) in [
            ("javascript:alert(1)", AddressError::NotWeb),
            ("data:text/html,x", AddressError::NotWeb),
            ("file:///etc/passwd", AddressError::NotWeb),
            ("tauri://localhost/", AddressError::NotWeb),
            ("https://u:p@a.example/", AddressError::Credentials),
            ("http://127.0.0.1:20001/", AddressError::LoopbackFromNetwork),
            ("http://x.localhost/", AddressError::LoopbackFromNetwork),
            ("//[", AddressError::NotAnAddress),
        ] {
            assert_eq!(resolve(Some(text), manifest), Err(error), "{text}");
        }
        assert_eq!(
            resolve(None, "file:///a/openplatform.json"),
            Err(AddressError::ManifestNotWeb)
        );
    }
}
