//! `/v1`: the vault's own data API. The answer is the one of the bridge; here it only gets a token and headers.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::Response,
};
use openplatform::token::PresentedToken;
use url::form_urlencoded;
use vault_core::{
    SpaceHandle,
    disclosure::v1::{Caller, V1Answer},
    services::{CoreCaller, CoreHolder},
};

use crate::{
    Shared,
    access::{access, readable},
    guard::Passed,
    reply::{allow_origin, forbidden_origin, locked, reply, set},
    rokwire::{core_token, core_token_holder},
};

pub(crate) async fn answer(shared: &Shared, passed: &Passed) -> Response {
    let unknown = || given(&V1Answer::invalid_token());
    // Tokens of the Core face have three parts, those of apps one.
    if let Some(token) = core_token(&passed.headers).filter(|token| token.contains('.')) {
        return match core_caller(shared, passed, token).await {
            Ok((space, caller)) => read(shared, passed, space, caller).await,
            Err(refusal) => refusal,
        };
    }
    let access = match access(shared, passed, bearer(&passed.headers), unknown).await {
        Ok(access) => access,
        Err(refusal) => return refusal,
    };
    let space = access.space;
    let caller = if access.works {
        Caller::App(access.app)
    } else {
        Caller::Over(access.app)
    };
    read(shared, passed, space, caller).await
}

/// The service that a token of the Core face is of. One that is over gets what a refused one gets; one that opens no data at all, too.
async fn core_caller(
    shared: &Shared,
    passed: &Passed,
    token: &str,
) -> Result<(SpaceHandle, Caller), Response> {
    let denied = || readable(passed, given(&V1Answer::consent_denied()));
    match core_token_holder(shared, passed, token).await {
        Ok(caller)
            if caller
                .origins()
                .is_some_and(|origins| passed.is_of_none_of(origins)) =>
        {
            Err(forbidden_origin())
        }
        Ok(CoreCaller::Works(access)) => match access.holder {
            CoreHolder::Service {
                recipient, scopes, ..
            }
            | CoreHolder::Account {
                recipient, scopes, ..
            } => Ok((access.space, Caller::Scoped { recipient, scopes })),
            CoreHolder::Anonymous { .. } => Err(denied()),
        },
        Ok(CoreCaller::Over { .. }) => Err(denied()),
        Ok(CoreCaller::Nobody) => Err(readable(passed, shared.failed(given(&V1Answer::invalid_token())))),
        Err(_) => Err(locked()),
    }
}

async fn read(shared: &Shared, passed: &Passed, space: SpaceHandle, caller: Caller) -> Response {
    let path = passed.uri.path_and_query().map_or("/", |path| path.as_str());
    let accept = passed
        .headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    let Ok(answered) = space.answer_v1(caller, path, accept).await else {
        return locked();
    };
    let mut response = given(&answered);
    if let Some(link) = answered.next.as_deref().and_then(|next| link(&passed.uri, next)) {
        response.headers_mut().insert(header::LINK, link);
    }
    if let Some(origin) = &passed.origin {
        allow_origin(&mut response, origin);
        set(&mut response, header::ACCESS_CONTROL_EXPOSE_HEADERS, "Link");
    }
    shared.outcomes.arrived(&space, answered.disclosure);
    response
}

fn given(answer: &V1Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    reply(status, answer.content_type, answer.body.clone())
}

/// Where a paged reading goes on: one record a line has no room for it in the body.
fn link(uri: &Uri, next: &str) -> Option<HeaderValue> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let asked = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    query.extend_pairs(asked.filter(|(name, _)| name != "after"));
    query.append_pair("after", next);
    HeaderValue::from_str(&format!("<{}?{}>; rel=\"next\"", uri.path(), query.finish())).ok()
}

/// The token of `Authorization: Bearer …`; the scheme's name may be written in any case.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<PresentedToken> {
    let (scheme, token) = headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| PresentedToken::new(token.trim()))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_keeps_what_was_asked_and_replaces_the_cursor() {
        let next = |uri: &str| link(&uri.parse().unwrap(), "5.a b").unwrap();
        assert_eq!(
            next("/v1/records?kind=work,rating&after=1&limit=10"),
            "</v1/records?kind=work%2Crating&limit=10&after=5.a+b>; rel=\"next\""
        );
        assert_eq!(next("/v1/changes"), "</v1/changes?after=5.a+b>; rel=\"next\"");
    }

    #[test]
    fn the_token_is_what_stands_behind_bearer() {
        let of = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, text.parse().unwrap());
            bearer(&headers).map(|token| token.token().to_owned())
        };
        assert_eq!(of("Bearer abc").as_deref(), Some("abc"));
        assert_eq!(of("bearer  abc ").as_deref(), Some("abc"));
        for none in ["abc", "Basic abc", "Bearer"] {
            assert_eq!(of(none), None, "{none}");
        }
    }
}
