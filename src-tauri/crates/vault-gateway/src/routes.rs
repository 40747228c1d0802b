//! Which addresses there are.

use axum::{
    http::{Method, StatusCode},
    response::Response,
};
use vault_core::disclosure::v1::{OPENAPI_DOCUMENT, OPENAPI_PATH, PATHS};

use crate::{
    Shared, client, gigdata,
    guard::{BodyFault, Passed, Site},
    host, intercoop, packages,
    reply::{error, for_everybody, reply},
    rokwire, v1,
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
    /// The OpenPlatform host, for app servers.
    Host(host::Route),
    /// The vault's own data API.
    V1,
    /// The description of the data API.
    OpenApi,
    /// The Gigdata face.
    Gigdata(gigdata::Route),
    /// The Intercoop target.
    Intercoop(intercoop::Route),
    /// The Core face.
    Rokwire(rokwire::Route),
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
            Site::Gateway if path == OPENAPI_PATH => Some(Self::OpenApi),
            Site::Gateway if PATHS.contains(&path) => Some(Self::V1),
            Site::Gateway => host::Route::find(path)
                .map(Self::Host)
                .or_else(|| gigdata::Route::find(path).map(Self::Gigdata))
                .or_else(|| intercoop::Route::find(path).map(Self::Intercoop))
                .or_else(|| rokwire::Route::find(path).map(Self::Rokwire)),
        }
    }

    /// Whether the address takes a method.
    pub(crate) fn takes(&self, method: &Method) -> bool {
        self.methods().split(", ").any(|known| known == method.as_str())
    }

    /// The methods that the address takes. What is released is logged, so nothing of the person is looked up for its head alone.
    pub(crate) fn methods(&self) -> &'static str {
        match self {
            Self::Client(_) | Self::OpenApi | Self::PackageFile { .. } => "GET, HEAD",
            Self::V1 => "GET",
            Self::Host(route) => route.methods(),
            Self::Gigdata(route) => route.methods(),
            Self::Intercoop(route) => route.methods(),
            Self::Rokwire(route) => route.methods(),
        }
    }

    pub(crate) fn body_limit(&self) -> usize {
        match self {
            Self::V1 | Self::OpenApi => SMALL_BODY,
            Self::Intercoop(_) => intercoop::BODY,
            Self::Client(_)
            | Self::Host(_)
            | Self::Gigdata(_)
            | Self::Rokwire(_)
            | Self::PackageFile { .. } => BODY,
        }
    }

    /// The answer to a body that was not read to its end, in the form of the face.
    pub(crate) fn refused(&self, fault: BodyFault) -> Response {
        match self {
            Self::Intercoop(_) => intercoop::unread(fault),
            Self::Client(_)
            | Self::Host(_)
            | Self::V1
            | Self::OpenApi
            | Self::Gigdata(_)
            | Self::Rokwire(_)
            | Self::PackageFile { .. } => error(fault.status(), fault.code(), fault.words()),
        }
    }

    /// Whether pages of any origin may read the answer: it says nothing of the person.
    pub(crate) fn is_public(&self) -> bool {
        match self {
            Self::Client(_) | Self::OpenApi => true,
            Self::Gigdata(route) => route.is_public(),
            Self::Host(route) => route.is_public(),
            Self::Rokwire(route) => route.is_public(),
            Self::V1 | Self::Intercoop(_) | Self::PackageFile { .. } => false,
        }
    }
}

pub(crate) async fn answer(shared: &Shared, passed: Passed) -> Response {
    match &passed.route {
        Route::Client(library) => client::answer(*library),
        Route::Host(route) => host::answer(shared, &passed, *route).await,
        Route::V1 => v1::answer(shared, &passed).await,
        Route::Gigdata(route) => gigdata::answer(shared, &passed, route).await,
        Route::Intercoop(route) => intercoop::answer(shared, &passed, route).await,
        Route::Rokwire(route) => rokwire::answer(shared, &passed, route).await,
        Route::OpenApi => for_everybody(reply(StatusCode::OK, "application/json", OPENAPI_DOCUMENT)),
        Route::PackageFile { installation } => packages::answer(&passed, installation).await,
    }
}
