//! Our own client libraries, which apps load.

use axum::{http::StatusCode, response::Response};

use crate::reply::{for_everybody, reply};

/// A client library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Library {
    /// As it is read.
    Plain,
    /// As it is served to apps.
    Minified,
    /// The library of version 5, which has one address.
    Frame,
}

impl Library {
    /// The library at a path.
    pub(crate) fn at(path: &str) -> Option<Self> {
        match path {
            "/openplatform.js" => Some(Self::Plain),
            "/openplatform.min.js" | "/openplatform.min@3.js" | "/openplatform.min@4.js" => {
                Some(Self::Minified)
            }
            "/iframe.js" => Some(Self::Frame),
            _ => None,
        }
    }
}

pub(crate) fn answer(library: Library) -> Response {
    let source = match library {
        Library::Plain => include_str!("../../../../assets/client/openplatform.js"),
        Library::Minified => include_str!("../../../../assets/client/openplatform.min.js"),
        Library::Frame => include_str!("../../../../assets/client/iframe.min.js"),
    };
    for_everybody(reply(StatusCode::OK, "text/javascript; charset=utf-8", source))
}

#[cfg(test)]
mod tests {
    use super::Library;

    #[test]
    fn every_address_that_apps_know_has_its_library() {
        for path in [
            "/openplatform.min.js",
            "/openplatform.min@3.js",
            "/openplatform.min@4.js",
        ] {
            assert_eq!(Library::at(path), Some(Library::Minified), "{path}");
        }
        assert_eq!(Library::at("/openplatform.js"), Some(Library::Plain));
        assert_eq!(Library::at("/iframe.js"), Some(Library::Frame));
        for path in ["/iframe.min.js", "/openplatform.min@2.js", "/IFRAME.JS", "/"] {
            assert_eq!(Library::at(path), None, "{path}");
        }
    }
}
