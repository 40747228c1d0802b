//! `/core`: the Core face (specification 8.5). A small Core for one person: registrations, settings of applications, sessions without a
//! profile, consent for services, and tokens of backends.

mod access;
mod account;
mod body;
mod configs;
mod profile;
mod public;
mod service;
mod session;
mod signature;

use axum::{
    http::{Method, StatusCode},
    response::Response,
};
use serde_json::Value;
use vault_core::VaultError;

pub(crate) use access::{caller as core_token_holder, token as core_token};
pub(crate) use signature::SignedRequests;

use crate::{
    Shared,
    access::readable,
    guard::Passed,
    reply::{self, json_reply, locked},
};

/// An address of this face.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Route {
    Version,
    Discovery,
    Keys,
    /// `/tps/service-regs`, `/bbs/service-regs`.
    Registrations,
    /// `/services/auth/service-regs`.
    FullRegistrations,
    /// `/services/app-configs` and its older name.
    Configs,
    /// The same for one space.
    SpaceConfigs,
    Login,
    Refresh,
    Logout,
    Authorize,
    Preferences,
    Profile,
    Account,
    /// `/tps/access-token`.
    ServiceToken,
    /// `/tps/access-tokens`.
    ServiceTokens,
    /// `/tps/service-account/<id>`.
    ServiceAccount(String),
    Departed,
}

impl Route {
    /// The route of a path.
    pub(crate) fn find(path: &str) -> Option<Self> {
        let rest = path.strip_prefix("/core/")?;
        Some(match rest {
            "version" => Self::Version,
            ".well-known/openid-configuration" => Self::Discovery,
            "tps/auth-keys" => Self::Keys,
            "tps/service-regs" | "bbs/service-regs" => Self::Registrations,
            "services/auth/service-regs" => Self::FullRegistrations,
            "services/app-configs" | "services/application/configs" => Self::Configs,
            "services/app-configs/organization" | "services/application/organization/configs" => {
                Self::SpaceConfigs
            }
            "services/auth/login" => Self::Login,
            "services/auth/refresh" => Self::Refresh,
            "services/auth/logout" => Self::Logout,
            "services/auth/authorize-service" => Self::Authorize,
            "services/account/preferences" => Self::Preferences,
            "services/account/profile" => Self::Profile,
            "services/account" => Self::Account,
            "tps/access-token" => Self::ServiceToken,
            "tps/access-tokens" => Self::ServiceTokens,
            "tps/deleted-memberships" => Self::Departed,
            other => {
                let id = other.strip_prefix("tps/service-account/")?;
                let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
                let fits = (1..=64).contains(&id.len()) && id.bytes().all(plain);
                return fits.then(|| Self::ServiceAccount(id.to_owned()));
            }
        })
    }

    pub(crate) fn methods(&self) -> &'static str {
        match self {
            Self::Version | Self::Discovery | Self::Keys => "GET, HEAD",
            Self::Registrations | Self::FullRegistrations | Self::Departed => "GET",
            Self::Configs
            | Self::SpaceConfigs
            | Self::Login
            | Self::Refresh
            | Self::Logout
            | Self::Authorize
            | Self::ServiceToken
            | Self::ServiceTokens
            | Self::ServiceAccount(_) => "POST",
            Self::Preferences => "GET, PUT",
            Self::Profile => "GET, PUT, PATCH",
            Self::Account => "GET, DELETE",
        }
    }

    /// Whether pages of any origin may read the answer: it says nothing of the person.
    pub(crate) fn is_public(&self) -> bool {
        matches!(
            self,
            Self::Version | Self::Discovery | Self::Keys | Self::Registrations
        )
    }
}

pub(crate) async fn answer(shared: &Shared, passed: &Passed, route: &Route) -> Response {
    match route {
        Route::Version => public::version(),
        Route::Discovery => public::discovery(shared),
        Route::Keys => public::keys(passed).await,
        Route::Registrations => public::registrations(shared, passed).await,
        Route::FullRegistrations => public::full_registrations(shared, passed).await,
        Route::Configs => configs::general(shared, passed).await,
        Route::SpaceConfigs => configs::of_space(shared, passed).await,
        Route::Login => session::login(shared, passed).await,
        Route::Refresh => session::refresh(shared, passed).await,
        Route::Logout => session::logout(shared, passed).await,
        Route::Authorize => service::authorize(shared, passed).await,
        Route::Preferences if passed.method == Method::PUT => account::keep(shared, passed).await,
        Route::Preferences => account::kept(shared, passed).await,
        Route::Profile if passed.method == Method::GET => profile::show(shared, passed).await,
        Route::Profile => profile::edit(shared, passed).await,
        Route::Account if passed.method == Method::DELETE => account::delete(shared, passed).await,
        Route::Account => account::show(shared, passed).await,
        Route::ServiceToken => service::token(shared, passed).await,
        Route::ServiceTokens => service::tokens(shared, passed).await,
        Route::ServiceAccount(id) => service::instances(shared, passed, id).await,
        Route::Departed => service::departed(shared, passed).await,
    }
}

/// The base address of this face: the issuer of its tokens.
fn issuer(shared: &Shared) -> String {
    format!("{}/core", shared.base())
}

/// An answer that the page which asked may read.
fn ok(passed: &Passed, value: &Value) -> Response {
    readable(passed, json_reply(StatusCode::OK, value))
}

/// A refusal that the page which asked may read: refusals say nothing of the person.
fn refused(passed: &Passed, status: StatusCode, code: &str, message: &str) -> Response {
    readable(passed, reply::error(status, code, message))
}

/// The body, or a part of the address, does not have its form.
fn malformed(passed: &Passed, message: &str) -> Response {
    refused(passed, StatusCode::BAD_REQUEST, "malformed", message)
}

/// No credential, or one that is nobody's.
fn unknown(shared: &Shared, passed: &Passed) -> Response {
    let response = reply::error(StatusCode::UNAUTHORIZED, "invalid_token", "Sign in again.");
    readable(passed, shared.failed(response))
}

/// Nothing is shared: the same for whatever reason.
fn denied(passed: &Passed) -> Response {
    refused(
        passed,
        StatusCode::FORBIDDEN,
        "consent_denied",
        "Nothing is shared.",
    )
}

/// The credential is good, and this is not for its holder.
fn not_allowed(passed: &Passed) -> Response {
    refused(
        passed,
        StatusCode::FORBIDDEN,
        "not_allowed",
        "This is not allowed here.",
    )
}

/// A failure of the vault as an answer.
fn failed(passed: &Passed, error: &VaultError) -> Response {
    if matches!(error, VaultError::NoSuch(_)) {
        return refused(
            passed,
            StatusCode::NOT_FOUND,
            "not_found",
            "There is nothing here.",
        );
    }
    if let VaultError::Invalid { why, .. } = error {
        return malformed(passed, why);
    }
    locked()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_exact() {
        assert_eq!(Route::find("/core/version"), Some(Route::Version));
        assert_eq!(
            Route::find("/core/services/application/configs"),
            Some(Route::Configs)
        );
        assert_eq!(
            Route::find("/core/tps/service-account/a-1"),
            Some(Route::ServiceAccount("a-1".into()))
        );
        for none in [
            "/core",
            "/core/",
            "/core/version/",
            "/core/Version",
            "/core/bbs/access-token",
            "/core/bbs/auth-keys",
            "/core/tps/accounts",
            "/core/system/service-regs",
            "/core/admin/auth/login",
            "/core/tps/service-account/",
            "/core/tps/service-account/a/b",
            "/core/tps/service-account/%2e",
        ] {
            assert_eq!(Route::find(none), None, "{none}");
        }
    }
}
