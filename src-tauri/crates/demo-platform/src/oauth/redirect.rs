//! Where the answer of the authorisation page may go.

use url::{Host, Url};

/// Longest redirect address in bytes.
const LONGEST: usize = 2048;

/// An address on this computer: `http://127.0.0.1:*/…` or `http://localhost:*/…`. The port is free, as RFC 8252 section 7.3 wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Redirect {
    /// As it was asked for; the token request has to repeat it to the letter.
    text: String,
    url: Url,
}

impl Redirect {
    /// Takes a loopback address; anything else is `None`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let url = Url::parse(text).ok()?;
        let loopback = match url.host()? {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(address) => address == std::net::Ipv4Addr::LOCALHOST,
            Host::Ipv6(_) => false,
        };
        let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        (loopback && plain && url.scheme() == "http").then(|| Self {
            text: text.to_owned(),
            url,
        })
    }

    /// The address with the answer in its query.
    pub(crate) fn with(&self, answer: &[(&str, &str)]) -> Url {
        let mut url = self.url.clone();
        url.query_pairs_mut().extend_pairs(answer);
        url
    }

    /// Whether the token request names the same address.
    pub(crate) fn is(&self, text: &str) -> bool {
        self.text == text
    }

    /// Host and port, for the page.
    pub(crate) fn place(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        self.url
            .port()
            .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }
}

#[cfg(test)]
mod tests {
    use super::Redirect;
    use proptest::prelude::*;

    #[test]
    fn loopback_addresses_are_taken() {
        for text in [
            "http://127.0.0.1:41999/callback",
            "http://localhost:8080/a/b?x=1",
            "http://127.0.0.1/",
        ] {
            assert!(Redirect::parse(text).is_some(), "{text}");
        }
    }

    #[test]
    fn other_addresses_are_refused() {
        for text in [
            "https://127.0.0.1:1/",
            "http://example.com/",
            "http://localhost.example.com/",
            "http://127.0.0.1.example.com/",
            "http://user@localhost:1/",
            "http://127.0.0.1:1/#x",
            "http://[::1]:1/",
            "http://10.0.0.1/",
            "javascript:alert(1)",
            "/callback",
            "",
            "satchel:callback",
            "http://0.0.0.0:1/",
        ] {
            assert_eq!(Redirect::parse(text), None, "{text}");
        }
        assert_eq!(
            Redirect::parse(&format!("http://127.0.0.1/{}", "a".repeat(2048))),
            None
        );
    }

    #[test]
    fn the_answer_joins_the_query_and_is_encoded() {
        let redirect = Redirect::parse("http://127.0.0.1:9/cb?keep=1").unwrap();
        assert_eq!(
            redirect.with(&[("state", "a b&c")]).as_str(),
            "http://127.0.0.1:9/cb?keep=1&state=a+b%26c"
        );
    }

    proptest! {
        #[test]
        fn whatever_is_taken_stays_on_this_computer(text in "(http|https|ftp)://[a-z0-9.@:\\[\\]]{0,30}(/[ -~]{0,30})?") {
            if let Some(redirect) = Redirect::parse(&text) {
                let url = redirect.with(&[("code", "x")]);
                prop_assert!(matches!(url.host_str(), Some("127.0.0.1" | "localhost")));
                prop_assert_eq!(url.scheme(), "http");
            }
        }
    }
}
