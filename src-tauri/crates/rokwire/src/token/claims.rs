//! What a token claims.

use thiserror::Error;
use time::OffsetDateTime;

use super::kind::Kind;
use crate::object::is_name;

/// Longest id or address in a token, in bytes.
pub(super) const MAX_NAME: usize = 256;

/// The claims of one token, checked. Times are whole seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    pub(super) issuer: String,
    pub(super) id: String,
    pub(super) issued: i64,
    pub(super) expires: i64,
    pub(super) holder: Holder,
    pub(super) kind: Kind,
}

/// For whom and where a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// `sub`: the account of this app in this space, a fresh id of somebody anonymous, or a service account.
    pub subject: String,
    /// `org_id`: the space.
    pub space: String,
    /// `app_id`: the app, or the console.
    pub app: String,
    /// `session_id`: the window's session, the anonymous session, or the grant.
    pub session: String,
}

/// Why no token is made of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ClaimsError {
    /// The name of a claim whose value is empty, too long, not visible ASCII, or `all` where that would mean everything.
    #[error("the claim {0} is empty or not allowed")]
    NotAllowed(&'static str),
    /// It would be over before it begins, or live longer than its kind does.
    #[error("the lifetime is none, or longer than this kind of token lives")]
    Lifetime,
}

impl Claims {
    /// Claims from `now` for as long as the kind lives, and not beyond `until`, the end of the grant behind it if it has one. `id` is `jti`
    /// and never used twice.
    ///
    /// # Errors
    /// [`ClaimsError`].
    pub fn new(
        issuer: &str,
        id: &str,
        holder: Holder,
        kind: Kind,
        now: OffsetDateTime,
        until: Option<OffsetDateTime>,
    ) -> Result<Self, ClaimsError> {
        let issued = now.unix_timestamp();
        let longest = issued.saturating_add(kind.longest_life());
        let expires = until.map_or(longest, |until| longest.min(until.unix_timestamp()));
        Self {
            issuer: issuer.to_owned(),
            id: id.to_owned(),
            issued,
            expires,
            holder,
            kind,
        }
        .checked()
    }

    /// `iss`.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// `jti`, by which one token is known.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// `iat`, in seconds since 1970.
    pub fn issued(&self) -> i64 {
        self.issued
    }

    /// `exp`, in seconds since 1970: the first second in which the token is no longer taken.
    pub fn expires(&self) -> i64 {
        self.expires
    }

    /// For whom and where it is.
    pub fn holder(&self) -> &Holder {
        &self.holder
    }

    /// Its kind, with what is particular to it.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// What holds for tokens that are made and for those that are read.
    pub(super) fn checked(self) -> Result<Self, ClaimsError> {
        let Holder {
            subject,
            space,
            app,
            session,
        } = &self.holder;
        for (claim, value) in [
            ("iss", &self.issuer),
            ("jti", &self.id),
            ("sub", subject),
            ("org_id", space),
            ("app_id", app),
            ("session_id", session),
        ] {
            if !is_name(value, MAX_NAME) {
                return Err(ClaimsError::NotAllowed(claim));
            }
        }
        for (claim, value) in [("org_id", space), ("app_id", app)] {
            if value.eq_ignore_ascii_case("all") {
                return Err(ClaimsError::NotAllowed(claim));
            }
        }
        if let Kind::Anonymous { audience } = &self.kind
            && !is_audience(audience)
        {
            return Err(ClaimsError::NotAllowed("aud"));
        }
        let life = self.expires.saturating_sub(self.issued);
        if self.issued < 0 || life <= 0 || life > self.kind.longest_life() {
            return Err(ClaimsError::Lifetime);
        }
        Ok(self)
    }
}

/// One audience: without the comma at which upstream splits, and not one that means all services of a platform.
fn is_audience(text: &str) -> bool {
    is_name(text, MAX_NAME) && !text.contains(',') && !crate::service_id::is_reserved(text)
}
