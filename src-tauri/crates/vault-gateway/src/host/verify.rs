//! `/verify/`: the metadata of an opened app, which the app's server fetches with the token of the frame; and `/session/`.

use axum::response::Response;
use openplatform::{frame::ChainedEndpoint, metadata};
use url::form_urlencoded;

use super::call::{Call, Form};
use crate::{Shared, guard::Passed, reply::locked};

pub(super) async fn answer(shared: &Shared, passed: &Passed) -> Response {
    let call = match Call::of(shared, passed, form(passed.uri.query().unwrap_or_default())).await {
        Ok(call) => call,
        Err(refusal) => return refusal,
    };
    match call.space.app_metadata(call.app).await {
        Ok(told) => call.hand_out(shared, passed, told, metadata::verify_answer),
        Err(_) => locked(),
    }
}

/// The form is told by the name of the argument.
fn form(query: &str) -> Form {
    let has = |wanted: &str| form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == wanted);
    if !has("accesstoken") && has("token") {
        Form::Chained(ChainedEndpoint::Verify)
    } else {
        Form::Plain
    }
}

/// What holds as long as an app of P5 is open. The name goes only to a server that has proven itself.
pub(super) async fn session(shared: &Shared, passed: &Passed) -> Response {
    let call = match Call::of(shared, passed, Form::Chained(ChainedEndpoint::Session)).await {
        Ok(call) => call,
        Err(refusal) => return refusal,
    };
    let told = if call.proven {
        call.space.app_metadata(call.app).await
    } else {
        call.space.app_metadata_without_person(call.app).await
    };
    match told {
        Ok(told) => call.hand_out(shared, passed, told, metadata::session_answer),
        Err(_) => locked(),
    }
}
