//! Tokens that an app carries: short-lived, made of random bytes that the caller brings, safe in every form of URL.

use std::fmt;

use crate::secret::Secret;

/// Random bytes behind a token.
pub const TOKEN_BYTES: usize = 32;

/// The bearer token of one opening of one app, 64 characters of `0-9a-f`.
///
/// That alphabet obeys every rule that apps set (specification 2.2): at least 20 characters; no `-`, which the server
/// module of an app splits at; no `&` and `~`, which the frame's argument uses; nothing that encoding would change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AppToken(Secret);

impl AppToken {
    /// Makes a token of bytes from the operating system's generator.
    pub fn from_random(bytes: &[u8; TOKEN_BYTES]) -> Self {
        Self(Secret::new(hex(bytes)))
    }

    /// The text that goes into URLs. It must not reach a log.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// Whether a presented text is this token, compared in constant time.
    pub fn matches(&self, presented: &PresentedToken) -> bool {
        self.0.is(presented.token())
    }
}

/// A token as somebody else presented it, in a message or a query, not yet believed.
#[derive(Clone, PartialEq, Eq)]
pub struct PresentedToken(Secret);

impl PresentedToken {
    /// Longest text that is looked at, in bytes; it may be a whole verify URL.
    pub const MAX_BYTES: usize = 4096;

    /// Takes what was presented; `None` when it is longer than [`Self::MAX_BYTES`].
    pub fn new(text: &str) -> Option<Self> {
        (text.len() <= Self::MAX_BYTES).then(|| Self(Secret::new(text.to_owned())))
    }

    /// The presented text as a token of the form that this vault hands out; `None` when it has another form.
    pub fn as_app_token(&self) -> Option<AppToken> {
        let token = self.token();
        let hex = token.len() == 2 * TOKEN_BYTES
            && token
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        hex.then(|| AppToken(Secret::new(token.to_owned())))
    }

    /// The token itself: of a verify URL what stands behind `token=`, up to the next argument.
    ///
    /// P3 and P4 clients send the bare token; a P2 client that was opened with a verify URL takes the whole URL for its
    /// token (specification 11, item 5). The URL may still be encoded once.
    pub fn token(&self) -> &str {
        let text = self.0.expose();
        let tail = ["token=", "token%3D", "token%3d"]
            .iter()
            .find_map(|mark| text.split_once(mark));
        let token = tail.map_or(text, |(_, tail)| tail);
        token.split(['&', '%', '~', '#']).next().unwrap_or_default()
    }
}

impl fmt::Debug for PresentedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[presented token]")
    }
}

/// `X-Origin`: what an app's server says with its calls, and what it gets back, where the person set it (specification 5.6).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OriginToken(Secret);

impl OriginToken {
    /// Takes the token as the person entered it.
    pub fn new(text: String) -> Self {
        Self(Secret::new(text))
    }

    /// The text that goes into the header. It must not reach a log.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// Whether a presented header is this token, compared in constant time.
    pub fn matches(&self, presented: Option<&str>) -> bool {
        presented.is_some_and(|presented| self.0.is(presented))
    }
}

/// `rev`: five characters that change whenever what the app may know changes (specification 5.11).
///
/// App modules keep a profile until the revision in the frame's URL differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision(String);

impl Revision {
    /// Makes a revision of random bytes. It is no secret, only unlikely to repeat.
    pub fn from_random(bytes: &[u8; 5]) -> Self {
        Self(bytes.iter().map(|byte| base32_digit(*byte)).collect())
    }

    /// Takes a revision that was stored; `None` unless it has 1 to 16 characters of `0-9a-z`.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=16).contains(&text.len());
        (fits && text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase()))
            .then(|| Self(text.to_owned()))
    }

    /// The revision.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(base32_digit)
        .collect()
}

fn base32_digit(value: u8) -> char {
    char::from_digit(u32::from(value & 31), 32).unwrap_or('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> AppToken {
        AppToken::from_random(&[0xA5; TOKEN_BYTES])
    }

    fn presented(text: &str) -> PresentedToken {
        PresentedToken::new(text).unwrap()
    }

    #[test]
    fn a_token_obeys_what_apps_demand() {
        let token = token();
        assert_eq!(token.expose(), "a5".repeat(32));
        assert!(token.expose().len() >= 20);
        assert!(token.expose().bytes().all(|b| b.is_ascii_hexdigit()));
    }

    #[test]
    fn bare_token_and_verify_url_both_match() {
        let bare = token().expose().to_owned();
        for text in [
            bare.clone(),
            format!("http://127.0.0.1:9000/verify/?accesstoken={bare}"),
            format!("http%3A%2F%2F127.0.0.1%3A9000%2Fverify%2F%3Faccesstoken%3D{bare}"),
            format!("http://127.0.0.1:9000/verify/?accesstoken={bare}&language=en"),
        ] {
            assert!(token().matches(&presented(&text)), "{text}");
        }
    }

    #[test]
    fn anything_else_does_not_match() {
        let bare = token().expose().to_owned();
        for text in [
            "",
            "a5",
            "accesstoken=",
            &format!("{bare}0"),
            &bare.to_uppercase(),
            &format!("x{bare}"),
        ] {
            assert!(!token().matches(&presented(text)), "{text}");
        }
        assert!(PresentedToken::new(&"a".repeat(PresentedToken::MAX_BYTES + 1)).is_none());
    }

    #[test]
    fn tokens_are_not_printed() {
        let bare = token().expose().to_owned();
        assert!(!format!("{:?}", token()).contains(&bare));
        assert!(!format!("{:?}", presented(&bare)).contains(&bare));
    }

    #[test]
    fn revisions_have_five_characters() {
        assert_eq!(Revision::from_random(&[0, 1, 31, 32, 255]).as_str(), "01v0v");
        assert_eq!(Revision::parse("x1y2z").unwrap().as_str(), "x1y2z");
        assert!(Revision::parse("").is_none());
        assert!(Revision::parse("a&b").is_none());
    }
}
