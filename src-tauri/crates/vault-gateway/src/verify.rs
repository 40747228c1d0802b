//! `/verify/`: the metadata of an opened app, which the app's server fetches with the token of the frame.

use axum::{http::StatusCode, response::Response};
use openplatform::{
    errors::HostError, frame::BaseUrl, metadata, metadata::Preferences, token::PresentedToken,
};
use url::form_urlencoded;
use vault_core::callers::Caller;

use crate::{
    Shared,
    guard::Passed,
    reply::{json_reply, locked},
};

pub(crate) async fn answer(shared: &Shared, passed: &Passed) -> Response {
    let query = passed.uri.query().unwrap_or_default();
    let token = form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "accesstoken")
        .and_then(|(_, value)| PresentedToken::new(&value));
    let Some(token) = token else {
        return shared.failed(refused());
    };
    let (space, app) = match passed.vault.caller(&token).await {
        Ok(Caller::App { space, app, .. }) => (space, app),
        Ok(Caller::Over | Caller::Nobody) => return shared.failed(refused()),
        Err(_) => return locked(),
    };
    let Ok(told) = space.app_metadata(app).await else {
        return locked();
    };
    let (disclosure, Ok(base), Some(token)) = (
        told.disclosure,
        BaseUrl::new(&shared.base()),
        token.as_app_token(),
    ) else {
        return refused();
    };
    let facts = told.into_facts(base, token, Preferences::default());
    let response = json_reply(StatusCode::OK, &metadata::verify_answer(&facts));
    if let Some(disclosure) = disclosure
        && let Err(error) = space.delivered(disclosure).await
    {
        tracing::warn!(%error, "the outcome of a release was not logged");
    }
    response
}

/// The protocol's own form of a refusal.
fn refused() -> Response {
    json_reply(StatusCode::UNAUTHORIZED, &HostError::InvalidAccessToken.body())
}
