//! Whose token came with a call, and whether the page that sent it may use it.

use axum::{
    http::{HeaderMap, header},
    response::Response,
};
use openplatform::token::PresentedToken;
use vault_core::{
    SpaceHandle,
    services::{CoreAccess, CoreCaller, CoreHolder},
};
use vault_core::{VaultError, disclosure::Recipient};
use vault_store::{AppTypeId, Scope};

use super::{denied, issuer, not_allowed, unknown};
use crate::{
    Shared,
    guard::Passed,
    reply::{forbidden_origin, locked},
};

/// The longest token that is looked at, in bytes.
const LONGEST: usize = 8 * 1024;

/// Finds who calls, or answers. A token whose own time is over is no credential any more; one whose grant is over opens nothing.
pub(super) async fn access(shared: &Shared, passed: &Passed) -> Result<CoreAccess, Response> {
    let Some(token) = token(&passed.headers) else {
        return Err(unknown(shared, passed));
    };
    match caller(shared, passed, token).await {
        Ok(caller)
            if caller
                .origins()
                .is_some_and(|origins| passed.is_of_none_of(origins)) =>
        {
            Err(forbidden_origin())
        }
        Ok(CoreCaller::Works(access)) => Ok(*access),
        Ok(CoreCaller::Over { expired: false, .. }) => Err(denied(passed)),
        Ok(CoreCaller::Over { expired: true, .. } | CoreCaller::Nobody) => Err(unknown(shared, passed)),
        Err(_) => Err(locked()),
    }
}

/// Whose token this is. Calls with one token are looked at one behind another.
pub(crate) async fn caller(shared: &Shared, passed: &Passed, token: &str) -> Result<CoreCaller, VaultError> {
    let _turn = match PresentedToken::new(token) {
        Some(presented) => shared.lanes.turn(&presented).await,
        None => None,
    };
    passed.vault.core_caller(token, &issuer(shared)).await
}

/// Who holds a token that opens something of the person.
pub(super) struct Seeing {
    pub(super) space: SpaceHandle,
    pub(super) recipient: Recipient,
    pub(super) scopes: Vec<Scope>,
    /// The build that asked for the token, if one did.
    pub(super) build: Option<AppTypeId>,
    /// `sub` of the token.
    pub(super) subject: String,
}

/// The same for what needs a token of consent.
pub(super) async fn seeing(shared: &Shared, passed: &Passed) -> Result<Seeing, Response> {
    let access = access(shared, passed).await?;
    match access.holder {
        CoreHolder::Anonymous { .. } => Err(denied(passed)),
        CoreHolder::Service {
            account,
            recipient,
            scopes,
            ..
        } => Ok(Seeing {
            space: access.space,
            recipient,
            scopes,
            build: access.build,
            subject: account.to_string(),
        }),
        CoreHolder::Account {
            id,
            recipient,
            scopes,
        } => Ok(Seeing {
            space: access.space,
            recipient,
            scopes,
            build: access.build,
            subject: id.to_string(),
        }),
    }
}

/// The same for what an application or a service in it may do, and a backend by itself may not.
pub(super) async fn in_app(shared: &Shared, passed: &Passed) -> Result<CoreAccess, Response> {
    let access = access(shared, passed).await?;
    match access.holder {
        CoreHolder::Account { .. } => Err(not_allowed(passed)),
        CoreHolder::Anonymous { .. } | CoreHolder::Service { .. } => Ok(access),
    }
}

/// The token of `Authorization: Bearer <token>`: exactly two words, the first in any case; one header.
pub(crate) fn token(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let value = all.next()?.to_str().ok()?;
    if all.next().is_some() {
        return None;
    }
    let (scheme, token) = value.split_once(' ')?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let fits = !token.is_empty() && token.len() <= LONGEST && token.bytes().all(plain);
    (scheme.eq_ignore_ascii_case("bearer") && fits).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_the_second_of_exactly_two_words() {
        let of = |texts: &[&str]| {
            let mut headers = HeaderMap::new();
            for text in texts {
                headers.append(header::AUTHORIZATION, text.parse().unwrap());
            }
            token(&headers).map(str::to_owned)
        };
        assert_eq!(of(&["Bearer a.b-c_d"]).as_deref(), Some("a.b-c_d"));
        assert_eq!(of(&["bEARER a"]).as_deref(), Some("a"));
        for none in [
            "",
            "a",
            "Bearer",
            "Bearer ",
            "Bearer  a",
            "Bearer a b",
            "Bearer a,b",
            "Basic a",
            "Signature foo",
        ] {
            assert_eq!(of(&[none]), None, "{none}");
        }
        assert_eq!(of(&["Bearer a", "Bearer a"]), None);
        assert_eq!(of(&[&format!("Bearer {}", "a".repeat(LONGEST + 1))]), None);
    }
}
