//! Addresses: the base of the host, the endpoints below it, and the URL that an app's frame is opened with.

use thiserror::Error;
use url::Url;

use crate::chain::Chain;
use crate::ids::openplatform_id;
use crate::manifest::Protocol;
use crate::token::{AppToken, Revision};

/// How an app is spoken to in one opening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wire {
    /// Its profile.
    pub protocol: Protocol,
    /// The secrets of P5; other profiles do not look at them.
    pub chain: Chain,
}

/// BASE: where the host's HTTP interface is, `scheme://host[:port]` without a slash at the end.
///
/// App modules demand that a verify URL starts with exactly this text (specification 2.3, rule of module 1.024), and
/// that [`BaseUrl::id`] is its checksum, so it must not change while apps know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(String);

/// Why a text is not a base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a base is http or https, a host and perhaps a port, and nothing behind it")]
pub struct BadBase;

impl BaseUrl {
    /// Takes a base; one slash at the end is left out.
    ///
    /// # Errors
    /// [`BadBase`] for another scheme, a path, a query, a fragment or credentials.
    pub fn new(text: &str) -> Result<Self, BadBase> {
        let url = Url::parse(text).map_err(|_| BadBase)?;
        let origin = crate::origin::AppOrigin::of(&url).ok_or(BadBase)?.to_string();
        if text.strip_suffix('/').unwrap_or(text) == origin {
            Ok(Self(origin))
        } else {
            Err(BadBase)
        }
    }

    /// The base.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `openplatformid` of this base.
    pub fn id(&self) -> u32 {
        openplatform_id(&self.0)
    }

    /// The address at which the app's server asks who the person is: `BASE/verify/?accesstoken=…`, the token encoded.
    pub fn verify_url(&self, token: &AppToken) -> String {
        self.with_token("verify", token)
    }

    /// An address below `BASE/api/`, with the app's token: `BASE/api/<name>/?accesstoken=…`.
    pub fn api_url(&self, endpoint: ApiEndpoint, token: &AppToken) -> String {
        self.with_token(endpoint.path(), token)
    }

    /// The address that P5 signs: `BASE/<name>/?token=…`, without its signature.
    pub fn chained_url(&self, endpoint: ChainedEndpoint, token: &AppToken) -> String {
        let (path, argument) = (endpoint.path(), endpoint.argument());
        format!("{}/{path}/?{argument}={}", self.0, token.expose())
    }

    /// P5's verify address with its signature, `U~SIGN`.
    pub fn signed_verify_url(&self, token: &AppToken, chain: &Chain) -> String {
        let address = self.chained_url(ChainedEndpoint::Verify, token);
        let sign = chain.sign(&address);
        format!("{address}~{sign}")
    }

    /// The address with which a frame is opened: the page of the manifest, with what the app's profile wants to know: the token, where it
    /// is verified, the language, the revision of what the app may know.
    pub fn frame_url(
        &self,
        page: &str,
        wire: &Wire,
        token: &AppToken,
        language: &str,
        revision: &Revision,
    ) -> String {
        match wire.protocol {
            Protocol::P2 => frame_url(page, &FrameArgument::Token(token)),
            Protocol::P3 => frame_url(page, &FrameArgument::VerifyUrl(&self.verify_url(token))),
            Protocol::P4 => {
                let argument = FrameArgument::Versioned {
                    verify_url: &self.verify_url(token),
                    language,
                    revision: Some(revision),
                };
                frame_url(page, &argument)
            }
            Protocol::P5 => {
                let address = self.signed_verify_url(token, &wire.chain);
                frame_url(page, &FrameArgument::Signed(&address))
            }
        }
    }

    fn with_token(&self, path: &str, token: &AppToken) -> String {
        format!(
            "{}/{path}/?accesstoken={}",
            self.0,
            encode_component(token.expose())
        )
    }
}

/// The endpoints whose addresses are handed to apps (specification 5.3 to 5.10).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiEndpoint {
    /// People that the app may see.
    Users,
    /// Apps that the app may see.
    Apps,
    /// Lists of companies, places, roles and so on.
    Meta,
    /// Calls to the services of other apps.
    Services,
    /// Adds one to the app's badge.
    Badge,
    /// Sends a notification to the person.
    Notify,
}

impl ApiEndpoint {
    fn path(self) -> &'static str {
        match self {
            Self::Users => "api/users",
            Self::Apps => "api/apps",
            Self::Meta => "api/meta",
            Self::Services => "api/services",
            Self::Badge => "api/badge",
            Self::Notify => "api/notify",
        }
    }
}

/// The endpoints of P5, whose addresses are signed (specification 2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChainedEndpoint {
    /// Who the person is.
    Verify,
    /// Sends a notification to the person.
    Notify,
    /// People that the app may see.
    Users,
    /// What holds as long as the app is open.
    Session,
}

impl ChainedEndpoint {
    fn path(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Notify => "notify",
            Self::Users => "users",
            Self::Session => "session",
        }
    }

    /// The argument of the token, by which the address is signed; `/session/` knows it by another name.
    pub fn argument(self) -> &'static str {
        match self {
            Self::Verify | Self::Notify | Self::Users => "token",
            Self::Session => "ssid",
        }
    }
}

/// What goes into the frame's URL as `openplatform=`, by profile (specification 2.1).
#[derive(Debug, Clone, Copy)]
pub enum FrameArgument<'a> {
    /// P2: the bare token.
    Token(&'a AppToken),
    /// P3 and P4 up to 2019-10-17: the verify URL.
    VerifyUrl(&'a str),
    /// P4: the verify URL, then `language` and, when set, `rev`.
    Versioned {
        /// Made by [`BaseUrl::verify_url`].
        verify_url: &'a str,
        /// Language of the person, two letters; upstream's default is `en`.
        language: &'a str,
        /// The revision of what the app may know.
        revision: Option<&'a Revision>,
    },
    /// P5: the signed verify address, made by [`BaseUrl::signed_verify_url`].
    Signed(&'a str),
}

/// The URL of the frame, with the argument in its query, before any fragment: first, and P5's last (specification 2.1).
///
/// `app_url` is the manifest's `url`, taken byte for byte: apps compare it with their own.
pub fn frame_url(app_url: &str, argument: &FrameArgument<'_>) -> String {
    let (address, fragment) = split_off(app_url, '#');
    let (path, query) = split_off(address, '?');
    let (text, query) = (argument_text(argument), query.strip_prefix('?').unwrap_or(query));
    let query = if query.is_empty() {
        text
    } else if matches!(argument, FrameArgument::Signed(_)) {
        format!("{query}&{text}")
    } else {
        format!("{text}&{query}")
    };
    format!("{path}?{query}{fragment}")
}

fn argument_text(argument: &FrameArgument<'_>) -> String {
    match argument {
        FrameArgument::Token(token) => format!("openplatform={}", token.expose()),
        FrameArgument::VerifyUrl(verify_url) | FrameArgument::Signed(verify_url) => {
            format!("openplatform={}", encode_component(verify_url))
        }
        FrameArgument::Versioned {
            verify_url,
            language,
            revision,
        } => {
            let rev = revision
                .map(|rev| format!("&rev={}", encode_component(rev.as_str())))
                .unwrap_or_default();
            format!(
                "openplatform={}&language={}{rev}",
                encode_component(verify_url),
                encode_component(language)
            )
        }
    }
}

/// Splits before the first `mark`; the second part keeps the mark, or is empty.
fn split_off(text: &str, mark: char) -> (&str, &str) {
    text.find(mark)
        .and_then(|at| text.split_at_checked(at))
        .unwrap_or((text, ""))
}

/// What JavaScript's `encodeURIComponent` does: everything but `A-Z a-z 0-9 - _ . ! ~ * ' ( )` becomes `%XX`.
fn encode_component(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERIFY: &str = "http://127.0.0.1:9000/verify/?accesstoken=ab%2Fc";

    fn p4<'a>(revision: Option<&'a Revision>) -> FrameArgument<'a> {
        FrameArgument::Versioned {
            verify_url: VERIFY,
            language: "en",
            revision,
        }
    }

    #[test]
    fn the_example_of_the_specification() {
        assert_eq!(
            format!(
                "http://127.0.0.1:9000/verify/?accesstoken={}",
                encode_component("ab/c")
            ),
            VERIFY
        );
        let rev = Revision::parse("x1y2z").unwrap();
        assert_eq!(
            frame_url("http://127.0.0.1:8001", &p4(Some(&rev))),
            "http://127.0.0.1:8001?openplatform=http%3A%2F%2F127.0.0.1%3A9000%2Fverify%2F%3Faccesstoken%3Dab%252Fc&language=en&rev=x1y2z"
        );
    }

    #[test]
    fn the_argument_comes_first_and_before_the_fragment() {
        let url = frame_url(
            "https://a.example/x?y=1&z=2#part?no",
            &FrameArgument::VerifyUrl("u"),
        );
        assert_eq!(url, "https://a.example/x?openplatform=u&y=1&z=2#part?no");
        assert_eq!(
            frame_url("https://a.example/?", &FrameArgument::VerifyUrl("u")),
            "https://a.example/?openplatform=u"
        );
        assert_eq!(
            frame_url("https://a.example/#f", &FrameArgument::VerifyUrl("u")),
            "https://a.example/?openplatform=u#f"
        );
        assert!(frame_url("https://a.example/", &p4(None)).ends_with("&language=en"));
    }

    #[test]
    fn p2_carries_the_bare_token() {
        let token = AppToken::from_random(&[1; 32]);
        let url = frame_url("https://a.example/", &FrameArgument::Token(&token));
        assert_eq!(
            url,
            format!("https://a.example/?openplatform={}", "01".repeat(32))
        );
    }

    #[test]
    fn encoding_is_that_of_the_browser() {
        assert_eq!(
            encode_component("a b/ñ😀-_.!~*'()"),
            "a%20b%2F%C3%B1%F0%9F%98%80-_.!~*'()"
        );
    }

    #[test]
    fn addresses_start_with_the_base() {
        let base = BaseUrl::new("http://127.0.0.1:8200/").unwrap();
        let token = AppToken::from_random(&[2; 32]);
        assert_eq!(base.id(), 2_181_588_538);
        assert_eq!(
            base.verify_url(&token),
            format!("http://127.0.0.1:8200/verify/?accesstoken={}", "02".repeat(32))
        );
        assert!(
            base.api_url(ApiEndpoint::Users, &token)
                .starts_with("http://127.0.0.1:8200/api/users/?accesstoken=02")
        );
    }

    #[test]
    fn each_profile_has_its_form() {
        let base = BaseUrl::new("http://127.0.0.1:8200").unwrap();
        let token = AppToken::from_random(&[2; 32]);
        let bare = "02".repeat(32);
        let rev = Revision::parse("x1y2z").unwrap();
        let of = |protocol| {
            let chain = Chain::new(Some("req"), Some("res"));
            let wire = Wire { protocol, chain };
            base.frame_url("https://a.example/?x=1#f", &wire, &token, "en", &rev)
        };
        let verify = format!("http%3A%2F%2F127.0.0.1%3A8200%2Fverify%2F%3Faccesstoken%3D{bare}");
        assert_eq!(
            of(Protocol::P2),
            format!("https://a.example/?openplatform={bare}&x=1#f")
        );
        assert_eq!(
            of(Protocol::P3),
            format!("https://a.example/?openplatform={verify}&x=1#f")
        );
        assert_eq!(
            of(Protocol::P4),
            format!("https://a.example/?openplatform={verify}&language=en&rev=x1y2z&x=1#f")
        );
        let address = format!("http://127.0.0.1:8200/verify/?token={bare}");
        let sign = Chain::new(Some("req"), None).sign(&address);
        assert_eq!(
            of(Protocol::P5),
            format!(
                "https://a.example/?x=1&openplatform=http%3A%2F%2F127.0.0.1%3A8200%2Fverify%2F%3Ftoken%3D{bare}~{sign}#f"
            )
        );
    }

    #[test]
    fn a_base_has_nothing_behind_the_port() {
        for text in [
            "http://a/b",
            "http://a?x",
            "http://a#x",
            "http://u:p@a",
            "ftp://a",
            "http://A",
            "a",
            "",
        ] {
            assert_eq!(BaseUrl::new(text), Err(BadBase), "{text}");
        }
    }
}
