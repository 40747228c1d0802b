//! Whose token came with a request, and whether the page that sent it may use it.

use axum::response::Response;
use openplatform::token::PresentedToken;
use vault_core::{SpaceHandle, callers::Caller};
use vault_store::AppId;

use crate::{
    Shared,
    guard::Passed,
    reply::{allow_origin, forbidden_origin, locked},
};

/// The app that asks.
pub(crate) struct Access {
    pub(crate) space: SpaceHandle,
    pub(crate) app: AppId,
}

/// The answers of a face to tokens that open nothing.
pub(crate) struct Refusals {
    /// No token, one that was never handed out, or a broken one.
    pub(crate) unknown: fn() -> Response,
    /// One of ours that works no more.
    pub(crate) over: fn() -> Response,
    /// Whether a token that works no more counts as a failure of its caller.
    pub(crate) over_is_failure: bool,
}

/// Finds who asks, or answers.
pub(crate) async fn access(
    shared: &Shared,
    passed: &Passed,
    token: Option<PresentedToken>,
    refusals: &Refusals,
) -> Result<Access, Response> {
    // A page of an admitted app may read that it was refused: the refusals say nothing of the person.
    let readable = |mut response: Response| {
        if let Some(origin) = &passed.origin {
            allow_origin(&mut response, origin);
        }
        response
    };
    let Some(token) = token else {
        return Err(readable(shared.failed((refusals.unknown)())));
    };
    let found = {
        let _turn = shared.lanes.turn(&token).await;
        passed.vault.caller(&token).await
    };
    match found {
        // A page may ask with the token of its own app only.
        Ok(Caller::App { origin, .. }) if passed.is_of_another_than(&origin) => Err(forbidden_origin()),
        Ok(Caller::App { space, app, .. }) => Ok(Access { space, app }),
        Ok(Caller::Over) if refusals.over_is_failure => Err(readable(shared.failed((refusals.over)()))),
        Ok(Caller::Over) => Err(readable((refusals.over)())),
        Ok(Caller::Nobody) => Err(readable(shared.failed((refusals.unknown)()))),
        Err(_) => Err(locked()),
    }
}
