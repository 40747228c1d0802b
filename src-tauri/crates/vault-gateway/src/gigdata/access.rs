//! Who asks: an app with a token of its own.

use axum::{http::StatusCode, response::Response};
use vault_core::{SpaceHandle, consumers::ConsumerCaller};
use vault_store::ConsumerId;

use super::not_connected;
use crate::{
    Shared,
    access::readable,
    guard::Passed,
    reply::{forbidden_origin, locked, reply},
    v1::bearer,
};

/// An app that something is shared with.
pub(super) struct Asker {
    pub(super) space: SpaceHandle,
    pub(super) consumer: ConsumerId,
}

/// Whose token came.
pub(super) enum Access {
    /// An app that something is shared with.
    Works(Asker),
    /// An app that nothing is shared with any more: it is told what it is told of a platform that it is not connected to.
    Over,
}

/// Finds who asks, or answers: no token, or one that is not ours, is 401 without words (spec 2.1).
pub(super) async fn access(shared: &Shared, passed: &Passed) -> Result<Access, Response> {
    let unknown = || {
        readable(
            passed,
            shared.failed(reply(StatusCode::UNAUTHORIZED, "text/plain", "")),
        )
    };
    let Some(token) = bearer(&passed.headers) else {
        return Err(unknown());
    };
    let found = {
        let _turn = shared.lanes.turn(&token).await;
        passed.vault.consumer_caller(&token).await
    };
    match found {
        Ok(ConsumerCaller::Over { origins } | ConsumerCaller::Consumer { origins, .. })
            if passed.is_of_none_of(&origins) =>
        {
            Err(forbidden_origin())
        }
        Ok(ConsumerCaller::Consumer { space, consumer, .. }) => Ok(Access::Works(Asker { space, consumer })),
        Ok(ConsumerCaller::Over { .. }) => Ok(Access::Over),
        Ok(ConsumerCaller::Nobody) => Err(unknown()),
        Err(_) => Err(locked()),
    }
}

/// The same for what has no answer without a connection.
pub(super) async fn connected(shared: &Shared, passed: &Passed) -> Result<Asker, Response> {
    match access(shared, passed).await? {
        Access::Works(asker) => Ok(asker),
        Access::Over => Err(readable(passed, not_connected())),
    }
}
