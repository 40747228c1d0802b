//! `/intercoop`: the vault as a target. Packages of known peers are taken, checked and kept for the person; nothing of them can be had back.

mod pages;

use axum::{
    http::{Method, StatusCode, header},
    response::Response,
};
use intercoop::{
    envelope::MAX_BODY_BYTES,
    errors::WireError,
    reply::{self, CONTENT_TYPE, Reply},
};
use vault_core::{VaultError, cooperatives::BASE_PATH};

use crate::{
    Shared,
    guard::{BodyFault, Passed},
    reply::{forbidden_origin, locked, reply as answer_with, set},
};

/// The largest package, in bytes.
pub(crate) const BODY: usize = MAX_BODY_BYTES;

/// An address of this face.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Route {
    /// `activateService`, of a space by its handle, or of the first that knows the sender.
    Activate(Option<String>),
    /// `activateService/<uuid>`: upstream gives the data to whoever knows the number. Here nobody gets them.
    Data(String),
    /// `protocolVersion`.
    Version,
    /// `continue/<token>`: what arrived, once.
    Continue(String),
    /// A page about this vault.
    Page(pages::Page),
}

impl Route {
    /// The route of a path; paths are exact.
    pub(crate) fn find(path: &str) -> Option<Self> {
        let rest = path.strip_prefix(BASE_PATH)?.strip_prefix('/')?;
        let parts: Vec<&str> = rest.split('/').collect();
        match parts.as_slice() {
            ["activateService"] => Some(Self::Activate(None)),
            ["activateService", uuid] | [_, "activateService", uuid] => Some(Self::Data((*uuid).to_owned())),
            ["protocolVersion"] | [_, "protocolVersion"] => Some(Self::Version),
            ["continue", token] => Some(Self::Continue((*token).to_owned())),
            [handle, "activateService"] => {
                let is_handle = handle.len() == 32 && handle.bytes().all(|sign| sign.is_ascii_alphanumeric());
                is_handle.then(|| Self::Activate(Some((*handle).to_owned())))
            }
            [name] => pages::Page::named(name).map(Self::Page),
            _ => None,
        }
    }

    pub(crate) fn methods(&self) -> &'static str {
        match self {
            Self::Activate(_) => "POST",
            Self::Data(_) | Self::Version | Self::Continue(_) => "GET",
            Self::Page(_) => "GET, HEAD",
        }
    }
}

pub(crate) async fn answer(shared: &Shared, passed: &Passed, route: &Route) -> Response {
    // Packages come from servers. A page of somebody else has no business here.
    if passed.is_of_another_than(&shared.base()) {
        return forbidden_origin();
    }
    match route {
        Route::Activate(handle) => activate(shared, passed, handle.as_deref()).await,
        Route::Data(uuid) => {
            let uuid = uuid.chars().take(64).collect();
            shared.failed(yaml(reply::refused(&WireError::NoSuchUuid { uuid })))
        }
        Route::Version => yaml(reply::protocol_version()),
        Route::Continue(token) => match passed.vault.take_continuation(token).await {
            Ok(arrived) => pages::arrived(&arrived),
            Err(VaultError::Locked) => locked(),
            Err(_) => shared.failed(pages::over()),
        },
        Route::Page(page) => pages::answer(*page, passed.method == Method::HEAD),
    }
}

/// A package that did not get in, in the form that its sender reads: an error of the protocol, under the status of the fault.
pub(crate) fn unread(fault: BodyFault) -> Response {
    let mut response = yaml(reply::refused(&WireError::bad_message(fault.words())));
    *response.status_mut() = fault.status();
    response
}

async fn activate(shared: &Shared, passed: &Passed, handle: Option<&str>) -> Response {
    let body = passed.body.to_vec();
    match passed.vault.receive_transfer(handle, body, &shared.base()).await {
        // Only who is not known, or cannot sign, is a caller that guesses.
        Ok(reply) if reply.status == StatusCode::FORBIDDEN.as_u16() => shared.failed(yaml(reply)),
        Ok(reply) => yaml(reply),
        Err(VaultError::Locked) => locked(),
        Err(error) => {
            tracing::error!(%error, "a package could not be kept");
            let mut response = yaml(reply::refused(&WireError::bad_message(
                "The package could not be kept. Try again later",
            )));
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            set(&mut response, header::RETRY_AFTER, "60");
            response
        }
    }
}

fn yaml(reply: Reply) -> Response {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::BAD_REQUEST);
    answer_with(status, CONTENT_TYPE, reply.body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_exact() {
        let handle = "0".repeat(32);
        for (path, expected) in [
            ("/intercoop/activateService", Some(Route::Activate(None))),
            (
                &format!("/intercoop/{handle}/activateService"),
                Some(Route::Activate(Some(handle))),
            ),
            ("/intercoop/activateService/7", Some(Route::Data("7".into()))),
            ("/intercoop/protocolVersion", Some(Route::Version)),
            ("/intercoop/continue/t", Some(Route::Continue("t".into()))),
            ("/intercoop/about", Some(Route::Page(pages::Page::About))),
            ("/intercoop", None),
            ("/intercoop/", None),
            ("/intercoop/activateservice", None),
            ("/intercoop/x/activateService", None),
            ("/intercoop/activateService/", Some(Route::Data(String::new()))),
            ("/intercoops/activateService", None),
        ] {
            assert_eq!(Route::find(path), expected, "{path}");
        }
    }
}
