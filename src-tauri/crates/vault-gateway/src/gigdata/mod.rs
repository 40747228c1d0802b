//! `/gigdata`: the Gigdata API for consumer apps, and how they come to a token.

mod access;
mod attempts;
mod connect;
mod discovery;
mod email;
mod pages;
mod platforms;
mod state;
mod token;
mod user;

use axum::{
    http::{Method, StatusCode},
    response::Response,
};
use gigdata::api;
use serde_json::Value;
use uuid::Uuid;

pub(crate) use attempts::Attempts;

use crate::{
    Shared,
    guard::Passed,
    reply::{json_reply, reply},
};

/// An address of this face.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Route {
    /// Below `/gigdata/api`.
    Api(api::Route),
    /// `/gigdata/connect/initiate-connection`.
    Connect,
    /// `/gigdata/connect/<attempt>`: where the browser waits for the person's answer.
    Wait(String),
    /// `/gigdata/login`.
    Login,
    /// `/gigdata/token`.
    Token,
    /// `/gigdata/verify-email`: the page behind a mail.
    VerifyEmail,
}

impl Route {
    /// The route of a path; letters may have any case.
    pub(crate) fn find(path: &str) -> Option<Self> {
        let prefix = "/gigdata/";
        let (start, rest) = path.split_at_checked(prefix.len())?;
        if !start.eq_ignore_ascii_case(prefix) {
            return None;
        }
        if let Some((api, rest)) = rest.split_once('/')
            && api.eq_ignore_ascii_case("api")
        {
            return api::Route::find(rest).map(Self::Api);
        }
        match rest.to_ascii_lowercase().as_str() {
            "login" => Some(Self::Login),
            "token" => Some(Self::Token),
            "verify-email" => Some(Self::VerifyEmail),
            "connect/initiate-connection" => Some(Self::Connect),
            other => {
                let attempt = other.strip_prefix("connect/")?;
                let hex = attempt.len() == 64 && attempt.bytes().all(|sign| sign.is_ascii_hexdigit());
                hex.then(|| Self::Wait(attempt.to_owned()))
            }
        }
    }

    pub(crate) fn methods(&self) -> &'static str {
        match self {
            Self::Api(route) => route.methods(),
            Self::Connect | Self::Wait(_) | Self::Login => "GET",
            Self::Token => "POST",
            Self::VerifyEmail => "GET, POST",
        }
    }

    /// Whether pages of any origin may read the answer: it says nothing of the person.
    pub(crate) fn is_public(&self) -> bool {
        matches!(self, Self::Api(route) if route.is_discovery())
    }
}

pub(crate) async fn answer(shared: &Shared, passed: &Passed, route: &Route) -> Response {
    match route {
        Route::Api(route) => api_answer(shared, passed, route).await,
        Route::Connect => connect::begin(shared, passed).await,
        Route::Login => connect::login(shared, passed).await,
        Route::Wait(attempt) => connect::wait(shared, passed, attempt).await,
        Route::Token => token::answer(shared, passed).await,
        Route::VerifyEmail => email::page(shared, passed).await,
    }
}

async fn api_answer(shared: &Shared, passed: &Passed, route: &api::Route) -> Response {
    use api::Route as R;
    let Some(guid) = argument(route) else {
        return malformed("id");
    };
    match route {
        R::Apps | R::App(_) | R::Platforms | R::Platform(_) | R::Connected(..) => {
            discovery::answer(shared, passed, route).await
        }
        R::State if passed.method == Method::POST => state::change(shared, passed).await,
        R::State => state::show(shared, passed).await,
        R::User => user::user(shared, passed).await,
        R::StartOauth => user::start_oauth(shared, passed).await,
        R::ConnectEmail => user::connect_email(shared, passed).await,
        R::RequestUpdate => user::request_update(shared, passed).await,
        R::Fetch(_) => user::fetch(shared, passed, &guid).await,
        R::Status(_) => state::status(shared, passed, &guid).await,
        R::Statuses => state::statuses(shared, passed).await,
        R::ValidateEmail => email::validate(shared, passed).await,
        R::EmailCallback => email::callback(shared, passed).await,
    }
}

/// The identifier in an address; the empty one where it has none, nothing where it is not one.
fn argument(route: &api::Route) -> Option<api::Guid> {
    use api::Route as R;
    match route {
        // Ids of applications were opaque texts once: an unknown one is not found, it is no fault.
        R::App(id) => Some(id.clone().unwrap_or_else(api::Guid::nil)),
        R::Platform(id) | R::Fetch(id) | R::Status(id) | R::Connected(id, _) => id.clone(),
        R::Apps
        | R::Platforms
        | R::User
        | R::StartOauth
        | R::ConnectEmail
        | R::RequestUpdate
        | R::Statuses
        | R::ValidateEmail
        | R::EmailCallback
        | R::State => Some(api::Guid::nil()),
    }
}

/// The GUID of the wire as a number.
fn uuid(guid: &api::Guid) -> Uuid {
    Uuid::try_parse(guid.as_str()).unwrap_or_default()
}

/// A number as a GUID of the wire.
fn guid(uuid: &Uuid) -> api::Guid {
    api::Guid::parse(&uuid.hyphenated().to_string()).unwrap_or_else(api::Guid::nil)
}

/// A body that is not valid (spec 2.1).
fn bad_request(bad: api::BadRequest) -> Response {
    let problem = bad.problem(&Uuid::new_v4().simple().to_string());
    reply(
        StatusCode::BAD_REQUEST,
        "application/problem+json",
        problem.to_string(),
    )
}

fn malformed(member: &'static str) -> Response {
    bad_request(api::BadRequest {
        member,
        why: "The value is not valid.",
    })
}

fn ok(value: &impl serde::Serialize) -> Response {
    match serde_json::to_value(value) {
        Ok(value) => json_reply(StatusCode::OK, &value),
        Err(_) => not_connected(),
    }
}

fn found_nothing(what: &str) -> Response {
    json_reply(StatusCode::NOT_FOUND, &error_of(&format!("{what} not found")))
}

/// The answer to everything that an app may not have, whatever the reason (gateway.md, Answers).
fn not_connected() -> Response {
    refused("The user is not connected to the platform")
}

fn refused(why: &str) -> Response {
    json_reply(StatusCode::INTERNAL_SERVER_ERROR, &error_of(why))
}

fn error_of(message: &str) -> Value {
    api::error(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_in_any_case_and_no_others() {
        assert_eq!(Route::find("/gigdata/login"), Some(Route::Login));
        assert_eq!(Route::find("/GigData/Token"), Some(Route::Token));
        assert_eq!(
            Route::find("/gigdata/API/user"),
            Some(Route::Api(api::Route::User))
        );
        assert_eq!(
            Route::find("/gigdata/connect/Initiate-Connection"),
            Some(Route::Connect)
        );
        let attempt = "0f".repeat(32);
        assert_eq!(
            Route::find(&format!("/gigdata/connect/{attempt}")),
            Some(Route::Wait(attempt))
        );
        for none in [
            "/gigdata",
            "/gigdata/",
            "/gigdata/login/",
            "/gigdata/connect/",
            "/gigdata/connect/x",
            "/gigdata/api",
            "/gigdata/api/App/admin",
            "/gigdatä/login",
        ] {
            assert_eq!(Route::find(none), None, "{none}");
        }
    }
}
