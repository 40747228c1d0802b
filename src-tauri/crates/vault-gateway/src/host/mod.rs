//! OpenPlatform's host for app servers: who the person is, the lists, what apps tell the person, and calls between apps (specification 5 and
//! 11). The token of an opening decides, and for P5 the chain; what is told is what the person shared with the app.

mod backgrounds;
mod call;
mod lists;
mod services;
mod tell;
mod verify;

use axum::{
    http::{Method, StatusCode, header},
    response::Response,
};
use openplatform::frame::ChainedEndpoint;
use vault_core::disclosure::Directory;

use crate::{Shared, guard::Passed, reply::reply};

/// An address of this face.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// `/verify/`, `/api/verify/`: the metadata of an opened app.
    Verify,
    /// `/api/users/`, `/api/apps/`, `/api/meta/`.
    List(Directory),
    /// `/api/badge/`, `/api/badges/`.
    Badge,
    /// `/api/notify/`.
    Notify,
    /// `/api/services/`.
    Services,
    /// `/users/`, of P5.
    ChainedUsers,
    /// `/notify/`, of P5.
    ChainedNotify,
    /// `/session/`, of P5.
    Session,
    /// `/backgrounds/<word>.svg`.
    Background(backgrounds::Background),
}

impl Route {
    /// The route of a path, with or without its last slash.
    pub(crate) fn find(path: &str) -> Option<Self> {
        if let Some(name) = path.strip_prefix("/backgrounds/") {
            return backgrounds::Background::named(name).map(Self::Background);
        }
        Some(match path.strip_suffix('/').unwrap_or(path) {
            "/verify" | "/api/verify" => Self::Verify,
            "/api/users" => Self::List(Directory::Users),
            "/api/apps" => Self::List(Directory::Apps),
            "/api/meta" => Self::List(Directory::Meta),
            "/api/badge" | "/api/badges" => Self::Badge,
            "/api/notify" => Self::Notify,
            "/api/services" => Self::Services,
            "/users" => Self::ChainedUsers,
            "/notify" => Self::ChainedNotify,
            "/session" => Self::Session,
            _ => return None,
        })
    }

    pub(crate) fn methods(self) -> &'static str {
        match self {
            Self::Notify | Self::Services | Self::ChainedNotify => "POST",
            Self::Background(_) => "GET, HEAD",
            Self::Verify | Self::List(_) | Self::Badge | Self::ChainedUsers | Self::Session => "GET",
        }
    }

    /// A background says nothing of the person.
    pub(crate) fn is_public(self) -> bool {
        matches!(self, Self::Background(_))
    }
}

pub(crate) async fn answer(shared: &Shared, passed: &Passed, route: Route) -> Response {
    match route {
        Route::Verify => verify::answer(shared, passed).await,
        Route::List(list) => lists::answer(shared, passed, list).await,
        Route::Badge => tell::badge(shared, passed).await,
        Route::Notify => tell::notify(shared, passed, call::Form::Plain).await,
        Route::ChainedNotify => {
            tell::notify(shared, passed, call::Form::Chained(ChainedEndpoint::Notify)).await
        }
        Route::Services => services::answer(shared, passed).await,
        Route::ChainedUsers => lists::chained(shared, passed).await,
        Route::Session => verify::session(shared, passed).await,
        Route::Background(background) => background.answer(passed.method == Method::HEAD),
    }
}

/// Bytes of another server with the type that it says.
fn foreign(status: StatusCode, content_type: Option<&str>, body: Vec<u8>) -> Response {
    let mut response = reply(status, "application/octet-stream", body);
    if let Some(value) = content_type.and_then(|text| text.parse().ok()) {
        response.headers_mut().insert(header::CONTENT_TYPE, value);
    }
    response
}
