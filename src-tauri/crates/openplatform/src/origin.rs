//! Web origins: scheme, host and port, as a browser states them and as apps state them themselves.

use std::fmt;

use url::{Host, Url};

/// The origin of an app, or of the place its manifest came from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AppOrigin {
    scheme: String,
    host: String,
    port: u16,
}

impl AppOrigin {
    /// The origin of a URL; `None` unless its scheme is `http` or `https` and it has a host.
    pub fn of(url: &Url) -> Option<Self> {
        if !matches!(url.scheme(), "http" | "https") {
            return None;
        }
        let host = url.host_str().filter(|host| !host.is_empty())?;
        Some(Self {
            scheme: url.scheme().into(),
            host: host.into(),
            port: url.port_or_known_default()?,
        })
    }

    /// `http` or `https`.
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// Host name or address, lower case; a name outside ASCII in its `xn--` form, IPv6 in brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, also when it is the scheme's own.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether a browser that reports `event_origin` means this origin. Exact: `null` and prefixes never match.
    pub fn is_event_origin(&self, event_origin: &str) -> bool {
        event_origin == self.to_string()
    }

    /// Whether an app that says `declared` about itself may mean this origin.
    ///
    /// Client libraries between 2018-08-27 and version 426 leave the port out (specification 3.2), so both forms pass.
    /// This is a self-declaration: it confirms what the browser reports, and never replaces it.
    pub fn is_declared_as(&self, declared: &str) -> bool {
        self.is_event_origin(declared) || declared == self.without_port()
    }

    fn without_port(&self) -> String {
        format!("{}://{}", self.scheme, self.host)
    }

    fn has_default_port(&self) -> bool {
        matches!((self.scheme.as_str(), self.port), ("http", 80) | ("https", 443))
    }
}

impl fmt::Display for AppOrigin {
    /// The form of `location.origin`: the port only when it is not the scheme's own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.host)?;
        if self.has_default_port() {
            Ok(())
        } else {
            write!(f, ":{}", self.port)
        }
    }
}

/// Whether a URL names this computer: `localhost`, a name below it, `127.0.0.0/8` or `::1`.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.strip_suffix('.').unwrap_or(name);
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => {
            address.is_loopback() || address.to_ipv4_mapped().is_some_and(|v4| v4.is_loopback())
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn origin(text: &str) -> AppOrigin {
        AppOrigin::of(&url(text)).unwrap()
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        assert_eq!(
            origin("http://App.Example:8001/x?y#z").to_string(),
            "http://app.example:8001"
        );
        assert_eq!(
            origin("https://app.example:443/").to_string(),
            "https://app.example"
        );
        assert_eq!(origin("https://app.example/").port(), 443);
        assert_eq!(origin("http://[::1]:9/").to_string(), "http://[::1]:9");
        assert_ne!(origin("http://app.example/"), origin("https://app.example/"));
        assert!(AppOrigin::of(&url("file:///etc/passwd")).is_none());
        assert!(AppOrigin::of(&url("data:text/html,x")).is_none());
    }

    #[test]
    fn a_declared_origin_may_lack_its_port() {
        let app = origin("http://app:8001/");
        assert!(app.is_declared_as("http://app:8001"));
        assert!(app.is_declared_as("http://app"));
        assert!(!app.is_declared_as("http://app:80"));
        assert!(!app.is_declared_as("http://app:8001.evil.example"));
        assert!(!app.is_declared_as("http://ap"));
        assert!(!app.is_declared_as(""));
        assert!(!app.is_declared_as("null"));
    }

    #[test]
    fn an_event_origin_must_be_exact() {
        let app = origin("http://app:8001/");
        assert!(app.is_event_origin("http://app:8001"));
        assert!(!app.is_event_origin("http://app"));
    }

    #[test]
    fn loopback_is_this_computer_only() {
        for text in [
            "http://localhost/",
            "http://x1.localhost:8/",
            "http://127.0.0.1/",
            "http://127.9.9.9/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://2130706433/",
            "http://localhost./",
        ] {
            assert!(is_loopback(&url(text)), "{text}");
        }
        for text in [
            "http://localhost.example/",
            "http://10.0.0.1/",
            "http://xlocalhost/",
            "http://[::2]/",
        ] {
            assert!(!is_loopback(&url(text)), "{text}");
        }
    }
}
