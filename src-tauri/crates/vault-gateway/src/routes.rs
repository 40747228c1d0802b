//! Which addresses there are.

use axum::{http::Method, response::Response};

use crate::{
    Shared, client,
    guard::{Passed, Site},
    packages, v1, verify,
};

/// Bodies of most faces, in bytes.
const BODY: usize = 1024 * 1024;
/// Bodies of `/v1`, in bytes.
const SMALL_BODY: usize = 64 * 1024;

/// An address that somebody asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Route {
    /// A client library, by its file name.
    Client(client::Library),
    /// The metadata of an opened app, for its server.
    Verify,
    /// The vault's own data API.
    V1,
    /// A file of a packaged app.
    PackageFile { installation: String },
}

impl Route {
    /// The route of a path; paths are exact, and a packaged app's site has its files and the client libraries and nothing else.
    pub(crate) fn find(site: &Site, path: &str) -> Option<Self> {
        if let Some(library) = client::Library::at(path) {
            return Some(Self::Client(library));
        }
        match site {
            Site::Package(installation) => Some(Self::PackageFile {
                installation: installation.clone(),
            }),
            Site::Gateway if matches!(path, "/verify/" | "/verify" | "/api/verify/" | "/api/verify") => {
                Some(Self::Verify)
            }
            Site::Gateway if path.starts_with("/v1/") => Some(Self::V1),
            Site::Gateway => None,
        }
    }

    /// Whether the address takes a method.
    pub(crate) fn takes(&self, method: &Method) -> bool {
        *method == Method::GET || *method == Method::HEAD
    }

    pub(crate) fn body_limit(&self) -> usize {
        match self {
            Self::V1 => SMALL_BODY,
            Self::Client(_) | Self::Verify | Self::PackageFile { .. } => BODY,
        }
    }

    /// Whether pages of any origin may read the answer: it says nothing of the person.
    pub(crate) fn is_public(&self) -> bool {
        match self {
            Self::Client(_) => true,
            Self::Verify | Self::V1 | Self::PackageFile { .. } => false,
        }
    }
}

pub(crate) async fn answer(shared: &Shared, passed: Passed) -> Response {
    match &passed.route {
        Route::Client(library) => client::answer(*library),
        Route::Verify => verify::answer(shared, &passed).await,
        Route::V1 => v1::answer(shared, &passed).await,
        Route::PackageFile { installation } => packages::answer(&passed, installation).await,
    }
}
