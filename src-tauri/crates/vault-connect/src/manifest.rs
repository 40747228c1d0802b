//! App descriptions from the network: fetched once, bounded, and only read.

use openplatform::manifest::{AppAddress, Manifest};
use url::Url;

use crate::{Connect, ConnectError};

/// The most that is read of a description, in bytes.
const LIMIT: usize = 256 * 1024;

/// An app's description, and where it was.
#[derive(Debug, Clone)]
pub struct FetchedManifest {
    /// The address that was read.
    pub url: Url,
    /// The bytes as they were received.
    pub bytes: Vec<u8>,
    /// What they say.
    pub manifest: Manifest,
    /// Where the app itself is.
    pub address: AppAddress,
}

impl Connect {
    /// Reads an app's `openplatform.json`. An address without a file name is tried with `openplatform.json` appended.
    ///
    /// # Errors
    /// [`ConnectError::NoManifest`] when there is none, [`ConnectError::Manifest`] when it has a mistake.
    pub async fn manifest(&self, url: &Url) -> Result<FetchedManifest, ConnectError> {
        let url = complete(url);
        let bytes = match self.http.get(url.clone(), None, LIMIT).await {
            Ok(bytes) => bytes,
            Err(error) => {
                tracing::debug!(%error, "no description of an app");
                return Err(ConnectError::NoManifest);
            }
        };
        let manifest = Manifest::parse(&bytes).map_err(|error| ConnectError::Manifest(error.to_string()))?;
        let address = manifest
            .resolve(&url)
            .map_err(|error| ConnectError::Manifest(error.to_string()))?;
        Ok(FetchedManifest {
            url,
            bytes,
            manifest,
            address,
        })
    }
}

fn complete(url: &Url) -> Url {
    let mut url = url.clone();
    if url.path().ends_with(".json") {
        return url;
    }
    let path = format!("{}/openplatform.json", url.path().trim_end_matches('/'));
    url.set_path(&path);
    url
}
