//! Misbehaviour on request.

use std::{fmt, str::FromStr};

/// A way in which the platform can go wrong. It lasts until another one is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// Access tokens that came with a code, or were issued before this was set, are refused as expired. Refreshed ones work.
    ExpiredToken,
    /// Every data request is answered 429 with `Retry-After`.
    RateLimit,
    /// Every data request is answered 500.
    ServerError,
    /// Data answers end in the middle of the JSON text.
    TruncatedJson,
    /// Data answers keep the caller waiting.
    Slow,
    /// The person has withdrawn the access: every token that is used dies, refresh tokens too.
    Revoked,
    /// Tokens carry less than was asked and allowed: no payments, no reviews.
    LessScope,
    /// The authorisation answer carries a state that nobody sent.
    BadState,
    /// Access tokens live five seconds (those issued before have lapsed), and refreshing is refused.
    RefreshFails,
    /// Token and data requests are redirected to another origin, `/elsewhere`, which no client should ever reach.
    RedirectAway,
    /// Data answers go on for 256 MiB.
    Huge,
    /// Every data request is answered 410: the account is closed.
    AccountClosed,
    /// Every token request is answered 500.
    TokenError,
}

/// The name is none of the faults.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no fault of that name; there are {}", Fault::names())]
pub struct UnknownFault;

impl Fault {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::ExpiredToken,
        Self::RateLimit,
        Self::ServerError,
        Self::TruncatedJson,
        Self::Slow,
        Self::Revoked,
        Self::LessScope,
        Self::BadState,
        Self::RefreshFails,
        Self::RedirectAway,
        Self::Huge,
        Self::AccountClosed,
        Self::TokenError,
    ];

    /// The name on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ExpiredToken => "expired-token",
            Self::RateLimit => "rate-limit",
            Self::ServerError => "server-error",
            Self::TruncatedJson => "truncated-json",
            Self::Slow => "slow",
            Self::Revoked => "revoked",
            Self::LessScope => "less-scope",
            Self::BadState => "bad-state",
            Self::RefreshFails => "refresh-fails",
            Self::RedirectAway => "redirect-away",
            Self::Huge => "huge",
            Self::AccountClosed => "account-closed",
            Self::TokenError => "token-error",
        }
    }

    fn names() -> String {
        Self::ALL.map(Self::as_str).join(", ")
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(name: &str) -> Result<Self, UnknownFault> {
        Self::ALL
            .into_iter()
            .find(|fault| fault.as_str() == name)
            .ok_or(UnknownFault)
    }
}

#[cfg(test)]
mod tests {
    use super::Fault;

    #[test]
    fn every_name_is_read_back() {
        for fault in Fault::ALL {
            assert_eq!(fault.to_string().parse(), Ok(fault));
        }
    }

    #[test]
    fn an_unknown_name_is_answered_with_all_names() {
        let error = "no-such-thing".parse::<Fault>().unwrap_err().to_string();
        assert!(
            Fault::ALL.iter().all(|fault| error.contains(fault.as_str())),
            "{error}"
        );
        assert!(!error.contains("no-such-thing"));
    }
}
