//! `/api/services/`: a call of one app to a service of another (specification 5.10). It is a way out of the first app, so the person has to have
//! opened it for this pair, and every call is logged before it is made.

use axum::{
    http::{StatusCode, header},
    response::Response,
};
use openplatform::errors::HostError;
use url::form_urlencoded;
use vault_core::apps::{Exit, NoService};

use super::{
    call::{Call, Form},
    foreign,
};
use crate::{
    Shared,
    guard::Passed,
    reply::{json_reply, locked},
};

/// What upstream's host answers by itself under this name; this one offers no services of its own.
const HOST: &str = "openplatform";

pub(super) async fn answer(shared: &Shared, passed: &Passed) -> Response {
    let call = match Call::of(shared, passed, Form::Plain).await {
        Ok(call) => call,
        Err(refusal) => return refusal,
    };
    let response = match served(shared, passed, &call).await {
        Ok(response) => response,
        Err(Some(error)) => call.refuse(error),
        Err(None) => return locked(),
    };
    call.finish(passed, response)
}

/// The answer of the service; `Err(None)` when the vault is locked.
async fn served(shared: &Shared, passed: &Passed, call: &Call) -> Result<Response, Option<HostError>> {
    let argument = |wanted: &str| {
        let query = passed.uri.query().unwrap_or_default();
        form_urlencoded::parse(query.as_bytes())
            .find(|(name, value)| name == wanted && !value.is_empty())
            .map(|(_, value)| value.into_owned())
    };
    let service = argument("service").ok_or(Some(HostError::ServiceUnnamed))?;
    let app = argument("app").ok_or(Some(HostError::ServiceAppUnnamed))?;
    if app == HOST {
        return Err(Some(HostError::ServiceUnknown));
    }
    let found = call.space.app_service(call.app, &app, &service).await;
    let service = found.map_err(|_| None)?.map_err(|why| {
        Some(match why {
            NoService::NotAllowed => HostError::Permissions,
            NoService::Offline => HostError::AppOffline,
            NoService::Unknown => HostError::ServiceUnknown,
            NoService::Endpoint => HostError::ServiceEndpoint,
        })
    })?;
    let bytes = u64::try_from(passed.body.len()).unwrap_or(u64::MAX);
    let used = call
        .space
        .exit_used(call.app, Exit::services(service.target), bytes)
        .await;
    used.map_err(|_| None)?;
    let content_type = passed
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let answered = shared
        .services
        .call(&service, call.base.id(), content_type, passed.body.to_vec())
        .await;
    Ok(match answered {
        Ok(served) => foreign(
            StatusCode::from_u16(served.status).unwrap_or(StatusCode::BAD_GATEWAY),
            served.content_type.as_deref(),
            served.body,
        ),
        Err(_) => json_reply(StatusCode::BAD_GATEWAY, &HostError::ServiceEndpoint.body()),
    })
}
