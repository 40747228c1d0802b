//! Where the browser comes back to when a platform does not take the address of this computer.

use serde::Deserialize;
use url::Url;

use super::OAuth;
use crate::{ConnectError, http::check_address};

/// Where a platform lets the browser come back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BackTo {
    /// This computer, or a relay where the person names one.
    #[default]
    Loopback,
    /// Only https: a relay of the person's.
    Https,
    /// Only what was registered with the platform, under the name that the platform gave it; behind that name is a relay of the person's.
    Name,
}

/// Longest address or name of a relay, in bytes.
const LONGEST: usize = 500;

impl OAuth {
    /// What goes out as `redirect_uri` in place of this computer's own address.
    ///
    /// # Errors
    /// [`ConnectError::NeedsRelay`] where the platform takes no other and none is named, [`ConnectError::BadRelay`] for one that is none.
    pub(crate) fn redirect(&self, relay: Option<&str>) -> Result<Option<String>, ConnectError> {
        let Some(relay) = relay.map(str::trim) else {
            return match self.redirect {
                BackTo::Loopback => Ok(None),
                BackTo::Https | BackTo::Name => Err(ConnectError::NeedsRelay),
            };
        };
        let good = match self.redirect {
            // An own relay is tried on this computer too.
            BackTo::Loopback => relay_address(relay).is_some(),
            BackTo::Https => relay_address(relay).is_some_and(|url| url.scheme() == "https"),
            BackTo::Name => {
                (1..=LONGEST).contains(&relay.len())
                    && relay
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
            }
        };
        if good {
            Ok(Some(relay.to_owned()))
        } else {
            Err(ConnectError::BadRelay)
        }
    }
}

/// An address without anything that would be lost or told on the way: no query, no fragment, no password.
fn relay_address(text: &str) -> Option<Url> {
    let url: Url = text.parse().ok()?;
    let plain = url.query().is_none() && url.fragment().is_none() && check_address(&url).is_ok();
    (plain && text.len() <= LONGEST).then_some(url)
}

#[cfg(test)]
mod tests {
    use crate::{ConnectError, connector};

    #[test]
    fn a_relay_is_an_address_or_a_registered_name() {
        let link = |platform: &str, relay: Option<&str>| {
            connector(platform)
                .unwrap()
                .oauth
                .clone()
                .unwrap()
                .redirect(relay)
        };
        assert_eq!(link("github-sponsors", None).unwrap(), None);
        assert_eq!(
            link("github-sponsors", Some(" https://me.example/back/ "))
                .unwrap()
                .as_deref(),
            Some("https://me.example/back/")
        );
        for bad in [
            "http://me.example/",
            "https://me:word@example.org/",
            "https://me.example/?a=b",
            "https://me.example/#a",
            "me.example",
            "javascript:alert(1)",
        ] {
            assert!(
                matches!(link("strava", Some(bad)), Err(ConnectError::BadRelay)),
                "{bad}"
            );
        }
        assert!(matches!(link("ebay", None), Err(ConnectError::NeedsRelay)));
        assert_eq!(
            link("ebay", Some("Me-MyApp-PRD-abc")).unwrap().as_deref(),
            Some("Me-MyApp-PRD-abc")
        );
        for bad in ["https://me.example/", "", "a b", "a&b=c"] {
            assert!(
                matches!(link("ebay", Some(bad)), Err(ConnectError::BadRelay)),
                "{bad}"
            );
        }
        assert!(matches!(link("etsy", None), Err(ConnectError::NeedsRelay)));
        assert!(matches!(
            link("etsy", Some("http://127.0.0.1:8/")),
            Err(ConnectError::BadRelay)
        ));
        assert!(link("etsy", Some("https://me.example/")).is_ok());
    }
}
