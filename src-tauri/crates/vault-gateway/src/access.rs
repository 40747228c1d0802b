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
    /// Whether its token still works. If not, nothing may be told by it, but on some faces how that is said is the same as any refusal.
    pub(crate) works: bool,
}

/// Finds who asks, or answers. `unknown` is the face's answer to no token, one that was never handed out, or a broken one.
pub(crate) async fn access(
    shared: &Shared,
    passed: &Passed,
    token: Option<PresentedToken>,
    unknown: fn() -> Response,
) -> Result<Access, Response> {
    let readable = |response| readable(passed, response);
    let Some(token) = token else {
        return Err(readable(shared.failed(unknown())));
    };
    let found = {
        let _turn = shared.lanes.turn(&token).await;
        passed.vault.caller(&token).await
    };
    match found {
        // A page may ask with the token of its own app only.
        Ok(
            Caller::App { origin, .. }
            | Caller::Over {
                origin: Some(origin), ..
            },
        ) if passed.is_of_another_than(&origin) => Err(forbidden_origin()),
        Ok(Caller::App { space, app, .. }) => Ok(Access {
            space,
            app,
            works: true,
        }),
        Ok(Caller::Over { space, app, .. }) => Ok(Access {
            space,
            app,
            works: false,
        }),
        Ok(Caller::Nobody) => Err(readable(shared.failed(unknown()))),
        Err(_) => Err(locked()),
    }
}

/// Lets the page that asked read the answer, also that it was refused: refusals say nothing of the person.
pub(crate) fn readable(passed: &Passed, mut response: Response) -> Response {
    if let Some(origin) = &passed.origin {
        allow_origin(&mut response, origin);
    }
    response
}
