//! Web addresses that somebody else gave: http and https only (specification 5, 9).

use std::fmt;

use thiserror::Error;
use url::{Host, Url};

/// Longest address, in bytes.
const MAX_BYTES: usize = 2048;

/// An absolute http or https address with a host and without a user. It is kept as browsers write it, so that what is shown is
/// what is opened.
#[derive(Clone, PartialEq, Eq)]
pub struct Link(Url);

/// Why a text is no such address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum LinkError {
    /// Not an absolute address, or too long.
    #[error("this is not a web address")]
    NotAnAddress,
    /// `javascript:`, `file:`, `data:` and whatever else there is.
    #[error("only http and https addresses are allowed")]
    Scheme,
    /// A name or password before the host, which makes another host look like the one that is meant.
    #[error("the address has a user name in it")]
    User,
}

impl Link {
    /// Takes an address.
    ///
    /// # Errors
    /// [`LinkError`] says why not.
    pub fn parse(text: &str) -> Result<Self, LinkError> {
        let is_plain = |c: char| !c.is_control() && !c.is_whitespace();
        if text.len() > MAX_BYTES || !text.chars().all(is_plain) {
            return Err(LinkError::NotAnAddress);
        }
        let url = Url::parse(text).map_err(|_| LinkError::NotAnAddress)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(LinkError::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(LinkError::User);
        }
        url.has_host().then_some(Self(url)).ok_or(LinkError::NotAnAddress)
    }

    /// The whole address.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Its host, in the form that cannot be mistaken for another: other alphabets are spelled out in ASCII.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Whether both have the same host, whatever the port.
    pub fn has_host_of(&self, other: &Self) -> bool {
        self.0.host() == other.0.host()
    }

    /// Whether it is https, or does not leave this computer.
    pub fn is_private(&self) -> bool {
        self.0.scheme() == "https" || self.is_loopback()
    }

    /// Whether it is on this computer.
    pub fn is_loopback(&self) -> bool {
        match self.0.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }

    /// Whether something can be appended to its path.
    pub(crate) fn is_base(&self) -> bool {
        self.0.query().is_none() && self.0.fragment().is_none()
    }

    /// The address with a segment more; one slash at its end does not count.
    pub(crate) fn with_segment(&self, segment: &str) -> Self {
        let mut url = self.0.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push(segment);
        }
        Self(url)
    }
}

impl fmt::Debug for Link {
    /// Its host: the rest may be a token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Link({})", self.host())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn web_addresses_are_taken_and_nothing_else() {
        for (text, error) in [
            ("javascript:alert(1)", LinkError::Scheme),
            ("file:///etc/passwd", LinkError::Scheme),
            ("data:text/html,x", LinkError::Scheme),
            ("ftp://a.example/", LinkError::Scheme),
            ("/relative", LinkError::NotAnAddress),
            ("//a.example/", LinkError::NotAnAddress),
            ("", LinkError::NotAnAddress),
            ("https://", LinkError::NotAnAddress),
            (" https://a.example", LinkError::NotAnAddress),
            ("https://a.example/\nx", LinkError::NotAnAddress),
            ("https://bank.example@a.example/", LinkError::User),
            ("https://:x@a.example/", LinkError::User),
        ] {
            assert_eq!(Link::parse(text), Err(error), "{text}");
        }
        assert_eq!(
            Link::parse(&format!("https://a.example/{}", "x".repeat(MAX_BYTES))),
            Err(LinkError::NotAnAddress)
        );
        let link = Link::parse("HTTPS://Il·lusió.coop/a?b#c").unwrap();
        assert_eq!(link.host(), "xn--illusi-cla89b.coop");
        assert_eq!(format!("{link:?}"), "Link(xn--illusi-cla89b.coop)");
    }

    #[test]
    fn what_leaves_this_computer_needs_https() {
        for (text, is_private, is_loopback) in [
            ("https://a.example", true, false),
            ("http://a.example", false, false),
            ("http://127.0.0.1:5001/x", true, true),
            ("http://127.8.0.1", true, true),
            ("http://[::1]:1", true, true),
            ("http://localhost:5001", true, true),
            ("http://a.localhost", true, true),
            ("http://localhost.example", false, false),
            ("http://10.0.0.1", false, false),
        ] {
            let link = Link::parse(text).unwrap();
            assert_eq!(
                (link.is_private(), link.is_loopback()),
                (is_private, is_loopback),
                "{text}"
            );
        }
    }

    #[test]
    fn a_segment_is_appended_once() {
        for base in ["https://a.example/b", "https://a.example/b/"] {
            let link = Link::parse(base).unwrap().with_segment("activateService");
            assert_eq!(link.as_str(), "https://a.example/b/activateService");
        }
        let root = Link::parse("http://localhost:5001").unwrap();
        assert_eq!(
            root.with_segment("activateService").as_str(),
            "http://localhost:5001/activateService"
        );
        let other = Link::parse("https://localhost/").unwrap();
        assert!(root.has_host_of(&other) && !root.has_host_of(&Link::parse("https://a.example").unwrap()));
    }

    proptest! {
        #[test]
        fn any_text_is_a_web_address_or_refused(text in any::<String>(), rest in any::<String>()) {
            prop_assert!(Link::parse(&text).is_err());
            if let Ok(link) = Link::parse(&format!("https://{rest}")) {
                prop_assert!(link.as_str().starts_with("https://"));
                prop_assert_eq!(Link::parse(link.as_str()), Ok(link));
            }
        }
    }
}
