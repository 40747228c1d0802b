//! The lists of people, apps and words, for an app's server.

use axum::{http::StatusCode, response::Response};
use openplatform::{
    errors::HostError,
    frame::ChainedEndpoint,
    metadata::{apps_answer, meta_answer, users_answer},
    query::ListQuery,
};
use vault_core::disclosure::Directory;

use super::call::{Call, Form};
use crate::{
    Shared,
    guard::Passed,
    reply::{error, locked},
};

pub(super) async fn answer(shared: &Shared, passed: &Passed, list: Directory) -> Response {
    answer_as(shared, passed, list, Form::Plain).await
}

/// `/users/` of P5.
pub(super) async fn chained(shared: &Shared, passed: &Passed) -> Response {
    let form = Form::Chained(ChainedEndpoint::Users);
    answer_as(shared, passed, Directory::Users, form).await
}

async fn answer_as(shared: &Shared, passed: &Passed, list: Directory, form: Form) -> Response {
    let call = match Call::of(shared, passed, form).await {
        Ok(call) => call,
        Err(refusal) => return refusal,
    };
    let Some(query) = ListQuery::parse(passed.uri.query().unwrap_or_default()) else {
        let refusal = error(
            StatusCode::URI_TOO_LONG,
            "too_long",
            "The query is longer than this address takes.",
        );
        return call.finish(passed, refusal);
    };
    let told = match call.space.app_list(call.app, list).await {
        Ok(Some(told)) => told,
        Ok(None) => return call.finish(passed, call.refuse(HostError::Permissions)),
        Err(_) => return locked(),
    };
    call.hand_out(shared, passed, told, |facts| match list {
        Directory::Users => users_answer(facts, &query),
        Directory::Apps => apps_answer(facts, &query),
        Directory::Meta => meta_answer(facts, &query),
    })
}
