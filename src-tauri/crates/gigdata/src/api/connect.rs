//! The query of the addresses that an app opens in the person's browser (spec 2.5). Names are matched in any case: the documentation, the
//! portal and its test tool write them differently.

use super::{Claim, Guid};

/// The longest value of a parameter, in bytes.
const LONGEST: usize = 2048;
/// So many parameters are looked at.
const MOST: usize = 32;

/// What an app asks by opening `initiate-connection`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connecting {
    /// Who asks, and how the answer comes back.
    pub login: Login,
    /// The platform.
    pub platform: Guid,
}

/// What an app asks by opening the login address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The app.
    pub app: Guid,
    /// What it wants to see: `permissions` 2 is everything, any other the aggregate; its default where it says nothing.
    pub claim: Option<Claim>,
    /// Its own word for this attempt.
    pub request: Option<String>,
    /// Where the browser is to return to.
    pub return_url: Option<String>,
    /// The digest of a secret that the app shows when it takes its token (RFC 7636, `S256`).
    pub challenge: Option<String>,
}

/// A query that names no app, or holds a value that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the parameter `{0}` is missing or cannot be used")]
pub struct NotConnecting(pub &'static str);

impl Connecting {
    /// Reads the decoded pairs of a query.
    ///
    /// # Errors
    /// [`NotConnecting`].
    pub fn read<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, NotConnecting> {
        let query = Query::of(pairs)?;
        Ok(Self {
            login: query.login()?,
            platform: query.guid("platform")?,
        })
    }
}

impl Login {
    /// Reads the decoded pairs of a query.
    ///
    /// # Errors
    /// [`NotConnecting`].
    pub fn read<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, NotConnecting> {
        Query::of(pairs)?.login()
    }
}

/// The parameters by their names in lower case. One that comes twice cannot be told.
struct Query<'a>(Vec<(String, &'a str)>);

impl<'a> Query<'a> {
    fn of(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, NotConnecting> {
        const KNOWN: [&str; 7] = [
            "app",
            "platform",
            "permissions",
            "requestid",
            "returnurl",
            "code_challenge",
            "code_challenge_method",
        ];
        let mut found: Vec<(String, &str)> = Vec::new();
        for (name, value) in pairs.into_iter().take(MOST) {
            let name = name.to_ascii_lowercase();
            let Some(known) = KNOWN.iter().find(|known| **known == name) else {
                continue;
            };
            let twice = found.iter().any(|(other, _)| *other == name);
            if twice || value.len() > LONGEST || value.chars().any(char::is_control) {
                return Err(NotConnecting(known));
            }
            found.push((name, value));
        }
        Ok(Self(found))
    }

    fn get(&self, name: &str) -> Option<&'a str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| *value).filter(|value| !value.is_empty())
    }

    fn guid(&self, name: &'static str) -> Result<Guid, NotConnecting> {
        self.get(name).and_then(Guid::parse).ok_or(NotConnecting(name))
    }

    fn login(&self) -> Result<Login, NotConnecting> {
        Ok(Login {
            app: self.guid("app")?,
            claim: self.get("permissions").map(|number| {
                if number == "2" {
                    Claim::Full
                } else {
                    Claim::Aggregated
                }
            }),
            request: self.get("requestid").map(str::to_owned),
            return_url: self.get("returnurl").map(str::to_owned),
            challenge: self.challenge()?,
        })
    }

    fn challenge(&self) -> Result<Option<String>, NotConnecting> {
        let Some(challenge) = self.get("code_challenge") else {
            return Ok(None);
        };
        if self.get("code_challenge_method") != Some("S256") {
            return Err(NotConnecting("code_challenge_method"));
        }
        // BASE64URL of a SHA-256 without padding.
        let plain = challenge.len() == 43
            && challenge
                .bytes()
                .all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, b'-' | b'_'));
        plain
            .then(|| Some(challenge.to_owned()))
            .ok_or(NotConnecting("code_challenge"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "5846584a-2719-48dd-bef2-83c6d7dbd421";

    fn read(pairs: &[(&str, &str)]) -> Result<Connecting, NotConnecting> {
        Connecting::read(pairs.iter().copied())
    }

    #[test]
    fn the_three_spellings_are_read() {
        let read = read(&[
            ("requestId", "r 1"),
            ("App", ID),
            ("platform", ID),
            ("permissions", "2"),
            ("returnurl", "https://a.example/"),
            ("other", "x"),
        ])
        .unwrap();
        assert_eq!(read.login.claim, Some(Claim::Full));
        assert_eq!(read.login.request.as_deref(), Some("r 1"));
        assert_eq!(read.login.return_url.as_deref(), Some("https://a.example/"));
    }

    /// Whatever number is not 2 is the aggregate, never more (P5).
    #[test]
    fn an_unknown_permission_is_the_least() {
        for number in ["1", "3", "22", "02", "-2", "full", " 2"] {
            let read = read(&[("app", ID), ("platform", ID), ("permissions", number)]).unwrap();
            assert_eq!(read.login.claim, Some(Claim::Aggregated), "{number}");
        }
        assert_eq!(read(&[("app", ID), ("platform", ID)]).unwrap().login.claim, None);
    }

    #[test]
    fn what_cannot_be_told_is_refused() {
        let long = "x".repeat(2049);
        for (pairs, name) in [
            (vec![("platform", ID)], "app"),
            (vec![("app", ID)], "platform"),
            (vec![("app", ID), ("APP", ID), ("platform", ID)], "app"),
            (
                vec![("app", ID), ("platform", ID), ("requestid", "a\r\nb")],
                "requestid",
            ),
            (
                vec![("app", ID), ("platform", ID), ("returnurl", &long)],
                "returnurl",
            ),
            (
                vec![("app", ID), ("platform", ID), ("code_challenge", "x")],
                "code_challenge_method",
            ),
        ] {
            assert_eq!(read(&pairs), Err(NotConnecting(name)));
        }
    }
}
