//! `/verify/`: the metadata of an opened app, which the app's server fetches with the token of the frame.

use axum::{http::StatusCode, response::Response};
use openplatform::{errors::HostError, frame::BaseUrl, metadata, token::PresentedToken};
use url::form_urlencoded;

use crate::{
    Shared,
    access::{Access, access, readable},
    guard::Passed,
    reply::{json_reply, locked},
};

pub(crate) async fn answer(shared: &Shared, passed: &Passed) -> Response {
    let presented = presented(passed.uri.query().unwrap_or_default());
    let token = presented.as_ref().and_then(PresentedToken::as_app_token);
    let (space, app) = match access(shared, passed, presented, refused).await {
        Ok(Access {
            space,
            app,
            works: true,
        }) => (space, app),
        Ok(_) => return readable(passed, shared.failed(refused())),
        Err(refusal) => return refusal,
    };
    let Ok(told) = space.app_metadata(app).await else {
        return locked();
    };
    let (disclosure, Ok(base), Some(token)) = (told.disclosure, BaseUrl::new(&shared.base()), token) else {
        return refused();
    };
    let facts = told.into_facts(base, token, None);
    let response = readable(
        passed,
        json_reply(StatusCode::OK, &metadata::verify_answer(&facts)),
    );
    shared.outcomes.arrived(&space, disclosure);
    response
}

fn presented(query: &str) -> Option<PresentedToken> {
    form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "accesstoken")
        .and_then(|(_, value)| PresentedToken::new(&value))
}

/// The protocol's own form of a refusal.
fn refused() -> Response {
    json_reply(StatusCode::UNAUTHORIZED, &HostError::InvalidAccessToken.body())
}
