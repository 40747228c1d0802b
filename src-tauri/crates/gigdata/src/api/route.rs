//! The addresses below `/api` (spec 2.2, 2.3). Admin addresses are not among them: they have no face over HTTP.

use std::fmt;

use super::Guid;

/// A secret that an old client writes into an address. It is not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text, for the moment of the comparison.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// An address of the API. Identifiers that are no GUID are `None`: the address is there, its argument is not valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// `GET App/available`.
    Apps,
    /// `GET App/{applicationId}`.
    App(Option<Guid>),
    /// `GET Platform/available`.
    Platforms,
    /// `GET Platform/{platformId}`.
    Platform(Option<Guid>),
    /// `GET Platform/{userId}/{applicationSecretKey}/connected`.
    Connected(Option<Guid>, Secret),
    /// `GET User`.
    User,
    /// `POST PlatformUser/start-connect-user-to-oauth-platform`.
    StartOauth,
    /// `POST PlatformUser/connect-user-to-email-platform`.
    ConnectEmail,
    /// `POST PlatformUser/request-platform-data-update-notification`.
    RequestUpdate,
    /// `POST Platform/{platformId}/initiate-data-fetch`.
    Fetch(Option<Guid>),
    /// `GET Platform/{platformId}/connection-status`.
    Status(Option<Guid>),
    /// `GET Platform/connection-status`.
    Statuses,
    /// `GET` and `POST Platform/connection-state`.
    State,
    /// `POST EmailValidation/validate-email`.
    ValidateEmail,
    /// `EmailValidation/callback`: GET asks, POST decides (spec 12: S5).
    EmailCallback,
}

impl Route {
    /// The route of what stands behind `/api/`. One slash at the end is let pass, as ASP.NET does.
    #[must_use]
    pub fn find(path: &str) -> Option<Self> {
        let path = path.strip_suffix('/').unwrap_or(path);
        let parts: Vec<&str> = path.split('/').collect();
        let is = |part: &str, name: &str| part.eq_ignore_ascii_case(name);
        Some(match parts.as_slice() {
            [app, rest] if is(app, "App") && is(rest, "available") => Self::Apps,
            // Below `admin` lie the routes of the developer portal alone.
            [app, id] if is(app, "App") && !id.is_empty() && !is(id, "admin") => Self::App(Guid::parse(id)),
            [user] if is(user, "User") => Self::User,
            [mail, act] if is(mail, "EmailValidation") && is(act, "validate-email") => Self::ValidateEmail,
            [mail, act] if is(mail, "EmailValidation") && is(act, "callback") => Self::EmailCallback,
            [user, act] if is(user, "PlatformUser") => Self::of_user(act)?,
            [platform, rest @ ..] if is(platform, "Platform") => Self::of_platform(rest)?,
            _ => return None,
        })
    }

    fn of_user(act: &str) -> Option<Self> {
        [
            ("start-connect-user-to-oauth-platform", Self::StartOauth),
            ("connect-user-to-email-platform", Self::ConnectEmail),
            ("request-platform-data-update-notification", Self::RequestUpdate),
        ]
        .into_iter()
        .find_map(|(name, route)| act.eq_ignore_ascii_case(name).then_some(route))
    }

    fn of_platform(rest: &[&str]) -> Option<Self> {
        let is = |part: &str, name: &str| part.eq_ignore_ascii_case(name);
        Some(match rest {
            [] | [""] => return None,
            [admin, ..] if is(admin, "admin") => return None,
            [all] if is(all, "available") => Self::Platforms,
            [all] if is(all, "connection-status") => Self::Statuses,
            [all] if is(all, "connection-state") => Self::State,
            [id] => Self::Platform(Guid::parse(id)),
            [id, act] if is(act, "initiate-data-fetch") => Self::Fetch(Guid::parse(id)),
            [id, act] if is(act, "connection-status") => Self::Status(Guid::parse(id)),
            [user, secret, act] if is(act, "connected") => {
                Self::Connected(Guid::parse(user), Secret((*secret).to_owned()))
            }
            _ => return None,
        })
    }

    /// The methods that the address takes.
    #[must_use]
    pub const fn methods(&self) -> &'static str {
        match self {
            Self::Apps
            | Self::App(_)
            | Self::Platforms
            | Self::Platform(_)
            | Self::Connected(..)
            | Self::User
            | Self::Status(_)
            | Self::Statuses => "GET",
            Self::StartOauth
            | Self::ConnectEmail
            | Self::RequestUpdate
            | Self::ValidateEmail
            | Self::Fetch(_) => "POST",
            Self::EmailCallback | Self::State => "GET, POST",
        }
    }

    /// Whether the answer is the same for everybody and says nothing of a person.
    #[must_use]
    pub const fn is_discovery(&self) -> bool {
        matches!(self, Self::Platforms | Self::Platform(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "5846584a-2719-48dd-bef2-83c6d7dbd421";

    #[test]
    fn addresses_are_found_in_any_case() {
        for (path, route) in [
            ("app/AVAILABLE", Route::Apps),
            ("Platform/available/", Route::Platforms),
            ("platform/connection-status", Route::Statuses),
            ("PLATFORM/Connection-State", Route::State),
            ("user", Route::User),
            ("emailvalidation/Validate-Email", Route::ValidateEmail),
            ("EmailValidation/callback", Route::EmailCallback),
            (
                "platformuser/Request-Platform-Data-Update-Notification",
                Route::RequestUpdate,
            ),
        ] {
            assert_eq!(Route::find(path), Some(route), "{path}");
        }
        let id = || Guid::parse(ID);
        assert_eq!(
            Route::find(&format!("platform/{ID}")),
            Some(Route::Platform(id()))
        );
        assert_eq!(
            Route::find(&format!("Platform/{ID}/initiate-data-fetch")),
            Some(Route::Fetch(id()))
        );
        assert_eq!(Route::find("Platform/no-guid"), Some(Route::Platform(None)));
        let connected = Route::find(&format!("Platform/{ID}/s3cret/connected")).unwrap();
        assert_eq!(connected, Route::Connected(id(), Secret("s3cret".into())));
        assert!(!format!("{connected:?}").contains("s3cret"));
    }

    #[test]
    fn nothing_of_the_developer_portal_and_no_callback_of_upstreams_has_a_face() {
        for path in [
            "",
            "/",
            "App",
            "App/",
            "App/admin",
            "App/admin/5846584a-2719-48dd-bef2-83c6d7dbd421",
            "Platform",
            "Platform/admin",
            "Platform/admin/x/connected",
            "Platform/freelancer/auth-complete",
            "test/app/projects/1-A/dummy",
            "User/x",
            "PlatformUser",
            "PlatformUser/other",
            "Platform/a/b/c/connected",
        ] {
            assert_eq!(Route::find(path), None, "{path}");
        }
    }
}
